"""The summary that begins a week: for managers how their team does, and for the board what is late. Numbers only.

Like the morning's message it is posted without words, and counts when it is sent, by the rules that fill each colleague's own
"My work", of what the manager himself sees.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies import outbox, working_days
from agencies.access import memberships
from agencies.models import Agency, Area, Delegation, Membership, MessageChoice, OutboxMessage, Rank, User
from agencies.models.user import system_user
from agencies.outbox import Words, marked
from agencies.teams import people_of
from mappa import dates
from offenders.visibility import one_scope
from reviews.deadlines import BY_SLUG, KINDS
from reviews.deadlines.parts import OFFICERS, R
from reviews.escalation import Day, Rung
from reviews.lines import lines_of
from reviews.message_words import end, link
from reviews.messages import MORNING

WRITER = "weekly"
WEEK = timedelta(days=6)
# Told to the board as one: that some prompts rest on a victim is of the compartment.
AS = {"prompt-apart": "prompt"}


def post_weeks(*, now: datetime) -> int:
    """Put this week's summary of each manager and board member in the outbox, once a week; how many.

    On the first working day from seven on, and if nobody was there to do it, on a later one.
    """
    here = timezone.localtime(now)
    if here.time() < MORNING:
        return 0
    return sum(_post(user, here.date()) for user in _without_summary(here.date()))


def weekly_key(user: int, on: date) -> str:
    year, week, _day = on.isocalendar()
    return f"weekly:{user}:{year}-{week:02}"


def _without_summary(on: date) -> Iterator[User]:
    """Whoever manages or sits on a board where it is a working day, wants a summary, and has none of this week."""
    areas = working_days.areas_at_work(on)
    managing = Q(role__in=OFFICERS, rank__order__gte=Rank.MANAGER)
    held = Membership.objects.in_force(on).filter(managing | Q(role=R.BOARD_MEMBER), agency__area__in=areas)
    people = set(held.filter(user__mail_returned_at__isnull=True).values_list("user", flat=True))
    people -= set(MessageChoice.objects.filter(weekly=False).values_list("user", flat=True))
    keys = [weekly_key(user, on) for user in people]
    people -= set(OutboxMessage.objects.filter(key__in=keys).values_list("to", flat=True))
    yield from User.objects.filter(pk__in=people).order_by("pk")


@transaction.atomic
def _post(user: User, on: date) -> int:
    return int(outbox.post_unwritten(key=weekly_key(user.pk, on), to=user, writer=WRITER) is not None)


def write(message: OutboxMessage) -> Words | None:
    """The words of a summary, now; nothing for whoever neither manages nor sits on a board any more."""
    user, on = message.to, dates.today()
    with one_scope():
        parts = [*_of_teams(user, on), *_of_boards(user, on)]
    if not parts:
        return None
    return Words(marked(_("The week ahead, in numbers")), "\n\n".join([*parts, end()]))


@dataclass(frozen=True)
class Team:
    """How the people of an agency do: numbers."""

    overdue: int
    this_week: int
    oldest: date | None
    stand_ins_ending: int


def _of_teams(user: User, on: date) -> list[str]:
    managed = {
        m.agency_id: m.agency for m in memberships(user) if R(m.role_id) in OFFICERS and m.rank_order >= Rank.MANAGER
    }
    agencies = sorted(managed.values(), key=lambda agency: agency.name)
    parts = [_team_words(agency, team_of(agency, user, on), on) for agency in agencies]
    return [*parts, link(_("Open your team"), reverse("reviews:team"))] if parts else []


def team_of(agency: Agency, manager: User, on: date) -> Team:
    """Counted as each colleague's My work is, of what the manager sees: what is two people's once, and personal matters not at all.

    Each is asked by himself: a rule for all of them at once grows with the square of the team, for what one has left behind names
    the others.
    """
    people = list(people_of([agency], on))
    lines = {line for person in people for line in lines_of(person, on, until=on + WEEK, seen_by=manager)}
    dues = [line.due for line in lines if KINDS[line.kind].climbs and KINDS[line.kind].stages]
    late = [due for due in dues if due < on]
    ending = Delegation.objects.in_force(on).filter(person__in=people, until__lte=on + WEEK)
    return Team(len(late), len(dues) - len(late), min(late, default=None), ending.count())


def _team_words(agency: Agency, team: Team, on: date) -> str:
    lines = [agency.name.upper(), _("Overdue: %s") % team.overdue]
    if team.oldest:
        closed = working_days.closed_days(agency.area, team.oldest, on)
        days = working_days.between(team.oldest, on, closed)
        lines.append(ngettext("The oldest by %s working day", "The oldest by %s working days", days) % days)
    lines += [_("Due this week: %s") % team.this_week, _("Stand-ins that end this week: %s") % team.stand_ins_ending]
    return "\n".join(lines)


def _of_boards(user: User, on: date) -> list[str]:
    """What is late past the board's standard in each area of whose board he is a member, by kind."""
    areas = {m.agency.area_id: m.agency.area for m in memberships(user) if m.role_id == R.BOARD_MEMBER}
    if not areas:
        return []
    day = Day.of(on)
    parts = [_board_words(area, late_in(area, day)) for area in sorted(areas.values(), key=lambda area: area.name)]
    return [*parts, link(_("Open the board"), reverse("reviews:board"))]


def late_in(area: Area, day: Day) -> Counter[str]:
    """What has climbed to the board of an area, by kind: every row, whoever sees it, and so numbers only.

    Counted by the database: each member's summary asks it while mail waits behind it.
    """
    found: Counter[str] = Counter()
    latest = day.latest(area.pk, Rung.BOARD)
    if latest is None:
        return found
    for kind in KINDS:
        if kind.climbs and kind.stages:
            rows = kind.open(system_user()).filter(**{kind.area: area.pk, f"{kind.due}__lte": latest})
            found[str(BY_SLUG[AS.get(kind.slug, kind.slug)].title)] += rows.order_by().count()
    return +found


def _board_words(area: Area, late: Counter[str]) -> str:
    heading = _("Late in %s, and passed up to the board") % area.name
    numbers: Sequence[str] = [f"{what}: {number}" for what, number in sorted(late.items())]
    return "\n".join([heading.upper(), *(numbers or [_("Nothing")])])
