from assessments.views.assessment import assess, risk

__all__ = ["assess", "risk"]
