"""The rules by which a case may have drifted from its level or its assessment, and the facts that they find.

Rules, never scores: docs/record/drift.md says them in plain words. Each is one question to the tables of the whole
country, leaves out what was prompted of or has been seen to since, and reads its rows a batch at a time.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, Protocol

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Count, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Greatest, TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.models import Area, User
from agencies.models.standard import RANKS, UnknownStandardError, value
from assessments import postcodes
from assessments.history import word
from assessments.models import Assessment, DriftPrompt
from assessments.models.assessment import OTHERS
from assessments.models.drift import DriftPromptQuerySet
from mappa import dates
from mappa.templatetags.mappa import long_date
from offenders.actions.whereabouts import HELD
from offenders.models import (
    Address,
    Breach,
    KeyDate,
    LevelPeriod,
    Notification,
    NotificationBreach,
    Offender,
    Recall,
    Relationship,
    Review,
    Victim,
)
from offenders.models.relationship import ADULT

Rule = DriftPrompt.Rule
BATCH = 500
DAYS_SAID = 12
# Where a person lives, stays or can be found among others. Prison, hospital and abroad are near nobody.
LIVED_IN = (
    Address.Kind.HOME,
    Address.Kind.APPROVED,
    Address.Kind.NO_FIXED,
    Address.Kind.OTHER,
    Address.Kind.TEMPORARY,
)
NO_BREACH = (Breach.Outcome.UNFOUNDED, Breach.Outcome.ACQUITTED)
# Of an alert: by these somebody said that it was a breach.
CONFIRMED = (Breach.Outcome.WARNED, Breach.Outcome.RECALLED, Breach.Outcome.CAUTIONED, Breach.Outcome.CONVICTED)


@dataclass(frozen=True)
class Figures:
    """The standards by which the rules judge; each is called as its standard is, after "drift_"."""

    fact_weeks: int  # a breach, a recall, a raised risk and a notified household are news for so long
    release_months: int
    level_set_months: int
    near_postcode_parts: int
    missed_reviews: int
    missed_review_months: int
    answer_working_days: int

    @classmethod
    def of(cls, area: Area, on: date) -> "Figures":
        """Those in force in an area. Raises UnknownStandardError for one that is missing, or is none."""
        found = cls(**{field.name: value(f"drift_{field.name}", area, on) for field in fields(cls)})
        if found.near_postcode_parts not in RANKS["drift_near_postcode_parts"]:
            words = _("The standard “drift_near_postcode_parts” must be 1, 2 or 3. Ask an administrator to correct it.")
            raise UnknownStandardError(words)
        return found


@dataclass(frozen=True)
class Look:
    """What a rule is asked with: on which day and by which figures, and of which areas, or of one case of them."""

    on: date
    by: User
    figures: Figures
    areas: tuple[int, ...]
    case: int | None = None

    @property
    def since(self) -> date:
        """What happened before is no news."""
        return self.on - timedelta(weeks=self.figures.fact_weeks)

    def of(self, rows: Any) -> Any:
        """Of these rows, those of the cases that are looked at: managed now, and in the areas."""
        rows = rows.filter(offender__ended_on__isnull=True, offender__area__in=self.areas)
        return rows if self.case is None else rows.filter(offender=self.case)

    def prompts(self, rule: str) -> DriftPromptQuerySet:
        """What was prompted of by a rule."""
        return DriftPrompt.objects.visible_to(self.by).filter(rule=rule)


class Found(NamedTuple):
    """A fact to put before people."""

    offender: int
    fact: str
    besides: str
    on: date
    words: str


class Finder(Protocol):
    """One rule over one table."""

    @property
    def rule(self) -> Rule: ...

    def found(self, look: Look) -> Iterator[Found]: ...

    def holds(self, look: Look) -> Q:
        """Of prompts, those whose fact still stands."""
        ...


@dataclass(frozen=True)
class InTable:
    """A rule whose facts are rows of one table, each by itself."""

    rule: Rule
    # The rows that the rule is about as long as they stand, with the column `fact`; and, of these, the new ones.
    standing: Callable[[Look], Any]
    new: Callable[[Look, Any], Any]
    words: Callable[[Any], str]
    # The day of the fact, and when somebody recorded it: what was assessed or referred since has answered it.
    day: str
    known_at: str = ""
    stays: bool = False

    def found(self, look: Look) -> Iterator[Found]:
        rows = self.new(look, self.standing(look))
        if self.known_at:
            rows = _not_seen_to(rows, look, self.day, self.known_at)
        rows = rows.exclude(Exists(look.prompts(self.rule).filter(fact=OuterRef("fact"))))
        for batch in batches(rows):
            for row in batch:
                yield Found(row.offender_id, row.fact, "", getattr(row, self.day), self.words(row))

    def holds(self, look: Look) -> Q:
        if self.stays:
            # What was missed stays missed; but only cases managed now are looked at.
            return Q(offender__ended_on__isnull=True)
        return Q(Exists(self.standing(look).filter(fact=OuterRef("fact"), offender=OuterRef("offender"))))


def _not_seen_to(rows: Any, look: Look, day: str, known_at: str) -> Any:
    """Of these facts, those since whose recording nobody assessed the case, about a day not before it, or referred it."""
    case = Offender.objects.visible_to(look.by).filter(pk=OuterRef("offender"))
    assessed = case.filter(
        assessments__assessed_at__gte=OuterRef(known_at), assessments__assessed_on__gte=OuterRef(day)
    )
    referred = case.filter(referrals__made_at__gte=OuterRef(known_at))
    return rows.exclude(Exists(assessed)).exclude(Exists(referred))


def batches(rows: Any) -> Iterator[list[Any]]:
    """Rows in the order of their keys, so many at a time."""
    last, rows = 0, rows.order_by("pk")
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        yield batch
        last = batch[-1].pk


def _by_reference(rows: Any) -> Any:
    return rows.annotate(fact=F("reference"))


# New breach


def _breaches(look: Look) -> Any:
    rows = Breach.objects.visible_to(look.by).filter(Q(is_alert=False) | Q(outcome__in=CONFIRMED))
    return _by_reference(look.of(rows.exclude(outcome__in=NO_BREACH)))


def _notification_breaches(look: Look) -> Any:
    rows = NotificationBreach.objects.visible_to(look.by).exclude(action=NotificationBreach.Action.EXCUSE)
    return _by_reference(look.of(rows))


# Risk of serious harm raised


def _raised(look: Look) -> Any:
    """Assessments that raised the overall level, which stands; at level 3 there is nowhere to refer to."""
    rows = look.of(Assessment.objects.visible_to(look.by)).filter(offender__level__lt=Offender.Level.ENHANCED)
    rows = rows.annotate(
        overall_now=Greatest(*OTHERS),
        # Postgres leaves out what is not known. Where nothing was known before, high and very high are news.
        overall_before=Greatest(*(f"previous__{group}" for group in OTHERS)),
        raised_from=Coalesce("overall_before", Value(int(Offender.Rosh.MEDIUM))),
    )
    rows = rows.filter(previous__isnull=False, overall_now__gt=F("raised_from"))
    return _by_reference(rows.filter(offender__rosh__gte=F("overall_now")))


def _newly_raised(look: Look, rows: Any) -> Any:
    referred = Offender.objects.visible_to(look.by).filter(pk=OuterRef("offender"))
    referred = referred.filter(referrals__made_at__gte=OuterRef("assessed_at"))
    rows = rows.filter(superseded_on__isnull=True, assessed_on__gte=look.since)
    return rows.exclude(Exists(referred)).select_related("previous")


def _raised_words(row: Any) -> str:
    before = word(row.overall_before) if row.overall_before else _("not known")
    words = _(
        "The assessment of %(date)s raised the overall level from %(before)s to %(now)s. The one before: %(earlier)s."
    )
    return words % {
        "date": long_date(row.assessed_on),
        "before": before,
        "now": word(row.overall_now),
        "earlier": long_date(row.previous.assessed_on),
    }


# Release near and no level set


def _releases(look: Look) -> Any:
    """Of each person who is held, the first day on which he may be released, while nobody has decided his level."""
    since = dates.add_months(look.on, -look.figures.level_set_months)
    case = Offender.objects.visible_to(look.by).filter(pk=OuterRef("offender"))
    reviewed = case.filter(reviews__held_on__gte=since)
    referred = case.filter(referrals__made_at__date__gte=since)
    # The level with which everybody is registered is nobody's decision about a release.
    levels = LevelPeriod.objects.visible_to(look.by).filter(offender=OuterRef("offender"), from_on__gte=since)
    moved = levels.filter(from_on__gt=TruncDate("offender__registered_at"))
    dates_of = KeyDate.objects.visible_to(look.by).standing().filter(kind__in=KeyDate.RELEASE)
    rows = look.of(dates_of)
    rows = rows.exclude(Exists(reviewed)).exclude(Exists(referred)).exclude(Exists(moved))
    return _by_reference(rows)


def _near_releases(look: Look, rows: Any) -> Any:
    ahead = KeyDate.objects.visible_to(look.by).standing().filter(kind__in=KeyDate.RELEASE, on__gte=look.on)
    earlier = ahead.filter(Q(on__lt=OuterRef("on")) | Q(on=OuterRef("on"), pk__lt=OuterRef("pk")))
    rows = rows.filter(offender__whereabouts__in=HELD)
    rows = rows.filter(on__range=(look.on, dates.add_months(look.on, look.figures.release_months)))
    return rows.exclude(Exists(earlier.filter(offender=OuterRef("offender"))))


# Child in the household


def _children(look: Look) -> Any:
    """People under 18 of whom the record says that they live in the same household; a case of its own is left out.

    Who else is managed is told only to those who see that case.
    """
    rows = Relationship.objects.visible_to(look.by).in_force(look.on)
    rows = look.of(rows).filter(relation=Relationship.Relation.HOUSEHOLD, other__isnull=True)
    young = Q(born_on__gt=dates.add_years(look.on, -ADULT))
    said = Q(born_on__isnull=True, is_child=Relationship.Child.YES)
    began = Coalesce("from_on", TruncDate("added_at"))
    return _by_reference(rows.filter(young | said)).annotate(began_on=began)


def _households(look: Look) -> Any:
    """Households with a child that the person notified, and that came about (SI 2012/1876)."""
    rows = Notification.objects.visible_to(look.by).standing().filter(happened_on__isnull=False)
    return _by_reference(look.of(rows.filter(kind=Notification.Kind.CHILD)))


# Reviews missed


def _missed(look: Look) -> Any:
    """Reviews that were not held by their day, of the last months."""
    since = dates.add_months(look.on, -look.figures.missed_review_months)
    rows = look.of(Review.objects.visible_to(look.by)).filter(due_on__range=(since, look.on - dates.ONE_DAY))
    never = Q(held_on__isnull=True, superseded_on__isnull=True)
    return rows.filter(never | Q(held_on__gt=F("due_on")) | Q(superseded_on__gt=F("due_on")))


def _missed_again(look: Look) -> Any:
    """The last missed review of each case that missed so many."""
    missed = _missed(look)
    same_case = missed.filter(offender=OuterRef("offender")).order_by()
    later = same_case.filter(Q(due_on__gt=OuterRef("due_on")) | Q(due_on=OuterRef("due_on"), pk__gt=OuterRef("pk")))
    rows = missed.exclude(Exists(later)).annotate(
        fact=Cast("pk", CharField()),
        number=Subquery(same_case.values("offender").annotate(number=Count("pk")).values("number")),
        days=ArraySubquery(same_case.order_by("due_on").values("due_on")),
    )
    return rows.filter(number__gte=look.figures.missed_reviews)


def _missed_words(row: Any) -> str:
    # The last ones: a prompt's words have an end, and one that is too long would stop the night.
    days = ", ".join(long_date(day) for day in row.days[-DAYS_SAID:])
    return _("Reviews were due on these days and not held by them: %s.") % days


# Recall to custody


def _recalls(look: Look) -> Any:
    return _by_reference(look.of(Recall.objects.visible_to(look.by).standing()))


def _of(day: str) -> Callable[[Look, Any], Any]:
    """Rows that are news, by their day."""
    return lambda look, rows: rows.filter(**{f"{day}__gte": look.since})


def _all(look: Look, rows: Any) -> Any:
    return rows


# Address near a victim


@dataclass(frozen=True)
class NearVictim:
    """An address of the person, or one planned, near one in the contact details of a victim of the same case.

    Contact details are words: postcodes are read out of them. What was assessed meanwhile answers nothing: whoever
    assessed may not know of the victim.
    """

    rule: Rule = Rule.NEAR_VICTIM

    def found(self, look: Look) -> Iterator[Found]:
        victims = look.of(Victim.objects.visible_to(look.by).standing()).filter(contact__iregex=postcodes.PATTERN)
        homes = self._homes(look)
        victims = victims.filter(Exists(homes.filter(offender=OuterRef("offender"))))
        for batch in batches(victims):
            told = look.prompts(self.rule).filter(besides__in=[victim.reference for victim in batch])
            known = set(told.values_list("fact", "besides"))
            yield from (found for found in self._pairs(look, batch, homes) if (found.fact, found.besides) not in known)

    def holds(self, look: Look) -> Q:
        victims = look.of(Victim.objects.visible_to(look.by).standing())
        victims = victims.filter(reference=OuterRef("besides"), offender=OuterRef("offender"))
        homes = self._homes(look).filter(reference=OuterRef("fact"), offender=OuterRef("offender"))
        return Q(Exists(victims)) & Q(Exists(homes))

    def _homes(self, look: Look) -> Any:
        rows = look.of(Address.objects.visible_to(look.by).in_force(look.on))
        return rows.filter(kind__in=LIVED_IN).exclude(postcode="")

    def _pairs(self, look: Look, victims: Sequence[Victim], homes: Any) -> Iterator[Found]:
        by_case: dict[int, list[Any]] = {}
        for home in homes.filter(offender__in={victim.offender_id for victim in victims}).order_by("pk"):
            by_case.setdefault(home.offender_id, []).append(home)
        parts = look.figures.near_postcode_parts
        for victim in victims:
            for home in by_case.get(victim.offender_id, ()):
                if postcodes.are_near(home.postcode, victim.contact, parts):
                    yield self._found(home, victim, parts)

    def _found(self, home: Any, victim: Victim, parts: int) -> Found:
        added_on = timezone.localdate(home.added_at)
        about = {"home": home.reference, "date": long_date(home.from_on or added_on), "victim": victim.reference}
        return Found(victim.offender_id, home.reference, victim.reference, _day(home, added_on), _NEAR[parts]() % about)


def _day(home: Any, added_on: date) -> date:
    """The day from which it could be known: an address may be planned."""
    return min(home.from_on or added_on, added_on)


_NEAR: dict[int, Callable[[], str]] = {
    postcodes.DISTRICT: lambda: _("The address %(home)s, from %(date)s, is in a postcode district of %(victim)s."),
    postcodes.SECTOR: lambda: _("The address %(home)s, from %(date)s, is in a postcode sector of %(victim)s."),
    postcodes.WHOLE: lambda: _("The address %(home)s, from %(date)s, has a postcode of %(victim)s."),
}


def _on(words: Callable[[], str], *days: str) -> Callable[[Any], str]:
    """A sentence about a row with its days."""

    def sentence(row: Any) -> str:
        said = {}
        for day in days:
            moment = getattr(row, day)
            said[day] = long_date(timezone.localtime(moment) if isinstance(moment, datetime) else moment)
        return words() % (said | {"fact": row.fact})

    return sentence


FINDERS: tuple[Finder, ...] = (
    InTable(
        Rule.BREACH,
        _breaches,
        _of("happened_on"),
        _on(
            lambda: _("Breach %(fact)s of %(happened_on)s, recorded on %(recorded_at)s."), "happened_on", "recorded_at"
        ),
        day="happened_on",
        known_at="recorded_at",
    ),
    InTable(
        Rule.BREACH,
        _notification_breaches,
        _of("discovered_on"),
        _on(
            lambda: _("Breach %(fact)s of notification requirements, discovered on %(discovered_on)s."),
            "discovered_on",
        ),
        day="discovered_on",
        known_at="at",
    ),
    InTable(Rule.ROSH_RAISED, _raised, _newly_raised, _raised_words, day="assessed_on"),
    InTable(
        Rule.RELEASE,
        _releases,
        _near_releases,
        _on(lambda: _("Release is possible from %(on)s, and nobody has decided the level for it."), "on"),
        day="on",
    ),
    InTable(
        Rule.CHILD,
        _children,
        _all,
        _on(
            lambda: _(
                "A child lives in the same household (%(fact)s), known from %(began_on)s, recorded on %(added_at)s."
            ),
            "began_on",
            "added_at",
        ),
        day="began_on",
        known_at="added_at",
    ),
    InTable(
        Rule.CHILD,
        _households,
        _of("happened_on"),
        _on(
            lambda: _("A household with a child (%(fact)s) from %(happened_on)s, notified on %(given_on)s."),
            "happened_on",
            "given_on",
        ),
        day="happened_on",
        known_at="at",
    ),
    InTable(Rule.REVIEWS, _missed_again, _all, _missed_words, day="due_on", known_at="due_on", stays=True),
    InTable(
        Rule.RECALL,
        _recalls,
        _of("decided_on"),
        _on(
            lambda: _("Recall %(fact)s, decided on %(decided_on)s, recorded on %(added_at)s."), "decided_on", "added_at"
        ),
        day="decided_on",
        known_at="added_at",
    ),
    NearVictim(),
)
