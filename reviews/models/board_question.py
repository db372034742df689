"""What lay advisers and members ask and tell the board, and what it answers."""

from functools import partial
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mappa.reference_numbers import new_reference
from reviews.models.board import Board, OfBoard, OfBoardQuerySet


class BoardQuestionQuerySet(OfBoardQuerySet["BoardQuestion"]):
    def unanswered(self) -> Self:
        return self.filter(answered_at__isnull=True)


class BoardQuestion(OfBoard):
    """A question, a note, or what communities say: read by everybody on the board, and answered by it."""

    class Kind(models.TextChoices):
        QUESTION = "question", _("A question")
        NOTE = "note", _("A note")
        REPORT = "report", _("From communities")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "BQ"), editable=False)
    board = models.ForeignKey(Board, models.PROTECT, related_name="questions")
    kind = models.CharField(max_length=10, choices=Kind)
    title = models.CharField(max_length=120)
    text = models.TextField(max_length=4000)
    # The question whose answer was not enough.
    follows = models.OneToOneField("self", models.PROTECT, related_name="followed_by", null=True, blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    due_on = models.DateField()
    answer = models.TextField(max_length=4000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)

    objects = BoardQuestionQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
                name="an_answered_question_says_what_and_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True) | ~Q(answered_by=F("asked_by")),
                name="a_question_is_answered_by_another",
                violation_error_message=_("Whoever asked does not answer. Ask another member."),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("reviews:board_question", args=[self.reference])
