"""Sending approved minutes to agencies, and on to an agency that was not there."""

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies import outbox, working_days
from agencies.access import Perm, require
from agencies.models import Agency, User
from agencies.models.standard import value
from agencies.outbox import tell_agency
from audit.record import record
from mappa import dates
from mappa.templatetags.mappa import long_date
from offenders.actions import Topic, telling
from offenders.actions.case import reason_in_words
from offenders.actions.sharing import SHAREABLE
from offenders.grants import sees_by_area
from offenders.models import Offender
from panels.actions.meetings import chairs_for
from panels.models import (
    Action,
    AgendaItem,
    Amendment,
    Distribution,
    InformationReturn,
    Invitation,
    Meeting,
    OnwardRequest,
)
from panels.models.distribution import read_by

tell = telling(Topic.MEETINGS)

Basis = Distribution.Basis
WAS_THERE = {came.value for came in Invitation.CAME}


def due_after(name: str, meeting: Meeting) -> date:
    """The day some working days from today, by the standard of that name."""
    today = dates.today()
    return working_days.after(today, value(name, meeting.area, today), meeting.area)


def distribute(meeting: Meeting, items: Iterable[AgendaItem], *, by: User) -> None:
    """Note to which agencies the minutes of these items go, and tell those that are new.

    To whoever was there, sent information or gave apologies; and to an authority that has an action, which reads them
    anyway. An agency that was away without a word gets nothing: that needs the chair's permission.
    """
    items = list(items)
    entitled = _entitled(items, by=by)
    there = set(Distribution.objects.of_meeting(meeting).values_list("item", "agency"))
    new = {place: basis for place, basis in entitled.items() if place not in there}
    version, due_on = Amendment.objects.version_of(meeting), due_after("minutes_read_working_days", meeting)
    for (item, to), basis in new.items():
        Distribution.objects.create(
            item_id=item, agency_id=to, basis=basis, version=version, told_at=timezone.now(), read_due_on=due_on
        )
    for agency in Agency.objects.filter(pk__in={to for _item, to in new}):
        record("minutes.sent", by=by, about=meeting, agency=agency.pk, version=version)
        _tell(
            agency,
            meeting,
            version,
            _("Minutes of a MAPPA meeting: %s") % meeting.reference,
            _("The minutes of the meeting of %s are approved. Sign in to read them and your actions.")
            % long_date(meeting.held_on),
        )


def _entitled(items: list[AgendaItem], *, by: User) -> dict[tuple[int, int], str]:
    """Item and agency, with why the minutes are sent there."""
    answered = InformationReturn.objects.outline_of(items)
    amended = _attendance_amended(items, by=by)
    found: dict[tuple[int, int], str] = {}
    owning = Action.objects.visible_to(by).filter(item__in=items).agreed().select_related("agency__kind")
    for action in owning:
        if action.agency.is_responsible_authority:
            found[action.item_id, action.agency_id] = Basis.OWNER
    for item in items:
        for row in Invitation.objects.of_item(item):
            if basis := _basis(row, amended.get(row.pk, row.attendance), answered=row.pk in answered):
                found[item.pk, row.agency_id] = basis
    return found


def _basis(row: Invitation, came: str, *, answered: bool) -> str:
    """Why the minutes go to an invited agency; empty where they do not. Who declined sees the case no more."""
    if came in WAS_THERE:
        return Basis.ATTENDED
    if row.response == Invitation.Response.DECLINED:
        return ""
    if answered:
        return Basis.INFORMED
    return Basis.APOLOGISED if came == Invitation.Attendance.APOLOGIES else ""


def _attendance_amended(items: list[AgendaItem], *, by: User) -> dict[int, str]:
    rows = Amendment.objects.visible_to(by).filter(item__in=items, invitation__isnull=False, version__isnull=False)
    return dict(rows.order_by("version").values_list("invitation", "becomes"))


def tell_amended(meeting: Meeting, item: AgendaItem, version: int, *, by: User) -> None:
    """Tell everyone who was sent an earlier version that there is a new one; those of the item are to read it."""
    rows = Distribution.objects.of_meeting(meeting)
    rows.filter(item=item).update(
        version=version, told_at=timezone.now(), read_due_on=due_after("minutes_read_working_days", meeting)
    )
    for agency in Agency.objects.filter(pk__in=set(rows.values_list("agency", flat=True))):
        record("minutes.sent", by=by, about=meeting, agency=agency.pk, version=version)
        _tell(
            agency,
            meeting,
            version,
            _("Minutes amended: %s") % meeting.reference,
            _("The minutes of the meeting of %(day)s were amended: version %(version)s. Sign in to read it.")
            % {"day": long_date(meeting.held_on), "version": version},
        )


def _tell(agency: Agency, meeting: Meeting, version: int, subject: str, words: str) -> None:
    tell_agency(
        agency,
        about=meeting,
        key=f"minutes:{meeting.reference}:{version}:{agency.pk}",
        subject=subject,
        words=words,
        path=f"/meetings/{meeting.reference}/minutes/",
    )


def note_read(meeting: Meeting, items: list[AgendaItem], *, version: int, by: User) -> None:
    """Note for each agency of the reader that somebody there has opened this version of these items."""
    agencies = {membership.agency_id for membership in by.memberships.in_force(dates.today())}
    rows = Distribution.objects.of_meeting(meeting).filter(
        item__in=items, agency__in=agencies, read_version__lt=version
    )
    rows.update(read_version=version, read_at=timezone.now(), read_by=by)


def agencies_to_send_on_to(item: AgendaItem) -> list[Agency]:
    """Agencies that take part in MAPPA and do not read the minutes of this item yet."""
    have = set(Distribution.objects.of_meeting(item.meeting).filter(item=item).values_list("agency", flat=True))
    rows = Agency.objects.filter(is_active=True, kind__duty__in=SHAREABLE).select_related("kind", "area")
    return [a for a in rows.order_by("name") if a.pk not in have and not sees_by_area(a, item.offender)]


def why_not_send_on(item: AgendaItem) -> str:
    """In words, why sending these minutes on cannot be asked; empty when it can."""
    if not item.meeting.is_locked:
        return _("The minutes are not approved yet. They can be sent on once the chair has approved them.")
    if item.offender.restricted:
        return _("This case is restricted: no agency would see its minutes.")
    return ""


@transaction.atomic
def ask_to_send_on(*, item: AgendaItem, agency: Agency, reason: str, by: User) -> OnwardRequest:
    """Ask the chair that the minutes of one item go to an agency that was not there. Whoever reads them may ask."""
    require(by, Perm.VIEW_CASE, on=item)
    if not read_by(by, [item]):
        raise PermissionDenied(Perm.VIEW_CASE)
    item = AgendaItem.objects.visible_to(by).select_related("meeting__area", "offender").get(pk=item.pk)
    if why := why_not_send_on(item):
        raise ValidationError(why)
    if agency.pk not in {each.pk for each in agencies_to_send_on_to(item)}:
        raise ValidationError({"agency": _("Choose an agency that takes part in MAPPA and has not these minutes yet")})
    row = OnwardRequest(
        item=item,
        agency=agency,
        reason=reason_in_words(reason),
        asked_by=by,
        due_on=due_after("minutes_sending_on_working_days", item.meeting),
    )
    row.full_clean()
    row.save()
    record("minutes.sending_on_asked", by=by, about=row, agency=agency.pk)
    tell(item.offender, _("Asked to send minutes on"), agency.name, by=by)
    _ask_deciders(row)
    return row


def deciders(meeting: Meeting, author: User) -> set[int]:
    """Who answers what somebody proposed: the chair; where it was he himself, or he chairs here no more, another chair."""
    chairs = {row.user_id for row in chairs_for(meeting.area, meeting.level)}
    if meeting.chair_id in chairs and meeting.chair_id != author.pk:
        return {meeting.chair_id}
    return chairs - {author.pk}


def to_ask(row: Amendment | OnwardRequest, author: User) -> list[User]:
    """Those who may decide something and see it. Raises ValidationError where none of them does: it would wait for ever."""
    users = list(User.objects.filter(pk__in=deciders(row.item.meeting, author)))
    found = [user for user in users if type(row).objects.visible_to(user).filter(pk=row.pk).exists()]
    if users and not found:
        words = _(
            "Nobody who may decide this sees the case any more: it was handed to another area or restricted. Ask those who "
            "manage the case to name the chair of the meeting on it"
        )
        raise ValidationError(words)
    return found


def _ask_deciders(row: OnwardRequest) -> None:
    for user in to_ask(row, row.asked_by):
        outbox.post(
            key=f"sending-on:{row.reference}:{user.pk}",
            to=user,
            about=row,
            subject=_("Minutes to be sent on: %s") % row.reference,
            body=_("Somebody asks that minutes go to an agency that was not there. Sign in to decide: %s")
            % f"{settings.BASE_URL}/sent-on/{row.reference}/decide/",
        )


def sent_on_until(meeting: Meeting) -> date:
    """The last day on which an agency reads minutes that are sent on to it today."""
    today = dates.today()
    return dates.add_months(today, value("minutes_sent_on_months", meeting.area, today))


@transaction.atomic
def decide_sending_on(*, request: OnwardRequest, outcome: str, reason: str, by: User) -> OnwardRequest:
    """Permit or refuse, in words. Permitted, the agency is told, and reads what the minutes say to everyone."""
    require(by, Perm.TAKE_MINUTES, on=request)
    row = OnwardRequest.objects.visible_to(by).select_for_update(of=("self",)).get(pk=request.pk)
    meeting = row.item.meeting
    if row.asked_by_id == by.pk:
        raise ValidationError(_("You asked for this. Somebody else must decide it."))
    if by.pk not in deciders(meeting, row.asked_by):
        raise PermissionDenied(Perm.APPROVE_MINUTES)
    if row.outcome:
        raise ValidationError(_("This has been decided already. Open the page again to see how."))
    if outcome not in OnwardRequest.Outcome.values:
        raise ValidationError({"outcome": _("Choose whether the minutes may be sent on")})
    row.outcome, row.decision_reason = outcome, reason_in_words(reason)
    row.decided_at, row.decided_by = timezone.now(), by
    if outcome == OnwardRequest.Outcome.PERMITTED:
        if why := why_not_send_on(row.item):
            raise ValidationError(why)
        row.until = sent_on_until(meeting)
    row.full_clean()
    row.save()
    record("minutes.sending_on_decided", by=by, about=row, agency=row.agency_id, outcome=outcome)
    _tell_decided(row, by=by)
    return row


def _tell_decided(row: OnwardRequest, *, by: User) -> None:
    offender: Offender = row.item.offender
    tell(offender, _("Sending minutes on: %s") % row.get_outcome_display().lower(), row.agency.name, by=by)
    if OnwardRequest.objects.visible_to(row.asked_by).filter(pk=row.pk).exists():
        outbox.post(
            key=f"sending-on-decided:{row.reference}",
            to=row.asked_by,
            about=row,
            subject=_("Decided: %s") % row.reference,
            body=_("The chair has decided whether minutes are sent on. Sign in to read how: %s")
            % (settings.BASE_URL + row.get_absolute_url()),
        )
    if row.outcome == OnwardRequest.Outcome.PERMITTED:
        tell_agency(
            row.agency,
            about=row,
            key=f"sent-on:{row.reference}",
            subject=_("Minutes of a MAPPA meeting: %s") % row.reference,
            words=_("Minutes of a meeting at which your agency was not are sent to it. Sign in to read them."),
            path=f"/sent-on/{row.reference}/",
        )
