"""What stands on the demo's agendas besides the people: welcome, actions, a break and any other business. Draws nothing."""

from collections.abc import Callable

from panels.models import Slot
from reviews.demo.bulk import Load

K = Slot.Kind
OPENING = ((K.WELCOME, 10), (K.ACTIONS, 10))
BREAK_FROM = 5  # people


def lay_out(load: Load, meeting: int, people: int, by: int, new_reference: Callable[[], str]) -> list[int]:
    """Write the standing items of a meeting; the places that are left for its people."""
    before_break = people // 2 if people >= BREAK_FROM else people
    middle = [(K.BREAK, 15)] if people >= BREAK_FROM else []
    parts: list[tuple[str, int] | None] = [*OPENING, *[None] * before_break, *middle]
    parts += [*[None] * (people - before_break), (K.BUSINESS, 5)]
    places = []
    for position, part in enumerate(parts, start=1):
        if part is None:
            places.append(position)
            continue
        kind, minutes = part
        load.add(
            Slot,
            reference=new_reference(),
            meeting=meeting,
            kind=str(kind),
            title="",
            position=position,
            minutes=minutes,
            added_by=by,
        )
    return places
