"""Arranging a meeting, keeping it open for changes, and telling agencies about it."""

from collections.abc import Iterable
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
from mappa.templatetags.mappa import clock, long_date
from offenders.models import Offender
from panels.models import Meeting, Mode, Panel, Seat
from panels.models.panel import USUAL_MINUTES


@transaction.atomic
def arrange(
    *,
    area: Area,
    level: int,
    starts_at: datetime,
    place: str,
    chair: User,
    panel: Panel | None = None,
    length: int = USUAL_MINUTES,
    mode: str = Mode.IN_PERSON,
    link: str = "",
    emergency_reason: str = "",
    by: User,
) -> Meeting:
    """Arrange a level 2 or level 3 meeting: on a working day to come, with a chair who may chair it.

    With a reason why it cannot wait it is an emergency meeting, which may be on any day from now on.
    """
    require(by, Perm.SCHEDULE, on=Parts(area=area.pk))
    meeting = Meeting(
        area=area,
        level=level,
        panel=panel,
        starts_at=starts_at,
        length=length,
        mode=mode,
        place=place_of(place, mode),
        link=link.strip(),
        chair=chair,
        emergency_reason=emergency_reason.strip(),
        arranged_by=by,
    )
    hold_people([chair.pk])
    refuse(meeting, by=by)
    meeting.save()
    record("meeting.arranged", by=by, about=meeting, level=level, emergency=meeting.is_emergency)
    return meeting


def place_of(place: str, mode: str) -> str:
    """Where a meeting is: one by video alone needs no place."""
    return place.strip() or (_("By video") if mode == Mode.VIDEO else "")


def hold_people(people: Iterable[int]) -> None:
    """Wait for whoever else is arranging something with the same people: two at once would not see each other's."""
    rows = User.objects.select_for_update(of=("self",)).filter(pk__in=list(people)).order_by("pk")
    list(rows.values_list("pk", flat=True))


def refuse(meeting: Meeting, *, by: User) -> None:
    """Raise ValidationError for a time, a chair or a place that cannot be. Sets by when the minutes are due."""
    _refuse_panel(meeting)
    _refuse_time(meeting)
    refuse_chair(meeting)
    refuse_where(meeting.mode, meeting.place, meeting.link)
    meeting.minutes_due_on = minutes_due(meeting)
    meeting.full_clean()
    refuse_overlap(meeting, by=by)


def _refuse_panel(meeting: Meeting) -> None:
    panel = meeting.panel
    if panel is not None and (panel.area_id != meeting.area_id or panel.level != meeting.level or not panel.is_open):
        raise ValidationError({"panel": _("Choose an open panel of this area and level")})


def _refuse_time(meeting: Meeting) -> None:
    if meeting.starts_at <= timezone.now():
        raise ValidationError({"on": _("The meeting must be in the future")})
    day = meeting.held_on
    # What cannot wait is not kept waiting by a bank holiday.
    if not meeting.is_emergency and not is_worked(day, meeting.area):
        words = _("%(day)s is a weekend, a bank holiday or another day on which the area is closed")
        raise ValidationError({"on": words % {"day": long_date(day)}})


def is_worked(day: date, area: Area) -> bool:
    return working_days.is_working(day, working_days.closed_days(area, day, day))


def chairs_of(areas: list[Area], on: date | None = None) -> MembershipQuerySet:
    """The chairs of areas on a day, or today, most senior first."""
    rows = Membership.objects.in_force(on or dates.today()).filter(role=Role.Code.CHAIR, agency__area__in=areas)
    return rows.select_related("user", "rank", "agency").order_by("-rank__order", "user__name")


def refuse_chair(meeting: Meeting) -> None:
    """Raise ValidationError unless the chair may chair it, today and on its day (domain.md 3.2)."""
    refuse_rank(meeting.chair, meeting.area, meeting.level)
    day = max(meeting.held_on, dates.today())
    if not chairs_of([meeting.area], day).filter(user=meeting.chair).exists():
        words = _(
            "The membership or vetting of %(name)s ends before %(day)s. Choose another chair, or have it renewed first"
        )
        raise ValidationError({"chair": words % {"name": meeting.chair.name, "day": long_date(day)}})


def chairs_for(area: Area, level: int) -> list[Membership]:
    """Those who may chair a meeting of that level. Level 3 is chaired at senior rank (domain.md 3.2)."""
    lowest = Rank.SENIOR if level == Offender.Level.ENHANCED else 0
    return [row for row in chairs_of([area]) if row.rank_order >= lowest]


def refuse_rank(chair: User, area: Area, level: int, *, field: str = "chair") -> None:
    """Level 3 is chaired at senior rank (domain.md 3.2)."""
    held = list(chairs_of([area]).filter(user=chair))
    if not held:
        raise ValidationError({field: _("Choose a chair of this area")})
    if level == Offender.Level.ENHANCED and max(m.rank_order for m in held) < Rank.SENIOR:
        raise ValidationError({field: _("A level 3 meeting is chaired at senior rank. Choose a more senior chair")})


def refuse_where(mode: str, place: str, link: str) -> None:
    if not place:
        raise ValidationError({"place": _("Enter where the meeting takes place")})
    if mode == Mode.IN_PERSON and link:
        raise ValidationError({"link": _("Delete the joining link, or say that the meeting is by video")})
    if mode != Mode.IN_PERSON and not link:
        raise ValidationError({"link": _("Enter the joining link of the meeting")})


def refuse_overlap(meeting: Meeting, *, by: User) -> None:
    """Raise ValidationError when the chair, or who is named on the panel for an agency, is at another meeting then.

    To an emergency the agencies send whoever is free; its chair is still in one place only.
    """
    people = {meeting.chair_id: meeting.chair.name} if meeting.is_emergency else people_of(meeting)
    rows = Meeting.objects.busy(people, meeting.starts_at, meeting.ends_at).exclude(pk=meeting.pk)
    for other in rows.select_related("chair", "panel").order_by("starts_at", "pk"):
        both = [name for key, name in people.items() if key in people_of(other)]
        if both and other.ends_at > meeting.starts_at:
            field = "chair" if meeting.chair.name in both else "at"
            raise ValidationError({field: _busy_words(other, both, by)})


def people_of(meeting: Meeting) -> dict[int, str]:
    """The chair, and who usually comes for the agencies of the panel: name by key."""
    found = {meeting.chair_id: meeting.chair.name}
    if meeting.panel is not None:  # and perhaps not saved yet
        seats = Seat.objects.of_panel(meeting.panel).filter(representative__isnull=False)
        found |= dict(seats.values_list("representative", "representative__name"))
    return found


def _busy_words(other: Meeting, people: list[str], by: User) -> str:
    """Who is at which meeting. One that the person may not see is not named."""
    sees = Meeting.objects.visible_to(by).filter(pk=other.pk).exists()
    words = _(
        "%(people)s: at meeting %(reference)s on %(day)s, %(first)s to %(last)s. Choose another time, "
        "another chair, or name someone else on the panel"
    )
    if not sees:
        words = _(
            "%(people)s: at another meeting on %(day)s, %(first)s to %(last)s. Choose another time or another chair"
        )
    return words % {
        "people": ", ".join(sorted(people)),
        "reference": other.reference,
        "day": long_date(other.held_on),
        "first": clock(other.starts_at),
        "last": clock(other.ends_at),
    }


def minutes_due(meeting: Meeting) -> date | None:
    """By when the minutes are to be sent; nothing where the area has no standard for it."""
    try:
        days = value(f"level_{meeting.level}_minutes_working_days", meeting.area, meeting.held_on)
    except UnknownStandardError:
        return None
    return working_days.after(meeting.held_on, days, meeting.area)


def keep_open(meeting: Meeting, *, by: User) -> Meeting:
    """The meeting, fresh and locked until the transaction ends.

    Raises ValidationError when its minutes are approved or it was cancelled.
    """
    row = Meeting.objects.visible_to(by).select_for_update(of=("self",)).select_related("area").get(pk=meeting.pk)
    if row.is_locked:
        raise ValidationError(_("The minutes are approved and can no longer be changed."), code="approved")
    if row.is_cancelled:
        raise ValidationError(_("This meeting was cancelled. Arrange another, or put the person on another agenda."))
    return row


def changed(meeting: Meeting, *, held: bool = False) -> None:
    """Note that a locked meeting changed, so that nobody approves what he has not read.

    `held`: by what happens at it. What is written before its day only prepares it: agencies are still asked for what they
    have not sent, and it can still be moved.
    """
    meeting.version += 1
    if held and meeting.state == Meeting.State.PLANNED and meeting.held_on <= dates.today():
        meeting.state = Meeting.State.HELD
    meeting.save(update_fields=["version", "state"])
