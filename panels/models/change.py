"""What became of a meeting after it was arranged: moved, given another chair, cancelled; and why."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.access import Parts, Why
from agencies.models import User
from mappa.guard import GuardedQuerySet, ProtectedModel
from panels.models.meeting import Meeting


class MeetingChangeQuerySet(GuardedQuerySet["MeetingChange"]):
    def visible_to(self, user: User) -> Self:
        """Seen by whoever sees the meeting."""
        return self.scoped(Q(meeting__in=Meeting.objects.visible_to(user).order_by().values("pk")))


class MeetingChange(ProtectedModel):
    """One change of a meeting, as it was before it, with its reason. Never changed itself."""

    class Kind(models.TextChoices):
        MOVED = "moved", _("Moved")
        HANDED_OVER = "handed-over", _("Given another chair")
        CANCELLED = "cancelled", _("Cancelled")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=12, choices=Kind)
    reason = models.CharField(max_length=300)
    was_at = models.DateTimeField()
    was_place = models.CharField(max_length=120)
    was_chair = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = MeetingChangeQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint("meeting", condition=Q(kind="cancelled"), name="a_meeting_is_cancelled_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.meeting_id}"

    @property
    def was_on(self) -> date:
        """The day it was planned for, in London."""
        return timezone.localtime(self.was_at).date()

    def case_id_for_audit(self) -> None:
        return None

    def parts(self) -> Parts:
        return self.meeting.parts()

    def why(self, user: User) -> Why:
        return self.meeting.why(user)
