from disclosures.models.decision import DisclosureDecision
from disclosures.models.third_party import (
    Disclosure,
    DisclosureDraft,
    DisclosureReview,
    Recipient,
)

__all__ = ["Disclosure", "DisclosureDecision", "DisclosureDraft", "DisclosureReview", "Recipient"]
