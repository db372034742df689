"""The Celery application: Redis carries work, Postgres keeps the truth."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mappa.settings")

app = Celery("mappa")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect  # type: ignore[untyped-decorator]
def as_everywhere(**_told: Any) -> None:
    """Logging is the settings' business: Celery's own would write errors in their own words (mappa/logs.py)."""
