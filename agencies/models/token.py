"""Bearer tokens of integrations, kept only as digests."""

import hashlib
from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


def digest(token: str) -> str:
    """What is stored of a token: SHA-256, which is enough for a random secret."""
    return hashlib.sha256(token.encode()).hexdigest()


class IntegrationToken(models.Model):
    """A system's way in: it acts as its user, within its scopes, until it expires."""

    name = models.CharField(max_length=60)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.JSONField(default=list, help_text=_('A list such as ["cases:read"].'))
    expires_on = models.DateField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def is_in_date(self, on: date) -> bool:
        return self.expires_on >= on
