from assessments.forms.assessment import DEFINITIONS, AssessmentForm, SendBackForm
from assessments.forms.plans import (
    ChangeMeasureForm,
    DraftMeasureForm,
    MeasureForm,
    ReportForm,
    ReturnPlanForm,
    SectionForm,
    SendPlanForm,
    SharePlanForm,
    TermsForm,
)

__all__ = [
    "DEFINITIONS",
    "AssessmentForm",
    "ChangeMeasureForm",
    "DraftMeasureForm",
    "MeasureForm",
    "ReportForm",
    "ReturnPlanForm",
    "SectionForm",
    "SendBackForm",
    "SendPlanForm",
    "SharePlanForm",
    "TermsForm",
]
