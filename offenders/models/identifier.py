"""The numbers by which agencies know a person."""

from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mappa import dates
from offenders.law.identifiers import BadIdentifierError, canonical
from offenders.models.fact import Fact, FactQuerySet
from offenders.models.offender import Offender

TAKEN = "taken"  # the code of the refusal of a number that another case has


class Identifier(Fact):
    """A number by which an agency knows the person, in its canonical form.

    A superseded number still finds the person and is never given to another. One that was recorded by mistake is
    withdrawn: it finds nobody, and is free for the person whose it is.
    """

    class Kind(models.TextChoices):
        PNC = "pnc", _("PNC number")
        CRN = "crn", _("CRN")
        NOMS = "noms", _("Prison number")
        CRO = "cro", _("CRO number")
        VISOR = "visor", _("ViSOR reference")
        ASN = "asn", _("Arrest summons number")
        NI = "ni", _("National Insurance number")

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="identifiers")
    kind = models.CharField(max_length=10, choices=Kind)
    value = models.CharField(max_length=30)
    typed = models.CharField(max_length=40)
    # False for what another register holds with a check letter that does not fit: kept as it stands there, with a warning.
    check_ok = models.BooleanField(default=True)
    # Numbers that were given at registration before who gave them was kept have nobody here.
    added_by = models.ForeignKey(  # type: ignore[assignment]
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    superseded_on = models.DateField(null=True, blank=True)
    superseded_by = models.ForeignKey("self", models.PROTECT, related_name="supersedes", null=True, blank=True)

    objects = FactQuerySet["Identifier"].as_manager()

    class Meta(Fact.Meta):
        ordering = ["kind", "pk"]
        constraints = [
            *Fact.Meta.constraints,
            # Worded on purpose without saying where: it tells that a record exists, and whom to ask (access.md).
            models.UniqueConstraint(
                "kind",
                "value",
                condition=Q(withdrawn_at__isnull=True, check_ok=True),
                name="one_case_per_identifier",
                violation_error_message=_("A record with this number exists. Ask MAPPA co-ordination."),
                violation_error_code=TAKEN,
            ),
            models.CheckConstraint(
                condition=Q(superseded_by__isnull=True) | Q(superseded_on__isnull=False),
                name="a_superseded_number_says_since_when",
            ),
        ]
        indexes = [models.Index(fields=["value"], name="identifiers_by_value")]

    def __str__(self) -> str:
        return self.kind

    def prepare(self) -> None:
        """The canonical form of what was typed. Raises ValidationError with how to put it right.

        A number made with `check_ok=False` may end in a wrong check letter, and only in that; where the letter is right
        after all, the row says so.
        """
        self.typed = self.typed.strip()
        try:
            self.value = canonical(self.kind, self.typed, dates.today().year)
        except BadIdentifierError as error:
            if self.check_ok or not error.written:
                raise ValidationError({"typed": str(error)}) from None
            self.value = error.written
        else:
            self.check_ok = True

    def has_ended(self, on: date) -> bool:
        return self.superseded_on is not None and self.superseded_on <= on

    def end(self, until: date) -> list[str]:
        self.superseded_on = until
        return ["superseded_on"]

    @property
    def starts(self) -> date | None:
        return None
