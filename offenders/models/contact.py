"""How a person is reached, and by which names online."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from offenders import numbers
from offenders.models.fact import DatedFact, FactQuerySet
from offenders.models.offender import Offender


class Contact(DatedFact):
    """A telephone number, an e-mail address or an online identity."""

    class Kind(models.TextChoices):
        MOBILE = "mobile", _("Mobile telephone")
        LANDLINE = "landline", _("Other telephone")
        EMAIL = "email", _("Email address")
        SOCIAL = "social", _("Social media or dating account")
        MESSAGING = "messaging", _("Messaging account")
        GAMING = "gaming", _("Gaming account")
        WEBSITE = "website", _("Website")
        ONLINE = "online", _("Other online name")

    TELEPHONES = ("mobile", "landline")

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="contacts")
    kind = models.CharField(max_length=10, choices=Kind)
    typed = models.CharField(max_length=200)
    value = models.CharField(max_length=200)
    service = models.CharField(max_length=80, blank=True)
    notes = models.TextField(max_length=1000, blank=True)

    objects = FactQuerySet["Contact"].as_manager()

    class Meta(DatedFact.Meta):
        verbose_name = _("telephone number or online identity")
        ordering = ["kind", "-from_on", "pk"]
        constraints = [
            *DatedFact.Meta.constraints,
            models.UniqueConstraint(
                "offender",
                "kind",
                "value",
                "service",
                condition=Q(withdrawn_at__isnull=True, until__isnull=True),
                name="one_such_contact",
                violation_error_message=_("This is recorded already."),
            ),
        ]
        indexes = [models.Index(fields=["value"], name="contacts_by_value")]

    def prepare(self) -> None:
        """Telephone numbers with their country, e-mail addresses in small letters, other names as they are."""
        self.typed, self.service = self.typed.strip(), self.service.strip()
        try:
            self.value = self._canonical()
        except numbers.BadNumberError as error:
            raise ValidationError({"typed": str(error)}) from None
        except ValidationError:
            raise ValidationError(
                {"typed": _("Enter an email address in the correct format, like name@example.com")}
            ) from None

    def _canonical(self) -> str:
        if self.kind in self.TELEPHONES:
            return numbers.telephone(self.typed)
        if self.kind == self.Kind.EMAIL:
            validate_email(self.typed)
            return self.typed.lower()
        return self.typed
