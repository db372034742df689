from panels.forms.followup import (
    ActionAnswerForm,
    ActionUpdateForm,
    AssignForm,
    EvidenceForm,
    PostponeForm,
    ReassignForm,
    WithdrawActionForm,
)
from panels.forms.items import InviteForm, MoveForm, PeopleForm, PersonForm, TimeForm
from panels.forms.meetings import ApprovalForm, ArrangeForm
from panels.forms.minutes import ActionForm, AttendanceForm, DecisionForm, InformationForm, ParagraphForm
from panels.forms.referrals import AnswerForm, ReferralForm

__all__ = [
    "ActionAnswerForm",
    "ActionForm",
    "ActionUpdateForm",
    "AnswerForm",
    "ApprovalForm",
    "ArrangeForm",
    "AssignForm",
    "AttendanceForm",
    "DecisionForm",
    "EvidenceForm",
    "InformationForm",
    "InviteForm",
    "MoveForm",
    "ParagraphForm",
    "PeopleForm",
    "PersonForm",
    "PostponeForm",
    "ReassignForm",
    "ReferralForm",
    "TimeForm",
    "WithdrawActionForm",
]
