"""Every measure of the boards, each defined once (docs/boards/measures.md, docs/adr/0019)."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reviews.measures import access, boards, law, meetings, people, work
from reviews.measures.measure import DIMENSIONS, Flow, Kind, Measure, Stock, Wait

GROUPS = (
    (gettext_lazy("People"), people.MEASURES),
    (gettext_lazy("Meetings"), meetings.MEASURES),
    (gettext_lazy("Referrals, actions and prompts"), work.MEASURES),
    (gettext_lazy("Courts, prisons and police"), law.MEASURES),
    (gettext_lazy("Access"), access.MEASURES),
    (gettext_lazy("The board"), boards.MEASURES),
)
MEASURES: dict[str, Measure] = {measure.slug: measure for _heading, group in GROUPS for measure in group}
# What boards ask for and the record does not hold yet: said on the page, so that nobody takes silence for none.
NOT_COUNTED = (
    gettext_lazy("Why an agency did not come: the reason is words. Apologies, absences and conflicts are told apart."),
    gettext_lazy("The time before the first recorded category of a case: the category of today stands for it."),
)


def measure(slug: str) -> Measure:
    """Raises ValidationError for a measure that there is not."""
    if slug not in MEASURES:
        raise ValidationError(_("There is no measure of this name."))
    return MEASURES[slug]


__all__ = ["DIMENSIONS", "GROUPS", "MEASURES", "NOT_COUNTED", "Flow", "Kind", "Measure", "Stock", "Wait", "measure"]
