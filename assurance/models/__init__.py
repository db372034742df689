"""What is kept about how the record is used and how long it is kept; nothing here is a part of a case."""

from assurance.models.emergency import EmergencyRemark

__all__ = ["EmergencyRemark"]
