"""The Celery application: Redis carries work, Postgres keeps the truth."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_init, worker_process_init

from mappa import eyes

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mappa.settings")

app = Celery("mappa")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect  # type: ignore[untyped-decorator]
def as_everywhere(**_told: Any) -> None:
    """Logging is the settings' business: Celery's own would write errors in their own words (mappa/logs.py)."""


@worker_init.connect  # type: ignore[untyped-decorator]
@worker_process_init.connect  # type: ignore[untyped-decorator]
def _works_for_the_system(**_kwargs: Any) -> None:
    """A task looks with the system's eyes; whom it tells, it asks `visible_to`."""
    eyes.outside_requests(eyes.EVERYTHING)
