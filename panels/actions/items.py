"""The agenda: who is on it, and which agencies come for whom."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agencies import working_days
from agencies.access import Perm, require
from agencies.models import Agency, AgencyKind, User
from agencies.models.standard import value
from agencies.outbox import tell_agency
from audit.record import record
from mappa import dates
from mappa.templatetags.mappa import long_date
from offenders import grants
from offenders.actions import Topic, lock, telling
from offenders.models import Offender
from offenders.models.grant import Basis
from panels.actions.meetings import changed, keep_open
from panels.actions.paragraphs import first_paragraphs
from panels.actions.slots import place_at_the_end
from panels.models import AgendaItem, Dissent, InformationReturn, Invitation, Meeting, Paragraph

tell = telling(Topic.MEETINGS)

Duty = AgencyKind.Duty


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
        _strike(invitation, offender, item, by=by)
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


def invitable(item: AgendaItem) -> list[Agency]:
    """The agencies that can be asked to come for a person: those of the meeting's area, and the lead agency wherever it is."""
    duties = [Duty.RESPONSIBLE_AUTHORITY, Duty.CO_OPERATE, Duty.ASSOCIATE]
    rows = Agency.objects.filter(is_active=True, kind__duty__in=duties, area=item.meeting.area_id)
    lead = Agency.objects.filter(is_active=True, pk=item.offender.lead_agency_id)
    return list((rows | lead).select_related("kind").order_by("kind__position", "kind__name", "name"))


def access_until(meeting: Meeting) -> date:
    """Until when an invitation to the meeting lets an agency see the case."""
    return grants.invited_until(meeting.held_on, meeting.area)


def information_due(meeting: Meeting) -> date:
    """By when an invited agency is to send its information; today when that day has passed."""
    days = value("information_return_working_days", meeting.area, dates.today())
    closed = working_days.closed_days(meeting.area, dates.today(), meeting.held_on)
    return max(dates.today(), working_days.step(meeting.held_on, -days, closed))


@transaction.atomic
def invite(*, item: AgendaItem, agencies: Iterable[Agency], by: User) -> None:
    """Invite exactly these agencies for one person. Each sees the case until its grant ends; who is left out no more."""
    require(by, Perm.SCHEDULE, on=item)
    meeting, offender = keep_open(item.meeting, by=by), lock(item.offender, by=by)
    wanted = {agency.pk: agency for agency in agencies}
    if not wanted.keys() <= {agency.pk for agency in invitable(item)}:
        raise ValidationError({"agencies": _("Choose agencies of this area")})
    invited = {row.agency_id: row for row in Invitation.objects.of_item(item).select_related("agency__kind")}
    if offender.area_id != meeting.area_id and not wanted.keys() <= invited.keys():
        words = _("%s manages this case now, and shares it. Ask its co-ordination to share it with the agency")
        raise ValidationError({"agencies": words % offender.area.name})
    for agency in wanted.values():
        if agency.pk not in invited:
            _ask(agency, offender, item, meeting, by=by)
    for agency_id, invitation in invited.items():
        if agency_id not in wanted:
            _refuse_striking(invitation)
            _strike(invitation, offender, item, by=by)
    changed(meeting)


def _ask(agency: Agency, offender: Offender, item: AgendaItem, meeting: Meeting, *, by: User) -> None:
    invitation = Invitation(item=item, agency=agency, invited_by=by, information_due_on=information_due(meeting))
    invitation.full_clean()
    invitation.save()
    grants.share(
        offender=offender,
        agency=agency,
        basis=Basis.INVITED,
        source=item.reference,
        reason=_("Invited to meeting %s") % meeting.reference,
        until=access_until(meeting),
        by=by,
    )
    record("agency.invited", by=by, about=invitation, agency=agency.pk)
    tell(offender, _("Agency invited"), agency.name, by=by)
    tell_agency(
        agency,
        about=invitation,
        key=f"invited:{invitation.reference}",
        subject=_("Information needed for a MAPPA meeting: %s") % invitation.reference,
        words=_(
            "Your agency is invited to a MAPPA meeting on %(day)s. Send your information by %(due)s. "
            "Sign in to see whom it is about."
        )
        % {"day": long_date(meeting.held_on), "due": long_date(invitation.information_due_on)},
        path=invitation.get_absolute_url(),
    )


def _refuse_striking(invitation: Invitation) -> None:
    """What an agency sent or where it was present is evidence: its invitation stays."""
    answered = invitation.pk in InformationReturn.objects.outline_of([invitation.item])
    if invitation.attendance or answered:
        words = _("%s has sent information or its attendance is recorded, so its invitation stays")
        raise ValidationError({"agencies": words % invitation.agency.name})


def _strike(invitation: Invitation, offender: Offender, item: AgendaItem, *, by: User) -> None:
    grants.end(offender=offender, agency=invitation.agency, basis=Basis.INVITED, source=item.reference, by=by)
    record("agency.struck", by=by, about=invitation, agency=invitation.agency_id)
    tell(offender, _("Invitation withdrawn"), invitation.agency.name, by=by)
    Invitation.objects.of_item(item).filter(pk=invitation.pk).delete()
