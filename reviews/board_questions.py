"""What lay advisers may want to ask of the figures: three plain questions."""

from django.utils.translation import gettext as _

from reviews.board import Figures
from reviews.board_words import rounds_to, share_words
from reviews.performance import Share
from reviews.suppression import in_ten


def questions(found: Figures) -> list[str]:
    """Three plain questions that the figures raise: what misses its target most comes first."""
    asked = sorted(_misses(found), reverse=True)
    words = [question for _points, question in asked]
    return [*words, *_always(found)][:3]


def _misses(found: Figures) -> list[tuple[int, str]]:
    """How far each share that can be shown is below its target, and what to ask about it."""
    misses: list[tuple[int, str]] = []
    for level, share in found.reviews.items():
        question = _("Why were only %(share)s reviews at level %(level)s held on time?")
        misses += _miss(share, found.targets[f"kpi_level_{level}_reviews_percent"], question, {"level": level})
    for kind in found.attendance:
        goal = found.targets["kpi_ra_attendance_percent" if kind.is_authority else "kpi_dtc_attendance_percent"]
        question = _("Why did %(name)s come to only %(share)s of the items they were invited to?")
        misses += _miss(kind.share, goal, question, {"name": kind.name})
    question = _("Why were only %(share)s minutes approved on time?")
    misses += _miss(found.minutes, found.targets["kpi_minutes_percent"], question, {})
    return misses


def _miss(share: Share, goal: int | None, question: str, words: dict[str, object]) -> list[tuple[int, str]]:
    if goal is None or share.percent is None or share.percent >= goal:
        return []
    if in_ten(share.part, share.whole) is None or rounds_to(share, goal):
        return []
    return [(goal - share.percent, question % {**words, "share": share_words(share, plain=True)})]


def _always(found: Figures) -> list[str]:
    """What is worth asking when no target is missed."""
    first = _("Which agency finds it hardest to finish its actions on time, and what would help?")
    second = _("Are the people at level 2 and 3 the right ones, and who decides when somebody moves down?")
    third = _("What did co-ordination say to those whose referrals were not accepted?")
    return [first, second, third] if found.overdue else [second, third, first]
