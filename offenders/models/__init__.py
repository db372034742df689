from offenders.models.conviction import Conviction, Offence
from offenders.models.grant import (
    Exclusion,
    OffenderGroupObjectPermission,
    OffenderUserObjectPermission,
    Restriction,
)
from offenders.models.history import CategoryBasis, LevelPeriod, Review, TimelineEntry
from offenders.models.offender import Identifier, Offender
from offenders.models.purpose import Purpose

__all__ = [
    "CategoryBasis",
    "Conviction",
    "Exclusion",
    "Identifier",
    "LevelPeriod",
    "Offence",
    "Offender",
    "OffenderGroupObjectPermission",
    "OffenderUserObjectPermission",
    "Purpose",
    "Restriction",
    "Review",
    "TimelineEntry",
]
