from offenders.models.conviction import Conviction, Offence
from offenders.models.grant import Exclusion, OffenderGroupObjectPermission, OffenderUserObjectPermission
from offenders.models.history import CategoryBasis, LevelPeriod, Review, TimelineEntry
from offenders.models.offender import Identifier, Offender

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
    "Review",
    "TimelineEntry",
]
