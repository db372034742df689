"""Measures of meetings: whether agencies came and sent what they know, and what the minutes say and when."""

from datetime import date

from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from panels.models import AgendaItem, InformationReturn, Invitation, Meeting
from reviews.measures.measure import Flow, Measure, Rows
from reviews.measures.people import GUIDANCE_KPI

TOOK_PLACE = (Meeting.State.HELD, Meeting.State.APPROVED)
OF_AN_INVITATION = {"level": "item__meeting__level", "agency": "agency"}


def with_attendance(rows: Rows, _today: date) -> Rows:
    """Invitations with attendance taken. Who left for a conflict of interest did what is right: counted neither way."""
    rows = rows.exclude(attendance__in=["", Invitation.Attendance.CONFLICT])
    return rows.annotate(fell_on=TruncDate("item__meeting__starts_at"))


def timed(rows: Rows, _today: date) -> Rows:
    """Those who came, where both times were written down: when they arrived, and when the item began."""
    rows = rows.filter(attendance__in=Invitation.CAME, arrived_at__isnull=False, item__started_at__isnull=False)
    return rows.annotate(fell_on=TruncDate("item__meeting__starts_at"))


def asked_for_information(rows: Rows, today: date) -> Rows:
    """Invitations that stand, where the information was sent or its day has passed."""
    first = InformationReturn.objects.filter(invitation=OuterRef("pk")).order_by("number")
    rows = rows.coming().exclude(item__meeting__state=Meeting.State.CANCELLED)
    rows = rows.annotate(fell_on=F("information_due_on"), sent_on=TruncDate(Subquery(first.values("sent_at")[:1])))
    return rows.filter(Q(sent_on__isnull=False) | Q(information_due_on__lt=today))


def discussed(rows: Rows, today: date) -> Rows:
    """Cases on the agenda of meetings that took place. Of minutes still being written in time nothing is missed yet."""
    rows = rows.filter(meeting__state__in=TOOK_PLACE).annotate(fell_on=TruncDate("meeting__starts_at"))
    in_time = Q(meeting__approved_at__isnull=True, meeting__minutes_due_on__gte=today)
    return rows.exclude(in_time & Q(decision__isnull=True))


def meetings(rows: Rows, _today: date) -> Rows:
    """Meetings that took place or were cancelled."""
    rows = rows.exclude(state=Meeting.State.PLANNED).annotate(fell_on=TruncDate("starts_at"))
    cancelled = When(state=Meeting.State.CANCELLED, then=Value("cancelled"))
    return rows.annotate(became=Case(cancelled, default=Value("held")))


def due_minutes(rows: Rows, today: date) -> Rows:
    """Minutes that were approved or whose day has passed, of meetings that were not cancelled."""
    rows = rows.standing().filter(Q(approved_at__isnull=False) | Q(minutes_due_on__lt=today))
    return rows.annotate(fell_on=F("minutes_due_on"), approved_on=TruncDate("approved_at"))


MEASURES = [
    Measure(
        "meetings",
        _("Meetings held"),
        _("Level 2 and 3 meetings of the month that took place, and those that were cancelled"),
        _("By the day on which they were to begin."),
        Flow(Meeting, meetings, by={"level": "level", "detail": "became"}, case=""),
        opens=_("No case: the list of meetings"),
        labels=[("held", _("Held")), ("cancelled", _("Cancelled"))],
    ),
    Measure(
        "disclosure-considered",
        _("Disclosure considered at the meeting"),
        _("Those whose minutes hold a decision about disclosure"),
        _(
            "Each case of each meeting that took place counts once; without a decision, when its minutes are past their day."
        ),
        Flow(
            AgendaItem,
            discussed,
            area="meeting__area",
            by={"level": "meeting__level"},
            part=Q(decision__isnull=False) & ~Q(decision__disclosure=""),
        ),
        denominator=_("Cases discussed at level 2 and 3 meetings of the month"),
        unit=_("per cent"),
        standards=("kpi_disclosure_percent",),
        source=GUIDANCE_KPI,
        better="more",
    ),
    Measure(
        "attendance",
        _("Attendance"),
        _("Those where the agency came: present, by deputy, or for a part"),
        _(
            "By agency and level, and by how it was. Who left for a conflict of interest is counted neither way; a meeting "
            "whose attendance was not taken is not counted."
        ),
        Flow(
            Invitation,
            with_attendance,
            area="item__meeting__area",
            by={**OF_AN_INVITATION, "detail": "attendance"},
            part=Q(attendance__in=Invitation.CAME),
            case="item__offender",
        ),
        denominator=_("Invitations of an agency for a case to meetings of the month with attendance taken"),
        unit=_("per cent"),
        standards=("kpi_ra_attendance_percent", "kpi_dtc_attendance_percent"),
        source=GUIDANCE_KPI,
        better="more",
        labels=[(value, label) for value, label in Invitation.Attendance.choices if value != "conflict"],
    ),
    Measure(
        "arrivals-on-time",
        _("Arrived before the case began"),
        _("Those who had arrived when the item began"),
        _("Only where both times were written down."),
        Flow(
            Invitation,
            timed,
            area="item__meeting__area",
            by=OF_AN_INVITATION,
            part=Q(arrived_at__lte=F("item__started_at")),
            case="item__offender",
        ),
        denominator=_("Agencies that came for a case, at meetings of the month"),
        unit=_("per cent"),
        better="more",
    ),
    Measure(
        "information-on-time",
        _("Information sent on time"),
        _("Those where the agency sent what it knows, or that it knows nothing, by the day"),
        _(
            "The first time that it was sent counts. Invitations that were declined and meetings that were cancelled do not."
        ),
        Flow(
            Invitation,
            asked_for_information,
            area="item__meeting__area",
            by=OF_AN_INVITATION,
            part=Q(sent_on__lte=F("information_due_on")),
            case="item__offender",
        ),
        denominator=_("Invitations whose information was due in the month, and was sent or is past its day"),
        unit=_("per cent"),
        source=_("MAPPA Guidance chapter 13 (information before the meeting)"),
        better="more",
    ),
    Measure(
        "minutes-on-time",
        _("Minutes approved on time"),
        _("Those approved by the day on which they were due"),
        _("By the level of the meeting."),
        Flow(Meeting, due_minutes, by={"level": "level"}, part=Q(approved_on__lte=F("minutes_due_on")), case=""),
        denominator=_("Minutes due in the month that were approved or are past their day"),
        unit=_("per cent"),
        standards=("kpi_minutes_percent",),
        source=GUIDANCE_KPI,
        better="more",
        opens=_("No case: the list of meetings"),
    ),
]
