"""Standing panels: made, changed and closed, their core members, and the series of their meetings."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies import working_days
from agencies.access import Parts, Perm, require
from agencies.models import Agency, AgencyKind, Area, Membership, Role, User
from agencies.models.membership import MembershipQuerySet
from audit.record import record
from mappa import dates
from mappa.templatetags.mappa import long_date
from offenders.actions.case import reason_in_words
from panels.actions.meetings import (
    arrange,
    hold_people,
    place_of,
    refuse,
    refuse_rank,
    refuse_where,
)
from panels.models import Meeting, Panel, Seat
from panels.recurring import Proposed, Rule, propose

Duty = AgencyKind.Duty


@transaction.atomic
def make_panel(
    *,
    area: Area,
    level: int,
    name: str,
    mode: str,
    place: str,
    link: str,
    length: int,
    chair: User,
    deputies: Iterable[User],
    by: User,
) -> Panel:
    """Set up a standing panel of an area, with a chair and deputies of the rank that its level asks for."""
    require(by, Perm.SCHEDULE, on=Parts(area=area.pk))
    panel = Panel(area=area, level=level, made_by=by)
    _write(panel, name=name, mode=mode, place=place, link=link, length=length, chair=chair, deputies=deputies)
    record("panel.made", by=by, about=panel, level=level)
    return panel


def _write(
    panel: Panel,
    *,
    name: str,
    mode: str,
    place: str,
    link: str,
    length: int,
    chair: User,
    deputies: Iterable[User],
) -> None:
    deputies = list(deputies)
    panel.name, panel.mode, panel.length, panel.chair = name.strip(), mode, length, chair
    panel.place, panel.link = place_of(place, mode), link.strip()
    refuse_where(mode, panel.place, panel.link)
    refuse_rank(chair, panel.area, panel.level)
    for deputy in deputies:
        refuse_rank(deputy, panel.area, panel.level, field="deputies")
    if chair in deputies:
        raise ValidationError({"deputies": _("Choose someone else than the chair")})
    panel.full_clean()
    panel.save()
    panel.deputies.set(deputies)


def keep_panel(panel: Panel, *, by: User) -> Panel:
    """The panel, fresh and locked until the transaction ends. Raises ValidationError when it is closed."""
    row = Panel.objects.visible_to(by).select_for_update(of=("self",)).select_related("area", "chair").get(pk=panel.pk)
    if not row.is_open:
        raise ValidationError(_("This panel is closed. Set up another."))
    return row


@transaction.atomic
def change_panel(
    *,
    panel: Panel,
    name: str,
    mode: str,
    place: str,
    link: str,
    length: int,
    chair: User,
    deputies: Iterable[User],
    version: int,
    by: User,
) -> Panel:
    """Change what is usual for a panel. Meetings that are arranged stay as they are."""
    require(by, Perm.SCHEDULE, on=panel)
    panel = keep_panel(panel, by=by)
    if panel.version != version:
        words = _("Someone else changed this panel meanwhile. Check what it says now, then save.")
        raise ValidationError(words, code="stale", params={"version": panel.version})
    panel.version += 1
    _write(panel, name=name, mode=mode, place=place, link=link, length=length, chair=chair, deputies=deputies)
    record("panel.changed", by=by, about=panel)
    return panel


@transaction.atomic
def close_panel(*, panel: Panel, reason: str, by: User) -> Panel:
    """Close a panel: no more meetings are arranged for it. Those that are arranged stay until they are cancelled."""
    require(by, Perm.SCHEDULE, on=panel)
    panel = keep_panel(panel, by=by)
    panel.close_reason = reason_in_words(reason, missing=_("Enter why the panel is closed"))
    panel.closed_at, panel.closed_by = timezone.now(), by
    panel.full_clean()
    panel.save(update_fields=["close_reason", "closed_at", "closed_by"])
    record("panel.closed", by=by, about=panel)
    return panel


def seatable(panel: Panel) -> list[Agency]:
    """The agencies of the area that can be core members and are not yet."""
    duties = [Duty.RESPONSIBLE_AUTHORITY, Duty.CO_OPERATE, Duty.ASSOCIATE]
    rows = Agency.objects.filter(is_active=True, kind__duty__in=duties, area=panel.area_id)
    taken = Seat.objects.of_panel(panel).values_list("agency", flat=True)
    return list(rows.exclude(pk__in=list(taken)).order_by("kind__position", "name"))


@transaction.atomic
def add_member(*, panel: Panel, agency: Agency, by: User) -> Seat:
    """Make an agency of the area a core member of the panel."""
    require(by, Perm.SCHEDULE, on=panel)
    panel = keep_panel(panel, by=by)
    seat = Seat(panel=panel, agency=agency, added_by=by)
    seat.full_clean()
    if agency.pk not in {one.pk for one in seatable(panel)}:
        raise ValidationError({"agency": _("Choose an agency of this area")})
    seat.save()
    record("panel.member_added", by=by, about=seat, agency=agency.pk)
    return seat


def colleagues_of(agency: Agency) -> MembershipQuerySet:
    """Who may come for an agency: its people, and not its systems."""
    rows = Membership.objects.in_force(dates.today()).filter(agency=agency).exclude(role=Role.Code.INTEGRATION)
    return rows.select_related("user").order_by("user__name", "pk")


@transaction.atomic
def name_members(*, seat: Seat, representative: User | None, deputies: Iterable[User], by: User) -> Seat:
    """Say who usually comes to the panel for an agency, and who comes instead."""
    require(by, Perm.SCHEDULE, on=seat)
    keep_panel(seat.panel, by=by)
    if not Seat.objects.visible_to(by).filter(pk=seat.pk).exists():
        raise ValidationError(_("This agency was taken off the panel meanwhile. Nothing was saved: look at it again."))
    deputies, people = list(deputies), set(colleagues_of(seat.agency).values_list("user", flat=True))
    if representative is not None and representative.pk not in people:
        raise ValidationError({"representative": _("Choose someone of this agency")})
    if not {deputy.pk for deputy in deputies} <= people:
        raise ValidationError({"deputies": _("Choose people of this agency")})
    if representative in deputies:
        raise ValidationError({"deputies": _("Choose someone else than the representative")})
    seat.representative = representative
    seat.save(update_fields=["representative"])
    seat.deputies.set(deputies)
    record("panel.members_named", by=by, about=seat)
    return seat


@transaction.atomic
def remove_member(*, seat: Seat, by: User) -> None:
    """Take an agency off the panel. What it is invited to stays."""
    require(by, Perm.SCHEDULE, on=seat)
    keep_panel(seat.panel, by=by)
    record("panel.member_removed", by=by, about=seat, agency=seat.agency_id)
    Seat.objects.visible_to(by).filter(pk=seat.pk).delete()


@dataclass(frozen=True)
class Sitting:
    """One date of a series: the day it will be on, who chairs, and why it differs from the rule or cannot be."""

    proposed: Proposed
    starts_at: datetime | None = None
    chair: User | None = None
    notes: tuple[str, ...] = ()
    refused: str = ""

    @property
    def on(self) -> date | None:
        return self.proposed.on


def preview(panel: Panel, *, rule: Rule, start: date, count: int, at: time, by: User) -> list[Sitting]:
    """The series as it would be arranged today, date by date; nothing is saved."""
    last = start + timedelta(days=(max(rule.weeks, 6) * 7) * (count + 1))
    closed = working_days.closed_days(panel.area, start, last)
    return [_sitting(panel, one, at, by) for one in propose(rule, max(start, dates.today()), count, closed)]


def _sitting(panel: Panel, proposed: Proposed, at: time, by: User) -> Sitting:
    if proposed.on is None:
        return Sitting(proposed, refused=proposed.why)
    starts_at = timezone.make_aware(datetime.combine(proposed.on, at))
    notes = (proposed.why,) if proposed.why else ()
    first = ""
    # The chair, or else a deputy, in the order of their names.
    for chair in (panel.chair, *panel.deputies.order_by("name", "pk")):
        meeting = _usual(panel, starts_at, chair, by)
        try:
            refuse(meeting, by=by)
        except ValidationError as refusal:
            first = first or " ".join(refusal.messages)
            if "chair" not in getattr(refusal, "error_dict", {}):
                return Sitting(proposed, starts_at, refused=" ".join(refusal.messages))
        else:
            return Sitting(proposed, starts_at, chair, (*notes, first) if first else notes)
    return Sitting(proposed, starts_at, refused=first)


def _usual(panel: Panel, starts_at: datetime, chair: User, by: User) -> Meeting:
    """A meeting as the panel's usually are."""
    return Meeting(
        area=panel.area,
        level=panel.level,
        panel=panel,
        starts_at=starts_at,
        length=panel.length,
        mode=panel.mode,
        place=panel.place,
        link=panel.link,
        chair=chair,
        arranged_by=by,
    )


@transaction.atomic
def arrange_series(
    *, panel: Panel, rule: Rule, start: date, count: int, at: time, days: Iterable[date], by: User
) -> tuple[list[Meeting], list[str]]:
    """Arrange the chosen days of a series in one act: the meetings made, and in words why the others could not be.

    Raises ValidationError when none can.
    """
    require(by, Perm.SCHEDULE, on=panel)
    panel, wanted = keep_panel(panel, by=by), set(days)
    hold_people([panel.chair_id, *panel.deputies.values_list("pk", flat=True)])
    sittings = [one for one in preview(panel, rule=rule, start=start, count=count, at=at, by=by) if one.on in wanted]
    if wanted - {one.on for one in sittings}:
        raise ValidationError({"days": _("Choose dates of this series. Show the dates again, then choose")})
    made, refused = [], []
    for one in sittings:
        if one.chair is None or one.starts_at is None:
            refused.append(_("%(day)s is not arranged. %(why)s") % {"day": long_date(one.on), "why": one.refused})
        else:
            made.append(_arrange(panel, one.starts_at, one.chair, by))
    if not made:
        raise ValidationError(refused or {"days": _("Choose at least one date")})
    record("panel.series_arranged", by=by, about=panel, meetings=len(made), refused=len(refused))
    return made, refused


def _arrange(panel: Panel, starts_at: datetime, chair: User, by: User) -> Meeting:
    usual = {name: getattr(panel, name) for name in ("area", "level", "length", "mode", "place", "link")}
    return arrange(**usual, panel=panel, starts_at=starts_at, chair=chair, by=by)
