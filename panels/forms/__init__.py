from panels.forms.commitments import CommitmentForm, CommitmentReviewForm
from panels.forms.copies import (
    AmendAttendanceForm,
    AmendForm,
    DecideAmendmentForm,
    DecideSendingOnForm,
    SendOnForm,
    SummaryForm,
)
from panels.forms.followup import (
    ActionAnswerForm,
    ActionUpdateForm,
    AssignForm,
    EvidenceForm,
    PostponeForm,
    ReassignForm,
    WithdrawActionForm,
)
from panels.forms.items import InviteForm, MoveForm, OrderForm, PeopleForm, PersonForm, PinForm, SlotForm, TimeForm
from panels.forms.meetings import ApprovalForm, ArrangeForm
from panels.forms.minutes import ActionForm, AttendanceForm, DecisionForm, InformationForm, ParagraphForm
from panels.forms.referrals import AnswerForm, ReferralForm

__all__ = [
    "ActionAnswerForm",
    "ActionForm",
    "ActionUpdateForm",
    "AmendAttendanceForm",
    "AmendForm",
    "AnswerForm",
    "ApprovalForm",
    "ArrangeForm",
    "AssignForm",
    "AttendanceForm",
    "CommitmentForm",
    "CommitmentReviewForm",
    "DecideAmendmentForm",
    "DecideSendingOnForm",
    "DecisionForm",
    "EvidenceForm",
    "InformationForm",
    "InviteForm",
    "MoveForm",
    "OrderForm",
    "ParagraphForm",
    "PeopleForm",
    "PersonForm",
    "PinForm",
    "PostponeForm",
    "ReassignForm",
    "ReferralForm",
    "SendOnForm",
    "SlotForm",
    "SummaryForm",
    "TimeForm",
    "WithdrawActionForm",
]
