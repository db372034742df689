"""Who came for each person, and that each of them agreed to the confidentiality statement."""

from collections.abc import Iterable
from datetime import datetime, time

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import Perm, memberships, require
from agencies.models import Agency, Membership, User
from audit.record import record
from mappa import dates
from mappa.templatetags.mappa import long_date
from panels.actions.invitations import came_after_all
from panels.actions.meetings import changed, keep_open
from panels.actions.working import keep_unfinished
from panels.models import AgendaItem, Agreement, Invitation, Meeting, Statement

Attendance = Invitation.Attendance
SAID = (
    "attendance",
    "attendance_reason",
    "attended_by",
    "attended_name",
    "attended_role",
    "arrived_at",
    "left_at",
)


@transaction.atomic
def take_attendance(
    *,
    invitation: Invitation,
    attendance: str,
    who: str = "",
    role: str = "",
    reason: str = "",
    arrived: time | None = None,
    left: time | None = None,
    by: User,
) -> Invitation:
    """Record whether an invited agency came, and by whom. The first one says that the meeting is being held.

    A name that one user of the agency bears is that user. Where nobody is named, it is whom the agency said would come,
    who came for it for another person of this meeting, or the one who agreed to the statement for it.
    """
    require(by, Perm.TAKE_MINUTES, on=invitation)
    meeting = keep_unfinished(invitation.item, by=by)
    if attendance not in Attendance.values:
        raise ValidationError({"attendance": _("Choose whether the agency is present")})
    if meeting.held_on > dates.today():
        words = _("This meeting is on %s. Record on that day who comes.")
        raise ValidationError(words % long_date(meeting.held_on))
    is_away = attendance in {Attendance.APOLOGIES, Attendance.ABSENT}
    user, name, usual_role = (None, "", "") if is_away else _who(invitation, who, meeting)
    invitation.attendance, invitation.attendance_reason = attendance, reason.strip()
    invitation.attended_by, invitation.attended_name = user, name
    invitation.attended_role = "" if is_away else role.strip() or usual_role
    invitation.arrived_at = None if is_away else _on_the_day(meeting, arrived)
    invitation.left_at = None if is_away else _on_the_day(meeting, left)
    if arrived and left and left < arrived:
        raise ValidationError({"left": _("The time of leaving must not be before the time of arriving")})
    invitation.full_clean()
    invitation.save(update_fields=SAID)
    if invitation.is_declined and attendance in Invitation.CAME:
        came_after_all(invitation, meeting, by=by)
    changed(meeting, held=True)
    record("attendance.taken", by=by, about=invitation, attendance=attendance)
    return invitation


def _on_the_day(meeting: Meeting, at: time | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(meeting.held_on, at)) if at else None


def _who(invitation: Invitation, who: str, meeting: Meeting) -> tuple[User | None, str, str]:
    """The user, the name and the role of who came."""
    name = " ".join(who.split())
    if not name:
        return _usual(invitation, meeting)
    held = Membership.objects.in_force(dates.today()).filter(agency=invitation.agency_id, user__name__iexact=name)
    users = list(User.objects.filter(pk__in=held.values("user"))[:2])
    return (users[0], users[0].name, "") if len(users) == 1 else (None, name, "")


def _usual(invitation: Invitation, meeting: Meeting) -> tuple[User | None, str, str]:
    if invitation.representative is not None:
        return invitation.representative, invitation.representative.name, ""
    others = Invitation.objects.of_meeting(meeting).filter(agency=invitation.agency_id).exclude(attended_name="")
    other = others.exclude(pk=invitation.pk).select_related("attended_by").order_by("item__position", "pk").first()
    if other is not None:
        return other.attended_by, other.attended_name, other.attended_role
    agreed = Agreement.objects.of_meeting(meeting).filter(agency=invitation.agency_id).select_related("user")
    one = list(agreed[:2])
    return (one[0].user, one[0].name, "") if len(one) == 1 else (None, "", "")


def statement_of(meeting: Meeting) -> Statement | None:
    """The edition of the confidentiality statement that holds on the day of the meeting."""
    return Statement.objects.in_force(meeting.held_on)


def _statement(meeting: Meeting) -> Statement:
    found = statement_of(meeting)
    if found is None:
        raise ValidationError(_("No edition of the confidentiality statement holds. Ask an administrator to add one."))
    return found


@transaction.atomic
def agree(*, meeting: Meeting, by: User) -> list[Agreement]:
    """Agree to the confidentiality statement of a meeting, for the own agency that is invited to it."""
    require(by, Perm.VIEW_CASE, on=meeting)
    meeting = keep_open(meeting, by=by)
    invited = meeting.parts().invited
    agencies = {m.agency for m in memberships(by) if m.agency_id in invited}
    if not agencies:
        raise ValidationError(_("Your agency is not invited to this meeting, so there is nothing to agree to."))
    return _agreed(meeting, [(agency, by, by.name) for agency in agencies], read_out=False, by=by)


@transaction.atomic
def record_agreements(*, item: AgendaItem, invitations: Iterable[Invitation], by: User) -> list[Agreement]:
    """Record that the statement was read out and that those who came for these agencies agreed to it."""
    require(by, Perm.TAKE_MINUTES, on=item)
    meeting = keep_unfinished(item, by=by)
    came = [row for row in invitations if row.item_id == item.pk and row.attendance in Invitation.CAME]
    unnamed = [row.agency.name for row in came if not row.attended_name]
    if unnamed or not came:
        raise ValidationError(_("Record first who came: %s") % ("; ".join(unnamed) or _("nobody is recorded yet")))
    people = [(row.agency, row.attended_by, row.attended_name) for row in came]
    return _agreed(meeting, people, read_out=True, by=by)


Person = tuple[Agency, User | None, str]


def _agreed(meeting: Meeting, people: list[Person], *, read_out: bool, by: User) -> list[Agreement]:
    """One row for each who has not agreed yet. Raises ValidationError when all of them have."""
    known = set(Agreement.objects.of_meeting(meeting).values_list("agency", "name"))
    new = [
        Agreement(
            meeting=meeting,
            agency=agency,
            user=user,
            name=name,
            statement=_statement(meeting),
            read_out=read_out,
            recorded_by=by,
        )
        for agency, user, name in people
        if (agency.pk, name) not in known
    ]
    if not new:
        raise ValidationError(_("This is recorded already."), code="twice")
    for row in new:
        row.full_clean()
        row.save()
        record("statement.agreed", by=by, about=row, agency=row.agency_id, edition=row.statement.edition)
    changed(meeting)
    return new
