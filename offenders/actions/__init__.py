"""The verbs of the case, by noun. Each asks `require` first."""

from offenders.actions.case import lock, refuse_twice, tell
from offenders.actions.levels import complete_review, latest_review, start_level
from offenders.actions.register import add_alias, derive_category, register
from offenders.actions.sharing import (
    end_exclusion,
    end_naming,
    end_share,
    exclude,
    excluded_people,
    latest_share,
    lift_restriction,
    name_person,
    named_people,
    restrict,
    share_with,
    shared_by_hand,
    state_purpose,
)

__all__ = [
    "add_alias",
    "complete_review",
    "derive_category",
    "end_exclusion",
    "end_naming",
    "end_share",
    "exclude",
    "excluded_people",
    "latest_review",
    "latest_share",
    "lift_restriction",
    "lock",
    "name_person",
    "named_people",
    "refuse_twice",
    "register",
    "restrict",
    "share_with",
    "shared_by_hand",
    "start_level",
    "state_purpose",
    "tell",
]
