"""What the pages of a case ask, by noun."""

from offenders.forms.cases import (
    LengthField,
    PeopleForm,
    RegistrationForm,
    ReviewForm,
    WhoForm,
)
from offenders.forms.documents import (
    DocumentForm,
    DocumentsForm,
    VersionForm,
    WithdrawalForm,
)
from offenders.forms.emergency import (
    ConflictForm,
    EmergencyForm,
)
from offenders.forms.merging import (
    DismissalForm,
    MergeForm,
    OtherRecordForm,
    UnmergeForm,
    ViewNameForm,
)
from offenders.forms.photographs import (
    PhotographForm,
    ReplacementForm,
)
from offenders.forms.sharing import (
    ExclusionForm,
    NamingForm,
    PurposeForm,
    RestrictionForm,
    ShareForm,
    WhichAgencyForm,
    WhichPersonForm,
)

__all__ = [
    "ConflictForm",
    "DismissalForm",
    "DocumentForm",
    "DocumentsForm",
    "EmergencyForm",
    "ExclusionForm",
    "LengthField",
    "MergeForm",
    "NamingForm",
    "OtherRecordForm",
    "PeopleForm",
    "PhotographForm",
    "PurposeForm",
    "RegistrationForm",
    "ReplacementForm",
    "RestrictionForm",
    "ReviewForm",
    "ShareForm",
    "UnmergeForm",
    "VersionForm",
    "ViewNameForm",
    "WhichAgencyForm",
    "WhichPersonForm",
    "WhoForm",
    "WithdrawalForm",
]
