"""Files that no row names: what a killed process left behind."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from agencies.models.user import system_user
from audit.record import record
from offenders import store

AT_ONCE = 500
YOUNG = timedelta(days=1)


class Command(BaseCommand):
    """List them, or delete them when told to; never those younger than a day, whose request may still run."""

    help = "List files of documents and photographs that no row names. Never delete after restoring a database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--delete", action="store_true", help="delete what is listed")

    def handle(self, *_args: Any, **options: Any) -> None:
        storage, count = store.storage(), 0
        before = timezone.now() - YOUNG
        for names in _in_parts(walk("")):
            named = store.named(names)
            for name in names:
                if name in named or storage.get_modified_time(name) > before:
                    continue
                count += 1
                self.stdout.write(name)
                if options["delete"]:
                    record("file.unnamed_deleted", by=system_user(), name=name)
                    storage.delete(name)
        self.stdout.write(f"{count} files without a row{', deleted' if options['delete'] else ''}")


def walk(folder: str) -> Iterator[str]:
    """Every file of the storage, by its name."""
    try:
        folders, files = store.storage().listdir(folder)
    except FileNotFoundError:
        return
    start = f"{folder}/" if folder else ""
    yield from (f"{start}{name}" for name in files)
    for each in folders:
        yield from walk(f"{start}{each}")


def _in_parts(names: Iterator[str]) -> Iterator[list[str]]:
    part: list[str] = []
    for name in names:
        part.append(name)
        if len(part) == AT_ONCE:
            yield part
            part = []
    if part:
        yield part
