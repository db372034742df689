"""How an area records categories and answers proposals, read from its standards."""

from datetime import date

from django.utils.translation import gettext as _

from agencies import working_days
from agencies.models import Area
from agencies.models.standard import RANKS, UnknownStandardError, standard, value
from mappa import dates
from offenders.law import eligibility


def category_order(area: Area | None, on: date) -> tuple[int, ...]:
    """The order in which the one recorded category is chosen: where 4 ranks is the area's to set (domain.md 1.3).

    Raises UnknownStandardError where nothing is set, or what is set is no rank.
    """
    rank = standard("category_4_rank", area, on).value
    if rank not in RANKS["category_4_rank"]:
        words = _("The standard “category_4_rank” is %s; it must be 1, 2 or 3. Ask an administrator to correct it.")
        raise UnknownStandardError(words % f"{rank.normalize():f}")
    return eligibility.order(int(rank))


def national_order(on: date) -> tuple[int, ...]:
    """The order of the whole country, for questions that are not about an area's case; where none was set or what is
    set is no rank, that of domain.md 1.3."""
    try:
        return category_order(None, on)
    except UnknownStandardError:
        return eligibility.ORDER


def answer_due(area: Area, on: date) -> date:
    """By when a person answers a proposal made on a day."""
    return working_days.after(on, value("category_proposal_working_days", area, on), area)


def asked_again_from(area: Area, declined_on: date) -> date:
    """From when the same is proposed again after somebody declined it, the facts being what they were."""
    return dates.add_months(declined_on, value("category_proposal_again_months", area, declined_on))
