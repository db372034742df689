"""The nightly reading of every current case: what its convictions and bases ask for today, proposed to a person.

Cases are walked in batches by primary key, so that memory stays flat. A batch is read with a fixed number of queries;
only a case in which something is to be stored, proposed or closed is locked, in a transaction of its own.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from django.core.exceptions import ValidationError

from agencies.models import User
from offenders.actions.categories import is_settled_by, rederive
from offenders.category_standards import category_order
from offenders.derivation import Following, compare, following, found_by_law
from offenders.models import CategoryBasis, CategoryProposal, Conviction, NotificationRequirement, Offender

BATCH = 500


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
    bases: defaultdict[int, list[CategoryBasis]] = defaultdict(list)
    for basis in CategoryBasis.objects.visible_to(by).standing().filter(offender__in=keys):
        bases[basis.offender_id].append(basis)
    convictions: defaultdict[int, list[Conviction]] = defaultdict(list)
    for conviction in Conviction.objects.visible_to(by).in_force().with_sentence(by).filter(offender__in=keys):
        convictions[conviction.offender_id].append(conviction)
    requirements: defaultdict[int, list[NotificationRequirement]] = defaultdict(list)
    for requirement in NotificationRequirement.objects.visible_to(by).filter(offender__in=keys):
        requirements[requirement.offender_id].append(requirement)
    asked: dict[int, CategoryProposal] = {}
    declined: dict[int, CategoryProposal] = {}
    proposals = CategoryProposal.objects.visible_to(by).filter(offender__in=keys)
    for proposal in proposals.filter(outcome__in=["", CategoryProposal.Outcome.DECLINED]).order_by("answered_at"):
        (declined if proposal.outcome else asked)[proposal.offender_id] = proposal
    for offender in batch:
        found = compare(bases[offender.pk], found_by_law(convictions[offender.pk], requirements[offender.pk]))
        wanted = following(offender, bases[offender.pk], None, on, orders[offender.area_id])
        known = (asked.get(offender.pk), declined.get(offender.pk))
        if found.missing or found.gone or _is_unsaid(offender, wanted, *known):
            yield offender


def _is_unsaid(
    offender: Offender, wanted: Following | None, open_one: CategoryProposal | None, declined: CategoryProposal | None
) -> bool:
    """Is something to be proposed, or an open proposal to be closed?"""
    if open_one is not None:
        return wanted is None or not wanted.is_said_by(open_one, offender.category)
    return wanted is not None and not (declined and is_settled_by(declined, wanted, offender))
