"""None"""

from offenders.models.address import (
    Address,
)
from offenders.models.approved_premises import (
    Premises,
    PremisesPlace,
    PremisesProposal,
)
from offenders.models.birth import (
    BirthDate,
)
from offenders.models.breach import (
    Breach,
)
from offenders.models.category import (
    CategoryDecision,
    CategoryPeriod,
    CategoryProposal,
)
from offenders.models.characteristic import (
    Characteristic,
    CharacteristicValue,
)
from offenders.models.contact import (
    Contact,
)
from offenders.models.conviction import (
    Conviction,
    Offence,
)
from offenders.models.disposal import (
    Disposal,
    Term,
)
from offenders.models.dispute import Dispute
from offenders.models.document import (
    Document,
    DocumentAgency,
)
from offenders.models.emergency import (
    EmergencyAccess,
)
from offenders.models.fact import (
    DatedFact,
    Fact,
)
from offenders.models.flag import (
    Flag,
    FlagKind,
    FlagReview,
)
from offenders.models.grant import (
    Exclusion,
    OffenderGroupObjectPermission,
    OffenderUserObjectPermission,
    Restriction,
)
from offenders.models.group import (
    ArmedService,
    CounterTerrorism,
    GroupFact,
    Immigration,
    Transition,
)
from offenders.models.history import (
    CategoryBasis,
    LevelPeriod,
    Review,
    TimelineEntry,
)
from offenders.models.hold import (
    LegalHold,
)
from offenders.models.identifier import (
    Identifier,
)
from offenders.models.importing import (
    ImportRow,
    ImportRun,
    SourceStatus,
)
from offenders.models.key_date import (
    KeyDate,
)
from offenders.models.licence import (
    Body,
    ConditionText,
    Licence,
    LicenceCondition,
)
from offenders.models.merge import (
    DuplicateSuspicion,
    Merge,
    MergedRow,
)
from offenders.models.monitoring import (
    Monitoring,
)
from offenders.models.name import (
    Alias,
    NameForm,
    NameWord,
)
from offenders.models.note import (
    Note,
)
from offenders.models.notification import (
    Notification,
    NotificationBreach,
    NotificationDue,
)
from offenders.models.occupation import (
    Occupation,
)
from offenders.models.offender import (
    Offender,
    Precision,
)
from offenders.models.order import (
    Order,
    OrderKind,
    OrderTerm,
    OrderVariation,
)
from offenders.models.patient import (
    Patient,
    PatientSection,
    PatientStep,
)
from offenders.models.photograph import (
    Photograph,
)
from offenders.models.premises import (
    OtherPremises,
    Stay,
)
from offenders.models.purpose import (
    Purpose,
)
from offenders.models.relationship import (
    Relationship,
)
from offenders.models.requirement import (
    NotificationRequirement,
    ParentalDirection,
    Regime,
    RequirementPeriod,
    RequirementReview,
)
from offenders.models.saved_view import (
    SavedView,
)
from offenders.models.transfer import (
    HandoverItem,
    HandoverKind,
    Transfer,
)
from offenders.models.travel import (
    ForeignTravel,
)
from offenders.models.vehicle import (
    Vehicle,
)
from offenders.models.victim import (
    CaseWarning,
    ContactScheme,
    EarlierVictim,
    Victim,
    VictimContact,
    VictimRequest,
    WarningKind,
)
from offenders.models.whereabouts import (
    Recall,
    WhereaboutsPeriod,
)

__all__ = [
    "Address",
    "Alias",
    "ArmedService",
    "BirthDate",
    "Body",
    "Breach",
    "CaseWarning",
    "CategoryBasis",
    "CategoryDecision",
    "CategoryPeriod",
    "CategoryProposal",
    "Characteristic",
    "CharacteristicValue",
    "ConditionText",
    "Contact",
    "ContactScheme",
    "Conviction",
    "CounterTerrorism",
    "DatedFact",
    "Disposal",
    "Dispute",
    "Document",
    "DocumentAgency",
    "DuplicateSuspicion",
    "EarlierVictim",
    "EmergencyAccess",
    "Exclusion",
    "Fact",
    "Flag",
    "FlagKind",
    "FlagReview",
    "ForeignTravel",
    "GroupFact",
    "HandoverItem",
    "HandoverKind",
    "Identifier",
    "Immigration",
    "ImportRow",
    "ImportRun",
    "KeyDate",
    "LegalHold",
    "LevelPeriod",
    "Licence",
    "LicenceCondition",
    "Merge",
    "MergedRow",
    "Monitoring",
    "NameForm",
    "NameWord",
    "Note",
    "Notification",
    "NotificationBreach",
    "NotificationDue",
    "NotificationRequirement",
    "Occupation",
    "Offence",
    "Offender",
    "OffenderGroupObjectPermission",
    "OffenderUserObjectPermission",
    "Order",
    "OrderKind",
    "OrderTerm",
    "OrderVariation",
    "OtherPremises",
    "ParentalDirection",
    "Patient",
    "PatientSection",
    "PatientStep",
    "Photograph",
    "Precision",
    "Premises",
    "PremisesPlace",
    "PremisesProposal",
    "Purpose",
    "Recall",
    "Regime",
    "Relationship",
    "RequirementPeriod",
    "RequirementReview",
    "Restriction",
    "Review",
    "SavedView",
    "SourceStatus",
    "Stay",
    "Term",
    "TimelineEntry",
    "Transfer",
    "Transition",
    "Vehicle",
    "Victim",
    "VictimContact",
    "VictimRequest",
    "WarningKind",
    "WhereaboutsPeriod",
]
