from disclosures.forms.log import BeginForm, LogForm
from disclosures.forms.requests import ChaseForm, RequestAnswerForm, RequestForm, WithdrawForm
from disclosures.forms.steps import STEPS, ChildrenQuestions, Facts, Step, why_against, yes_no
from disclosures.forms.verbs import AnswerForm, AuthoriseForm, CorrectForm, DeliverForm, ReviewForm

__all__ = [
    "STEPS",
    "AnswerForm",
    "AuthoriseForm",
    "BeginForm",
    "ChaseForm",
    "ChildrenQuestions",
    "CorrectForm",
    "DeliverForm",
    "Facts",
    "LogForm",
    "RequestAnswerForm",
    "RequestForm",
    "ReviewForm",
    "Step",
    "WithdrawForm",
    "why_against",
    "yes_no",
]
