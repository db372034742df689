"""What is kept about how the record is used and how long it is kept; nothing here is a part of a case."""

from assurance.models.asked import AccessRequest, PackDecision
from assurance.models.disposal import RecordDisposal
from assurance.models.emergency import EmergencyRemark
from assurance.models.unusual import Look, UnusualAccess

__all__ = ["AccessRequest", "EmergencyRemark", "Look", "PackDecision", "RecordDisposal", "UnusualAccess"]
