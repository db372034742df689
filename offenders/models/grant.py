"""The ledger of grants, which is also their enforcement: django-guardian's tables, extended."""

from functools import partial
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from agencies.access import Parts, Why
from agencies.models import Agency, User
from mappa import dates
from mappa.guard import ProtectedModel
from offenders.models.offender import CaseModel, CaseQuerySet, Offender
from offenders.visibility import GrantQuerySet, in_emergency_alone


class Basis(models.TextChoices):
    """Why a case is shared (access.md, rule 3)."""

    INVITED = "invited", _("Invited to a meeting")
    REFERRAL = "referral", _("Referred the case")
    TRANSFER = "transfer", _("Transfer")
    REQUEST = "request", _("Request answered")
    LEAD = "lead", _("Lead agency outside the area")
    HAND = "hand", _("Shared by hand")


class GrantFields(ProtectedModel):
    """What guardian's rows do not say: why, by whom, from when, until when."""

    basis = models.CharField(max_length=10, choices=Basis)
    source = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=300)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given_at = models.DateTimeField(auto_now_add=True)
    from_on = models.DateField(default=dates.today)
    until = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True

    def case_id_for_audit(self) -> int:
        case_id: int = self.content_object_id  # type: ignore[attr-defined]
        return case_id

    def why(self, user: User) -> Why:
        why: Why = self.content_object.why(user)  # type: ignore[attr-defined]
        return why


class OffenderGroupObjectPermission(GrantFields, GroupObjectPermissionBase):
    """A case shared with an agency, through its group."""

    content_object = models.ForeignKey(Offender, models.CASCADE, related_name="agency_grants")
    group = models.ForeignKey("auth.Group", models.CASCADE, related_name="+")
    permission = models.ForeignKey("auth.Permission", models.CASCADE, related_name="+")

    objects = GrantQuerySet["OffenderGroupObjectPermission"].as_manager()  # type: ignore[assignment,misc]

    class Meta:
        unique_together: ClassVar[list[str]] = []
        constraints = [
            models.UniqueConstraint("content_object", "group", "basis", "source", name="one_agency_grant_a_basis"),
        ]
        indexes = [models.Index(fields=["group", "until"], name="grants_of_a_group")]


class OffenderUserObjectPermission(GrantFields, UserObjectPermissionBase):
    """A person named on a case."""

    content_object = models.ForeignKey(Offender, models.CASCADE, related_name="personal_grants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    permission = models.ForeignKey("auth.Permission", models.CASCADE, related_name="+")

    objects = GrantQuerySet["OffenderUserObjectPermission"].as_manager()  # type: ignore[assignment,misc]

    class Meta:
        unique_together: ClassVar[list[str]] = []
        constraints = [
            models.UniqueConstraint("content_object", "user", "basis", "source", name="one_personal_grant_a_basis"),
        ]


class Exclusion(CaseModel):
    """A person who must not see a case: a relative, a conflict of interest. Kept when it ends."""

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="exclusions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    # The first day on which it no longer counts.
    ended_on = models.DateField(null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)

    objects = CaseQuerySet["Exclusion"].as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "offender",
                "user",
                name="excluded_once",
                condition=Q(ended_on__isnull=True),
                violation_error_message=_("This person is excluded already"),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, ended_by__isnull=True)
                | Q(ended_on__isnull=False, ended_by__isnull=False),
                name="exclusion_ended_on_and_by_together",
            ),
        ]

    def __str__(self) -> str:
        return f"exclusion from {self.offender_id}"


class Restriction(CaseModel):
    """A time in which only people named on a case see it, and why. `Offender.restricted` says that one runs."""

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="restrictions")
    reason = models.CharField(max_length=300)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)

    objects = CaseQuerySet["Restriction"].as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint("offender", condition=Q(lifted_at__isnull=True), name="one_restriction_at_a_time"),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="lifted_at_and_by_together",
            ),
        ]

    def __str__(self) -> str:
        return f"restriction of {self.offender_id}"


def in_force(on: object) -> Q:
    """Grants that count on a day."""
    return Q(from_on__lte=on) & (Q(until__isnull=True) | Q(until__gte=on))


def parts_of(offender: Offender) -> Parts:
    """The agencies granted the case today and the people named on it: two queries."""
    live = in_force(dates.today())
    groups = OffenderGroupObjectPermission.objects.about(offender).filter(live).values("group")
    people = OffenderUserObjectPermission.objects.about(offender).filter(live)
    return Parts(
        area=offender.area_id,
        lead=offender.lead_agency_id,
        involved=frozenset(Agency.objects.filter(group__in=groups).values_list("pk", flat=True)),
        named=frozenset(people.values_list("user", flat=True)),
        in_emergency=partial(in_emergency_alone, offender.pk),
    )
