"""How somebody wants to be told, within what policy allows: nobody can choose to hear nothing."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class MessageChoice(models.Model):
    """What a person chose. Without a row: one message each working morning, early notice too, and the weekly summary."""

    class Rhythm(models.TextChoices):
        MORNING = "morning", _("One message each working morning")
        AT_ONCE = "at-once", _("A message for each, at once")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="message_choice"
    )
    rhythm = models.CharField(max_length=10, choices=Rhythm, default=Rhythm.MORNING)
    early = models.BooleanField(_("Also before the day on which something falls due"), default=True)
    weekly = models.BooleanField(_("A summary of your team each Monday"), default=True)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.user}: {self.rhythm}"
