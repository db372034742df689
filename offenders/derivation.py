"""What follows from the bases of a case: pure readings of rows already loaded, for the verbs and the nightly run."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from mappa.templatetags.mappa import long_date
from offenders.law import eligibility
from offenders.licence_ends import licence_ends
from offenders.models import (
    CategoryBasis,
    CategoryProposal,
    Conviction,
    KeyDate,
    Licence,
    NotificationRequirement,
    Offender,
    Regime,
)
from offenders.sentencing import bases_of

Kind = CategoryProposal.Kind


class Found(NamedTuple):
    """One limb, and the conviction or the notification requirements that give it."""

    source: Conviction | NotificationRequirement
    basis: eligibility.Basis

    @property
    def key(self) -> tuple[object, ...]:
        return _key(self.basis, self.source)


@dataclass(frozen=True)
class Difference:
    """What the law finds and the record does not hold, what the record holds and the law no longer finds, and bases of
    an earlier register whose source is known now."""

    missing: list[Found] = field(default_factory=list)
    gone: list[CategoryBasis] = field(default_factory=list)
    sourced: list[tuple[CategoryBasis, Conviction | NotificationRequirement]] = field(default_factory=list)


@dataclass(frozen=True)
class Following:
    """What would have to be recorded, why, and the facts by which that is said."""

    kind: str
    to_category: int | None
    why: str
    facts: str

    def is_said_by(self, proposal: CategoryProposal, category: int | None) -> bool:
        """Does a proposal say the very same of a case with this recorded category?"""
        said = (proposal.kind, proposal.from_category, proposal.to_category, proposal.facts)
        return said == (self.kind, category, self.to_category, self.facts)


class End(NamedTuple):
    """How the management of a case ended: the instant of the decision, unless none is recorded, and whether what it said
    is so no longer: a death that was taken back, a deportation from which the person returned."""

    at: datetime | None = None
    is_undone: bool = False


def found_by_law(
    convictions: Iterable[Conviction],
    requirements: Iterable[NotificationRequirement],
    licences: Iterable[Licence],
    key_dates: Iterable[KeyDate],
) -> list[Found]:
    """Every limb that convictions, cautions, findings and notification requirements give (CJA 2003 s.327).

    Whoever is registered for a conviction is so for as long as those requirements run: s.327(2) ends with them, also
    when they ended on review. What ends with the licence ends with the one on the record, or with its key date.
    Convictions need `with_sentence`.
    """
    dealt_with, rows = list(convictions), list(requirements)
    ends = licence_ends(dealt_with, licences, key_dates)
    of_conviction = {row.conviction_id: row for row in rows if row.regime == Regime.SEXUAL and row.conviction_id}
    found = [
        Found(c, _as_registered(basis, of_conviction.get(c.pk))) for c in dealt_with for basis in bases_of(c, ends)
    ]
    return found + [Found(row, _of_requirement(row)) for row in rows if _gives_a_basis(row)]


def _as_registered(basis: eligibility.Basis, row: NotificationRequirement | None) -> eligibility.Basis:
    if basis.limb != "s.327(2)" or row is None or row.ended_on is None:
        return basis
    ends_on = min(day for day in (basis.ends_on, row.ended_on) if day)
    return replace(basis, ends_on=max(ends_on, basis.starts_on))


def _gives_a_basis(row: NotificationRequirement) -> bool:
    """Not what a conviction gives by s.327(2) itself, nor what a person is asked about because nothing gives it now."""
    if row.doubt and row.doubt != NotificationRequirement.Doubt.DIED and row.ended_on is None:
        return False
    return row.regime == Regime.TERRORIST or row.conviction_id is None


def _of_requirement(row: NotificationRequirement) -> eligibility.Basis:
    ends = [day for day in (row.last_day, row.ended_on) if day]
    why = str(row.get_basis_display()).lower()
    return eligibility.subject_to(row.regime, why, row.relevant_on, min(ends) if ends else None)


def compare(stored: Iterable[CategoryBasis], found: Iterable[Found]) -> Difference:
    """The bases that stand, held against what the law finds today."""
    difference = Difference()
    stored = list(stored)
    sourced = {_stored_key(basis): basis for basis in stored if basis.conviction_id or basis.requirement_id}
    loose = [b for b in stored if not (b.conviction_id or b.requirement_id or b.decision_id)]
    for each in found:
        if sourced.pop(each.key, None):
            continue
        same = next((row for row in loose if _key(row, None) == _key(each.basis, None)), None)
        if same is None:
            difference.missing.append(each)
        else:
            loose.remove(same)
            difference.sourced.append((same, each.source))
    difference.gone.extend(sourced.values())
    return difference


def _stored_key(basis: CategoryBasis) -> tuple[object, ...]:
    return (basis.conviction_id, basis.requirement_id, *_key(basis, None)[2:])


def _key(
    basis: CategoryBasis | eligibility.Basis, source: Conviction | NotificationRequirement | None
) -> tuple[object, ...]:
    conviction = source.pk if isinstance(source, Conviction) else None
    requirement = source.pk if isinstance(source, NotificationRequirement) else None
    return (conviction, requirement, basis.category, basis.limb, basis.starts_on, basis.ends_on)


def category_of(bases: Iterable[CategoryBasis], on: date, order: Sequence[int]) -> int | None:
    """The one category that is recorded for these bases on a day (domain.md 1.3)."""
    live = {basis.category for basis in bases if basis.in_force(on)}
    return next((category for category in order if category in live), None)


def deciding(bases: Iterable[CategoryBasis], category: int | None, on: date) -> CategoryBasis | None:
    """The basis in force that gives a category: of several, the one that lasts longest."""
    live = [basis for basis in bases if basis.category == category and basis.in_force(on)]
    return max(live, key=lambda basis: (basis.ends_on or date.max, basis.starts_on), default=None)


def following(
    offender: Offender, bases: Sequence[CategoryBasis], end: End, on: date, order: Sequence[int]
) -> Following | None:
    """What the bases ask for that is not recorded; None when the record says what they say.

    A case that has ended is entered again only for a basis recorded after it ended: what it was ended in spite of
    does not bring it back, unless what the end said is so no longer. Nothing brings back whoever is recorded as deceased.
    """
    live = [basis for basis in bases if basis.in_force(on)]
    category = category_of(live, on, order)
    if offender.whereabouts == Offender.Whereabouts.DECEASED:
        words = str(_("The person is recorded as deceased."))
        return Following(Kind.EXIT, None, words, "deceased") if offender.ended_on is None else None
    if offender.ended_on is not None:
        if category is None or not any(_is_newer(basis, offender.ended_on, end) for basis in live):
            return None
        return Following(Kind.RE_ENTRY, category, _gives(live, category, on), _facts(live))
    if category is None:
        kind = Kind.DECIDE if offender.category is None else Kind.EXIT
        return Following(kind, None, _ended(offender, bases, on), _facts(live))
    if category == offender.category:
        return None
    why = " ".join(filter(None, [_ended(offender, bases, on, quiet=True), _gives(live, category, on)]))
    return Following(Kind.CHANGE, category, why, _facts(live))


def _is_newer(basis: CategoryBasis, ended_on: date, end: End) -> bool:
    if end.at is None:
        return end.is_undone or timezone.localdate(basis.recorded_at) > ended_on
    return end.is_undone or basis.recorded_at > end.at


def _facts(live: Iterable[CategoryBasis]) -> str:
    """The bases in force, in one fixed spelling."""
    return "\n".join(sorted(f"{b.category} {b.limb} {b.starts_on} {b.ends_on or '-'}" for b in live))


def _gives(live: Iterable[CategoryBasis], category: int, on: date) -> str:
    basis = deciding(live, category, on)
    words = _("Category %(category)s follows: %(authority)s, since %(day)s.")
    return words % {
        "category": category,
        "authority": basis.authority if basis else "",
        "day": long_date(basis.starts_on) if basis else "",
    }


def _ended(offender: Offender, bases: Iterable[CategoryBasis], on: date, *, quiet: bool = False) -> str:
    """Which basis of the recorded category ended last, and when; that there never was one."""
    past = [b for b in bases if b.category == offender.category and not b.in_force(on) and b.ends_on]
    last = max(past, key=lambda basis: basis.ends_on or date.min, default=None)
    if any(basis.category == offender.category and basis.in_force(on) for basis in bases):
        return ""
    if last is not None and last.ends_on:
        words = _("The basis of category %(category)s (%(limb)s) ended on %(day)s.")
        return words % {"category": last.category, "limb": last.limb, "day": long_date(last.ends_on)}
    return "" if quiet else str(_("No basis is in force: nothing by law, and no decision."))


def next_to_end(bases: Iterable[CategoryBasis], on: date) -> CategoryBasis | None:
    """The basis in force that will end first; None while none of them has an end."""
    ending = [basis for basis in bases if basis.in_force(on) and basis.ends_on]
    return min(ending, key=lambda basis: basis.ends_on or date.max, default=None)
