"""The verbs of risk, by noun. Each asks `require` first."""

from assessments.actions.assessment import assess, countersign, latest_of, send_back

__all__ = ["assess", "countersign", "latest_of", "send_back"]
