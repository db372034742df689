from assessments.views.assessment import assess, assessment, countersign, risk, send_back

__all__ = ["assess", "assessment", "countersign", "risk", "send_back"]
