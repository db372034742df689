"""When each task of the clock last ran, so that a page can say how late it is."""

from django.db import models


class Pulse(models.Model):
    """The last run of one task: begun, and ended unless it died or still runs."""

    name = models.SlugField(max_length=40, primary_key=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    # What the run did, in rows, messages or whatever the task counts.
    done = models.PositiveIntegerField(default=0)
    # When a run last came to its end: one that dies each time it begins is late by this.
    last_ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name
