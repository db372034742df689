"""Who should be on the agenda of a meeting, and why: docs/panels/agenda.md says the rules in plain words."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import IntEnum
from typing import TypedDict

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.models import User
from agencies.models.standard import value
from mappa import dates
from mappa.templatetags.mappa import due_words, long_date
from offenders.models import KeyDate, Offender
from panels.agenda import crns
from panels.models import Action, AgendaItem, Meeting, Referral

SUGGESTED = 25
# Who is due soon after a meeting belongs on it: the next one may be too late.
AHEAD = timedelta(weeks=4)
# An accepted referral, or a meeting that left a case open, longer ago than this shows in reviews that are due.
LOOK_BACK = timedelta(days=120)
# By these the person may be out, or somebody decides whether he is.
RELEASE = (*KeyDate.RELEASE, KeyDate.Kind.PAROLE_HEARING, KeyDate.Kind.TRIBUNAL_HEARING)
INSIDE = (Offender.Whereabouts.CUSTODY, Offender.Whereabouts.HOSPITAL, Offender.Whereabouts.DETENTION)


class Reason(IntEnum):
    """Why a case is proposed, the most urgent first."""

    OVERDUE = 1
    CARRIED_OVER = 2
    NEW = 3
    RELEASE = 4
    DUE = 5
    LATE_ACTIONS = 6


class Suggestion(TypedDict):
    """Someone who should be on the agenda, and why."""

    reference: str
    name: str
    crn: str
    reason: str
    reasons: list[str]


@dataclass
class _Why:
    """The reasons for one case, each with the day that makes it more or less urgent."""

    reasons: list[tuple[Reason, date, str]] = field(default_factory=list)

    def add(self, reason: Reason, day: date, words: str) -> None:
        self.reasons.append((reason, day, words))

    @property
    def urgency(self) -> tuple[int, date]:
        reason, day, _words = min(self.reasons)
        return reason, day


def suggestions(meeting: Meeting, user: User) -> tuple[list[Suggestion], int]:
    """People of the meeting's level and area who should be on it, the most urgent first, and how many more there are."""
    found = _reasons(meeting, user)
    taken = _on_an_agenda(meeting, user, found)
    order = sorted((case for case in found if case not in taken), key=lambda case: (found[case].urgency, case))
    shown = order[:SUGGESTED]
    cases = {case.pk: case for case in Offender.objects.visible_to(user).filter(pk__in=shown)}
    numbers = crns(shown, user)
    rows = []
    for key in shown:
        words = [words for _reason, _day, words in sorted(found[key].reasons)]
        case = cases[key]
        rows.append(
            Suggestion(
                reference=case.reference,
                name=case.full_name,
                crn=numbers.get(key, ""),
                reason=". ".join(words),
                reasons=words,
            )
        )
    return rows, len(order) - len(shown)


def _reasons(meeting: Meeting, user: User) -> dict[int, _Why]:
    """Every case of the level and area with a reason: one query for each kind of reason."""
    found: dict[int, _Why] = {}
    cases = Offender.objects.visible_to(user).current().filter(area=meeting.area_id, level=meeting.level)
    for finder in (_due, _accepted, _released, _carried_over, _late):
        for case, reason, day, words in finder(meeting, user):
            found.setdefault(case, _Why()).add(reason, day, words)
    # What a meeting or a referral names may have left the level, the area or MAPPA since.
    still = set(cases.filter(pk__in=list(found)).order_by().values_list("pk", flat=True))
    return {case: why for case, why in found.items() if case in still}


Found = Iterable[tuple[int, Reason, date, str]]


def _due(meeting: Meeting, user: User) -> Found:
    today = dates.today()
    cases = Offender.objects.visible_to(user).current().filter(area=meeting.area_id, level=meeting.level)
    for case, day in cases.review_due(meeting.held_on + AHEAD).order_by().values_list("pk", "next_review_on"):
        if day is None:
            continue
        words = due_words(day, today)
        reason = Reason.OVERDUE if day < today else Reason.DUE
        yield case, reason, day, _("Review: %s") % f"{words[:1].lower()}{words[1:]}"


def _accepted(meeting: Meeting, user: User) -> Found:
    """Cases accepted at the meeting's level that no meeting has discussed since."""
    since = AgendaItem.objects.visible_to(user).filter(
        offender=OuterRef("offender"), meeting__starts_at__gt=OuterRef("decided_at")
    )
    since = since.exclude(meeting__state=Meeting.State.CANCELLED)
    referrals = Referral.objects.visible_to(user).filter(
        offender__area=meeting.area_id,
        level=meeting.level,
        outcome=Referral.Outcome.ACCEPTED,
        decided_at__gte=timezone.now() - LOOK_BACK,
    )
    for case, at in referrals.filter(~Exists(since)).order_by().values_list("offender", "decided_at"):
        day = timezone.localtime(at).date()
        words = _("New: accepted at level %(level)s on %(day)s")
        yield case, Reason.NEW, day, words % {"level": meeting.level, "day": long_date(day)}


def _released(meeting: Meeting, user: User) -> Found:
    """Whoever is in custody or hospital, and may be out or is heard within the weeks of the standard from the meeting."""
    weeks = value("agenda_release_weeks", meeting.area, dates.today())
    rows = KeyDate.objects.visible_to(user).standing()
    rows = rows.filter(
        kind__in=RELEASE,
        on__gte=dates.today(),
        on__lte=meeting.held_on + timedelta(weeks=weeks),
        offender__area=meeting.area_id,
        offender__level=meeting.level,
        offender__ended_on__isnull=True,
        offender__whereabouts__in=INSIDE,
    )
    seen = set()
    for case, kind, day in rows.order_by("on", "pk").values_list("offender", "kind", "on"):
        if case not in seen:  # the first of several says enough
            seen.add(case)
            words = _("%(kind)s on %(day)s")
            yield case, Reason.RELEASE, day, words % {"kind": KeyDate.Kind(kind).label, "day": long_date(day)}


def _carried_over(meeting: Meeting, user: User) -> Found:
    """Cases whose last meeting was cancelled, or ended without a decision about them."""
    now, cancelled = timezone.now(), Meeting.State.CANCELLED
    rows = AgendaItem.objects.visible_to(user).filter(
        Q(meeting__starts_at__lt=now) | Q(meeting__state=cancelled),
        meeting__area=meeting.area_id,
        meeting__level=meeting.level,
        meeting__starts_at__gte=now - LOOK_BACK,
    )
    undecided = ExpressionWrapper(Q(decision__isnull=True), BooleanField())
    rows = rows.exclude(meeting=meeting).order_by("meeting__starts_at", "pk")
    last: dict[int, tuple[datetime, str, bool]] = {}
    for case, starts_at, state, is_open in rows.values_list(
        "offender", "meeting__starts_at", "meeting__state", undecided
    ):
        last[case] = starts_at, state, is_open
    for case, (starts_at, state, is_open) in last.items():
        if is_open:
            day = timezone.localtime(starts_at).date()
            words = (
                _("The meeting on %s was cancelled") if state == cancelled else _("Not finished at the meeting on %s")
            )
            yield case, Reason.CARRIED_OVER, day, words % long_date(day)


def _late(meeting: Meeting, user: User) -> Found:
    today = dates.today()
    rows = Action.objects.visible_to(user).open()
    rows = rows.filter(area=meeting.area_id, due_on__lt=today, offender__level=meeting.level)
    late: Counter[int] = Counter()
    first: dict[int, date] = {}
    for case, due_on in rows.order_by("due_on", "pk").values_list("offender", "due_on"):
        late[case] += 1
        first.setdefault(case, due_on)
    for case, count in late.items():
        words = ngettext(
            "%(count)s action late since %(day)s", "%(count)s actions late, the oldest since %(day)s", count
        )
        yield case, Reason.LATE_ACTIONS, first[case], words % {"count": count, "day": long_date(first[case])}


def _on_an_agenda(meeting: Meeting, user: User, cases: Iterable[int]) -> set[int]:
    """Cases that are on this agenda, or on that of another meeting to come."""
    planned = Q(meeting__state=Meeting.State.PLANNED, meeting__starts_at__gte=timezone.now())
    items = AgendaItem.objects.visible_to(user).filter(planned | Q(meeting=meeting), offender__in=list(cases))
    return set(items.order_by().values_list("offender", flat=True))
