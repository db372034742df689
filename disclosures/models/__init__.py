from disclosures.models.children import (
    AGAINST_PRESUMPTION,
    CHILDREN,
    IS_ONE,
    OF_ONE,
    AskedAboutChildren,
)
from disclosures.models.decision import DisclosureDecision
from disclosures.models.request import InformationAnswer, InformationChase, InformationRequest
from disclosures.models.scheme import SchemeApplication, SchemeEntry
from disclosures.models.third_party import (
    Disclosure,
    DisclosureDraft,
    DisclosureReview,
    Recipient,
)

__all__ = [
    "AGAINST_PRESUMPTION",
    "CHILDREN",
    "IS_ONE",
    "OF_ONE",
    "AskedAboutChildren",
    "Disclosure",
    "DisclosureDecision",
    "DisclosureDraft",
    "DisclosureReview",
    "InformationAnswer",
    "InformationChase",
    "InformationRequest",
    "Recipient",
    "SchemeApplication",
    "SchemeEntry",
]
