"""One person's way to a release: each step with its day, what the record shows, and what slips when it is late."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from agencies import working_days
from agencies.access import Perm, allowed
from agencies.models import User
from agencies.models.standard import value
from mappa import dates
from mappa.templatetags.mappa import long_date
from offenders.models import ContactScheme, Offender, VictimContact
from offenders.visibility import scope_of
from panels.actions.referrals import FIRST_MEETING
from panels.models import AgendaItem, Meeting, Referral
from reviews.models import ReleaseEntry
from reviews.release import steps
from reviews.release.dates import Release
from reviews.release.steps import Figures, Step

Level = Offender.Level
WEEK, ROOM = timedelta(weeks=1), timedelta(days=400)
SCREENING, ANSWER_WEEKS = "screening_working_days", "victim_answer_weeks"


class Gap(NamedTuple):
    """How long a step takes from the end of the one before: working days of the area, or weeks."""

    days: int = 0
    weeks: int = 0

    def on_from(self, day: date, closed: working_days.Closed) -> date:
        later = day + self.weeks * WEEK
        return working_days.step(later, self.days, closed) if self.days else later

    def back_from(self, day: date, closed: working_days.Closed) -> date:
        earlier = day - self.weeks * WEEK
        return working_days.step(earlier, -self.days, closed) if self.days else earlier


@dataclass
class Planned:
    """One step. `on` is the day on which it was done, or is arranged for; without one it is still to be done. Of one that
    is closed the reader is told nothing.

    `expected` is the first day on which it can be done, by what comes before it; later than `due`, it slips.
    `because` names the step that makes it slip. `until` is the last day that makes nothing else slip.
    """

    slug: str
    title: str
    due: date
    after: tuple[tuple[str, Gap], ...] = ()
    on: date | None = None
    shown: str = ""
    is_done: bool = False
    is_needed: bool = True
    is_closed: bool = False
    expected: date | None = None
    because: str = ""
    until: date | None = None
    waiting: Sequence[str] = field(default_factory=tuple)

    @property
    def is_open(self) -> bool:
        return self.is_needed and not self.is_done

    @property
    def slips(self) -> bool:
        return self.is_open and self.expected is not None and self.expected > self.due

    @property
    def was_late(self) -> bool:
        return self.is_done and self.on is not None and self.on > self.due


def plan(offender: Offender, release: Release, user: User) -> list[Planned]:
    """The steps to a release that lies ahead, in their order.

    Whoever may not read of victims is not told by any other step whether one was spoken to: for him that step stands
    apart, and nothing waits for it.
    """
    today = dates.today()
    figures = steps.figures_for(user, today)
    known = _Known(offender, release.on, release.since(figures, offender.area_id), figures, user)
    found = [
        _referral(known),
        _level(known),
        _meeting(known),
        _by_record(known, steps.PREMISES, after=(("meeting", Gap()),)),
        _victims(known),
        _by_record(
            known,
            steps.LICENCE,
            after=(
                ("meeting", Gap()),
                ("premises", Gap()),
                ("victims", Gap(weeks=value(ANSWER_WEEKS, offender.area, today))),
            ),
        ),
        _by_record(known, steps.DISCLOSURE, after=(("meeting", Gap()),)),
        _by_record(known, steps.DWP, after=(("licence", Gap()),)),
    ]
    _reckon(found, today, known.closed)
    return found


@dataclass(frozen=True)
class _Known:
    """What every step is asked with."""

    offender: Offender
    release_on: date
    since: date
    figures: Figures
    user: User

    @cached_property
    def closed(self) -> working_days.Closed:
        return working_days.closed_days(self.offender.area, self.since - ROOM, self.release_on + ROOM)

    @cached_property
    def level(self) -> tuple[date, str] | None:
        """The day on which the level was decided for this release, and by what."""
        return self.shown(steps.LEVEL)

    @cached_property
    def screening(self) -> Gap:
        return Gap(days=value(SCREENING, self.offender.area, dates.today()))

    def due(self, step: Step) -> date:
        return step.before(self.release_on, self.figures.at(step.figure, self.offender.area_id))

    def shown(self, step: Step) -> tuple[date, str] | None:
        return next(iter(steps.shown_days(step, self.offender, self.user, self.since)), None)


def _referral(known: _Known) -> Planned:
    """Asked for where a higher level is; not where the lead agency keeps the case at level 1, or it is higher already."""
    due = known.screening.back_from(known.due(steps.LEVEL), known.closed)
    step = Planned("referral", _("Referral to a higher level"), due)
    sent = Referral.objects.visible_to(known.user).sent().filter(offender=known.offender)
    last = sent.filter(made_at__date__gte=known.since).order_by("-made_at").first()
    if last is not None and last.made_at:
        step.on, step.is_done, step.shown = timezone.localdate(last.made_at), True, _("Sent")
    elif known.offender.level > Level.ORDINARY:
        step.is_needed, step.shown = False, _("Managed at level %s already") % known.offender.level
    elif known.level:
        step.is_needed, step.shown = False, _("Kept at level 1")
    return step


def _level(known: _Known) -> Planned:
    step = Planned("level", str(steps.LEVEL.title), known.due(steps.LEVEL), (("referral", known.screening),))
    if shown := known.level:
        step.on, step.is_done = shown[0], True
        step.shown = _("%(what)s, level %(level)s") % {"what": shown[1], "level": known.offender.level}
    return step


def _meeting(known: _Known) -> Planned:
    """The first meeting at a level that has meetings: by the day that the answer to the referral gave, or by the standard."""
    level = Level(max(known.offender.level, Level.ACTIVE))
    gap = Gap(days=value(FIRST_MEETING[level], known.offender.area, dates.today()))
    due = gap.on_from(known.due(steps.LEVEL), known.closed)
    step = Planned("meeting", _("First meeting"), due, (("level", gap),))
    if known.offender.level == Level.ORDINARY:
        if known.level:
            step.is_needed, step.shown = False, _("Level 1 has no meeting")
        return step
    rows = AgendaItem.objects.visible_to(known.user).filter(
        offender=known.offender, meeting__starts_at__date__gte=known.since
    )
    rows = rows.exclude(meeting__state=Meeting.State.CANCELLED).select_related("meeting")
    first = rows.order_by("meeting__starts_at").first()
    if first is not None:
        step.on, step.is_done = first.meeting.held_on, first.meeting.starts_at <= timezone.now()
        step.shown = _("Held") if step.is_done else _("Arranged")
    elif not _sees_meetings(known):
        step.is_closed = True
    return step


def _sees_meetings(known: _Known) -> bool:
    """Agencies of elsewhere see those to which they are invited: that they see none does not mean that there is none."""
    scope = scope_of(known.user)
    return scope.everything or known.offender.area_id in scope.areas


def _by_record(known: _Known, step: Step, *, after: tuple[tuple[str, Gap], ...]) -> Planned:
    """A step that a row of the record shows, or somebody's word."""
    planned = Planned(step.slug, str(step.title), known.due(step), after)
    if shown := known.shown(step):
        planned.on, planned.shown, planned.is_done = shown[0], shown[1], True
        return planned
    said = _last_word(known, step) if step.by_hand else None
    if said is None or said.outcome == ReleaseEntry.Outcome.TO_DO:
        return planned
    planned.on, planned.shown = said.on, said.words
    planned.is_done = said.outcome == ReleaseEntry.Outcome.DONE
    planned.is_needed = planned.is_done
    return planned


def _last_word(known: _Known, step: Step) -> ReleaseEntry | None:
    rows = ReleaseEntry.objects.visible_to(known.user).filter(offender=known.offender, step=step.slug)
    found: ReleaseEntry | None = rows.filter(at__date__gte=known.since).order_by("-at", "-pk").first()
    return found


def _victims(known: _Known) -> Planned:
    """Every victim of the contact scheme was spoken to on the way. Whether there is one is told to few."""
    weeks = known.figures.at(steps.VICTIM_WEEKS, known.offender.area_id)
    step = Planned("victims", _("Victim contact"), known.release_on - weeks * WEEK)
    if not allowed(known.user, Perm.VIEW_VICTIMS, on=known.offender):
        step.is_closed = True
        return step
    schemes = ContactScheme.objects.visible_to(known.user).running().filter(offender=known.offender)
    victims = set(schemes.values_list("victim", flat=True))
    if not victims:
        step.is_needed, step.shown = False, _("Nobody is in the contact scheme")
        return step
    spoken = VictimContact.objects.visible_to(known.user).filter(
        victim__in=victims, kind__in=steps.SPOKEN, on__gte=known.since
    )
    first: dict[int, date] = {}
    for victim, on in spoken.order_by("on").values_list("victim", "on"):
        first.setdefault(victim, on)
    step.is_done = first.keys() == victims
    step.on = max(first.values()) if step.is_done else None
    words = _("%(spoken)s of %(all)s spoken to") % {"spoken": len(first), "all": len(victims)}
    step.shown = words if first else ""
    return step


# What slips


def _reckon(found: Sequence[Planned], today: date, closed: working_days.Closed) -> None:
    """When each step can be done at the earliest, and until when it may wait without making another slip."""
    steps_by_slug = {step.slug: step for step in found}
    for step in found:
        bound, by = _bound(step, steps_by_slug, closed)
        if not step.is_needed:
            step.expected = bound
        elif step.on is not None:
            step.expected = step.on
        elif not step.is_closed:
            step.expected = max(step.due, bound or step.due, today)
            if bound is not None and bound == step.expected > step.due and by is not None:
                step.because = by.title
    for step in found:
        if step.is_open and step.on is None and not step.is_closed:
            _waits(step, found, closed)


def _bound(
    step: Planned, others: dict[str, Planned], closed: working_days.Closed
) -> tuple[date | None, Planned | None]:
    """The first day that the steps before it leave, and the one that leaves no earlier one."""
    bounds = []
    for slug, gap in step.after:
        other = others[slug]
        # Through a step that is not needed, the one before it is waited for.
        if other.expected is not None:
            day = gap.on_from(other.expected, closed) if other.is_needed else other.expected
            bounds.append((day, other.slug))
    if not bounds:
        return None, None
    day, slug = max(bounds)
    return day, others[slug]


def _waits(step: Planned, found: Sequence[Planned], closed: working_days.Closed) -> None:
    """Which open steps wait for this one, and the last day on which it makes none of them slip."""
    followers = [
        (other, gap)
        for other in found
        for slug, gap in other.after
        if slug == step.slug and other.is_open and other.on is None and not other.is_closed
    ]
    step.waiting = [other.title for other, _gap in followers]
    step.until = min((gap.back_from(other.due, closed) for other, gap in followers), default=None)


def in_words(step: Planned, release_on: date) -> list[str]:
    """What slips if this is late, or what has slipped already."""
    if not step.is_open or step.is_closed:
        return []
    said = []
    if step.slips and step.expected:
        words = _("Moves from %(due)s to %(expected)s at the earliest.")
        if step.because:
            words = _("Moves from %(due)s to %(expected)s at the earliest, because of “%(step)s”.")
        said.append(words % {"due": long_date(step.due), "expected": long_date(step.expected), "step": step.because})
        if step.expected > release_on:
            said.append(_("That is after the release."))
    if step.waiting and step.until:
        is_late = step.slips or step.until < dates.today()
        words = _("These wait for it: %(steps)s.") if is_late else _("After %(day)s these slip: %(steps)s.")
        said.append(words % {"day": long_date(step.until), "steps": ", ".join(step.waiting)})
    return said
