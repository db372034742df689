"""What the person must do next under the notification requirements: one list from all that is recorded.

Nothing here reads the database. Facts go in, the law functions answer (offenders/law), and whoever records anything
settles the open deadlines to this list; so the order in which things were recorded makes no difference.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import date, timedelta

from offenders.law import deadlines, premises
from offenders.law.deadlines import AdvanceNotice, Deadline
from offenders.law.periods import Length, Stretch

SEXUAL, TERRORIST = "SOA2003", "CTA2008"
HOURS_IN_A_DAY = 24
# From detention somebody is released, and says so; from abroad somebody returns.
DETAINED = frozenset({"custody", "hospital", "immigration"})
# After each of these a year, or a week, begins anew (s.85(2)).
COUNTED = frozenset({"initial", "name", "address", "premises", "periodic", "release", "child", "money"})
EVENT_OF = {"name": "change_of_name", "address": "change_of_address"}
CIRCUMSTANCES = frozenset({"child", "money"})
CHANGES = frozenset(EVENT_OF) | CIRCUMSTANCES
# Which open duty a notification of a kind does, besides the initial and the periodic one.
DOES = {
    "initial": ("initial", "periodic", "release"),
    "periodic": ("periodic", "release"),
    "name": ("change", "periodic", "release"),
    "address": ("change", "periodic", "release"),
    "child": ("change", "periodic", "release"),
    "money": ("change", "periodic", "release"),
    "premises": ("premises", "periodic", "release"),
    "release": ("release", "periodic"),
    "travel_leave": ("travel_leave",),
    "travel_return": ("travel_return",),
}
# A figure of agencies.Standard on a day: the number and its citation; nothing where none was in force.
Figure = Callable[[str, date], tuple[int, str] | None]


@dataclass(frozen=True)
class Away:
    """Days that do not count; the last is the day of release or return, and nothing while it goes on."""

    kind: str
    first: date
    last: date | None = None
    escaped: bool = False  # it ended by an escape, which is no release


@dataclass(frozen=True)
class Given:
    """A notification: its kind, its day, and what it was about."""

    pk: int
    kind: str
    on: date
    requirement: int
    reference: str = ""
    about: int | None = None  # premises or a journey
    no_fixed_abode: bool = False
    happened_on: date | None = None
    expected_on: date | None = None
    not_happened_by: date | None = None
    said_on: date | None = None


@dataclass(frozen=True)
class Must:
    """A requirement: who, since when, until when, and how its reviews stand."""

    pk: int
    regime: str
    relevant_on: date
    last_day: date | None = None
    ended_on: date | None = None
    indefinite: bool = False
    under_18: bool = False
    detained_for_it: bool = False  # the sentence was custody or hospital
    is_applied: bool = False
    refused_on: date | None = None
    refused_until: date | None = None  # a later day that the determination set
    doubt: str = ""  # why a person must look whether it still stands
    doubt_until: date | None = None  # by when

    @property
    def ends(self) -> date | None:
        ends = [day for day in (self.last_day, self.ended_on) if day]
        return min(ends) if ends else None


@dataclass(frozen=True)
class Place:
    """Other premises with the stays there; without its last day a stay goes on."""

    pk: int
    reference: str
    stays: tuple[tuple[date, date | None], ...]


@dataclass(frozen=True)
class Journey:
    """Travel abroad."""

    pk: int
    reference: str
    leaves_on: date
    returned_on: date | None = None
    had_no_time: bool = False


@dataclass(frozen=True)
class Change:
    """A name used, or a home lived in, since a day, as the record of identity has it."""

    kind: str
    happened_on: date
    reference: str


@dataclass(frozen=True)
class Facts:
    """Everything recorded of one person."""

    musts: Sequence[Must]
    given: Sequence[Given] = ()
    away: Sequence[Away] = ()
    _: KW_ONLY
    places: Sequence[Place] = ()
    journeys: Sequence[Journey] = ()
    died: bool = False
    changes: Sequence[Change] = ()
    figure: Figure = field(default=lambda _name, _on: None)


@dataclass(frozen=True)
class Duty:
    """One thing to be done, by when, and on whose authority."""

    what: str
    regime: str
    requirement: int
    due_on: date
    authority: str
    explanation: str
    about: str = ""


def duties(facts: Facts) -> list[Duty]:
    """All that is to be done now, at most one of a kind, Act and thing that it is about: of several the earliest.

    Each journey, release, home or name, each of the other premises and each notice has its own deadline: what was missed
    hides none of the next.
    """
    first: dict[tuple[str, str, str], Duty] = {}
    for duty in sorted(_all(facts), key=lambda each: (each.due_on, each.requirement, each.about)):
        first.setdefault((duty.regime, duty.what, duty.about), duty)
    return list(first.values())


def _all(facts: Facts) -> Iterable[Duty]:
    for regime in (SEXUAL, TERRORIST):
        standing = [must for must in facts.musts if must.regime == regime and must.ended_on is None]
        yield from _checks(standing)
        if facts.died:
            continue  # nobody notifies for the dead: what is left is to record the end
        if standing:
            yield from _initial(facts, standing)
            yield from _periodic(facts, regime, standing)
            yield from _release(facts, regime, standing)
            yield from _notices(facts, regime, standing)
            yield from _changes(facts, regime, standing)
        if standing and regime == SEXUAL:
            yield from _premises(facts, standing)
            yield from _travel(facts, standing)
            yield from _reviews(facts, standing)


def _checks(standing: Sequence[Must]) -> Iterable[Duty]:
    """What a person must look at: nothing that begins by law is ended by the program."""
    for must in standing:
        if must.doubt and must.doubt_until:
            yield Duty("check", must.regime, must.pk, must.doubt_until, "Local practice", must.doubt)


def _duty(what: str, must: Must, deadline: Deadline, about: str = "") -> Duty:
    return Duty(what, must.regime, must.pk, deadline.due_on, deadline.authority, deadline.explanation, about)


# The time that counts.


def counts_from(day: date, away: Iterable[Away]) -> date | None:
    """The first day from `day` on that counts: itself, or the day of release or return; nothing while it goes on."""
    for stretch in sorted(away, key=lambda each: each.first):
        if stretch.first <= day and (stretch.last is None or day <= stretch.last):
            if stretch.last is None:
                return None
            day = stretch.last
    return day


def within(day: date, away: Sequence[Away], ask: Callable[[date], Deadline]) -> Deadline | None:
    """What the law answers for a day when days away do not count: asked again with the release or return."""
    start = counts_from(day, away)
    if start is None:
        return None
    deadline = ask(start)
    for stretch in sorted(away, key=lambda each: each.first):
        if start < stretch.first <= deadline.due_on:
            return None if stretch.last is None else within(stretch.last, away, ask)
    return deadline


def under(musts: Iterable[Must], day: date) -> Must | None:
    """The requirement under which something of a day is notified: of those that ran then, the one that lasts longest.

    Before the relevant date and after the last day nobody must notify, whatever is recorded of those days.
    """
    ran = [must for must in musts if must.relevant_on <= day and (must.ends is None or day <= must.ends)]
    return max(ran, key=lambda must: (must.ends or date.max, must.pk), default=None)


def _mine(facts: Facts, regime: str) -> list[Given]:
    of = {must.pk for must in facts.musts if must.regime == regime}
    return [given for given in facts.given if given.requirement in of]


def _counted(facts: Facts, regime: str) -> list[Given]:
    return [given for given in _mine(facts, regime) if given.kind in COUNTED]


# The duties.


def initial_deadline(facts: Facts, must: Must) -> Deadline | None:
    """Three days beginning with the relevant date (SOA s.83(1); CTA s.47). None while the person is away."""
    if must.regime == TERRORIST:
        return within(must.relevant_on, facts.away, deadlines.of_terrorist)
    return within(must.relevant_on, facts.away, lambda on: deadlines.of_event("conviction", on))


def _initial_of(facts: Facts, must: Must) -> date | None:
    return min((g.on for g in facts.given if g.kind == "initial" and g.requirement == must.pk), default=None)


def is_excused(facts: Facts, must: Must) -> bool:
    """Already subject when dealt with, having notified then, and subject throughout the three days (s.83(2))."""
    last = deadlines.THREE_DAYS.ends(must.relevant_on)
    for earlier in facts.musts:
        notified_on = _initial_of(facts, earlier)
        is_before = earlier.regime == must.regime and earlier.relevant_on < must.relevant_on
        if is_before and notified_on and notified_on <= must.relevant_on and (not earlier.ends or earlier.ends >= last):
            return True
    return False


def _initial(facts: Facts, standing: Sequence[Must]) -> Iterable[Duty]:
    for must in standing:
        if _initial_of(facts, must) is None and not is_excused(facts, must):
            deadline = initial_deadline(facts, must)
            if deadline:
                yield _duty("initial", must, deadline)


def periodic_deadline(facts: Facts, regime: str, last: Given) -> Deadline | None:
    """A year, or a week, after a notification (s.85; CTA s.49). None while the time that ended away runs on."""

    def ask(released_on: date | None) -> Deadline | None:
        if regime == TERRORIST:
            figure = facts.figure("terrorist_periodic_months", last.on)
            if figure is None:
                return None
            length, citation = Length(months=figure[0]), figure[1]
            return deadlines.by_standard("the last notification", length, last.on, citation)
        return deadlines.periodic(last.on, released_on=released_on, no_fixed_abode=last.no_fixed_abode)

    deadline = ask(None)
    if deadline is None or regime == TERRORIST:
        return deadline
    released_on = counts_from(deadline.due_on, facts.away)
    return ask(released_on) if released_on else None


def _periodic(facts: Facts, regime: str, standing: Sequence[Must]) -> Iterable[Duty]:
    last = max(_counted(facts, regime), key=lambda given: (given.on, given.pk), default=None)
    if last is None:
        return
    deadline = periodic_deadline(facts, regime, last)
    longest = max(standing, key=lambda must: (must.ends or date.max, must.pk))
    if deadline and (longest.ends is None or deadline.due_on <= longest.ends):
        yield _duty("periodic", longest, deadline)


def _release(facts: Facts, regime: str, standing: Sequence[Must]) -> Iterable[Duty]:
    """Each release from custody, detention or hospital since the first notification, until one is given (s.84(1)(d)).

    One that was cut short by another detention within its three days is asked about with the next release.
    """
    if regime == TERRORIST:
        return
    given = [each.on for each in _counted(facts, regime)]
    found: dict[date, Duty] = {}
    for day in sorted(a.last for a in facts.away if a.kind in DETAINED and not a.escaped and a.last):
        must = under(standing, day)
        if (
            must is None
            or day == must.relevant_on
            or not any(on < day for on in given)
            or any(on >= day for on in given)
        ):
            continue
        deadline = within(day, facts.away, lambda on: deadlines.of_event("release", on))
        if deadline:
            found[deadline.due_on] = _duty("release", must, deadline, day.isoformat())
    yield from found.values()


def change_deadline(facts: Facts, regime: str, kind: str, happened_on: date) -> Deadline | None:
    """Three days beginning with a change (SOA s.84(1); CTA s.48)."""
    if regime == TERRORIST:
        figure = facts.figure("terrorist_change_days", happened_on)
        if figure is None:
            return None
        days, citation = figure
        return deadlines.by_standard("the change", Length(days=days), happened_on, citation, beginning=True)
    if kind in CIRCUMSTANCES:
        return within(happened_on, facts.away, deadlines.of_circumstances)
    return within(happened_on, facts.away, lambda on: deadlines.of_event(EVENT_OF.get(kind, kind), on))


def advance(given: Given) -> AdvanceNotice | None:
    """What the law says of a notice given before a change, by what is known of it (s.84(2) to (4))."""
    if given.expected_on is None:
        return None
    if given.happened_on:
        return deadlines.advance_notice(given.expected_on, happened_on=given.happened_on)
    return deadlines.advance_notice(given.expected_on, not_happened_by=given.not_happened_by)


def say_by(given: Given) -> Deadline:
    """By when the person must say that a change told in advance has not come: until then the notice stands."""
    assert given.expected_on  # noqa: S101  only notices are asked about
    answer = deadlines.advance_notice(given.expected_on, not_happened_by=deadlines.THREE_DAYS.ends(given.expected_on))
    return Deadline(answer.due_on or given.expected_on, answer.authority, answer.explanation)


def _notices(facts: Facts, regime: str, standing: Sequence[Must]) -> Iterable[Duty]:
    if regime == TERRORIST:
        return
    musts = {must.pk: must for must in standing}
    for given in _mine(facts, regime):
        must = musts.get(given.requirement)
        if must is None or given.expected_on is None or given.kind not in CHANGES:
            continue
        if must.ends and given.expected_on > must.ends:
            continue  # expected when nobody must notify any more
        in_time = given.happened_on and given.happened_on <= deadlines.THREE_DAYS.ends(given.expected_on)
        if not in_time and given.said_on is None:
            yield _duty("advance", must, say_by(given), given.reference)
        answer = advance(given)
        recorded = any((c.kind, c.happened_on) == (given.kind, given.happened_on) for c in facts.changes)
        if given.happened_on and answer and not answer.notice_valid and not recorded and not _told_anew(facts, given):
            ran = under(standing, given.happened_on)
            deadline = change_deadline(facts, regime, given.kind, given.happened_on)
            if ran and deadline:
                yield _duty("change", ran, deadline, given.reference)


def _changes(facts: Facts, regime: str, standing: Sequence[Must]) -> Iterable[Duty]:
    """Another name or home since the first notification, and nothing notified that says so (s.84(1)(a) and (b); CTA s.48)."""
    given = _counted(facts, regime)
    first = min((each.on for each in given), default=None)
    for change in facts.changes:
        must = under(standing, change.happened_on)
        if must is None or first is None or change.happened_on <= first:
            continue
        if not any(_tells(each, change, facts.changes) for each in given):
            deadline = change_deadline(facts, regime, change.kind, change.happened_on)
            if deadline:
                yield _duty("change", must, deadline, change.reference)


def _tells(given: Given, change: Change, changes: Iterable[Change]) -> bool:
    """Whether a notification says that change: what is notified every year says all that holds by then (s.85(3)).

    What was told of one home tells of no other: of those recorded it is the one that began nearest to the day told.
    """
    if given.kind == change.kind and given.expected_on:
        return deadlines.advance_notice(given.expected_on, happened_on=change.happened_on).notice_valid
    if given.on < change.happened_on:
        return False
    if given.kind != change.kind or given.happened_on is None:
        return given.kind in {"initial", "periodic", change.kind}
    told = given.happened_on
    known = [each.happened_on for each in changes if each.kind == change.kind and each.happened_on <= given.on]
    return abs(change.happened_on - told) == min(abs(day - told) for day in known)


def _told_anew(facts: Facts, notice: Given) -> bool:
    """The change of a void notice was notified when it had come."""
    return any(
        g.pk != notice.pk and g.kind == notice.kind and g.expected_on is None and g.happened_on == notice.happened_on
        for g in facts.given
    )


def premises_deadline(facts: Facts, place: Place, since: date) -> Deadline | None:
    """Three days beginning with the day on which the qualifying period was reached (s.84(1)(c)); None before.

    Days before the relevant date, `since`, are left out: what was so then is part of the first notification (s.83(5)).
    """
    met_on = _qualifies_on(place, since)
    return within(met_on, facts.away, premises.notify_by) if met_on else None


def _qualifies_on(place: Place, since: date) -> date | None:
    # A stay that goes on reaches seven days if it does: that is what must be told in time.
    stays = [
        Stretch(max(first, since), last or max(first, since) + timedelta(days=premises.DAYS - 1))
        for first, last in place.stays
        if last is None or last >= since
    ]
    return premises.qualifying_period(stays).met_on


def _premises(facts: Facts, standing: Sequence[Must]) -> Iterable[Duty]:
    told = {given.about for given in facts.given if given.kind == "premises"}
    since = min(must.relevant_on for must in standing)
    for place in facts.places:
        met_on = _qualifies_on(place, since) if place.pk not in told else None
        must = under(standing, met_on) if met_on else None
        deadline = premises_deadline(facts, place, since)
        if must and deadline:
            yield _duty("premises", must, deadline, place.reference)


def leaving_deadline(facts: Facts, journey: Journey) -> Deadline | None:
    """So many days before leaving, or where that was not possible so many hours, counted as whole days (s.86)."""
    name = "travel_short_notice_hours" if journey.had_no_time else "travel_notice_days"
    figure = facts.figure(name, journey.leaves_on)
    if figure is None:
        return None
    number, citation = figure
    days = -(-number // HOURS_IN_A_DAY) if journey.had_no_time else number
    return deadlines.before_leaving(journey.leaves_on, days, citation)


def return_deadline(facts: Facts, journey: Journey) -> Deadline | None:
    """So many days after the return (s.86); None before it."""
    figure = facts.figure("travel_return_days", journey.returned_on) if journey.returned_on else None
    if figure is None or journey.returned_on is None:
        return None
    return deadlines.by_standard("the return", Length(days=figure[0]), journey.returned_on, figure[1])


def _travel(facts: Facts, standing: Sequence[Must]) -> Iterable[Duty]:
    """The return is notified by whoever had to give notice of leaving, while he must still notify (s.86)."""
    told = {(given.kind, given.about) for given in facts.given}
    for journey in facts.journeys:
        must = under(standing, journey.leaves_on)
        if must is None:
            continue
        leaving = leaving_deadline(facts, journey) if ("travel_leave", journey.pk) not in told else None
        if leaving:
            # Nobody could give notice before he had to.
            leaving = replace(leaving, due_on=max(leaving.due_on, must.relevant_on))
            yield _duty("travel_leave", must, leaving, journey.reference)
        still = under(standing, journey.returned_on) if journey.returned_on else None
        back = return_deadline(facts, journey) if ("travel_return", journey.pk) not in told else None
        if still and back:
            yield _duty("travel_return", still, back, journey.reference)


def first_after_release(facts: Facts, must: Must) -> date | None:
    """The notification from which an indefinite requirement counts to its review: the first after release (s.91B)."""
    given = sorted(g.on for g in _counted(facts, must.regime) if g.on >= must.relevant_on)
    if must.detained_for_it:
        spells = sorted(
            (a for a in facts.away if a.kind in DETAINED and (a.last is None or a.last >= must.relevant_on)),
            key=lambda each: each.first,
        )
        if spells:
            released_on = spells[0].last
            given = [day for day in given if released_on and day >= released_on]
    return given[0] if given else None


def review_deadline(facts: Facts, must: Must) -> Deadline | None:
    """The first day for asking that indefinite requirements end (s.91B); None where nothing counts yet."""
    if not must.indefinite or must.regime != SEXUAL:
        return None
    if must.refused_on:
        after = deadlines.next_review(must.refused_on)
        if must.refused_until and must.refused_until > after.due_on:
            return Deadline(must.refused_until, after.authority, after.explanation)
        return after
    first = first_after_release(facts, must)
    return deadlines.first_review(first, under_18=must.under_18) if first else None


def _reviews(facts: Facts, standing: Sequence[Must]) -> Iterable[Duty]:
    for must in standing:
        deadline = None if must.is_applied else review_deadline(facts, must)
        if deadline:
            yield _duty("review", must, deadline)


def deadline_of(facts: Facts, given: Given) -> Deadline | None:
    """Against which deadline a notification is measured; None where the law sets none, or none that can be told yet."""
    must = next(must for must in facts.musts if must.pk == given.requirement)
    if given.expected_on:
        return None
    if given.kind == "initial":
        return None if is_excused(facts, must) else initial_deadline(facts, must)
    if given.kind == "periodic":
        before = [g for g in _counted(facts, must.regime) if g.pk != given.pk and g.on <= given.on]
        last = max(before, key=lambda each: (each.on, each.pk), default=None)
        return periodic_deadline(facts, must.regime, last) if last else None
    if given.kind == "premises":
        place = next((place for place in facts.places if place.pk == given.about), None)
        return premises_deadline(facts, place, must.relevant_on) if place else None
    if given.kind in {"travel_leave", "travel_return"}:
        journey = next((journey for journey in facts.journeys if journey.pk == given.about), None)
        ask = leaving_deadline if given.kind == "travel_leave" else return_deadline
        return ask(facts, journey) if journey else None
    if given.happened_on is None or given.kind not in CHANGES | {"release"}:
        return None
    return change_deadline(facts, must.regime, given.kind, given.happened_on)
