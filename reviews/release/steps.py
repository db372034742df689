"""The steps that the record itself shows, asked of many cases at once: when each is due, and what shows it to be done.

The deadlines (reviews/deadlines/release.py) and the page of one person (reviews/release/plan.py) are readings of these.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import (
    Case,
    DateField,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Greatest, TruncDate
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.models import Standard, User
from agencies.models.standard import value
from disclosures.models import DisclosureDecision
from mappa import dates
from offenders.actions.whereabouts import HELD
from offenders.models import (
    ContactScheme,
    KeyDate,
    LevelPeriod,
    LicenceCondition,
    Offender,
    PremisesProposal,
    Review,
    VictimContact,
    WhereaboutsPeriod,
)
from offenders.models.licence import STANDARD
from offenders.visibility import beside_scope
from panels.models import Referral
from reviews.models import ReleaseEntry

Words = str | Promise
Where = Offender.Whereabouts
KeyKind = KeyDate.Kind
FREE = (Where.COMMUNITY, Where.ABROAD)
# By these the sentence itself releases; by the others the Parole Board may, or may not.
CERTAIN = (
    KeyKind.EARLIEST_RELEASE,
    KeyKind.CONDITIONAL_RELEASE,
    KeyKind.AUTOMATIC_RELEASE,
    KeyKind.HOME_DETENTION_CURFEW,
)
LEVEL_MONTHS, WINDOW_MONTHS = "drift_release_months", "drift_level_set_months"
VICTIM_WEEKS = "release_victim_weeks"
# By these somebody spoke with the victim.
SPOKEN = (
    VictimContact.Kind.CONTACT,
    VictimContact.Kind.INFORMATION,
    VictimContact.Kind.OPTED_IN,
    VictimContact.Kind.OPTED_OUT,
)


class Proof(NamedTuple):
    """Rows of a table that show a step to be done, the day of each, and what it is called."""

    rows: Callable[[], Any]
    day: Any
    words: Words


@dataclass(frozen=True)
class Step:
    """One step: so many months or weeks before the release by a standard, and done when one of the proofs is there.

    What the record cannot show, somebody says by hand (`ReleaseEntry`), as far as `by_hand` lets him.
    """

    slug: str
    title: Words
    figure: str
    unit: str  # "month" or "week"
    proofs: tuple[Proof, ...]
    by_hand: tuple[str, ...] = ()

    def before(self, release_on: date, number: int) -> date:
        """The day on which it is due. `in_sql` says the same to the database."""
        if self.unit == "month":
            return dates.add_months(release_on, -number)
        return release_on - timedelta(weeks=number)


def _decided() -> Any:
    return Referral.objects.filter(outcome__in=[Referral.Outcome.ACCEPTED, Referral.Outcome.KEPT])


def _moved() -> Any:
    # The level with which everybody is registered is nobody's decision about a release.
    return LevelPeriod.objects.filter(from_on__gt=TruncDate("offender__registered_at"))


def _proposed() -> Any:
    return PremisesProposal.objects.filter(withdrawn_on__isnull=True)


def _conditions() -> Any:
    # The standard conditions come with every licence.
    return LicenceCondition.objects.standing().exclude(wording__group__in=STANDARD)


Outcome = ReleaseEntry.Outcome
LEVEL = Step(
    "level",
    _("Level set"),
    LEVEL_MONTHS,
    "month",
    (
        Proof(lambda: Review.objects.filter(held_on__isnull=False), F("held_on"), _("Reviewed")),
        Proof(_decided, TruncDate("decided_at"), _("Referral answered")),
        Proof(_moved, F("from_on"), _("Level begun")),
    ),
)
PREMISES = Step(
    "premises",
    _("Approved premises proposed"),
    "release_premises_weeks",
    "week",
    (Proof(_proposed, F("proposed_on"), _("Proposed")),),
    (Outcome.NOT_NEEDED,),
)
LICENCE = Step(
    "licence",
    _("Licence conditions proposed"),
    "release_licence_weeks",
    "week",
    (Proof(_conditions, F("added_on"), _("Condition recorded")),),
    (Outcome.DONE, Outcome.NOT_NEEDED),
)
DISCLOSURE = Step(
    "disclosure",
    _("Disclosure considered"),
    "release_disclosure_weeks",
    "week",
    (Proof(DisclosureDecision.objects.all, TruncDate("considered_at"), _("Considered")),),
)
DWP = Step(
    "dwp",
    _("Jobcentre Plus (DWP) notified"),
    "release_dwp_weeks",
    "week",
    (),
    (Outcome.DONE, Outcome.NOT_NEEDED),
)
STEPS = (LEVEL, PREMISES, LICENCE, DISCLOSURE, DWP)
BY_SLUG = {step.slug: step for step in STEPS}
NAMES = (*(step.figure for step in STEPS), WINDOW_MONTHS, VICTIM_WEEKS)


@dataclass(frozen=True)
class Figures:
    """The standards of every area on a day."""

    on: date
    national: dict[str, int]
    own: dict[str, dict[int, int]]

    def at(self, name: str, area: int) -> int:
        """The figure of an area. Raises UnknownStandardError."""
        found = self.own.get(name, {}).get(area, self.national.get(name))
        return value(name, None, self.on) if found is None else found

    def in_sql(self, name: str, area: str) -> Any:
        """The figure for the area at a path; null where none is in force."""
        national = Value(self.national.get(name), IntegerField())
        own = [When(**{area: each}, then=Value(number)) for each, number in self.own.get(name, {}).items()]
        return Case(*own, default=national) if own else national

    def known(self, rows: Any, name: str) -> Any:
        """Of rows with `falls_on`, those whose figure somebody has set: without one a step is due on no day, and
        everything else that falls due goes on."""
        return rows if name in self.national else rows.filter(falls_on__isnull=False)


def figures_for(user: User, on: date) -> Figures:
    """All figures of the steps: one query, and none more in the same request."""
    found: Figures = beside_scope(user, f"steps before release on {on}", lambda: _read(on))
    return found


def _read(on: date) -> Figures:
    rows = Standard.objects.filter(Q(until__isnull=True) | Q(until__gte=on), name__in=NAMES, from_on__lte=on)
    national: dict[str, int] = {}
    own: dict[str, dict[int, int]] = {}
    for row in rows.order_by("from_on"):
        if row.area_id is None:
            national[row.name] = int(row.value)
        else:
            own.setdefault(row.name, {})[row.area_id] = int(row.value)
    return Figures(on, national, own)


def before(day: Any, number: Any, unit: str) -> Func:
    """A day so many months or weeks before another, reckoned by the database."""
    joiner = f" - interval '1 {unit}' * "
    return Func(day, number, template="(%(expressions)s)::date", arg_joiner=joiner, output_field=DateField())


def leaving(user: User, on: date, figures: Figures) -> QuerySet[Any]:
    """The first day of release to come of everybody who is held, of the cases that the user sees.

    Annotated with `since`: what was decided before the person was last free, or longer ago than anybody decides for a
    release, is no step to this one.
    """
    rows = (
        KeyDate.objects.visible_to(user)
        .standing()
        .filter(
            kind__in=KeyDate.RELEASE,
            on__gte=on,
            offender__whereabouts__in=sorted(HELD),
            offender__ended_on__isnull=True,
        )
    )
    others = KeyDate.objects.standing().filter(offender=OuterRef("offender"), kind__in=KeyDate.RELEASE, on__gte=on)
    earlier = others.filter(Q(on__lt=OuterRef("on")) | Q(on=OuterRef("on"), pk__lt=OuterRef("pk")))
    window = before(F("on"), figures.in_sql(LEVEL_MONTHS, "offender__area"), "month")
    window = before(window, figures.in_sql(WINDOW_MONTHS, "offender__area"), "month")
    found: QuerySet[Any] = rows.filter(~Exists(earlier.order_by())).annotate(
        since=Greatest(last_free("offender"), window)
    )
    return found


def last_free(case: str) -> Subquery:
    """The day on which the person was last taken from freedom; none where that is not recorded."""
    free = WhereaboutsPeriod.objects.standing().filter(offender=OuterRef(case), kind__in=FREE, until__isnull=False)
    return Subquery(free.order_by("-until").values("until")[:1])


def not_done(step: Step, user: User, on: date) -> QuerySet[Any]:
    """The days of release to come for which a step is still to be done; due on `falls_on`."""
    figures = figures_for(user, on)
    rows: QuerySet[Any] = leaving(user, on, figures).select_related("offender")
    rows = rows.annotate(falls_on=before(F("on"), figures.in_sql(step.figure, "offender__area"), step.unit))
    rows = figures.known(rows, step.figure)
    for proof in step.proofs:
        shown = proof.rows().filter(offender=OuterRef("offender")).annotate(shown_on=proof.day)
        rows = rows.filter(~Exists(shown.filter(shown_on__gte=OuterRef("since")).order_by()))
    if not step.by_hand:
        return rows
    said = ReleaseEntry.objects.filter(offender=OuterRef("offender"), step=step.slug, at__date__gte=OuterRef("since"))
    rows = rows.annotate(said=Subquery(said.order_by("-at", "-pk").values("outcome")[:1]))
    return rows.filter(Q(said__isnull=True) | Q(said=Outcome.TO_DO))


def not_told(user: User, on: date) -> QuerySet[Any]:
    """Of the contact schemes that the user sees, those of victims to whom nobody has spoken on the way to the release."""
    figures = figures_for(user, on)
    day = leaving(user, on, figures).filter(offender=OuterRef("offender"))
    rows: QuerySet[Any] = ContactScheme.objects.visible_to(user).running()
    rows = rows.annotate(release_on=Subquery(day.values("on")[:1]), since=Subquery(day.values("since")[:1]))
    falls_on = before(F("release_on"), figures.in_sql(VICTIM_WEEKS, "offender__area"), "week")
    rows = figures.known(rows.filter(release_on__isnull=False).annotate(falls_on=falls_on), VICTIM_WEEKS)
    spoken = VictimContact.objects.filter(victim=OuterRef("victim"), kind__in=SPOKEN, on__gte=OuterRef("since"))
    return rows.filter(~Exists(spoken.order_by())).select_related("offender")


def passed(user: User, on: date) -> QuerySet[Any]:
    """The cases of people who are still held after the day on which the sentence released them, with no new one recorded.

    Due on that day, or on the day on which they were received again, by a recall perhaps.
    """
    of_case = KeyDate.objects.standing().filter(offender=OuterRef("pk"))
    coming = of_case.filter(kind__in=KeyDate.RELEASE, on__gte=on)
    last = of_case.filter(kind__in=CERTAIN, on__lt=on).order_by("-on").values("on")[:1]
    rows: QuerySet[Any] = Offender.objects.visible_to(user).current().filter(whereabouts__in=sorted(HELD))
    rows = rows.annotate(passed_on=Subquery(last)).filter(~Exists(coming.order_by()), passed_on__isnull=False)
    found: QuerySet[Any] = rows.annotate(falls_on=Greatest(F("passed_on"), last_free("pk")))
    return found


def shown_days(step: Step, offender: Offender, user: User, since: date) -> Sequence[tuple[date, str]]:
    """What shows the step to be done on one case, the first day first."""
    found: list[tuple[date, str]] = []
    for proof in step.proofs:
        rows = proof.rows().visible_to(user).filter(offender=offender).annotate(shown_on=proof.day)
        days = rows.filter(shown_on__gte=since).order_by("shown_on").values_list("shown_on", flat=True)[:1]
        found += [(day, str(proof.words)) for day in days]
    return sorted(found)
