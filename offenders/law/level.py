"""When a case may be managed at level 2 or 3 (MAPPA Guidance chapter 7, updated 2019; domain.md 2.1). Pure functions."""

from dataclasses import dataclass

HIGH = 3  # Offender.Rosh: low 1, medium 2, high 3, very high 4
LEVEL_3 = 3
CATEGORY_3 = 3
AUTHORITY = "MAPPA Guidance chapter 7 (2019)"


@dataclass(frozen=True)
class Need:
    """What is said for managing a case at a higher level.

    `rosh` is None while nobody has assessed the risk of serious harm: not known is not the same as low, and it is
    not high either.
    """

    meetings_add_value: bool
    rosh: int | None
    exceptional_co_ordination: bool = False
    was_at_level_3: bool = False
    needs_senior_representation: bool = False


@dataclass(frozen=True)
class LevelAnswer:
    """Which criteria are met, and may the case be managed at the level proposed?"""

    level_2_met: bool
    level_3_met: bool
    proposed_level_allowed: bool
    authority: str
    explanation: str


@dataclass(frozen=True)
class Criterion:
    """One thing that the Guidance asks for, whether it is met, and by what."""

    name: str
    words: str
    is_met: bool
    why: str


_ROSH = {1: "low", 2: "medium", HIGH: "high", 4: "very high"}


def criteria(need: Need) -> tuple[Criterion, ...]:
    """Each criterion by itself. Level 2 asks for the first and one of the next three; level 3 for the last besides."""
    risk = "nobody knows the level of risk yet" if need.rosh is None else f"the risk is assessed as {_ROSH[need.rosh]}"
    before = "it was managed at level 3" if need.was_at_level_3 else "it never was"
    return (
        Criterion(
            "added-value",
            "formal multi-agency meetings would add value",
            need.meetings_add_value,
            "the referral says what they would add" if need.meetings_add_value else "the referral does not say how",
        ),
        Criterion(
            "rosh",
            "the risk of serious harm is high or very high",
            need.rosh is not None and need.rosh >= HIGH,
            risk,
        ),
        Criterion(
            "co-ordination",
            "exceptionally, other agencies must be actively co-ordinated",
            need.exceptional_co_ordination,
            "the referral says so" if need.exceptional_co_ordination else "the referral does not say so",
        ),
        Criterion("level-3", "the case was at level 3 before and no longer needs it", need.was_at_level_3, before),
        Criterion(
            "senior",
            "the management issues need senior people of the agencies",
            need.needs_senior_representation,
            "the referral says so" if need.needs_senior_representation else "the referral does not say so",
        ),
    )


def level_2_met(need: Need) -> bool:
    """Formal meetings add value, and the risk is high or very high, or exceptionally others must be co-ordinated,
    or the case was at level 3 before (Guidance chapter 7, level 2 criteria a to c)."""
    high = need.rosh is not None and need.rosh >= HIGH
    return need.meetings_add_value and (high or need.exceptional_co_ordination or need.was_at_level_3)


def level_3_met(need: Need) -> bool:
    """The level 2 criteria, and management issues that need senior representation of the agencies."""
    return level_2_met(need) and need.needs_senior_representation


def is_met(level: int, need: Need) -> bool:
    """Are the criteria of a level met? Level 1 asks for nothing; category 3 is kept from it by the case itself."""
    if level == LEVEL_3:
        return level_3_met(need)
    return level < LEVEL_3 - 1 or level_2_met(need)


def judge(category: int, proposed_level: int, need: Need) -> LevelAnswer:
    """The criteria, and the proposed level; category 3 is never at level 1 (domain.md 1.3)."""
    never = category == CATEGORY_3 and proposed_level == 1
    allowed = is_met(proposed_level, need) and not never
    return LevelAnswer(
        level_2_met=level_2_met(need),
        level_3_met=level_3_met(need),
        proposed_level_allowed=allowed,
        authority=f"{AUTHORITY}; national Delius register note on category 3" if never else AUTHORITY,
        explanation=_why(proposed_level, need, allowed=allowed, never=never),
    )


def _why(level: int, need: Need, *, allowed: bool, never: bool) -> str:
    if never:
        return "Category 3 is managed at level 2 or 3 only: below level 2 the person leaves MAPPA."
    if allowed:
        return f"Level {level} is open: {_REASONS[level]}."
    if not need.meetings_add_value:
        return f"Level {level} is not open: formal multi-agency meetings would add no value."
    if not level_2_met(need):
        return (
            f"Level {level} is not open: the risk of serious harm is not high or very high, no exceptional "
            "co-ordination is needed, and the case was not at level 3 before."
        )
    return "Level 3 is not open: the management issues do not need senior representation."


_REASONS = {
    1: "it asks for no formal meetings",
    2: "meetings add value, and the risk is high, or co-ordination exceptional, or the case was at level 3",
    3: "the criteria of level 2 are met, and senior representation is needed",
}
