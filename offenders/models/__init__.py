from offenders.models.conviction import Conviction, Offence
from offenders.models.flag import Flag, FlagKind, FlagReview
from offenders.models.grant import (
    Exclusion,
    OffenderGroupObjectPermission,
    OffenderUserObjectPermission,
    Restriction,
)
from offenders.models.history import CategoryBasis, LevelPeriod, Review, TimelineEntry
from offenders.models.name import Alias, NameForm, NameWord
from offenders.models.note import Note
from offenders.models.offender import Identifier, Offender
from offenders.models.purpose import Purpose

__all__ = [
    "Alias",
    "CategoryBasis",
    "Conviction",
    "Exclusion",
    "Flag",
    "FlagKind",
    "FlagReview",
    "Identifier",
    "LevelPeriod",
    "NameForm",
    "NameWord",
    "Note",
    "Offence",
    "Offender",
    "OffenderGroupObjectPermission",
    "OffenderUserObjectPermission",
    "Purpose",
    "Restriction",
    "Review",
    "TimelineEntry",
]
