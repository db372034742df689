"""What was asked, answered and found when an emergency opening was reviewed."""

from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.access import Parts, Why
from agencies.models import User
from mappa.guard import GuardedQuerySet, ProtectedModel
from offenders.models import EmergencyAccess


class EmergencyRemarkQuerySet(GuardedQuerySet["EmergencyRemark"]):
    def visible_to(self, user: User) -> Self:
        """Seen by whoever sees the opening: the person himself, and those who review it."""
        return self.scoped(models.Q(access__in=EmergencyAccess.objects.visible_to(user).order_by().values("pk")))


class EmergencyRemark(ProtectedModel):
    """One thing that was said in a review. Never changed. It names a case and is no part of it."""

    is_apart = True

    class Kind(models.TextChoices):
        QUESTION = "question", _("Asked for more")
        ANSWER = "answer", _("Answer")
        JUSTIFIED = "justified", _("Justified")
        NOT_JUSTIFIED = "not-justified", _("Not justified")

    access = models.ForeignKey(EmergencyAccess, models.PROTECT, related_name="remarks")
    kind = models.CharField(max_length=15, choices=Kind)
    words = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = EmergencyRemarkQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["access", "at"], name="remarks_of_an_emergency")]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    def clean(self) -> None:
        if not self.words.strip():
            raise ValidationError({"words": _("Write down why")})

    def case_id_for_audit(self) -> int:
        return self.access.case_id_for_audit()

    def parts(self) -> Parts:
        return self.access.parts()

    def why(self, user: User) -> Why:
        return self.access.why(user)
