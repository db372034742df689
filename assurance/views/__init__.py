"""The pages of information assurance, by noun."""

from assurance.views.emergency import answer_emergency, emergencies, emergency, end_emergency
from assurance.views.who import who_by_reference

__all__ = ["answer_emergency", "emergencies", "emergency", "end_emergency", "who_by_reference"]
