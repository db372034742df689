"""How people get in: devices they used, agencies' own sign-in services, and lost second factors."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models.agency import Agency
from mappa.encryption import EncryptedTextField


class KnownDevice(models.Model):
    """A browser in which somebody signed in, known by a random cookie of which only the digest is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    family = models.CharField(max_length=60)
    first_at = models.DateTimeField(auto_now_add=True)
    last_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("user", "digest", name="a_device_is_known_once")]

    def __str__(self) -> str:
        return self.family


class IdentityProvider(models.Model):
    """An agency's own sign-in service (OpenID Connect): its people prove themselves there, and nobody else's do."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    slug = models.SlugField(max_length=40, unique=True, help_text=_("Part of its address here: /sign-in/agency/…/"))
    name = models.CharField(max_length=80, help_text=_("As its people call it, for example: Police sign-in."))
    issuer = models.URLField(max_length=200, validators=[URLValidator(schemes=["https"])])
    client_id = models.CharField(max_length=200)
    client_secret = EncryptedTextField()
    required_amr = models.JSONField(
        _("required methods (amr)"),
        default=list,
        blank=True,
        help_text=_('Any of these proves a second factor there, for example ["mfa", "hwk"].'),
    )
    required_acr = models.JSONField(
        _("required assurance (acr)"),
        default=list,
        blank=True,
        help_text=_("Or any of these, as the service calls them."),
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint("agency", "issuer", name="an_agency_trusts_a_service_once")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        for name in ("required_amr", "required_acr"):
            given = getattr(self, name)
            if not isinstance(given, list) or not all(isinstance(each, str) and each for each in given):
                raise ValidationError({name: _('Give a list of words, for example ["mfa"].')})
        if not self.required_amr and not self.required_acr:
            raise ValidationError({"required_amr": _("Say how the service tells that a second factor was asked for.")})


class IdentityLink(models.Model):
    """Who a person is at an agency's sign-in service. Linked by the person himself, and never by an e-mail address."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    provider = models.ForeignKey(IdentityProvider, models.PROTECT, related_name="+")
    subject = models.CharField(max_length=255)
    linked_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("provider", "subject", name="a_subject_is_one_person"),
            models.UniqueConstraint("user", "provider", name="a_person_is_one_subject"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class LostFactor(models.Model):
    """Somebody cannot prove himself any more: his agency asks, and another approves that his factors are taken away."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("Waiting for a second person")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    checked_how = models.CharField(max_length=300)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    started_at = models.DateTimeField(auto_now_add=True)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.WAITING)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["started_at", "pk"]
        constraints = [
            models.UniqueConstraint("person", condition=Q(outcome="waiting"), name="a_lost_factor_is_asked_about_once"),
            models.CheckConstraint(
                condition=Q(outcome="waiting", answered_by__isnull=True, answered_at__isnull=True)
                | (~Q(outcome="waiting") & Q(answered_by__isnull=False, answered_at__isnull=False)),
                name="a_lost_factor_is_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(person=models.F("started_by")) & ~Q(person=models.F("answered_by")),
                name="nobody_asks_for_his_own_lost_factor",
            ),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True) | ~Q(answered_by=models.F("started_by")),
                name="two_people_take_a_factor_away",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
