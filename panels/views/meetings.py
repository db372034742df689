"""Meetings: the list, arranging one, its agenda, and a person's meetings."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies.access import AuthedRequest, Perm, allowed, guarded, memberships
from agencies.models import Area, Role, User
from mappa import dates
from mappa.forms import attempt
from mappa.paging import page_of
from offenders.header import person_header, sections
from offenders.models import Offender
from panels import actions
from panels.actions.referrals import answer_words
from panels.forms import ArrangeForm, PeopleForm, PersonForm, SlotForm
from panels.models import AgendaItem, Meeting
from panels.suggestions import suggestions
from panels.views.order import agenda_context


@guarded(Perm.VIEW_CASE)
@require_safe
def meetings(request: AuthedRequest) -> HttpResponse:
    """Upcoming meetings, soonest first; or past ones, latest first."""
    past = request.GET.get("show") == "past"
    rows = Meeting.objects.visible_to(request.user).select_related("area", "chair")
    start = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    rows = rows.filter(starts_at__lt=start) if past else rows.filter(starts_at__gte=start)
    return render(
        request,
        "panels/meetings.html",
        {
            "page": page_of(rows, request, by="starts_at", newest_first=past),
            "past": past,
            "can_schedule": allowed(request.user, Perm.SCHEDULE),
            "today": dates.today(),
        },
    )


def own_areas(user: User) -> list[Area]:
    """The areas for which the user co-ordinates or chairs."""
    roles = {Role.Code.COORDINATOR, Role.Code.CHAIR}
    found = {m.agency.area_id: m.agency.area for m in memberships(user) if Role.Code(m.role_id) in roles}
    return list(found.values())


@guarded(Perm.SCHEDULE)
@require_http_methods(["GET", "POST"])
def arrange(request: AuthedRequest) -> HttpResponse:
    """Arrange a meeting of one's own area."""
    form = ArrangeForm(request.POST or None, areas=own_areas(request.user))
    made: list[Meeting] = []

    def arrange_it(**answers: Any) -> None:
        made.append(actions.arrange(**answers))

    if request.method == "POST" and attempt(form, arrange_it, by=request.user):
        messages.success(request, _("Meeting arranged. Now put people on its agenda."))
        return redirect(made[0])
    return render(request, "panels/arrange.html", {"form": form})


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
            "suggested": suggested,
            "more": more,
            "people_form": people or PeopleForm(choices=choices),
            "ticked": people.ticked if people else [],
            "person_form": person or PersonForm(),
            "slot_form": slot or SlotForm(),
            "form": people or person or slot,
            **shown,
        },
    )


@guarded(Perm.VIEW_CASE, Offender)
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
            "drafts": list(referrals.filter(made_at__isnull=True).order_by("-begun_at")),
            "referrals": [(row, answer_words(row)) for row in referrals.sent().order_by("-made_at")[:25]],
            "can_refer": may_refer and allowed(request.user, Perm.REFER, on=offender),
            "can_minute": allowed(request.user, Perm.TAKE_MINUTES, on=offender),
            "can_screen": allowed(request.user, Perm.SCREEN, on=offender),
            "today": dates.today(),
        },
    )
