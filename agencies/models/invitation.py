"""An invitation to work in an agency: who, as what, until when, and the one link by which it is accepted."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.models.agency import Agency
from agencies.models.membership import Rank, Role
from agencies.models.user import Vetting
from mappa.reference_numbers import new_reference


def new_invitation_reference() -> str:
    return new_reference("IN")


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def standing(self) -> Self:
        """Neither accepted nor withdrawn; its link may have expired, and can be sent again."""
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)

    def usable(self, now: datetime) -> Self:
        """Those whose link still opens."""
        return self.standing().filter(expires_at__gt=now)


class Invitation(models.Model):
    """What somebody is invited to, and what becomes of it. Of the link only a digest is kept (agencies/colleagues/links.py).

    The person has a row from the moment he is invited, without a password and without a membership: it opens nothing.
    """

    reference = models.CharField(max_length=12, unique=True, default=new_invitation_reference, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="invitations")
    # As typed: of somebody who was here already the invitation does not tell how he is written there.
    name = models.CharField(_("name"), max_length=120)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="invitations")
    role = models.ForeignKey(Role, models.PROTECT, related_name="+")
    rank = models.ForeignKey(Rank, models.PROTECT, related_name="+", null=True, blank=True)
    line_manager = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    from_on = models.DateField(_("first day"))
    until = models.DateField(_("last day"), null=True, blank=True)
    vetting_level = models.CharField(max_length=10, choices=Vetting)
    vetting_expires_on = models.DateField(_("last day of the vetting"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    # Another each time it is sent, so that the link before opens nothing any more.
    nonce = models.CharField(max_length=43, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    times_sent = models.PositiveSmallIntegerField(default=1, editable=False)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "user",
                "agency",
                "role",
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="one_open_invitation_to_a_role",
                violation_error_message=_("This person is invited to this role already. Send that invitation again."),
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("from_on")),
                name="invited_until_a_day_not_before_the_first",
                violation_error_message=_("The last day must not be before the first."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, accepted_at__isnull=True),
                name="invitation_withdrawn_at_and_by_together",
            ),
            models.CheckConstraint(
                condition=~Q(user=F("made_by")),
                name="nobody_invites_himself",
                violation_error_message=_("Nobody invites himself. Ask another contact point, or co-ordination."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_usable(self) -> bool:
        return self.accepted_at is None and self.withdrawn_at is None and self.expires_at > timezone.now()
