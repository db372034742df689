"""The verbs of notes: write one, or correct one by another. Each asks `require` first."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import User
from audit.record import record
from offenders.actions import lock, refuse_twice
from offenders.models import Note, Offender


@transaction.atomic
def add_note(*, offender: Offender, kind: str, happened_on: date, text: str, audience: str, by: User) -> Note:
    """Write down what happened. The note itself stands in the timeline, for its audience."""
    require(by, Perm.ADD_NOTES, on=offender)
    offender = lock(offender, by=by)
    note = Note(offender=offender, kind=kind, happened_on=happened_on, text=text, audience=audience, by=by)
    return _keep(note, "note.added", by=by)


@transaction.atomic
def correct_note(*, note: Note, kind: str, happened_on: date, text: str, audience: str, by: User) -> Note:
    """Write a new note that corrects another. Both are shown.

    Raises ValidationError when the note was corrected already, and for an audience that the first did not reach.
    """
    require(by, Perm.ADD_NOTES, on=note)
    offender = lock(note.offender, by=by)
    if Note.objects.outline_of(offender).filter(corrects=note).exists():
        raise ValidationError(_("This note has been corrected already: correct the correction instead."))
    if note.audience == Note.Audience.AUTHORITY and audience != Note.Audience.AUTHORITY:
        raise ValidationError(
            {"audience": _("The note is for the Responsible Authority only, and so is its correction")}
        )
    row = Note(
        offender=offender, kind=kind, happened_on=happened_on, text=text, audience=audience, by=by, corrects=note
    )
    return _keep(row, "note.corrected", by=by)


def _keep(note: Note, event: str, *, by: User) -> Note:
    written = {"kind": note.kind, "happened_on": note.happened_on, "text": note.text, "audience": note.audience}
    refuse_twice(note.offender.notes.visible_to(by).filter(by=by, corrects=note.corrects, **written))
    note.full_clean()
    note.save()
    record(event, by=by, about=note, kind=note.kind, audience=note.audience)
    return note
