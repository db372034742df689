"""One item at the meeting: started, finished, opened again. What is finished is not written on."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import User
from audit.record import record
from mappa import dates
from mappa.templatetags.mappa import clock, long_date
from panels.actions.meetings import changed, keep_open
from panels.drawn import drawn
from panels.gaps import gaps_of
from panels.models import AgendaItem, Meeting, Paragraph


def keep_unfinished(item: AgendaItem, *, by: User) -> Meeting:
    """The item's meeting, fresh and locked. Raises ValidationError when its minutes are approved, or the item finished."""
    meeting = keep_open(item.meeting, by=by)
    if _fresh(item, by=by).finished_at is not None:
        raise ValidationError(_("This item is finished. Open it again to change anything."), code="finished")
    return meeting


def _fresh(item: AgendaItem, *, by: User) -> AgendaItem:
    """The item as it is now: its meeting is locked, so it stays so."""
    return AgendaItem.objects.visible_to(by).select_related("offender", "meeting").get(pk=item.pk)


@transaction.atomic
def start_item(*, item: AgendaItem, by: User) -> AgendaItem:
    """Start the clock of an item, when the meeting comes to it."""
    require(by, Perm.TAKE_MINUTES, on=item)
    meeting = keep_unfinished(item, by=by)
    item = _fresh(item, by=by)
    if item.started_at is not None:
        raise ValidationError(_("This item was started at %s.") % clock(item.started_at), code="started")
    if meeting.held_on > dates.today():
        words = _("This meeting is on %s. Start its items on that day.")
        raise ValidationError(words % long_date(meeting.held_on))
    item.started_at, item.started_by = timezone.now(), by
    item.save(update_fields=["started_at", "started_by"])
    changed(meeting, held=True)
    record("item.started", by=by, about=item)
    return item


@transaction.atomic
def finish_item(*, item: AgendaItem, by: User) -> AgendaItem:
    """Say that the meeting is done with a person. What the record says that day is kept with the minutes from then on.

    Refused while anything that must be answered is not: the error lists all of it (panels/gaps.py).
    """
    require(by, Perm.TAKE_MINUTES, on=item)
    meeting = keep_unfinished(item, by=by)
    item = _fresh(item, by=by)
    if missing := gaps_of([item], by):
        raise ValidationError([gap.what for gap in missing])
    _keep_the_record(item, by=by)
    item.finished_at, item.finished_by = timezone.now(), by
    item.save(update_fields=["finished_at", "finished_by"])
    changed(meeting, held=True)
    record("item.finished", by=by, about=item)
    return item


def _keep_the_record(item: AgendaItem, *, by: User) -> None:
    """What stands on the record today, as paragraphs before those that were written."""
    Paragraph.objects.bulk_create(
        Paragraph(
            item=item,
            section=part.section,
            position=0,
            text=part.text,
            audience=part.audience,
            drawn=True,
            version=1,
            saved_at=timezone.now(),
            saved_by=by,
        )
        for part in drawn(item, by)
    )


@transaction.atomic
def reopen_item(*, item: AgendaItem, by: User) -> AgendaItem:
    """Open a finished item again, until the minutes are approved. The record is drawn anew when it is finished next."""
    require(by, Perm.TAKE_MINUTES, on=item)
    meeting = keep_open(item.meeting, by=by)
    item = _fresh(item, by=by)
    if item.finished_at is None:
        raise ValidationError(_("This item is open already."))
    item.paragraphs.visible_to(by).filter(drawn=True).delete()
    item.finished_at = item.finished_by = None
    item.save(update_fields=["finished_at", "finished_by"])
    changed(meeting)
    record("item.reopened", by=by, about=item)
    return item
