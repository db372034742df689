"""The figures of the demo's boards, counted as every night, and a pack of the last three months for each full area."""

from collections.abc import Sequence
from datetime import date

from reviews.demo.agencies import Place
from reviews.packs import make_pack
from reviews.recount import LONG, months_back, recount

MONTHS_OF_A_PACK = 3


def count_figures(places: Sequence[Place], on: date) -> None:
    """Two years of every area; then a pack by whoever coordinates."""
    recount(months_back(on, LONG), on=on)
    first, *_between, last, _running = months_back(on, MONTHS_OF_A_PACK + 1)
    for place in places:
        make_pack(area=place.area, since=first, until=last, by=place.people["coordinator"])
