"""When a case may be managed at level 2 or 3 (MAPPA Guidance chapter 7, updated 2019; domain.md 2.1). Pure functions."""

from dataclasses import dataclass

HIGH = 3  # Offender.Rosh: low 1, medium 2, high 3, very high 4
LEVEL_3 = 3


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
