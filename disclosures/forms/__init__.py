from disclosures.forms.log import BeginForm, LogForm
from disclosures.forms.requests import ChaseForm, RequestAnswerForm, RequestForm, WithdrawForm
from disclosures.forms.steps import STEPS, Facts, Step
from disclosures.forms.verbs import AnswerForm, AuthoriseForm, CorrectForm, DeliverForm, ReviewForm

__all__ = [
    "STEPS",
    "AnswerForm",
    "AuthoriseForm",
    "BeginForm",
    "ChaseForm",
    "CorrectForm",
    "DeliverForm",
    "Facts",
    "LogForm",
    "RequestAnswerForm",
    "RequestForm",
    "ReviewForm",
    "Step",
    "WithdrawForm",
]
