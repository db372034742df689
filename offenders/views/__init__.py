"""The pages of a case, by noun."""

from offenders.views.cases import add_alias, overview, people, register, review
from offenders.views.remarks import (
    add_flag,
    add_note,
    correct_note,
    flags,
    remove_flag,
    review_flag,
    timeline,
)
from offenders.views.sharing import (
    end_exclusion,
    end_naming,
    end_share,
    exclude,
    lift_restriction,
    name_person,
    reason,
    restrict,
    share_with,
    who,
)

__all__ = [
    "add_alias",
    "add_flag",
    "add_note",
    "correct_note",
    "end_exclusion",
    "end_naming",
    "end_share",
    "exclude",
    "flags",
    "lift_restriction",
    "name_person",
    "overview",
    "people",
    "reason",
    "register",
    "remove_flag",
    "restrict",
    "review",
    "review_flag",
    "share_with",
    "timeline",
    "who",
]
