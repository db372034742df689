"""The Strategic Management Board of an area, with the meetings it has held and will hold."""

from datetime import date, timedelta

from reviews.demo.agencies import Place
from reviews.demo.cases import at
from reviews.models import Board, BoardMeeting

QUARTER = 91


def add_board(place: Place, on: date) -> None:
    """A board that meets each quarter: six meetings held, two to come, the next in about three weeks."""
    board = Board.objects.get_or_create(area=place.area, defaults={"name": place.agencies["board"].name})[0]
    next_on = on + timedelta(days=21 + (2 - on.weekday()) % 7)  # a Wednesday
    for quarter in range(-6, 2):
        day = next_on + timedelta(days=QUARTER * quarter)
        BoardMeeting.objects.get_or_create(board=board, starts_at=at(day, 14), defaults={"place": "County Hall"})
