"""Every measure of the boards, each defined once (docs/boards/measures.md, docs/adr/0019)."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from reviews.measures import law, meetings, people, work
from reviews.measures.measure import DIMENSIONS, Flow, Kind, Measure, Stock, Wait

MEASURES: dict[str, Measure] = {
    measure.slug: measure for measure in (*people.MEASURES, *meetings.MEASURES, *work.MEASURES, *law.MEASURES)
}


def measure(slug: str) -> Measure:
    """Raises ValidationError for a measure that there is not."""
    if slug not in MEASURES:
        raise ValidationError(_("There is no measure of this name."))
    return MEASURES[slug]


__all__ = ["DIMENSIONS", "MEASURES", "Flow", "Kind", "Measure", "Stock", "Wait", "measure"]
