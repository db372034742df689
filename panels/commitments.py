"""Commitments of resources as pages and minutes show them: those of a meeting, and those of earlier ones that it reviews."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from agencies.models import User
from mappa.templatetags.mappa import long_date
from panels.models import AgendaItem, Commitment, CommitmentReview


@dataclass(frozen=True)
class Promised:
    """A commitment in words."""

    agency: str
    what: str
    how_much: str
    when: str
    committed_by: str
    reference: str


@dataclass(frozen=True)
class Found:
    """What a meeting found of a commitment that an earlier one was given."""

    promised: Promised
    finding: str
    words: str


def in_words(row: Commitment) -> Promised:
    return Promised(row.agency.name, row.what, row.how_much, when(row), row.committed_by, row.reference)


def when(row: Commitment) -> str:
    """From when until when."""
    if row.until_on is None:
        return _("from %s, without an end") % long_date(row.from_on)
    return _("from %(first)s to %(last)s") % {"first": long_date(row.from_on), "last": long_date(row.until_on)}


def promised(items: Iterable[AgendaItem], user: User) -> dict[int, list[Promised]]:
    """What was committed at items of a meeting, by the item's key, as far as this reader sees it: one query."""
    found: dict[int, list[Promised]] = defaultdict(list)
    rows = Commitment.objects.visible_to(user).kept().filter(item__in=list(items)).select_related("agency")
    for row in rows:
        found[row.item_id].append(in_words(row))
    return found


def findings(items: Iterable[AgendaItem], user: User) -> dict[int, list[Found]]:
    """What items of a meeting found of earlier commitments, by the item's key: one query."""
    found: dict[int, list[Found]] = defaultdict(list)
    rows = CommitmentReview.objects.visible_to(user).filter(item__in=list(items))
    for row in rows.select_related("commitment__agency"):
        found[row.item_id].append(Found(in_words(row.commitment), row.get_finding_display(), row.words))
    return found


def to_review(item: AgendaItem, user: User) -> list[tuple[Commitment, CommitmentReview | None]]:
    """The commitments that this item's meeting looks at again, each with what it has found already."""
    rows = list(Commitment.objects.visible_to(user).standing_at(item).select_related("agency", "item__meeting"))
    reviews = CommitmentReview.objects.visible_to(user).filter(item=item, commitment__in=rows)
    found = {row.commitment_id: row for row in reviews}
    return [(row, found.get(row.pk)) for row in rows]
