"""Sex, ethnicity, language, disability and the like: what the law protects, and what it keeps from most readers."""

from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from offenders.models.fact import DatedFact, FactQuerySet
from offenders.models.offender import Offender
from offenders.visibility import Scope, scope_of


class Kind(models.TextChoices):
    """What is described; the protected characteristics are those of the Equality Act 2010 s.4."""

    SEX = "sex", _("Sex")
    GENDER = "gender", _("Gender identity")
    ETHNICITY = "ethnicity", _("Ethnicity")
    NATIONALITY = "nationality", _("Nationality")
    LANGUAGE = "language", _("Language")
    MARITAL = "marital", _("Marital status")
    RELIGION = "religion", _("Religion or belief")
    DISABILITY = "disability", _("Disability and adjustments")
    ORIENTATION = "orientation", _("Sexual orientation")
    REASSIGNMENT = "reassignment", _("Gender reassignment")
    PREGNANCY = "pregnancy", _("Pregnancy and maternity")


# Of these a person has several at a time.
SEVERAL = ("nationality", "language", "disability")
# Special categories of data (UK GDPR art. 9) that only those who manage the case need, and what the Gender
# Recognition Act 2004 s.22 makes an offence to disclose.
RESTRICTED = ("religion", "disability", "orientation", "reassignment", "pregnancy")


class CharacteristicValue(models.Model):
    """What may be chosen: reference data with its source."""

    kind = models.CharField(max_length=15, choices=Kind)
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    order = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(_("may be chosen"), default=True)
    citation = models.CharField(max_length=200)

    class Meta:
        ordering = ["kind", "order", "name"]
        constraints = [
            models.UniqueConstraint("kind", "code", name="one_value_of_a_code"),
            models.UniqueConstraint("kind", "name", name="one_value_of_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class CharacteristicQuerySet(FactQuerySet["Characteristic"]):
    def visible_to(self, user: User) -> Self:
        """Of cases the user sees; what is restricted, to the area's Responsible Authority and the lead agency alone."""
        rows = Q(offender__in=Offender.objects.visible_to(user).order_by().values("pk"))
        scope = scope_of(user)
        if scope.everything:
            return self.scoped(rows)
        return self.scoped(rows & (~Q(kind__in=RESTRICTED) | managed(scope)))


def managed(scope: Scope) -> Q:
    """Rows of cases that the user manages: of the Responsible Authority of the area, or of the lead agency."""
    manages = Q(offender__area__in=sorted(scope.areas)) | Q(offender__lead_agency__in=sorted(scope.agencies))
    return manages & scope.shut()


def sees_restricted(user: User, offender: Offender) -> bool:
    """Whether the user works for an agency of the Responsible Authority of the area, or for the lead agency.

    The same rule as `CharacteristicQuerySet.visible_to`, asked of a case that the user sees.
    """
    scope = scope_of(user)
    if offender.pk in scope.emergency:
        return False
    return scope.everything or offender.area_id in scope.areas or offender.lead_agency_id in scope.agencies


class Characteristic(DatedFact):
    """One characteristic of a person from a day on. A change is a new row, and the one before ends."""

    Kind = Kind
    # Pages may say that there is something restricted, and say it of every case alike: that a row is there tells too.
    SEVERAL: ClassVar = SEVERAL
    RESTRICTED: ClassVar = RESTRICTED

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="characteristics")
    kind = models.CharField(max_length=15, choices=Kind)
    value = models.ForeignKey(CharacteristicValue, models.PROTECT, related_name="+")
    detail = models.CharField(max_length=300, blank=True)
    interpreter = models.BooleanField(null=True, blank=True)

    objects = CharacteristicQuerySet.as_manager()

    class Meta(DatedFact.Meta):
        verbose_name = _("characteristic")
        ordering = ["kind", "value__order", "pk"]
        constraints = [
            *DatedFact.Meta.constraints,
            models.UniqueConstraint(
                "offender",
                "kind",
                condition=Q(withdrawn_at__isnull=True, until__isnull=True)
                & ~Q(kind__in=["nationality", "language", "disability"]),
                name="one_characteristic_at_a_time",
            ),
            models.UniqueConstraint(
                "offender",
                "kind",
                "value",
                condition=Q(withdrawn_at__isnull=True, until__isnull=True),
                name="one_such_characteristic",
                violation_error_message=_("This is recorded already."),
            ),
            models.CheckConstraint(
                condition=Q(interpreter__isnull=True) | Q(kind="language"), name="only_a_language_has_an_interpreter"
            ),
        ]

    def clean(self) -> None:
        super().clean()
        if self.value_id and self.value.kind != self.kind:
            raise ValidationError({"value": _("Choose an answer from the list")})

    def audited(self) -> dict[str, Any]:
        # That somebody has a religion or a disability recorded is itself what only a few may know: so of none is the
        # kind told, or the gap would tell it.
        return {}
