"""After a restore from a dump: seal what the dump held, and begin to count anew. Run as the migrator, before anything else starts."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection


class Command(BaseCommand):
    help = "Begins a new epoch of the audit after a restore from a dump (pg_dump), as mappa_migrator."

    def handle(self, *args: Any, **options: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT audit_begin_epoch()")
            self.stdout.write(f"Epoch {cursor.fetchone()[0]} has begun.")
