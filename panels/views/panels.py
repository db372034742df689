"""Standing panels: the list, one panel, what changes it, and the series of its meetings."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Perm, guarded
from agencies.asking import ask
from agencies.models import User
from mappa.forms import ANSWERS, Form, attempt, sent
from mappa.templatetags.mappa import clock, long_date
from offenders.views.record import Card, Line, Link
from panels import actions
from panels.actions.panels import Sitting, preview, seatable
from panels.forms.panels import (
    ChangePanelForm,
    ClosePanelForm,
    DaysForm,
    MemberForm,
    NameMembersForm,
    PanelForm,
    SeriesForm,
)
from panels.models import Meeting, Panel, Seat
from panels.models.panel import PanelQuerySet
from panels.views.about import where
from panels.views.meetings import own_areas

SHOWN = 12  # meetings to come on the page of a panel


def own_panels(user: User) -> PanelQuerySet:
    """The open panels for which the user may arrange meetings."""
    return Panel.objects.visible_to(user).open().filter(area__in=own_areas(user))


@guarded(Perm.SCHEDULE)
@require_safe
def panels(request: AuthedRequest) -> HttpResponse:
    """The panels of one's own areas, and those that are closed."""
    rows = Panel.objects.visible_to(request.user).filter(area__in=own_areas(request.user))
    found = list(rows.select_related("area", "chair").prefetch_related("deputies"))
    context = {
        "open": [_card(panel) for panel in found if panel.is_open],
        "closed": [_card(panel) for panel in found if not panel.is_open],
    }
    return render(request, "panels/panels.html", context)


def _card(panel: Panel) -> Card:
    link = Link(panel.get_absolute_url(), _("Open"))
    return Card(panel.name, lines=_lines(panel), links=[link], tag=_level(panel), colour="blue")


def _level(panel: Panel) -> str:
    return _("Level %s") % panel.level


def _lines(panel: Panel) -> list[Line]:
    """What is usual for a panel."""
    return [
        Line(_("Area"), str(panel.area)),
        Line(_("Chair"), panel.chair.name),
        Line(_("Deputies of the chair"), ", ".join(sorted(one.name for one in panel.deputies.all()))),
        Line(_("Usual place"), where(panel)),
        Line(_("Usual length"), _("%s minutes") % panel.length),
    ]


@guarded(Perm.SCHEDULE, Panel)
@require_safe
def panel(request: AuthedRequest, panel: Panel) -> HttpResponse:
    """What is usual for the panel, who its core members are, and its meetings to come."""
    seats = Seat.objects.visible_to(request.user).filter(panel=panel)
    coming = Meeting.objects.visible_to(request.user).standing().filter(panel=panel, starts_at__gte=timezone.now())
    context = {
        "panel": panel,
        "lines": _lines(panel),
        "members": [
            _member(seat, may_change=panel.is_open)
            for seat in seats.select_related("agency", "representative").prefetch_related("deputies")
        ],
        "meetings": list(coming.select_related("chair").order_by("starts_at")[:SHOWN]),
    }
    return render(request, "panels/panel.html", context)


def _member(seat: Seat, *, may_change: bool) -> Card:
    links = [
        Link(reverse("panels:name_members", args=[seat.reference]), _("Change")),
        Link(reverse("panels:remove_member", args=[seat.reference]), _("Remove")),
    ]
    return Card(
        seat.agency.name,
        lines=[
            Line(_("Usually comes"), seat.representative.name if seat.representative else ""),
            Line(_("Comes instead"), ", ".join(sorted(one.name for one in seat.deputies.all()))),
        ],
        links=links if may_change else [],
    )


@guarded(Perm.SCHEDULE)
@ANSWERS
def make_panel(request: AuthedRequest) -> HttpResponse:
    """Set up a panel of one's own area."""
    made: list[Panel] = []

    def make(**answers: Any) -> None:
        made.append(actions.make_panel(**answers))

    form = PanelForm(sent(request), areas=own_areas(request.user))
    if request.method == "POST" and attempt(form, make, by=request.user):
        messages.success(request, _("The panel is set up. Now say which agencies are its core members."))
        return redirect(made[0])
    context = {
        "form": form,
        "back": reverse("panels:panels"),
        "title": _("Set up a panel"),
        "intro": _("What is usual here is proposed for each of its meetings, and can differ there."),
        "button": _("Set up the panel"),
    }
    return render(request, "question.html", context)


@guarded(Perm.SCHEDULE, Panel)
@ANSWERS
def change_panel(request: AuthedRequest, panel: Panel) -> HttpResponse:
    """Change what is usual for a panel."""
    names = ("name", "mode", "place", "link", "length", "chair", "version")
    initial = {name: getattr(panel, name) for name in names} | {"deputies": list(panel.deputies.all())}
    return ask(
        request,
        ChangePanelForm(sent(request), initial=initial, areas=[panel.area]),
        actions.change_panel,
        about={"panel": panel},
        back=panel.get_absolute_url(),
        done=_("The panel is changed. Meetings that are arranged stay as they are."),
        title=_("Change the panel"),
        caption=_level(panel),
        intro=_("Meetings that are arranged stay as they are."),
        button=_("Save"),
        nothing=_closed(panel),
    )


def _closed(panel: Panel) -> str:
    return "" if panel.is_open else _("This panel is closed. Set up another.")


@guarded(Perm.SCHEDULE, Panel)
@ANSWERS
def close_panel(request: AuthedRequest, panel: Panel) -> HttpResponse:
    """Close a panel."""
    return ask(
        request,
        ClosePanelForm(sent(request)),
        actions.close_panel,
        about={"panel": panel},
        back=reverse("panels:panels"),
        done=_("The panel is closed. Its meetings to come stay until they are cancelled."),
        title=_("Close the panel"),
        caption=panel.name,
        warning=_("No more meetings are arranged for it. Those that are arranged stay until they are cancelled."),
        button=_("Close the panel"),
        look="warning",
        nothing=_closed(panel),
    )


@guarded(Perm.SCHEDULE, Panel)
@ANSWERS
def add_member(request: AuthedRequest, panel: Panel) -> HttpResponse:
    """Make an agency a core member."""
    none_left = "" if seatable(panel) else _("Every agency of the area is a core member.")
    return ask(
        request,
        MemberForm(sent(request), panel=panel),
        actions.add_member,
        about={"panel": panel},
        back=panel.get_absolute_url(),
        done=_("The agency is a core member. Now name who usually comes."),
        title=_("Add a core member"),
        caption=panel.name,
        intro=_("A core member is proposed for every meeting of the panel. It sees no case before it is invited."),
        button=_("Add the agency"),
        nothing=_closed(panel) or none_left,
    )


@guarded(Perm.SCHEDULE, Seat)
@ANSWERS
def name_members(request: AuthedRequest, seat: Seat) -> HttpResponse:
    """Name who comes for an agency, and who comes instead."""
    initial = {"representative": seat.representative, "deputies": list(seat.deputies.all())}
    return ask(
        request,
        NameMembersForm(sent(request), initial=initial, seat=seat),
        actions.name_members,
        about={"seat": seat},
        back=seat.get_absolute_url(),
        done=_("Saved."),
        title=_("Who comes for this agency?"),
        caption=seat.agency.name,
        button=_("Save"),
        nothing=_closed(seat.panel),
    )


@guarded(Perm.SCHEDULE, Seat)
@ANSWERS
def remove_member(request: AuthedRequest, seat: Seat) -> HttpResponse:
    """Take an agency off the panel."""
    return ask(
        request,
        Form(sent(request)),
        actions.remove_member,
        about={"seat": seat},
        back=seat.get_absolute_url(),
        done=_("The agency is no core member any more."),
        title=_("Remove this core member?"),
        caption=seat.agency.name,
        intro=_("What the agency is invited to stays."),
        button=_("Remove"),
        look="warning",
        nothing=_closed(seat.panel),
    )


@guarded(Perm.SCHEDULE, Panel)
@ANSWERS
def panel_dates(request: AuthedRequest, panel: Panel) -> HttpResponse:
    """Propose the dates of a series, show them, and arrange those that are chosen, in one act."""
    asked = request.POST if request.method == "POST" else request.GET
    form = SeriesForm(asked if "often" in asked else None)
    sittings, days = [], None
    if panel.is_open and form.is_valid():
        sittings = preview(panel, **form.cleaned_data, by=request.user)
        days = DaysForm(sent(request), sittings=sittings)
        if request.method == "POST" and (answer := _arranged(request, panel, form, days)):
            return answer
    context = {
        "panel": panel,
        "form": form,
        "days": days,
        "asked": [(name, value) for name, value in asked.items() if name in _boxes(form)],
        "rows": [_row(one, days) for one in sittings],
        "nothing": _closed(panel),
    }
    return render(request, "panels/dates.html", context)


def _boxes(form: SeriesForm) -> set[str]:
    return {"often", "weekday", "at", "count"} | {f"start_{part}" for part in ("day", "month", "year")}


def _arranged(request: AuthedRequest, panel: Panel, form: SeriesForm, days: DaysForm) -> HttpResponse | None:
    """Back to the panel when at least one of the dates was arranged, with what became of each."""
    outcome: list[tuple[list[Meeting], list[str]]] = []

    def arrange_them(**answers: Any) -> None:
        outcome.append(actions.arrange_series(**answers))

    if not attempt(days, arrange_them, panel=panel, **form.cleaned_data, by=request.user):
        return None
    made, refused = outcome[0]
    words = ngettext("%s meeting is arranged.", "%s meetings are arranged.", len(made)) % len(made)
    messages.success(request, words)
    for why in refused:
        messages.error(request, why)
    return redirect(panel)


def _row(one: Sitting, days: DaysForm | None) -> dict[str, Any]:
    """One line of the preview: the day, who chairs, why it differs, or why it cannot be."""
    chosen = days["days"].value() if days is not None and days.is_bound else None
    key = one.on.isoformat() if one.on else ""
    return {
        "key": key,
        "day": long_date(one.on or one.proposed.wanted),
        "weekday": f"{one.on or one.proposed.wanted:%A}",
        "time": clock(one.starts_at) if one.starts_at else "",
        "chair": one.chair.name if one.chair else "",
        "notes": one.notes,
        "refused": one.refused,
        "ticked": not one.refused and (chosen is None or key in chosen),
    }
