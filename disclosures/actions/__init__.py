"""The verbs of disclosure, by noun. Each asks `require` first."""

from disclosures.actions.decision import record_decision

__all__ = ["record_decision"]
