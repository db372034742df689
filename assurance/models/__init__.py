"""What is kept about how the record is used and how long it is kept; nothing here is a part of a case."""

from assurance.models.disposal import RecordDisposal
from assurance.models.emergency import EmergencyRemark
from assurance.models.unusual import Look, UnusualAccess

__all__ = ["EmergencyRemark", "Look", "RecordDisposal", "UnusualAccess"]
