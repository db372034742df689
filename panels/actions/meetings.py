"""Arranging a meeting, keeping it open for changes, and telling agencies about it."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies import working_days
from agencies.access import Parts, Perm, require
from agencies.models import Area, Membership, Rank, Role, User
from agencies.models.membership import MembershipQuerySet
from agencies.models.standard import UnknownStandardError, value
from audit.record import record
from mappa import dates
from mappa.templatetags.mappa import long_date
from offenders.models import Offender
from panels.models import Meeting


@transaction.atomic
def arrange(*, area: Area, level: int, starts_at: datetime, place: str, chair: User, by: User) -> Meeting:
    """Arrange a level 2 or level 3 meeting: on a working day to come, with a chair who may chair it."""
    require(by, Perm.SCHEDULE, on=Parts(area=area.pk))
    _refuse_time(starts_at, area)
    _refuse_chair(chair, area, level)
    meeting = Meeting(area=area, level=level, starts_at=starts_at, place=place.strip(), chair=chair, arranged_by=by)
    meeting.minutes_due_on = _minutes_due(meeting)
    meeting.full_clean()
    meeting.save()
    record("meeting.arranged", by=by, about=meeting, level=level)
    return meeting


def _refuse_time(starts_at: datetime, area: Area) -> None:
    if starts_at <= timezone.now():
        raise ValidationError({"on": _("The meeting must be in the future")})
    day = timezone.localtime(starts_at).date()
    if not working_days.is_working(day, working_days.closed_days(area, day, day)):
        words = _("%(day)s is a weekend, a bank holiday or another day on which the area is closed")
        raise ValidationError({"on": words % {"day": long_date(day)}})


def chairs_of(areas: list[Area]) -> MembershipQuerySet:
    """The chairs of areas today, most senior first."""
    rows = Membership.objects.in_force(dates.today()).filter(role=Role.Code.CHAIR, agency__area__in=areas)
    return rows.select_related("user", "rank", "agency").order_by("-rank__order", "user__name")


def _refuse_chair(chair: User, area: Area, level: int) -> None:
    """Level 3 is chaired at senior rank (domain.md 3.2)."""
    held = list(chairs_of([area]).filter(user=chair))
    if not held:
        raise ValidationError({"chair": _("Choose a chair of this area")})
    if level == Offender.Level.ENHANCED and max(m.rank_order for m in held) < Rank.SENIOR:
        raise ValidationError({"chair": _("A level 3 meeting is chaired at senior rank. Choose a more senior chair")})


def _minutes_due(meeting: Meeting) -> date | None:
    """By when the minutes are to be sent; nothing where the area has no standard for it."""
    try:
        days = value(f"level_{meeting.level}_minutes_working_days", meeting.area, meeting.held_on)
    except UnknownStandardError:
        return None
    return working_days.after(meeting.held_on, days, meeting.area)


def keep_open(meeting: Meeting, *, by: User) -> Meeting:
    """The meeting, fresh and locked until the transaction ends. Raises ValidationError when its minutes are approved."""
    row = Meeting.objects.visible_to(by).select_for_update(of=("self",)).select_related("area").get(pk=meeting.pk)
    if row.is_locked:
        raise ValidationError(_("The minutes are approved and can no longer be changed."), code="approved")
    return row


def changed(meeting: Meeting, *, held: bool = False) -> None:
    """Note that a locked meeting changed, so that nobody approves what he has not read."""
    meeting.version += 1
    if held and meeting.state == Meeting.State.PLANNED:
        meeting.state = Meeting.State.HELD
    meeting.save(update_fields=["version", "state"])
