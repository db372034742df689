"""What invented meetings answered about children. Draws nothing: the cases stay what they are without it."""

from typing import Any

from disclosures.models import CHILDREN, AskedAboutChildren
from offenders.law.disclosure import child_disclosure
from offenders.models import Offender
from reviews.demo.cases import Case

WHY_NOT = (
    "Presumed, and not done today: the mother of the two children was told last month, and nobody else is alone with them. "
    "Social care sees them each week. To be looked at again at once if he moves."
)


def answers_about_children(case: Case, *, discloses: bool) -> dict[str, Any]:
    """Every other person of category 1 is a child sex offender; of few is telling presumed, and not done."""
    is_one = case.category == Offender.Category.SEXUAL and case.number % 2 == 0
    if not is_one:
        return AskedAboutChildren.NOT_ASKED | {"child_sex_offender": False}
    necessary = discloses or case.number % 6 == 0
    said = dict(zip(CHILDREN, (True, necessary, necessary, False), strict=True))
    law = child_disclosure(
        child_sex_offender=True, serious_harm_to_children=necessary, necessary=necessary, asked_for=False
    )
    why_not = WHY_NOT if law.presumption and not discloses else ""
    return said | {"presumption": law.presumption, "against_presumption": why_not}
