from assessments.forms.assessment import DEFINITIONS, AssessmentForm, SendBackForm
from assessments.forms.plans import (
    ChangeMeasureForm,
    DraftMeasureForm,
    MeasureForm,
    ProposalForm,
    ReportForm,
    ReturnPlanForm,
    SectionForm,
    SendPlanForm,
    SharePlanForm,
    TermsForm,
)
from assessments.forms.prompts import DismissalForm
from assessments.forms.tools import ResultForm, ToolForm, WithdrawalForm

__all__ = [
    "DEFINITIONS",
    "AssessmentForm",
    "ChangeMeasureForm",
    "DismissalForm",
    "DraftMeasureForm",
    "MeasureForm",
    "ProposalForm",
    "ReportForm",
    "ResultForm",
    "ReturnPlanForm",
    "SectionForm",
    "SendBackForm",
    "SendPlanForm",
    "SharePlanForm",
    "TermsForm",
    "ToolForm",
    "WithdrawalForm",
]
