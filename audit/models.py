"""Who saw and did what. Rows are added and never changed: the application's role may only insert and read."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AccessEvent(models.Model):
    """One act, read or refusal, by one person, about one thing.

    Ids and not foreign keys: the record outlives what it is about. No names, no contents.
    """

    class Outcome(models.TextChoices):
        ALLOWED = "A", _("Allowed")
        DENIED = "N", _("Denied")

    at = models.DateTimeField(auto_now_add=True)
    event = models.CharField(max_length=60)
    outcome = models.CharField(max_length=1, choices=Outcome, default=Outcome.ALLOWED)
    actor_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=60, blank=True)
    object_id = models.BigIntegerField(null=True)
    case_id = models.BigIntegerField(null=True)
    reference = models.CharField(max_length=40, blank=True)
    request_id = models.CharField(max_length=32)
    session = models.CharField(max_length=16, blank=True)
    ip = models.GenericIPAddressField(null=True)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["case_id", "at"], name="access_by_case"),
            models.Index(fields=["actor_id", "at"], name="access_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.reference}".strip()


class SignInEvent(models.Model):
    """A sign-in, a refused one, or a sign-out."""

    at = models.DateTimeField(auto_now_add=True)
    event = models.CharField(max_length=40)
    actor_id = models.BigIntegerField(null=True)
    request_id = models.CharField(max_length=32)
    ip = models.GenericIPAddressField(null=True)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["actor_id", "at"], name="sign_ins_by_actor")]

    def __str__(self) -> str:
        return self.event
