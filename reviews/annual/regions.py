"""Regional groupings: what the areas of each region published of one year, and their sum where all of it is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from reviews.annual.shown import Shown
from reviews.annual.tables import Key, T
from reviews.annual.trends import published_in
from reviews.models import Region

COLUMNS: tuple[Key, ...] = (
    (T.ELIGIBLE, None, None),
    (T.ELIGIBLE, 1, None),
    (T.BREACHES, None, None),
    (T.LICENCE, None, None),
    (T.RATE, None, None),
)


def headings() -> list[str]:
    return [
        _("Area"),
        _("Eligible on 31 March"),
        _("Category 1"),
        _("Breaches of notification"),
        _("Returned, licence"),
        _("Category 1 per 100,000"),
    ]


@dataclass(frozen=True)
class Grouping:
    """One region as a table: its areas, and together."""

    slug: str
    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str


def compared(year: int) -> list[Grouping]:
    """Every region, with what its areas published. A rate has no sum, and of a number that one area lacks there is none."""
    regions = list(Region.objects.prefetch_related("areas"))
    areas = [area for region in regions for area in region.areas.all()]
    known = published_in(areas, year)
    found = []
    for region in regions:
        members = list(region.areas.all())
        numbers = [known.get(area.pk, {}) for area in members]
        rows = [
            [area.name, *(_words(of.get(key)) for key in COLUMNS)] for area, of in zip(members, numbers, strict=True)
        ]
        missing = sum(not of for of in numbers)
        together = [_("Together"), *(_sum(numbers, key) for key in COLUMNS)]
        note = _("Not published yet: %(missing)s of %(areas)s areas.") % {"missing": missing, "areas": len(members)}
        found.append(
            Grouping(f"region-{region.pk}", region.name, headings(), [*rows, together], note if missing else "")
        )
    return found


def _words(shown: Shown | None) -> str:
    return shown.words if shown else "–"


def _sum(numbers: Sequence[Mapping[Key, Shown]], key: Key) -> str:
    """The sum of what the areas published, as far as each is known."""
    known = [of[key] for of in numbers if key in of]
    if key[0] == T.RATE or not numbers or len(known) < len(numbers):
        return "–"
    return Shown(sum(each.low for each in known), sum(each.high for each in known)).words
