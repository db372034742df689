"""What is on an agenda and about no case: welcome, review of actions, breaks, any other business."""

from functools import partial
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.access import Parts, Why
from agencies.models import User
from mappa.guard import GuardedQuerySet, ProtectedModel
from mappa.reference_numbers import new_reference
from panels.models.meeting import Meeting


class SlotQuerySet(GuardedQuerySet["Slot"]):
    def visible_to(self, user: User) -> Self:
        """Seen by whoever sees the meeting."""
        return self.scoped(Q(meeting__in=Meeting.objects.visible_to(user).order_by().values("pk")))

    def of_meeting(self, meeting: Meeting) -> Self:
        """The slots of a meeting the caller already holds."""
        return self.scoped(Q(meeting=meeting))


class Slot(ProtectedModel):
    """A standing item or a break. Its place is counted together with those of the cases."""

    class Kind(models.TextChoices):
        WELCOME = "welcome", _("Welcome and confidentiality")
        ACTIONS = "actions", _("Review of actions outstanding")
        BREAK = "break", _("Break")
        BUSINESS = "business", _("Any other business")
        OTHER = "other", _("Something else")

    # What a meeting usually has besides its cases, with minutes: the first two before them, the last after them.
    USUAL = ((Kind.WELCOME, 10), (Kind.ACTIONS, 10), (Kind.BUSINESS, 5))

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "SL"), editable=False)
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="slots")
    kind = models.CharField(max_length=10, choices=Kind)
    title = models.CharField(max_length=120, blank=True)
    position = models.PositiveSmallIntegerField()
    # Its place before the agenda was arranged by mappa.
    former_position = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    minutes = models.PositiveSmallIntegerField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = SlotQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                "meeting",
                "kind",
                condition=Q(kind__in=["welcome", "actions", "business"]),
                name="a_standing_item_once_on_an_agenda",
                violation_error_message=_("This item is already on the agenda."),
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=5, minutes__lte=240),
                name="a_slot_takes_minutes",
                violation_error_message=_("Enter between 5 and 240 minutes."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def name(self) -> str:
        """What the agenda calls it."""
        return self.title or self.get_kind_display()

    def clean(self) -> None:
        if self.kind == self.Kind.OTHER and not self.title:
            raise ValidationError({"title": _("Enter what it is")})

    def get_absolute_url(self) -> str:
        return reverse("panels:meeting", args=[self.meeting.reference])

    def case_id_for_audit(self) -> None:
        return None

    def parts(self) -> Parts:
        return self.meeting.parts()

    def why(self, user: User) -> Why:
        return self.meeting.why(user)
