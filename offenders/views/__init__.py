"""The pages of a case, by noun."""

from offenders.views.cases import overview, people, register, review, timeline
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
    "end_exclusion",
    "end_naming",
    "end_share",
    "exclude",
    "lift_restriction",
    "name_person",
    "overview",
    "people",
    "reason",
    "register",
    "restrict",
    "review",
    "share_with",
    "timeline",
    "who",
]
