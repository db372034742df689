"""The nightly reading of every current case: what its convictions and bases ask for today, proposed to a person.

Cases are walked in batches by primary key, so that memory stays flat. A batch is read with a fixed number of queries;
only a case in which something is to be stored, proposed or closed is locked, in a transaction of its own.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import TypeVar

from django.core.exceptions import ValidationError

from agencies.models import User
from offenders.actions.categories import is_settled_by, rederive
from offenders.category_standards import category_order
from offenders.derivation import Following, compare, following, found_by_law
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


def rederive_all(*, on: date, by: User) -> int:
    """Re-derive every current case and propose what follows; how many cases had anything to say.

    Nothing is changed or ended by it, and run again on the same day it makes nothing new. Raises ValidationError at
    the end, naming the cases that refused: one of them does not keep the others from being looked at.
    """
    orders: dict[int, tuple[int, ...]] = {}
    acted, failed = 0, []
    for batch in _batches(by):
        for offender in batch:
            if offender.area_id not in orders:
                orders[offender.area_id] = category_order(offender.area, on)
        for offender in _with_something_to_say(batch, orders, on, by):
            try:
                rederive(offender, by=by)
                acted += 1
            except ValidationError as refusal:
                failed.append(f"{offender.reference}: {'; '.join(refusal.messages)}")
    if failed:
        raise ValidationError(failed)
    return acted


def _batches(by: User) -> Iterator[list[Offender]]:
    rows = Offender.objects.visible_to(by).current().select_related("area").order_by("pk")
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        yield batch
        last = batch[-1].pk


def _with_something_to_say(
    batch: list[Offender], orders: dict[int, tuple[int, ...]], on: date, by: User
) -> Iterator[Offender]:
    """The cases whose record is not what their bases say, and of which nobody has been asked."""
    keys = [offender.pk for offender in batch]
    bases = _by_case(CategoryBasis.objects.visible_to(by).standing(), keys)
    convictions = _by_case(Conviction.objects.visible_to(by).in_force().with_sentence(by), keys)
    requirements = _by_case(NotificationRequirement.objects.visible_to(by), keys)
    licences = _by_case(Licence.objects.visible_to(by), keys)
    key_dates = _by_case(KeyDate.objects.visible_to(by).standing(), keys)
    asked: dict[int, CategoryProposal] = {}
    declined: dict[int, CategoryProposal] = {}
    proposals = CategoryProposal.objects.visible_to(by).filter(offender__in=keys)
    for proposal in proposals.filter(outcome__in=["", CategoryProposal.Outcome.DECLINED]).order_by("answered_at"):
        (declined if proposal.outcome else asked)[proposal.offender_id] = proposal
    for offender in batch:
        key = offender.pk
        by_law = found_by_law(convictions[key], requirements[key], licences[key], key_dates[key])
        found = compare(bases[key], by_law)
        wanted = following(offender, bases[offender.pk], None, on, orders[offender.area_id])
        known = (asked.get(offender.pk), declined.get(offender.pk))
        if found.missing or found.gone or _is_unsaid(offender, wanted, *known):
            yield offender


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
