"""An anchor outside the database each hour: the last seal's hash, where whoever can rewrite the database cannot.

One new file each time, so that the folder may be one that lets nobody change or delete (an object store's lock, another machine's disk),
and a mail. The folder is made by whoever runs the service: one that is missing is no clean night, but perhaps a disk that is not there.
"""

import os
from datetime import timedelta
from itertools import count
from pathlib import Path

from django.conf import settings
from django.core.mail import send_mail
from django.utils import timezone

from audit.models import Seal

# A seal this old that no good anchor covers says that anchors were taken away, or written nowhere.
WITHIN = timedelta(days=2)
# Digits of a number that a seal may have.
LONGEST = 19


def anchor() -> int | None:
    """Write this hour's anchor, once, and mail it. The number of the seal; None without a place, or a seal, or a second time.

    The mail goes even when the folder takes nothing, and then the fault is told. A mail that fails is made good by the next hour's.
    """
    seal = Seal.objects.order_by("-pk").first()
    if seal is None or not (settings.ANCHORS_PATH or settings.ANCHOR_MAIL):
        return None
    now = timezone.now()
    line = f"{now:%Y-%m-%dT%H:%M:%SZ} seal {seal.pk} {bytes(seal.hash).hex()}\n"
    fault = None
    if settings.ANCHORS_PATH:
        try:
            if not _written(Path(settings.ANCHORS_PATH), f"{now:%Y-%m-%dT%H}", line):
                return None
        except OSError as error:
            fault = error
    if settings.ANCHOR_MAIL:
        send_mail(f"mappa audit anchor {now:%d %B %Y %H:%M}", line, None, [settings.ANCHOR_MAIL])
    if fault:
        raise fault
    return int(seal.pk)


def _written(folder: Path, name: str, line: str) -> bool:
    """Written to the disk under this name, unless it was. A file of the name that holds no good anchor is passed by, and stays."""
    for turn in count(1):
        path = folder / (f"{name}.txt" if turn == 1 else f"{name}-{turn}.txt")
        try:
            with path.open("x", encoding="ascii") as file:
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
        except FileExistsError:
            if _is_good(path):
                return False
        else:
            return True
    raise AssertionError


def _is_good(path: Path) -> bool:
    return newest_good(read(path)) > 0


def newest_good(anchors: dict[int, str]) -> int:
    """The number of the last seal that is as one of these says; 0 for none."""
    kept = Seal.objects.filter(pk__in=anchors).values_list("pk", "hash")
    return max((int(number) for number, told in kept if bytes(told).hex() == anchors[number]), default=0)


def is_behind(anchors: dict[int, str]) -> bool:
    """Is there a seal of two days ago or more, and no good anchor of it or of a later one?"""
    old = Seal.objects.filter(made_at__lt=timezone.now() - WITHIN)
    return old.filter(pk__gt=newest_good(anchors)).exists()


def read(path: str | Path) -> dict[int, str]:
    """The anchors of a folder or a file: hashes by number of the seal. Lines that are none are left out.

    Of a seal for which two different ones are told neither is believed: it shows as another than was anchored.
    """
    place = Path(path)
    files = sorted(place.glob("*.txt")) if place.is_dir() else [place]
    found: dict[int, str] = {}
    for file in files:
        for line in file.read_text(encoding="ascii", errors="replace").splitlines():
            words = line.split()
            if len(words) == 4 and words[1] == "seal" and words[2].isdigit() and len(words[2]) < LONGEST:
                number = int(words[2])
                if found.setdefault(number, words[3]) != words[3]:
                    found[number] = "two different"
    return found
