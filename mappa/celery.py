"""The Celery application: Redis carries work, Postgres keeps the truth."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mappa.settings")

app = Celery("mappa")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
