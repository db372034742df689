"""The boards that ask whether it works: one of each area, and what every row of a board has in common."""

from typing import ClassVar, Self, TypeVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from agencies.access import Parts, Perm, Why, areas_granting
from agencies.models import Area, Role, User
from mappa.guard import GuardedQuerySet, ProtectedModel
from reviews.readers import areas_read

M = TypeVar("M", bound=models.Model)
R = Role.Code


class OfBoardQuerySet(GuardedQuerySet[M]):
    # Where a row's area is.
    area: ClassVar[str] = "board__area"

    def visible_to(self, user: User) -> Self:
        """Rows of the boards that the user reads."""
        if user.is_system:
            return self.scoped(Q(pk__isnull=False))
        return self.scoped(Q(**{f"{self.area}__in": areas_granting(user, Perm.VIEW_BOARD)}))


class OfMeetingQuerySet(OfBoardQuerySet[M]):
    area = "meeting__board__area"


class ClosedQuerySet(OfMeetingQuerySet[M]):
    def visible_to(self, user: User) -> Self:
        """Of the boards that the user reads; what is for members alone only where he reads everything."""
        rows = super().visible_to(user)
        if user.is_system:
            return rows
        return rows.scoped(Q(is_closed=False) | Q(**{f"{self.area}__in": areas_read(user)}))

    def closed_count(self, meeting: models.Model) -> int:
        """How many of a meeting that the caller holds are for members alone: the number, and nothing of them."""
        return self.scoped(Q(meeting=meeting, is_closed=True)).count()


class OfBoard(ProtectedModel):
    """A row of the board of one area: it is about the arrangements, and about no case. `board` is its board."""

    class Meta:
        abstract = True

    def __str__(self) -> str:
        reference: str = self.reference  # type: ignore[attr-defined]
        return reference

    def case_id_for_audit(self) -> None:
        return None

    def parts(self) -> Parts:
        parts: Parts = self.board.parts()  # type: ignore[attr-defined]
        return parts

    def why(self, user: User) -> Why:
        """It is about nobody."""
        return Why("board")


class OfMeeting(OfBoard):
    """A row of one meeting of a board. `meeting` holds it."""

    class Meta:
        abstract = True

    @property
    def board(self) -> "Board":
        board: Board = self.meeting.board  # type: ignore[attr-defined]
        return board

    def get_absolute_url(self) -> str:
        url: str = self.meeting.get_absolute_url()  # type: ignore[attr-defined]
        return url


class BoardQuerySet(OfBoardQuerySet["Board"]):
    area = "area"


class Board(ProtectedModel):
    """The Strategic Management Board of an area (CJA 2003 s.326)."""

    area = models.OneToOneField(Area, models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)

    objects = BoardQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('reviews:board_members')}?area={self.area.slug}"

    def case_id_for_audit(self) -> None:
        return None

    def parts(self) -> Parts:
        return Parts(area=self.area_id)

    def why(self, user: User) -> Why:
        """A board is about nobody."""
        return Why("board")
