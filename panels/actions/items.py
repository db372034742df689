"""The agenda: who is on it."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import User
from audit.record import record
from mappa.templatetags.mappa import long_date
from offenders.actions import Topic, lock, telling
from offenders.models import Offender
from panels.actions.invitations import strike
from panels.actions.meetings import changed, keep_open
from panels.actions.paragraphs import first_paragraphs
from panels.actions.slots import place_at_the_end
from panels.models import AgendaItem, Dissent, InformationReturn, Invitation, Meeting, Paragraph

tell = telling(Topic.MEETINGS)


@transaction.atomic
def add_item(*, meeting: Meeting, offender: Offender, minutes: int, by: User) -> AgendaItem:
    """Put a person of the meeting's area and level at the end of its agenda."""
    require(by, Perm.SCHEDULE, on=meeting)
    meeting, offender = keep_open(meeting, by=by), lock(offender, by=by)
    _refuse_person(offender, meeting)
    item = AgendaItem(meeting=meeting, offender=offender, position=1, minutes=minutes, added_by=by)
    item.full_clean()
    item.position = place_at_the_end(meeting)
    item.save()
    first_paragraphs(item)
    changed(meeting)
    record("item.added", by=by, about=item)
    words = _("Level %(level)s meeting on %(day)s") % {"level": meeting.level, "day": long_date(meeting.held_on)}
    tell(offender, _("Put on an agenda"), words, by=by)
    return item


def _refuse_person(offender: Offender, meeting: Meeting) -> None:
    if offender.area_id != meeting.area_id or offender.ended_on is not None:
        raise ValidationError({"person": _("Choose a person who is managed in this area now")})
    if offender.level != meeting.level:
        words = _("This person is managed at level %(level)s. Refer to level %(wanted)s first")
        raise ValidationError({"person": words % {"level": offender.level, "wanted": meeting.level}})
    if not Offender.objects.visible_to(meeting.chair).filter(pk=offender.pk).exists():
        raise ValidationError({"person": _("The chair of this meeting may not see this person’s record")})


@transaction.atomic
def remove_item(*, item: AgendaItem, by: User) -> None:
    """Take a person off the agenda, ending what the invitations gave. Not once anything is minuted or was sent."""
    require(by, Perm.SCHEDULE, on=item)
    meeting = keep_open(item.meeting, by=by)
    if is_minuted(item, by=by):
        raise ValidationError(_("Something is recorded for this person at this meeting, so the item stays."))
    offender = lock(item.offender, by=by)
    for invitation in Invitation.objects.of_item(item).select_related("agency__kind"):
        strike(invitation, offender, item, by=by)
    record("item.removed", by=by, about=item)
    tell(offender, _("Taken off an agenda"), by=by)
    item.paragraphs.visible_to(by).delete()
    AgendaItem.objects.visible_to(by).filter(pk=item.pk).delete()
    changed(meeting)


def is_minuted(item: AgendaItem, *, by: User) -> bool:
    """Is anything recorded that would be lost with the item?"""
    return (
        item.started_at is not None
        or bool(Paragraph.objects.outline_of([item]))
        or Paragraph.objects.removed(by).filter(item=item).exists()
        or item.proposals.visible_to(by).exists()
        or bool(Dissent.objects.outline_of([item]))
        or bool(InformationReturn.objects.outline_of([item]))
        or Invitation.objects.of_item(item).exclude(attendance="").exists()
        or item.actions.visible_to(by).exists()
        or item.commitments.visible_to(by).exists()
        or item.commitment_reviews.visible_to(by).exists()
        or _has_decision(item, by=by)
    )


def _has_decision(item: AgendaItem, *, by: User) -> bool:
    return AgendaItem.objects.visible_to(by).filter(pk=item.pk, decision__isnull=False).exists()
