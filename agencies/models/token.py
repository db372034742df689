"""Bearer tokens of integrations, kept only as digests, and what was already done with them."""

import hashlib
import secrets
from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from mappa import dates

# What a token may be for. A view names one of these; a token carries some.
SCOPES = {
    "cases:read": _("List, search and read cases"),
    "cases:write": _("Register cases and edit their record, on behalf of a person"),
    "identifiers:read": _("Read identity numbers"),
    "identity:read": _("Read names, addresses, contacts, vehicles and work"),
    "sentences:read": _("Read convictions, sentences, key dates and whereabouts"),
    "categories:read": _("Read categories and levels"),
    "notification:read": _("Read notification requirements, what is due, and notifications"),
    "notification:write": _("Record notifications, on behalf of a person"),
    "orders:read": _("Read orders, licences, electronic monitoring and places in approved premises"),
    "orders:write": _("Record orders, on behalf of a person"),
    "flags:read": _("Read flags"),
    "notes:read": _("Read notes"),
    "notes:write": _("Write notes, on behalf of a person"),
    "documents:read": _("List and download documents"),
    "documents:write": _("Upload documents, on behalf of a person"),
    "photographs:read": _("List photographs, without the pictures"),
    "risk:read": _("Read assessments of risk of serious harm and results of tools"),
    "risk:write": _("Record assessments and results of tools, and countersign, on behalf of a person"),
    "plans:read": _("Read risk management plans and their measures"),
    "plans:write": _("Write, countersign, share and acknowledge plans and measures, on behalf of a person"),
    "disclosures:read": _("Read decisions about disclosure to third parties"),
    "disclosures:write": _("Record and authorise disclosure, on behalf of a person"),
    "requests:read": _("Read information requests between agencies, also those to the system’s own"),
    "requests:write": _("Ask other agencies for information and answer them, on behalf of a person"),
    "mappa-detail:read": _("Read category, level and dates by CRN or prison number"),
}
# A secret that is never changed is a secret that is known.
LONGEST_DAYS = 366
# Both the old token and its successor open the door for so long, so that no system stands outside.
OVERLAP_DAYS = 7


def digest(token: str) -> str:
    """What is stored of a token: SHA-256, which is enough for a random secret."""
    return hashlib.sha256(token.encode()).hexdigest()


class IntegrationToken(models.Model):
    """A system's way in: it acts as its user, within its scopes, until it expires."""

    name = models.CharField(max_length=60)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.JSONField(default=list, blank=True, help_text=_('A list such as ["cases:read"].'))
    expires_on = models.DateField()
    last_used_on = models.DateField(null=True, blank=True, editable=False)
    # The token that takes the place of this one; it expires a little later.
    successor = models.OneToOneField("self", models.SET_NULL, null=True, blank=True, editable=False, related_name="+")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if not isinstance(self.scopes, list) or not all(scope in list(SCOPES) for scope in self.scopes):
            words = _("Give a list of these: %s") % ", ".join(SCOPES)
            raise ValidationError({"scopes": words})
        latest = dates.today() + timedelta(days=LONGEST_DAYS)
        expires_on: date | None = self.expires_on
        if expires_on is not None and expires_on > latest:
            words = _("A token lasts a year at most: give a day not after %s") % f"{latest:%-d %B %Y}"
            raise ValidationError({"expires_on": words})

    def is_in_date(self, on: date) -> bool:
        return self.expires_on >= on


def new_token() -> str:
    """A secret of 256 bits, to be shown once."""
    return secrets.token_urlsafe(32)


class SentOnce(models.Model):
    """A write that a system sent under a key of its own: sent again, it is answered and not done again.

    What was sent is kept as a digest, and what was made as its reference: nothing of the case.
    """

    # The system and not its token: the key holds when the token was changed for a new one meanwhile.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    asked = models.CharField(max_length=64)
    reference = models.CharField(max_length=12, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint("user", "key", name="a_key_is_used_once")]
        indexes = [models.Index(fields=["at"], name="sent_once_by_age")]

    def __str__(self) -> str:
        return self.reference
