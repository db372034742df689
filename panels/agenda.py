"""The agenda as a page shows it: who, when, and who else should be on it."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TypedDict

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.models import User
from mappa import dates
from mappa.templatetags.mappa import clock, due_words, long_date
from offenders.models import Identifier, Offender
from panels.models import AgendaItem, Invitation, Meeting, Referral
from panels.models.meeting import starts

SUGGESTED = 25
# Who is due soon after a meeting belongs on it: the next one may be too late.
AHEAD = timedelta(weeks=4)
# An accepted referral that has waited longer than this shows in reviews that are due.
LOOK_BACK = timedelta(days=120)


class Row(TypedDict):
    """One line of the agenda."""

    number: int
    reference: str
    name: str
    crn: str
    starts: str
    minutes: int
    invited: int
    url: str
    is_first: bool
    is_last: bool


class Suggestion(TypedDict):
    """Someone who should be on the agenda, and why."""

    reference: str
    name: str
    crn: str
    reason: str


def times_of(meeting: Meeting) -> tuple[dict[int, datetime], datetime]:
    """When each item starts, by its key, and when the meeting ends."""
    timetable = AgendaItem.objects.timetable_of(meeting)
    begins = starts([minutes for _key, minutes in timetable], timezone.localtime(meeting.starts_at))
    ends = timezone.localtime(meeting.starts_at) + timedelta(minutes=sum(minutes for _key, minutes in timetable))
    return dict(zip((key for key, _minutes in timetable), begins, strict=True)), ends


def rows_of(meeting: Meeting, user: User) -> tuple[list[Row], str]:
    """The agenda as far as the user sees it, and when the meeting ends."""
    items = list(meeting.items.visible_to(user).select_related("offender"))
    begins, ends = times_of(meeting)
    numbers = crns((item.offender_id for item in items), user)
    invited: dict[int, int] = {}
    for key in Invitation.objects.of_meeting(meeting).values_list("item", flat=True):
        invited[key] = invited.get(key, 0) + 1
    rows = [
        Row(
            number=number,
            reference=item.reference,
            name=item.offender.full_name,
            crn=numbers.get(item.offender_id, ""),
            starts=clock(begins[item.pk]),
            minutes=item.minutes,
            invited=invited.get(item.pk, 0),
            url=item.get_absolute_url(),
            is_first=number == 1,
            is_last=number == len(items),
        )
        for number, item in enumerate(items, start=1)
    ]
    return rows, clock(ends)


def crns(cases: Iterable[int], user: User) -> dict[int, str]:
    """The CRN of each case, by the case's key."""
    rows = Identifier.objects.visible_to(user).filter(kind=Identifier.Kind.CRN, offender__in=list(cases))
    return dict(rows.values_list("offender", "value"))


def suggestions(meeting: Meeting, user: User) -> list[Suggestion]:
    """People of the meeting's level who are due, overdue, or accepted and not yet discussed; the most urgent first."""
    planned = Q(meeting__state=Meeting.State.PLANNED, meeting__starts_at__gte=timezone.now())
    items = AgendaItem.objects.visible_to(user).filter(planned | Q(meeting=meeting), meeting__area=meeting.area)
    accepted = _accepted(meeting, user)
    wanted = Q(next_review_on__lte=meeting.held_on + AHEAD) | Q(pk__in=list(accepted))
    cases = Offender.objects.visible_to(user).current().filter(wanted, area=meeting.area, level=meeting.level)
    cases = cases.exclude(pk__in=list(items.values_list("offender", flat=True)))
    found = list(cases.order_by("next_review_on", "pk")[:SUGGESTED])
    numbers = crns((case.pk for case in found), user)
    return [
        Suggestion(
            reference=case.reference,
            name=case.full_name,
            crn=numbers.get(case.pk, ""),
            reason=_why(case, accepted.get(case.pk)),
        )
        for case in found
    ]


def _accepted(meeting: Meeting, user: User) -> dict[int, date]:
    """Cases accepted at the meeting's level that no meeting has discussed since, with the day."""
    since = AgendaItem.objects.visible_to(user).filter(
        offender=OuterRef("offender"), meeting__starts_at__gt=OuterRef("decided_at")
    )
    since = since.exclude(meeting__state=Meeting.State.CANCELLED)
    referrals = Referral.objects.visible_to(user).filter(
        area=meeting.area,
        level=meeting.level,
        outcome=Referral.Outcome.ACCEPTED,
        decided_at__gte=timezone.now() - LOOK_BACK,
    )
    rows = referrals.filter(~Exists(since)).values_list("offender", "decided_at")
    return {case: timezone.localtime(at).date() for case, at in rows if at is not None}


def _why(case: Offender, accepted_on: date | None) -> str:
    if accepted_on is not None:
        words = _("New: accepted at level %(level)s on %(day)s")
        return words % {"level": case.level, "day": long_date(accepted_on)}
    words = due_words(case.next_review_on, dates.today())
    return _("Review: %s") % f"{words[:1].lower()}{words[1:]}"
