from disclosures.forms.decision import DecisionForm

__all__ = ["DecisionForm"]
