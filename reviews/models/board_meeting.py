"""A meeting of a board: its agenda, papers, who came, and what was decided."""

from functools import partial
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mappa.reference_numbers import new_reference
from offenders.models.stored import KeptFile, kept_files
from reviews.models.board import Board, ClosedQuerySet, OfBoard, OfBoardQuerySet, OfMeeting, OfMeetingQuerySet
from reviews.models.board_member import BoardMember
from reviews.models.lay_adviser import LayAdviser


def closed_field() -> "models.BooleanField[bool, bool]":
    """For members of agencies alone: lay advisers and information officers do not read it."""
    return models.BooleanField(default=False)


class BoardMeetingQuerySet(OfBoardQuerySet["BoardMeeting"]):
    def standing(self) -> Self:
        return self.filter(cancelled_at__isnull=True)

    def begun(self) -> Self:
        return self.standing().filter(starts_at__lte=timezone.now())

    def coming(self) -> Self:
        return self.standing().filter(starts_at__gt=timezone.now())


class BoardMeeting(OfBoard):
    """A meeting of the board: it concerns the arrangements and no case."""

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "BD"), editable=False)
    board = models.ForeignKey(Board, models.PROTECT, related_name="meetings")
    starts_at = models.DateTimeField()
    place = models.CharField(max_length=120, blank=True)
    papers_due_on = models.DateField(null=True, blank=True)
    # Nobody for those that an administrator entered before boards had pages of their own.
    arranged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    cancel_reason = models.CharField(max_length=300, blank=True)

    objects = BoardMeetingQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(
                "board",
                "starts_at",
                name="one_board_meeting_at_a_time",
                condition=Q(cancelled_at__isnull=True),
                violation_error_message=_("The board already meets then. Choose another time."),
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True, cancelled_by__isnull=True, cancel_reason="")
                | (Q(cancelled_at__isnull=False, cancelled_by__isnull=False) & ~Q(cancel_reason="")),
                name="a_cancelled_board_meeting_says_who_and_why",
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("reviews:board_meeting", args=[self.reference])

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None

    @property
    def has_begun(self) -> bool:
        return self.starts_at <= timezone.now()


class BoardItemQuerySet(ClosedQuerySet["BoardItem"]):
    """Lines of agendas."""


class BoardItem(OfMeeting):
    """A line of the agenda."""

    class Purpose(models.TextChoices):
        DECIDE = "decide", _("To decide")
        DISCUSS = "discuss", _("To discuss")
        NOTE = "note", _("To note")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "BI"), editable=False)
    meeting = models.ForeignKey(BoardMeeting, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=160)
    purpose = models.CharField(max_length=10, choices=Purpose)
    led_by = models.ForeignKey(BoardMember, models.PROTECT, related_name="+", null=True, blank=True)
    is_closed = closed_field()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = BoardItemQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]


class BoardPaperQuerySet(ClosedQuerySet["BoardPaper"]):
    def standing(self) -> Self:
        return self.filter(withdrawn_at__isnull=True)


class BoardPaper(KeptFile, OfMeeting):
    """A paper for a meeting, as a file. Never changed: it is withdrawn with a reason, and another is added."""

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "BP"), editable=False)
    meeting = models.ForeignKey(BoardMeeting, models.PROTECT, related_name="papers")
    item = models.ForeignKey(BoardItem, models.PROTECT, related_name="papers", null=True, blank=True)
    title = models.CharField(max_length=120)
    is_closed = closed_field()
    file_name = models.CharField(max_length=120, editable=False)

    objects = BoardPaperQuerySet.as_manager()

    class Meta(KeptFile.Meta):
        abstract = False
        ordering = ["item__position", "at", "pk"]
        constraints = kept_files("board_paper")

    def clean(self) -> None:
        refuse_open_of_closed(self)


def refuse_open_of_closed(row: Any) -> None:
    """What belongs to a line for members alone is for them too; and it is of the same meeting."""
    item = row.item
    if item is not None and item.meeting_id != row.meeting_id:
        raise ValidationError({"item": _("Choose a line of this meeting's agenda")})
    if item is not None and item.is_closed and not row.is_closed:
        raise ValidationError({"is_closed": _("This line of the agenda is for members alone. Tick the box here too")})


class BoardAttendance(OfMeeting):
    """Whether a member, or a lay adviser, came to a meeting."""

    class State(models.TextChoices):
        CAME = "came", _("Came")
        DEPUTY = "deputy", _("A deputy came")
        APOLOGIES = "apologies", _("Apologies")
        ABSENT = "absent", _("Absent")

    meeting = models.ForeignKey(BoardMeeting, models.CASCADE, related_name="attendance")
    member = models.ForeignKey(BoardMember, models.PROTECT, related_name="attendance", null=True, blank=True)
    adviser = models.ForeignKey(LayAdviser, models.PROTECT, related_name="attendance", null=True, blank=True)
    state = models.CharField(max_length=10, choices=State)
    taken_at = models.DateTimeField(auto_now=True)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = OfMeetingQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("meeting", "member", name="a_member_comes_once"),
            models.UniqueConstraint("meeting", "adviser", name="an_adviser_comes_once"),
            models.CheckConstraint(
                condition=Q(member__isnull=False, adviser__isnull=True)
                | (Q(member__isnull=True, adviser__isnull=False) & ~Q(state="deputy")),
                name="attendance_is_of_one_and_nobody_deputises_for_an_adviser",
                violation_error_message=_("A lay adviser has no deputy."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id}: {self.state}"


class BoardDecisionQuerySet(ClosedQuerySet["BoardDecision"]):
    def unconfirmed(self) -> Self:
        return self.filter(confirmed_at__isnull=True)


class BoardDecision(OfMeeting):
    """What the board decided and why: one writes it down, and a member who did not confirms it. Then it stands."""

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "BK"), editable=False)
    meeting = models.ForeignKey(BoardMeeting, models.PROTECT, related_name="decisions")
    item = models.ForeignKey(BoardItem, models.PROTECT, related_name="decisions", null=True, blank=True)
    text = models.CharField(max_length=1000)
    reasons = models.CharField(max_length=2000)
    is_closed = closed_field()
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)

    objects = BoardDecisionQuerySet.as_manager()

    class Meta:
        ordering = ["recorded_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="a_board_decision_is_confirmed_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("recorded_by")),
                name="a_board_decision_is_confirmed_by_another",
                violation_error_message=_("Whoever wrote a decision down does not confirm it. Ask another member."),
            ),
        ]

    def clean(self) -> None:
        refuse_open_of_closed(self)
