"""The verbs of risk, by noun. Each asks `require` first."""

from assessments.actions.assessment import assess

__all__ = ["assess"]
