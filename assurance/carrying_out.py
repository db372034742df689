"""Carrying out what two people decided: the record goes whole or not at all, and a certificate stays.

The application has no right to delete most of what it wrote. `dispose_of_case`, a function of the database's owner, asks once more
for two people, the switch and a hold, finds every row by the foreign keys of the database itself, and takes all away in the
transaction of the certificate. It blanks what the history of changes holds of the record, too.

What must be kept by now ends the approval: nothing that was approved once lies in wait until a hold is lifted. A fault is tried again,
as long as an approval lasts.
"""

import json
import os
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.models import User
from agencies.models.standard import value
from agencies.models.user import system_user
from assurance import retention
from assurance.models import RecordDisposal
from audit.models import Act
from audit.record import record
from disclosures.models import SchemeApplication
from mappa import dates
from mappa.failures import log_failure
from offenders import store
from offenders.models import Offender

State = RecordDisposal.State


class LapsedError(ValidationError):
    """What was approved must not be carried out any more: whoever still wants it proposes it anew."""


def locked(disposal: RecordDisposal, by: User, state: str) -> RecordDisposal:
    """The row, fresh and locked, in the state that the page showed."""
    rows = RecordDisposal.objects.visible_to(by).select_for_update(of=("self",)).select_related("area")
    row = rows.get(pk=disposal.pk)
    if row.state != state:
        raise ValidationError(_("It was decided meanwhile. Open the page again to see it."))
    return row


def refuse_if_kept_now(row: RecordDisposal, *, to: User) -> None:
    """Raise ValidationError, beside no question, while the record of a disposal must be kept."""
    offender = Offender.objects.outlines_in([row.area_id], to=to).select_related("area").filter(pk=row.case).first()
    if offender is None:
        raise ValidationError(_("The area no longer has this record: it was merged, or handed to another."))
    for_time = row.ground == RecordDisposal.Ground.RETENTION
    try:
        retention.refuse_if_kept(offender, on=dates.today(), for_time=for_time, to=to)
    except ValidationError as error:
        raise ValidationError(error.messages) from error


def carry_out(disposal: RecordDisposal, *, replayed: bool = False) -> bool:
    """Take an approved record away, whole or not at all. False when it was not; what is wrong is told on its page.

    `replayed`: it was carried out once, before a restore, so that neither its time nor the approval's is asked again.
    """
    try:
        with transaction.atomic():
            row = locked(disposal, system_user(), State.APPROVED)
            if not replayed:
                _refuse_lapsed(row)
            _let_go_of_applications(row)
            _take_away_rows(row)
    except LapsedError as error:
        _end(disposal, error.messages[0])
        return False
    except (ValidationError, DatabaseError) as error:
        log_failure("A disposal could not be carried out", error)
        words = _(
            "It could not be carried out. A hold stands on the record, disposal was switched off, or a fault is logged."
        )
        RecordDisposal.objects.visible_to(system_user()).filter(pk=disposal.pk, state=State.APPROVED).update(
            trouble=words
        )
        return False
    take_away_files(row)
    return True


def _refuse_lapsed(row: RecordDisposal) -> None:
    try:
        refuse_if_kept_now(row, to=system_user())
    except ValidationError as error:
        raise LapsedError(error.messages[0]) from error
    lasts = value("disposal_approval_days", row.area, dates.today())
    if row.decided_at is None or timezone.now() > row.decided_at + timedelta(days=lasts):
        raise LapsedError(_("It could not be carried out within %s days of the approval.") % lasts)


def _let_go_of_applications(row: RecordDisposal) -> None:
    """What somebody asked the police about the person is theirs and not the record's (ADR 11): it stays, and names no record.

    The database finds rows by their foreign keys, and would take these for a part of the record.
    """
    about = Q(offender=row.case) | Q(offender__merged_into=row.case)
    recorded = Q(disclosure__offender=row.case) | Q(disclosure__offender__merged_into=row.case)
    theirs = SchemeApplication.objects.visible_to(system_user()).filter(about | recorded)
    theirs.update(offender=None, disclosure=None)


@transaction.atomic
def _end(disposal: RecordDisposal, why: str) -> None:
    """The approval ends. Who had given it the audit keeps."""
    row = locked(disposal, system_user(), State.APPROVED)
    row.state, row.approved_by, row.trouble = State.REFUSED, None, ""
    row.refused_by, row.decided_at = system_user(), timezone.now()
    row.refused_because = _("%s Propose it anew if it shall go all the same.") % why
    row.full_clean()
    row.save(update_fields=["state", "approved_by", "trouble", "refused_by", "decided_at", "refused_because"])
    record("disposal.lapsed", by=system_user(), about=row)


def _take_away_rows(row: RecordDisposal) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT dispose_of_case(%s)", [row.reference])
        (found,) = cursor.fetchone()
    gone = json.loads(found) if isinstance(found, str) else found
    row.state, row.done_at, row.trouble = State.DONE, timezone.now(), ""
    row.counts, row.files_left = gone["rows"], gone["files"]
    row.files = len(row.files_left)
    row.digest = row.sum()
    row.full_clean()
    row.save(update_fields=["state", "done_at", "trouble", "counts", "files", "files_left", "digest"])
    record(
        "disposal.done", act=Act.ERASE, by=system_user(), about=row, rows=row.rows, files=row.files, digest=row.digest
    )
    transaction.on_commit(list_for_restores)


def take_away_files(row: RecordDisposal) -> None:
    """Take away the files of a record that is gone; what cannot be reached now is tried again later."""
    left = []
    for name in row.files_left:
        try:
            with store.reaching():
                store.storage().delete(name)
        except OSError as error:
            log_failure("A file of a record that is gone could not be deleted", error)
            left.append(name)
    RecordDisposal.objects.visible_to(system_user()).filter(pk=row.pk).update(files_left=left)


# After a restore


def list_for_restores() -> bool:
    """Add to the list outside the database what is not on it: a backup from before would bring the record back. False when it could not be.

    Asked after each disposal and each hour: a disk that was full or away is made good, and so is a list that was lost.
    """
    path = Path(settings.DISPOSALS_PATH)
    rows = RecordDisposal.objects.visible_to(system_user()).filter(state=State.DONE).select_related("area")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        there = {facts["certificate"] for facts in read_list(path)} if path.exists() else set()
        missing = [line_of(row) for row in rows.exclude(reference__in=there).order_by("done_at")]
        if missing:
            _append(path, missing)
    except OSError as error:
        log_failure("A disposal could not be added to the list for restores", error)
        return False
    return True


def _append(path: Path, lines: list[str]) -> None:
    """Written to the disk, each line on its own, also after one that was cut short."""
    with path.open("a+b") as file:
        is_cut_short = file.tell() and not path.read_bytes().endswith(b"\n")
        file.write(("\n" * bool(is_cut_short) + "\n".join(lines) + "\n").encode())
        file.flush()
        os.fsync(file.fileno())


def read_list(path: Path) -> list[dict[str, Any]]:
    """The facts of each line that can be read."""
    return [facts for facts in map(_facts, _lines(path)) if facts]


def unreadable(path: Path) -> list[str]:
    """Lines that were cut short or damaged, and are not the beginning of one that stands there whole: the next hour writes it again."""
    lines = _lines(path)
    whole = [line for line in lines if _facts(line)]
    return [line for line in lines if not _facts(line) and not any(one.startswith(line) for one in whole)]


def _lines(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return [line for line in lines if line.strip()]


def _facts(line: str) -> dict[str, Any]:
    with suppress(ValueError):
        found = json.loads(line)
        return found if isinstance(found, dict) else {}
    return {}


def line_of(row: RecordDisposal) -> str:
    """A disposal as one line of the list: ids, days and references, and nothing of the person."""
    return json.dumps(row.facts() | {"reason": row.reason}, sort_keys=True)


def replay(facts: dict[str, Any]) -> bool:
    """Dispose again of a record that a restore brought back. False when it is not there.

    The two who decided it then are those who decided it; the certificate keeps its number.
    """
    by = system_user()
    offender = Offender.objects.visible_to(by).filter(reference=facts["record"], pk=facts["case"]).first()
    rows = RecordDisposal.objects.visible_to(by)
    if offender is None or rows.filter(reference=facts["certificate"], state=State.DONE).exists():
        return False
    kept = {
        "area": offender.area,
        "case": offender.pk,
        "case_reference": offender.reference,
        "ground": facts["ground"],
        "reason": facts["reason"],
        "state": State.APPROVED,
        "proposed_by_id": facts["proposed_by"],
        "approved_by_id": facts["approved_by"],
        "decided_at": facts["approved_at"],
        "refused_by": None,
        "refused_because": "",
    }
    row, is_new = rows.update_or_create(reference=facts["certificate"], defaults=kept)
    record("disposal.replayed", by=by, about=row, new=is_new)
    row.refresh_from_db()
    if not carry_out(row, replayed=True):
        raise ValidationError(_("%s could not be disposed of again: see its page.") % row.reference)
    return True
