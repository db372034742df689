"""The pulse of the clock's tasks: when each last began and ended, and what it did."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.utils import timezone

from agencies.models import Pulse


@dataclass
class Beat:
    """What a run counts while it runs, and whether it did all that it should."""

    done: int = 0
    is_whole: bool = True


@contextmanager
def pulse(name: str) -> Iterator[Beat]:
    """Note that a task began, and that it ended with what it counted. One that dies leaves its end empty, and the last count.

    One that ended without doing all is as late as if it had not run: `last_ended_at` stays.
    """
    began_at = timezone.now()
    Pulse.objects.update_or_create(name=name, defaults={"began_at": began_at, "ended_at": None})
    beat = Beat()
    yield beat
    # Of two at once the later one's line stays.
    ended_at = timezone.now()
    Pulse.objects.filter(name=name, began_at=began_at).update(ended_at=ended_at, done=beat.done)
    if beat.is_whole:
        Pulse.objects.filter(name=name).update(last_ended_at=ended_at)
