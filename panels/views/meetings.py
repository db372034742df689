"""Meetings: the list, arranging one, its agenda, and a person's meetings."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies.access import AuthedRequest, Perm, allowed, guarded, memberships
from agencies.models import Area, Role, User
from audit.models import Act
from mappa import dates
from mappa.forms import attempt
from mappa.paging import page_of
from offenders.header import person_header, sections
from offenders.models import Offender
from panels import actions
from panels.actions.referrals import answer_words
from panels.forms import ArrangeForm, EmergencyForm, MeetingsFilter, PeopleForm, PersonForm, SlotForm
from panels.models import AgendaItem, ExecutiveSummary, Meeting, OnwardRequest, Panel, Proposal
from panels.models.meeting import MeetingQuerySet
from panels.suggestions import suggestions
from panels.views.about import about
from panels.views.invitations import invited
from panels.views.order import agenda_context

SHOWN = {"": _("Upcoming"), "past": _("Past"), "cancelled": _("Cancelled")}


@guarded(Perm.VIEW_CASE, act=Act.LIST)
@require_safe
def meetings(request: AuthedRequest) -> HttpResponse:
    """Upcoming meetings, soonest first; past or cancelled ones, latest first; of one level or panel if asked."""
    show = request.GET.get("show", "")
    show = show if show in SHOWN else ""
    rows = Meeting.objects.visible_to(request.user).select_related("area", "chair", "panel")
    form = MeetingsFilter(request.GET, panels=Panel.objects.visible_to(request.user))
    wanted = form.cleaned_data if form.is_valid() else {}
    rows = _shown(rows, show).filter(**{name: value for name, value in wanted.items() if value})
    return render(
        request,
        "panels/meetings.html",
        {
            "page": page_of(rows, request, by="starts_at", newest_first=bool(show)),
            "show": show,
            "tabs": [
                {"url": _address(request, key), "label": label, "current": key == show} for key, label in SHOWN.items()
            ],
            "form": form,
            "filtered": any(wanted.values()),
            "can_schedule": allowed(request.user, Perm.SCHEDULE),
            "has_sent_on": OnwardRequest.objects.visible_to(request.user).sent_to(request.user).exists(),
            "today": dates.today(),
        },
    )


def _shown(rows: MeetingQuerySet, show: str) -> MeetingQuerySet:
    start = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    if show == "cancelled":
        return rows.filter(state=Meeting.State.CANCELLED)
    return rows.standing().filter(starts_at__lt=start) if show else rows.standing().filter(starts_at__gte=start)


def _address(request: AuthedRequest, show: str) -> str:
    """The same list, of other meetings."""
    kept = {name: request.GET[name] for name in ("level", "panel") if request.GET.get(name)}
    return f"{request.path}?{urlencode(({'show': show} if show else {}) | kept)}"


def own_areas(user: User) -> list[Area]:
    """The areas for which the user co-ordinates or chairs."""
    roles = {Role.Code.COORDINATOR, Role.Code.CHAIR}
    found = {m.agency.area_id: m.agency.area for m in memberships(user) if Role.Code(m.role_id) in roles}
    return list(found.values())


@guarded(Perm.SCHEDULE)
@require_http_methods(["GET", "POST"])
def arrange(request: AuthedRequest) -> HttpResponse:
    """Arrange a meeting of one's own area, perhaps as one of its panels usually meets."""
    words = {"title": __("Arrange a meeting"), "button": __("Arrange meeting")}
    return _arrange(request, ArrangeForm, **words)


@guarded(Perm.SCHEDULE)
@require_http_methods(["GET", "POST"])
def arrange_emergency(request: AuthedRequest) -> HttpResponse:
    """Arrange a meeting that cannot wait for the panel's next one."""
    intro = __("For a risk that cannot wait. It may be today, outside the cycle of the panel, and on any day.")
    words = {"title": __("Arrange an emergency meeting"), "button": __("Arrange emergency meeting"), "intro": intro}
    return _arrange(request, EmergencyForm, **words)


def _arrange(request: AuthedRequest, asks: type[ArrangeForm], **words: str) -> HttpResponse:
    areas = own_areas(request.user)
    panels = Panel.objects.visible_to(request.user).open().filter(area__in=areas)
    usual = _usual(panels.filter(reference=request.GET.get("panel", "")).first())
    form = asks(request.POST if request.method == "POST" else None, initial=usual, areas=areas, panels=panels)
    made: list[Meeting] = []

    def arrange_it(**answers: Any) -> None:
        made.append(actions.arrange(**answers))

    if request.method == "POST" and attempt(form, arrange_it, by=request.user):
        messages.success(request, __("Meeting arranged. Now put people on its agenda."))
        return redirect(made[0])
    return render(request, "question.html", {"form": form, "back": reverse("panels:meetings")} | words)


def _usual(panel: Panel | None) -> dict[str, Any]:
    """What the form begins with: how the panel usually meets."""
    if panel is None:
        return {}
    usual = {name: getattr(panel, name) for name in ("area", "level", "length", "mode", "place", "link", "chair")}
    return usual | {"panel": panel.reference}


@guarded(Perm.VIEW_CASE, Meeting)
@require_safe
def meeting(request: AuthedRequest, meeting: Meeting) -> HttpResponse:
    """The agenda: to build for co-ordination and chair, to read for everyone else who comes."""
    return agenda_page(request, meeting)


def agenda_page(
    request: AuthedRequest,
    meeting: Meeting,
    *,
    people: PeopleForm | None = None,
    person: PersonForm | None = None,
    slot: SlotForm | None = None,
) -> HttpResponse:
    """The agenda page, with forms as they were sent or new ones."""
    shown = agenda_context(meeting, request.user)
    suggested, more = suggestions(meeting, request.user) if shown["can_build"] else ([], 0)
    choices = [(s["reference"], s["name"]) for s in suggested]
    return render(
        request,
        "panels/meeting.html",
        {
            **about(meeting, request.user),
            "suggested": suggested,
            "more": more,
            "people_form": people or PeopleForm(choices=choices),
            "ticked": people.ticked if people else [],
            "person_form": person or PersonForm(),
            "slot_form": slot or SlotForm(),
            "form": people or person or slot,
            **shown,
            "is_invited": bool(invited(meeting, request.user)),
        },
    )


@guarded(Perm.VIEW_CASE, Offender, act=Act.LIST)
@require_safe
def case_meetings(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """A person's meetings and referrals."""
    items = AgendaItem.objects.visible_to(request.user).filter(offender=offender).select_related("meeting__area")
    referrals = offender.referrals.visible_to(request.user).select_related("made_by", "decided_by")
    may_refer = offender.can_be_referred_to(offender.level + 1) and offender.level < Offender.Level.ENHANCED
    return render(
        request,
        "panels/case_meetings.html",
        {
            "person": person_header(offender, request.user),
            "tabs": sections(offender, "meetings", request.user),
            "offender": offender,
            "items": list(items.order_by("-meeting__starts_at", "-pk")[:50]),
            "summaries": _summaries(offender, request.user),
            "drafts": list(referrals.filter(made_at__isnull=True).order_by("-begun_at")),
            "referrals": [(row, answer_words(row)) for row in referrals.sent().order_by("-made_at")[:25]],
            "can_refer": may_refer and allowed(request.user, Perm.REFER, on=offender),
            "can_minute": allowed(request.user, Perm.TAKE_MINUTES, on=offender),
            "proposals": list(
                Proposal.objects.visible_to(request.user).filter(item__offender=offender).order_by("-pk")[:25]
            ),
            "can_answer": allowed(request.user, Perm.EDIT_CASE, on=offender),
            "can_screen": allowed(request.user, Perm.SCREEN, on=offender),
            "today": dates.today(),
        },
    )


def _summaries(offender: Offender, user: User) -> list[ExecutiveSummary]:
    """The newest executive summary of each meeting, for whoever answers for the case."""
    if not allowed(user, Perm.RECORD_DISCLOSURE, on=offender):
        return []
    rows = ExecutiveSummary.objects.visible_to(user).filter(item__offender=offender).select_related("item__meeting")
    newest = {row.item_id: row for row in rows.order_by("released_at", "pk")}
    return sorted(newest.values(), key=lambda row: row.item.meeting.starts_at, reverse=True)
