from assessments.forms.assessment import DEFINITIONS, AssessmentForm

__all__ = ["DEFINITIONS", "AssessmentForm"]
