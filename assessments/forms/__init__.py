from assessments.forms.assessment import DEFINITIONS, AssessmentForm, SendBackForm

__all__ = ["DEFINITIONS", "AssessmentForm", "SendBackForm"]
