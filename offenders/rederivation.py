"""The nightly reading of every case: what its convictions and bases ask for today, proposed to a person.

Cases are walked in batches by primary key, so that memory stays flat. A batch is read with a fixed number of queries;
only a case in which something is to be stored, proposed or closed is locked, in a transaction of its own. Cases that have
ended are read too: a basis may have come since, and what was proposed of them may be so no longer.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import TypeVar

from django.core.exceptions import PermissionDenied, ValidationError

from agencies.models import User
from offenders.actions.categories import end_of, is_settled_by, rederive
from offenders.actions.requirements import is_followed, recompute
from offenders.category_standards import category_order
from offenders.derivation import End, Following, compare, following, found_by_law
from offenders.models import (
    CategoryBasis,
    CategoryProposal,
    Conviction,
    KeyDate,
    Licence,
    NotificationRequirement,
    Offender,
)
from offenders.models.offender import CaseModel, CaseQuerySet

BATCH = 500
Row = TypeVar("Row", bound=CaseModel)
Order = tuple[int, ...]


class Night:
    """One walk over every case: what was read of the areas, and who refused."""

    def __init__(self, on: date, by: User) -> None:
        self.on, self.by = on, by
        self.orders: dict[int, Order | None] = {}
        self.failed: list[str] = []

    def order(self, offender: Offender) -> Order | None:
        """The order of categories in an area, asked once; nothing, and said once, where its standard is missing or wrong."""
        area = offender.area
        if area.pk not in self.orders:
            try:
                self.orders[area.pk] = category_order(area, self.on)
            except ValidationError as refusal:
                self.orders[area.pk] = None
                self.failed.append(f"{area}: {'; '.join(refusal.messages)}")
        return self.orders[area.pk]


def rederive_all(*, on: date, by: User) -> int:
    """Re-derive every case, and its notification requirements; how many cases had anything to say.

    No category is changed or ended by it, and run again on the same day it makes nothing new. Raises ValidationError at
    the end, naming the areas and cases that refused: none of them keeps the others from being looked at.
    """
    night, acted = Night(on, by), 0
    for batch in _batches(by):
        known = Batch(batch, by)
        for offender in batch:
            order = night.order(offender)
            if order is None:
                continue
            try:
                acted += _look_at(offender, known, order, on, by)
            except ValidationError as refusal:
                night.failed.append(f"{offender.reference}: {'; '.join(refusal.messages)}")
            except (Offender.DoesNotExist, PermissionDenied):
                continue  # meanwhile part of another record, which has its turn
    if night.failed:
        raise ValidationError(night.failed)
    return acted


def _batches(by: User) -> Iterator[list[Offender]]:
    rows = Offender.objects.visible_to(by).select_related("area").order_by("pk")
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        yield batch
        last = batch[-1].pk


class Batch:
    """What is recorded of some cases, by case, read with a fixed number of queries."""

    def __init__(self, cases: list[Offender], by: User) -> None:
        keys = [offender.pk for offender in cases]
        self.bases = _by_case(CategoryBasis.objects.visible_to(by).standing(), keys)
        self.convictions = _by_case(Conviction.objects.visible_to(by).in_force().with_sentence(by), keys)
        self.requirements = _by_case(NotificationRequirement.objects.visible_to(by), keys)
        self.licences = _by_case(Licence.objects.visible_to(by), keys)
        self.key_dates = _by_case(KeyDate.objects.visible_to(by).standing(), keys)
        self.asked: dict[int, CategoryProposal] = {}
        self.declined: dict[int, CategoryProposal] = {}
        proposals = CategoryProposal.objects.visible_to(by).filter(offender__in=keys)
        for proposal in proposals.filter(outcome__in=["", CategoryProposal.Outcome.DECLINED]).order_by("answered_at"):
            (self.declined if proposal.outcome else self.asked)[proposal.offender_id] = proposal


def _look_at(offender: Offender, known: Batch, order: Order, on: date, by: User) -> bool:
    """Let one case follow what is recorded of it, where it does not. True when there was something to say."""
    key = offender.pk
    bases, requirements, convictions = known.bases[key], known.requirements[key], known.convictions[key]
    if not is_followed(offender, requirements, convictions, by=by):
        recompute(offender=offender, by=by)
        return True
    found = compare(bases, found_by_law(convictions, requirements, known.licences[key], known.key_dates[key]))
    # A managed case has no end, and one without a basis in force is entered for none: of the others there are few.
    is_entered = offender.ended_on is not None and any(basis.in_force(on) for basis in bases)
    end = end_of(offender, by=by) if is_entered else End()
    wanted = following(offender, bases, end, on, order)
    asked, declined = known.asked.get(key), known.declined.get(key)
    if not (found.missing or found.gone or _is_unsaid(offender, wanted, asked, declined)):
        return False
    rederive(offender, by=by)
    return True


def _by_case(rows: CaseQuerySet[Row], keys: list[int]) -> defaultdict[int, list[Row]]:
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows.filter(offender__in=keys):
        found[row.offender_id].append(row)  # type: ignore[attr-defined]
    return found


def _is_unsaid(
    offender: Offender, wanted: Following | None, open_one: CategoryProposal | None, declined: CategoryProposal | None
) -> bool:
    """Is something to be proposed, or an open proposal to be closed?"""
    if open_one is not None:
        return wanted is None or not wanted.is_said_by(open_one, offender.category)
    return wanted is not None and not (declined and is_settled_by(declined, wanted, offender))
