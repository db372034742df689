"""mappa's settings with a clock that can be moved; nothing else is made up.

Workers, beats and the test itself ask Django and Celery what time it is. Both answer with the machine's time and the seconds
that stand in the file MOVED_CLOCK. What waits and what times out still does so by the machine's own clock.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from celery import Celery
from celery.worker import request
from django.utils import timezone

from mappa.settings import *  # noqa: F403, TID251 (they are settings)
from mappa.settings import CELERY_BEAT_SCHEDULE  # noqa: TID251

CLOCK = Path(os.environ["MOVED_CLOCK"])
# The other tasks of the night would find work of their own in this world, and have deadlines made that nobody counted.
CELERY_BEAT_SCHEDULE = {
    name: entry for name, entry in CELERY_BEAT_SCHEDULE.items() if entry["task"] in os.environ["ONLY_TASKS"].split(",")
}


def moved() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=float(CLOCK.read_text()))


def move_to(moment: datetime) -> None:
    """From now on it is `moment`, and goes on from there."""
    beside = CLOCK.with_suffix(f".{os.getpid()}")
    beside.write_text(str((moment - datetime.now(UTC)).total_seconds()))
    beside.replace(CLOCK)


class Moved(datetime):
    """What Celery asks when it looks whether a task has waited too long."""

    @classmethod
    def now(cls, tz: Any = None) -> datetime:
        return moved() if tz else moved().replace(tzinfo=None)


timezone.now = moved
request.datetime = Moved
Celery.now = lambda app: moved().astimezone(app.timezone)
