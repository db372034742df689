from assessments.models.assessment import COMMUNITY, CUSTODY, GROUPS, WORDS, Assessment

__all__ = ["COMMUNITY", "CUSTODY", "GROUPS", "WORDS", "Assessment"]
