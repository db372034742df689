"""A daily anchor outside the database: the last seal's hash, where whoever can rewrite the database cannot.

One new file a day, so that the folder may be one that lets nobody change or delete (an object store's lock, another machine's disk),
and a mail.
"""

import os
from pathlib import Path

from django.conf import settings
from django.core.mail import send_mail
from django.utils import timezone

from audit.models import Seal


def anchor() -> int | None:
    """Write today's anchor, once a day, and mail it. The number of the seal; None without a place, or a seal."""
    seal = Seal.objects.order_by("-pk").first()
    if seal is None or not (settings.ANCHORS_PATH or settings.ANCHOR_MAIL):
        return None
    now = timezone.now()
    line = f"{now:%Y-%m-%dT%H:%M:%SZ} seal {seal.pk} {bytes(seal.hash).hex()}\n"
    if settings.ANCHORS_PATH and not _written(Path(settings.ANCHORS_PATH) / f"{now:%Y-%m-%d}.txt", line):
        return None
    if settings.ANCHOR_MAIL:
        send_mail(f"mappa audit anchor {now:%d %B %Y}", line, None, [settings.ANCHOR_MAIL])
    return int(seal.pk)


def _written(path: Path, line: str) -> bool:
    """Written to the disk, unless it was today."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="ascii") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        return False
    return True


def read(path: str | Path) -> dict[int, str]:
    """The anchors of a folder or a file: hashes by number of the seal. Lines that are none are left out."""
    place = Path(path)
    files = sorted(place.glob("*.txt")) if place.is_dir() else [place]
    found = {}
    for file in files:
        for line in file.read_text(encoding="ascii", errors="replace").splitlines():
            words = line.split()
            if len(words) == 4 and words[1] == "seal" and words[2].isdigit():
                found[int(words[2])] = words[3]
    return found
