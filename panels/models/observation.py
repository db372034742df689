"""A lay adviser invited to observe one meeting. He sees its agenda without names, and nothing else."""

from functools import partial
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.access import Parts, Why, memberships
from agencies.models import Role, User
from mappa.guard import GuardedQuerySet, ProtectedModel
from mappa.reference_numbers import new_reference
from offenders.visibility import scope_of
from panels.models.meeting import Meeting


class ObservationQuerySet(GuardedQuerySet["Observation"]):
    def visible_to(self, user: User) -> Self:
        """A lay adviser's own while it stands; all of an area for those who see its meetings."""
        scope = scope_of(user)
        if scope.everything:
            return self.scoped(Q(pk__isnull=False))
        advises = {m.agency.area_id for m in memberships(user) if m.role_id == Role.Code.LAY_ADVISER}
        own = Q(adviser=user.pk, meeting__area__in=sorted(advises), withdrawn_at__isnull=True)
        return self.scoped(Q(meeting__area__in=sorted(scope.areas)) | own)

    def standing(self) -> Self:
        return self.filter(withdrawn_at__isnull=True)


class Observation(ProtectedModel):
    """An invitation to observe a meeting, and whether the adviser says that he did."""

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "OB"), editable=False)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="observations")
    adviser = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(auto_now_add=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    observed_at = models.DateTimeField(null=True, blank=True)  # when he said so
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)

    objects = ObservationQuerySet.as_manager()

    class Meta:
        ordering = ["meeting__starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                "meeting",
                "adviser",
                name="an_adviser_is_invited_once",
                condition=Q(withdrawn_at__isnull=True),
                violation_error_message=_("This lay adviser is invited to the meeting already."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, observed_at__isnull=True),
                name="what_was_observed_is_not_withdrawn",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("panels:observation", args=[self.reference])

    def case_id_for_audit(self) -> None:
        return None

    def parts(self) -> Parts:
        return Parts(area=self.meeting.area_id)

    def why(self, user: User) -> Why:
        """No case is seen by it."""
        return Why("observing")
