"""From where the days of a deadline come: the figures in force behind each kind, with who says so and how sure that is."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import F, Q

from agencies.models import Area, Standard
from reviews.deadlines.kind import Kind


class Figure(NamedTuple):
    """One standard as people read it: "10 working days", from whom, how far that was checked, and its name in the table."""

    words: str
    citation: str
    certainty: str
    name: str

    @property
    def called(self) -> str:
        """The name of the standard as words: "level 1 review weeks"."""
        return self.name.replace("_", " ")


def figures_of(kinds: Iterable[Kind], area: Area | None, on: date) -> dict[str, Sequence[Figure]]:
    """The figures behind each of these kinds, by its slug, in the order in which the kind names them: one query."""
    kinds = list(kinds)
    found = figures_by_name({name for kind in kinds for name in kind.figures}, area, on)
    return {kind.slug: [found[name] for name in kind.figures if name in found] for kind in kinds}


def figures_by_name(names: Iterable[str], area: Area | None, on: date) -> dict[str, Figure]:
    """Figures by the names of their standards. An area's own come before the national ones.

    One that is not in force is left out: pages that need it say so.
    """
    rows = Standard.objects.filter(
        Q(area__isnull=True) | Q(area=area),
        Q(until__isnull=True) | Q(until__gte=on),
        name__in=list(names),
        from_on__lte=on,
    )
    # The one that counts comes last and so stays.
    return {row.name: _figure(row) for row in rows.order_by(F("area").asc(nulls_first=True), "from_on")}


def _figure(row: Standard) -> Figure:
    amount, unit = f"{row.value.normalize():f}", row.unit
    if amount == "1":
        unit = unit.removesuffix("s")
    return Figure(f"{amount} {unit}", row.citation, row.certainty, row.name)
