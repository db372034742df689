"""A private address from which a person's own calendar reads what is due."""

from django.conf import settings
from django.db import models


class CalendarFeed(models.Model):
    """The address, kept only as a digest: whoever has it reads references, days and links, and no name."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feed")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.user)
