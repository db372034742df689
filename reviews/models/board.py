"""The boards that ask whether it works, and when they meet."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.models import Area


class Board(models.Model):
    """The Strategic Management Board of an area (CJA 2003 s.326)."""

    area = models.OneToOneField(Area, models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class BoardMeeting(models.Model):
    """A meeting of the board: it concerns the arrangements and no case."""

    board = models.ForeignKey(Board, models.PROTECT, related_name="meetings")
    starts_at = models.DateTimeField()
    place = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(
                "board",
                "starts_at",
                name="one_board_meeting_at_a_time",
                violation_error_message=_("The board already meets then."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.board}, {self.starts_at:%Y-%m-%d}"
