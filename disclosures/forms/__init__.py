from disclosures.forms.log import BeginForm, LogForm
from disclosures.forms.steps import STEPS, Facts, Step
from disclosures.forms.verbs import AnswerForm, AuthoriseForm, CorrectForm, DeliverForm, ReviewForm

__all__ = [
    "STEPS",
    "AnswerForm",
    "AuthoriseForm",
    "BeginForm",
    "CorrectForm",
    "DeliverForm",
    "Facts",
    "LogForm",
    "ReviewForm",
    "Step",
]
