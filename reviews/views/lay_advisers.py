"""Lay advisers: their appointments, and the hours that they give."""

from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import Sum
from django.http import HttpResponse
from django.urls import reverse
from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Perm, guarded
from agencies.asking import ask
from agencies.models import Area, User
from agencies.models.standard import UnknownStandardError, value
from mappa import dates
from mappa.forms import ANSWERS, Form, sent
from mappa.templatetags.mappa import long_date
from offenders.views.record import Card, Line, Link, Part
from panels import observing
from reviews import actions
from reviews.forms.board_members import AdviserForm, EndForm, HoursForm, RenewForm
from reviews.models import Board, HoursEntry, LayAdviser
from reviews.readers import areas_read
from reviews.views.about_board import address, ask_of_board, board_asked_for, of_row, show, term

MONTHS_SHOWN = 12


def usual_hours(area: Area) -> int | None:
    """What a lay adviser usually gives in a month, where a standard says so."""
    try:
        return value("lay_adviser_usual_hours_each_month", area, dates.today())
    except UnknownStandardError:
        return None


def proposed_end(area: Area, start: date) -> date | None:
    """The last day of a usual term that starts on a day; nothing where no standard says how long it is."""
    try:
        years = value("lay_adviser_term_years", area, start)
    except UnknownStandardError:
        return None
    return dates.add_years(start, years) - dates.ONE_DAY


def hours_words(hours: Decimal, usual: int | None) -> str:
    """Hours beside what is usual."""
    given = f"{hours.normalize():f}"
    if usual is None:
        return ngettext("%s hour", "%s hours", int(hours)) % given
    return _("%(given)s hours; usual are up to %(usual)s") % {"given": given, "usual": usual}


def adviser_cards(user: User, board: Board, *, may_change: bool) -> tuple[list[Card], list[Card]]:
    """The advisers of a board, and those who were; hours only for whoever reads all of them."""
    today = dates.today()
    rows = list(LayAdviser.objects.visible_to(user).filter(board=board).select_related("person"))
    observed, wanted = observing.of_area(board.area, today), observing.wanted(board.area, today)
    hours: dict[int, Decimal] | None = None
    if board.area_id in areas_read(user):
        entries = HoursEntry.objects.visible_to(user).in_month(today).filter(adviser__board=board)
        hours = dict(entries.order_by().values_list("adviser").annotate(all=Sum("hours")))
    usual = usual_hours(board.area) if hours is not None else None

    def card(row: LayAdviser) -> Card:
        lines = [Line(_("Appointed"), term(row.from_on, row.ended_on or row.until))]
        if row.ended_on:
            lines.append(Line(_("Why it ended"), row.end_reason))
        else:
            lines.append(Line(_("Observed this quarter"), observed_words(observed.get(row.person_id, 0), wanted)))
            if hours is not None:
                lines.append(Line(_("Hours this month"), hours_words(hours.get(row.pk, Decimal(0)), usual)))
        links = [Link(row.get_absolute_url(), _("Open"))]
        if may_change and not row.ended_on:
            links.append(Link(reverse("reviews:renew_adviser", args=[row.reference]), _("Renew")))
            links.append(Link(reverse("reviews:end_adviser", args=[row.reference]), _("End")))
        is_over = row.ended_on is None and row.until < today
        return Card(row.person.name, lines, links, _("Appointment has run out") if is_over else "", "red")

    return [card(row) for row in rows if not row.ended_on], [card(row) for row in rows if row.ended_on]


def observed_words(count: int, wanted: int | None) -> str:
    """Meetings observed, beside how many are asked for."""
    if wanted is None:
        return ngettext("%s meeting", "%s meetings", count) % count
    return _("%(count)s; at least %(wanted)s asked for") % {"count": count, "wanted": wanted}


@guarded(Perm.VIEW_BOARD, LayAdviser)
@require_safe
def board_adviser(request: AuthedRequest, adviser: LayAdviser) -> HttpResponse:
    """An appointment; and for the adviser himself, and those who read everything, the hours month by month."""
    asked = of_row(request.user, adviser.board)
    is_own = adviser.person_id == request.user.pk
    enter = Link(reverse("reviews:log_hours", args=[adviser.reference]), _("Enter hours"))
    appointment = Card(
        _("Appointment"),
        [
            Line(_("Appointed by"), _("The Secretary of State")),
            Line(_("Letter"), adviser.letter),
            Line(_("Term"), term(adviser.from_on, adviser.ended_on or adviser.until)),
        ],
    )
    parts = [Part("appointment", _("Appointment"), [appointment])]
    if is_own or adviser.board.area_id in areas_read(request.user):
        parts.append(_hours(request.user, adviser, is_own=is_own))
    return show(
        request,
        asked,
        title=_("Lay adviser"),
        heading=adviser.person.name,
        parts=parts,
        button=enter if is_own and adviser.ended_on is None else None,
        back=Link(adviser.board.get_absolute_url(), _("Members")),
    )


def _hours(user: User, adviser: LayAdviser, *, is_own: bool) -> Part:
    since = dates.add_months(dates.today().replace(day=1), 1 - MONTHS_SHOWN)
    entries = HoursEntry.objects.visible_to(user).filter(adviser=adviser, on__gte=since)
    usual = usual_hours(adviser.board.area)
    return Part(
        "hours",
        _("Hours"),
        [
            _month(month, list(rows), usual, may_take_back=is_own)
            for month, rows in groupby(entries, key=lambda e: e.on.replace(day=1))
        ],
        intro=_("As the adviser says, for the last 12 months. Lay advisers are unpaid; their expenses are paid."),
        empty=_("No hours are entered."),
    )


def _month(month: Any, rows: list[HoursEntry], usual: int | None, *, may_take_back: bool) -> Card:
    given = sum((row.hours for row in rows), Decimal(0))
    lines = [Line(long_date(row.on), f"{row.hours.normalize():f}: {row.get_kind_display()}") for row in rows]
    links = [
        Link(reverse("reviews:take_back_hours", args=[row.reference]), _("Take back %s") % long_date(row.on))
        for row in rows
    ]
    is_more = usual is not None and given > usual
    title = f"{dateformat.format(month, 'F Y')}: {hours_words(given, usual)}"
    return Card(title, lines, links if may_take_back else [], _("More than usual") if is_more else "", "yellow")


@guarded(Perm.BOARD_PREPARE)
@ANSWERS
def appoint_adviser(request: AuthedRequest) -> HttpResponse:
    """Record an appointment by the Secretary of State."""
    asked = board_asked_for(request, Perm.BOARD_PREPARE)
    initial = {"from_on": dates.today(), "until": proposed_end(asked.area, dates.today())}
    return ask_of_board(
        request,
        asked,
        AdviserForm(sent(request), initial=initial, board=asked.board or Board(area=asked.area)),
        actions.appoint_adviser,
        back=address("reviews:board_members", asked.area),
        done=_("The appointment is recorded."),
        title=_("Record the appointment of a lay adviser"),
        intro=_("The Secretary of State appoints two for each area. The letter says from when to when."),
        button=_("Record"),
    )


def _ended(adviser: LayAdviser) -> str:
    return _("This appointment has ended. Record a new one instead.") if adviser.ended_on else ""


@guarded(Perm.BOARD_PREPARE, LayAdviser)
@ANSWERS
def renew_adviser(request: AuthedRequest, adviser: LayAdviser) -> HttpResponse:
    """Record that an appointment was renewed."""
    return ask(
        request,
        RenewForm(sent(request), initial={"until": proposed_end(adviser.board.area, adviser.until + dates.ONE_DAY)}),
        actions.renew_adviser,
        about={"adviser": adviser},
        back=adviser.get_absolute_url(),
        done=_("The renewal is recorded."),
        title=_("Renew an appointment"),
        caption=f"{adviser.person.name}, {term(adviser.from_on, adviser.until)}",
        button=_("Record"),
        nothing=_ended(adviser),
    )


@guarded(Perm.BOARD_PREPARE, LayAdviser)
@ANSWERS
def end_adviser(request: AuthedRequest, adviser: LayAdviser) -> HttpResponse:
    """Record that an appointment has ended before its day."""
    return ask(
        request,
        EndForm(sent(request), initial={"ended_on": dates.today()}),
        actions.end_adviser,
        about={"adviser": adviser},
        back=address("reviews:board_members", adviser.board.area),
        done=_("The appointment has ended."),
        title=_("End an appointment"),
        caption=adviser.person.name,
        intro=_("The role in mappa does not end with it: an administrator takes it back."),
        button=_("End the appointment"),
        look="warning",
        nothing=_ended(adviser),
    )


@guarded(Perm.BOARD_BUSINESS, LayAdviser)
@ANSWERS
def log_hours(request: AuthedRequest, adviser: LayAdviser) -> HttpResponse:
    """Enter hours given."""
    not_own = _("Only the lay adviser enters the hours that he gave.") if adviser.person_id != request.user.pk else ""
    return ask(
        request,
        HoursForm(sent(request), initial={"on": dates.today()}),
        actions.log_hours,
        about={"adviser": adviser},
        back=adviser.get_absolute_url(),
        done=_("Thank you. The hours are entered."),
        title=_("Enter the hours you gave"),
        caption=_("Lay adviser"),
        button=_("Enter"),
        nothing=not_own or _ended(adviser),
    )


@guarded(Perm.BOARD_BUSINESS, HoursEntry)
@ANSWERS
def take_back_hours(request: AuthedRequest, entry: HoursEntry) -> HttpResponse:
    """Take back an entry that was wrong."""
    not_own = (
        _("Only the lay adviser takes back what he entered.") if entry.adviser.person_id != request.user.pk else ""
    )
    return ask(
        request,
        Form(sent(request)),
        actions.take_back_hours,
        about={"entry": entry},
        back=entry.get_absolute_url(),
        done=_("The entry is taken back."),
        title=_("Take back these hours?"),
        caption=f"{long_date(entry.on)}: {entry.hours.normalize():f}",
        button=_("Take back"),
        look="warning",
        nothing=not_own,
    )
