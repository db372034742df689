"""Who works where, in which role, at which rank, from when until when."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models.agency import Agency
from mappa.reference_numbers import new_reference


def new_membership_handle() -> str:
    return new_reference("MB")


class Role(models.Model):
    """A role of access.md; what it permits is in agencies/access.py."""

    class Code(models.TextChoices):
        PRACTITIONER = "practitioner", _("Practitioner")
        CONTACT_POINT = "contact-point", _("Contact point")
        VICTIM_LIAISON = "victim-liaison", _("Victim liaison")
        COORDINATOR = "coordinator", _("Coordinator")
        CHAIR = "chair", _("Chair")
        BOARD_MEMBER = "board-member", _("Board member")
        LAY_ADVISER = "lay-adviser", _("Lay adviser")
        INFORMATION_OFFICER = "information-officer", _("Information officer")
        ADMINISTRATOR = "administrator", _("Administrator")
        NATIONAL = "national", _("National")
        INTEGRATION = "integration", _("Integration")

    code = models.CharField(max_length=30, primary_key=True, choices=Code)
    name = models.CharField(max_length=60)
    purpose = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name


class Rank(models.Model):
    """How senior someone is, whatever the uniform. Manager rank authorises; senior rank chairs level 3."""

    MANAGER, SENIOR = 20, 30

    name = models.CharField(max_length=120, unique=True)
    order = models.PositiveSmallIntegerField(help_text=_("20 and above is manager rank, 30 and above senior rank."))
    citation = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def in_force(self, on: date) -> Self:
        """Memberships that count on a day: in date, agency active, user active and vetted."""
        vetted = Q(user__vetting_expires_on__isnull=True) | Q(user__vetting_expires_on__gte=on)
        return self.standing(on).filter(vetted)

    def standing(self, on: date) -> Self:
        """The same whatever the vetting: they give no access, but whoever's vetting has ended is still told that it has."""
        return self.not_ended(on).filter(from_on__lte=on, agency__is_active=True, user__is_active=True)

    def not_ended(self, on: date) -> Self:
        """Neither stopped nor past its last day, begun or to begin, whoever holds it."""
        return self.filter(Q(until__isnull=True) | Q(until__gte=on), stopped_at__isnull=True)


class Membership(models.Model):
    """A person's role inside one agency, for a time. It is stopped before its last day when he leaves, or nobody confirms it."""

    class Stopped(models.TextChoices):
        LEFT = "left", _("Ended")
        UNCONFIRMED = "unconfirmed", _("Not confirmed")

    # What names it in addresses; deadlines name it otherwise (reviews/deadlines/access.py).
    handle = models.CharField(max_length=12, unique=True, default=new_membership_handle, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="memberships")
    role = models.ForeignKey(Role, models.PROTECT, related_name="memberships", db_column="role")
    rank = models.ForeignKey(Rank, models.PROTECT, related_name="memberships", null=True, blank=True)
    from_on = models.DateField(default=date.today)
    until = models.DateField(null=True, blank=True)
    line_manager = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    # The day on which somebody else last said that it is still right.
    confirmed_on = models.DateField(null=True, blank=True, editable=False)
    stopped_at = models.DateTimeField(null=True, blank=True, editable=False)
    stopped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    stopped_why = models.CharField(max_length=12, choices=Stopped, blank=True, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["user", "agency"]
        constraints = [
            models.UniqueConstraint("user", "agency", "role", name="one_membership_per_role"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("from_on")),
                name="membership_ends_after_it_starts",
                violation_error_message=_("The end must not be before the start."),
            ),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True, stopped_by__isnull=True, stopped_why="")
                | (Q(stopped_at__isnull=False, stopped_by__isnull=False) & ~Q(stopped_why="")),
                name="membership_stopped_at_by_and_why_together",
            ),
            models.CheckConstraint(
                condition=~Q(line_manager=models.F("user")),
                name="nobody_manages_himself",
                violation_error_message=_("Choose somebody else as line manager."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} at {self.agency}"

    def has_ended(self, on: date) -> bool:
        """The other half of `not_ended`."""
        return self.stopped_at is not None or (self.until is not None and self.until < on)

    @property
    def rank_order(self) -> int:
        """0 without a rank. Needs `rank` loaded."""
        return self.rank.order if self.rank else 0
