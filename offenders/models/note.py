"""Notes: what people who work the case write down, each for its audience."""

from datetime import date
from functools import partial
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models import AgencyKind, User
from mappa import dates
from mappa.reference_numbers import new_reference
from offenders.models.offender import CaseModel, CaseQuerySet, Offender
from offenders.visibility import Scope, scope_of


def of_the_authority(scope: Scope) -> Q:
    """Rows of cases in which the user is of the Responsible Authority: of its area, or leading."""
    leads = Q(
        offender__lead_agency__in=sorted(scope.agencies),
        offender__lead_agency__kind__duty=AgencyKind.Duty.RESPONSIBLE_AUTHORITY,
    )
    return (Q(offender__area__in=sorted(scope.areas)) | leads) & scope.shut()


def is_of_the_authority(user: User, offender: Offender) -> bool:
    """The same rule as `of_the_authority`, asked of a case that the user sees."""
    scope = scope_of(user)
    if offender.pk in scope.emergency:
        return False
    leads = offender.lead_agency_id in scope.agencies
    by_lead = leads and offender.lead_agency.kind.duty == AgencyKind.Duty.RESPONSIBLE_AUTHORITY
    return scope.everything or offender.area_id in scope.areas or by_lead


class NoteQuerySet(CaseQuerySet["Note"]):
    def visible_to(self, user: User) -> Self:
        """Notes of cases the user sees, for an audience he belongs to; always those he wrote himself."""
        scope = scope_of(user)
        cases = Offender.objects.visible_to(user)
        rows = Q(offender__in=cases.order_by().values("pk"))
        if scope.everything:
            return self.scoped(rows)
        return self.scoped(rows & (Q(audience=Note.Audience.EVERYONE) | of_the_authority(scope) | Q(by=user.pk)))

    def outline_of(self, offender: Offender) -> Self:
        """Every note of a case that the caller already holds: only to say that one is there, never what it says."""
        return self.scoped(Q(offender=offender))


class Note(CaseModel):
    """Something that somebody who works the case wrote down. Never changed: a correction is a new note."""

    class Kind(models.TextChoices):
        CONTACT = "contact", _("Contact")
        HOME_VISIT = "home-visit", _("Home visit")
        INTELLIGENCE = "intelligence", _("Intelligence shared")
        OTHER = "other", _("Other")

    class Audience(models.TextChoices):
        EVERYONE = "everyone", _("Everyone on the case")
        AUTHORITY = "authority", _("Responsible Authority only")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "NO"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=15, choices=Kind)
    happened_on = models.DateField()
    text = models.TextField()
    audience = models.CharField(max_length=10, choices=Audience)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # A note is corrected once; what is wrong in the correction is corrected there.
    corrects = models.OneToOneField("self", models.PROTECT, related_name="correction", null=True, blank=True)

    objects = NoteQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["offender", "-at"], name="notes_of_a_case")]

    def __str__(self) -> str:
        return self.reference

    def clean(self) -> None:
        happened_on: date | None = self.happened_on
        if happened_on is not None and happened_on > dates.today():
            raise ValidationError({"happened_on": _("The date when it happened must be today or in the past")})
