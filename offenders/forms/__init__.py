"""What the pages of a case ask, by noun."""

from offenders.forms.cases import AliasForm, LengthField, PeopleForm, RegistrationForm, ReviewForm
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
    "AliasForm",
    "ExclusionForm",
    "LengthField",
    "NamingForm",
    "PeopleForm",
    "PurposeForm",
    "RegistrationForm",
    "RestrictionForm",
    "ReviewForm",
    "ShareForm",
    "WhichAgencyForm",
    "WhichPersonForm",
]
