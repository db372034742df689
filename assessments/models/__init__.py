from assessments.models.assessment import GROUPS, RISK_TO, Assessment

__all__ = ["GROUPS", "RISK_TO", "Assessment"]
