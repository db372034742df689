"""Who sits on a board for an agency, and the groups that the board has set up."""

from datetime import date
from functools import partial
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency
from mappa.reference_numbers import new_reference
from reviews.models.board import Board, OfBoard, OfBoardQuerySet
from reviews.models.lay_adviser import LayAdviser


class BoardMemberQuerySet(OfBoardQuerySet["BoardMember"]):
    def standing(self) -> Self:
        return self.filter(ended_on__isnull=True)

    def sitting_on(self, day: date) -> Self:
        """Who sat on the board on a day."""
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gte=day), from_on__lte=day)


class BoardMember(OfBoard):
    """An agency's senior manager on the board, with a deputy, for a term. It gives no access: a role does."""

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "BM"), editable=False)
    board = models.ForeignKey(Board, models.PROTECT, related_name="members")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    post = models.CharField(max_length=120)
    deputy = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    is_chair = models.BooleanField(default=False)
    from_on = models.DateField()
    until = models.DateField(null=True, blank=True)  # when the term ends, where it has one
    ended_on = models.DateField(null=True, blank=True)  # the last day on the board
    end_reason = models.CharField(max_length=300, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    added_at = models.DateTimeField(auto_now_add=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = BoardMemberQuerySet.as_manager()

    class Meta:
        ordering = ["agency__kind__position", "agency__name", "-from_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                "board",
                "agency",
                name="an_agency_has_one_board_member",
                condition=Q(ended_on__isnull=True),
                violation_error_message=_(
                    "This agency has a member on the board. End that membership first, or change it."
                ),
            ),
            models.UniqueConstraint(
                "board",
                name="a_board_has_one_chair",
                condition=Q(ended_on__isnull=True, is_chair=True),
                violation_error_message=_("The board has a chair already."),
            ),
            models.CheckConstraint(
                condition=Q(deputy__isnull=True) | ~Q(deputy=F("person")),
                name="a_deputy_is_someone_else",
                violation_error_message=_("Choose someone else than the member as deputy."),
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("from_on")),
                name="a_board_term_ends_after_it_starts",
                violation_error_message=_("The term must end after it starts."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, ended_by__isnull=True, end_reason="")
                | (Q(ended_on__gte=F("from_on"), ended_by__isnull=False) & ~Q(end_reason="")),
                name="an_ended_board_membership_says_who_and_why",
                violation_error_message=_("The last day must not be before the first."),
            ),
        ]

    def get_absolute_url(self) -> str:
        return self.board.get_absolute_url()


class SubGroupQuerySet(OfBoardQuerySet["SubGroup"]):
    def open(self) -> Self:
        return self.filter(closed_at__isnull=True)


class SubGroup(OfBoard):
    """A group that does part of the board's work, such as performance and quality. Which there are is a local choice."""

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "SG"), editable=False)
    board = models.ForeignKey(Board, models.PROTECT, related_name="groups")
    name = models.CharField(max_length=80)
    purpose = models.CharField(max_length=300)
    lead = models.ForeignKey(BoardMember, models.PROTECT, related_name="leads", null=True, blank=True)
    members = models.ManyToManyField(BoardMember, related_name="groups", blank=True)
    advisers = models.ManyToManyField(LayAdviser, related_name="groups", blank=True)
    set_up_at = models.DateTimeField(auto_now_add=True)
    set_up_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)

    objects = SubGroupQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "board",
                "name",
                name="one_open_sub_group_of_a_name",
                condition=Q(closed_at__isnull=True),
                violation_error_message=_("The board has a group of this name. Choose another name."),
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="a_closed_sub_group_says_who",
            ),
        ]

    def get_absolute_url(self) -> str:
        return self.board.get_absolute_url()
