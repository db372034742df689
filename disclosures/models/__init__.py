from disclosures.models.decision import DisclosureDecision

__all__ = ["DisclosureDecision"]
