from panels.forms.followup import ActionUpdateForm
from panels.forms.items import InviteForm, MoveForm, PeopleForm, PersonForm, TimeForm
from panels.forms.meetings import ApprovalForm, ArrangeForm
from panels.forms.minutes import ActionForm, AttendanceForm, DecisionForm, InformationForm, ParagraphForm
from panels.forms.referrals import AnswerForm, ReferralForm

__all__ = [
    "ActionForm",
    "ActionUpdateForm",
    "AnswerForm",
    "ApprovalForm",
    "ArrangeForm",
    "AttendanceForm",
    "DecisionForm",
    "InformationForm",
    "InviteForm",
    "MoveForm",
    "ParagraphForm",
    "PeopleForm",
    "PersonForm",
    "ReferralForm",
    "TimeForm",
]
