"""What the minutes do not say yet, person by person: the one list by which an item is finished and minutes are approved."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from agencies.models import User
from offenders.models import Offender
from panels.models import AgendaItem, Agreement, Decision, Invitation, Paragraph


@dataclass(frozen=True)
class Gap:
    """Something that must be answered, of whom, and where."""

    name: str
    what: str
    url: str


def gaps_of(items: Iterable[AgendaItem], user: User) -> list[Gap]:
    """What must be answered before these items are finished. The queries do not grow with the items.

    That a paragraph is there is known whoever may read it: what is not for this reader is no gap.
    """
    items = list(items)
    invited: dict[int, list[Invitation]] = defaultdict(list)
    rows = Invitation.objects.visible_to(user).filter(item__in=items).select_related("agency")
    for row in rows:
        invited[row.item_id].append(row)
    agreed = _agreed({item.meeting_id for item in items}, user)
    decisions = {row.item_id: row for row in Decision.objects.visible_to(user).filter(item__in=items)}
    written = {(item, section) for item, section, _position, _key in Paragraph.objects.outline_of(items)}
    found = []
    for item in items:
        missing = [
            *_attendance(item, invited[item.pk], agreed),
            *_sections(item, written),
            *_decision(item, decisions.get(item.pk)),
        ]
        url = item.get_absolute_url()
        found += [Gap(item.offender.full_name, what, f"{url}#{anchor}") for what, anchor in missing]
    return found


def unfinished(items: Iterable[AgendaItem]) -> list[Gap]:
    """The items that nobody has finished."""
    what, left = _("This item is not finished"), [item for item in items if item.finished_at is None]
    return [Gap(item.offender.full_name, what, f"{item.get_absolute_url()}#finish") for item in left]


def _agreed(meetings: set[int], user: User) -> set[tuple[int, int, str]]:
    """Meeting, agency and name of everyone who agreed to the confidentiality statement."""
    rows = Agreement.objects.visible_to(user).filter(meeting__in=meetings)
    return {(meeting, agency, name) for meeting, agency, name in rows.values_list("meeting", "agency", "name")}


Missing = list[tuple[str, str]]


def _attendance(item: AgendaItem, invited: list[Invitation], agreed: set[tuple[int, int, str]]) -> Missing:
    if not invited:
        return [(_("No agency was invited"), "attendance")]
    found = []
    for row in invited:
        what = _about(item, row, agreed)
        if what:
            found.append((what % row.agency.name, f"attendance-{row.reference}"))
    return found


def _about(item: AgendaItem, row: Invitation, agreed: set[tuple[int, int, str]]) -> str:
    if not row.attendance:
        return _("Attendance of %s is not recorded")
    if row.attendance == Invitation.Attendance.APOLOGIES and not row.attendance_reason:
        return _("Why %s sent apologies is not recorded")
    if row.attendance == Invitation.Attendance.CONFLICT and not row.attended_name:
        # By the name the minutes are closed to that person.
        return _("Who left for a conflict of interest for %s is not recorded")
    if row.attendance not in Invitation.CAME:
        return ""
    if not row.attended_name:
        return _("Who came for %s is not recorded")
    if (item.meeting_id, row.agency_id, row.attended_name) not in agreed:
        return _("Who came for %s has not agreed to the confidentiality statement")
    return ""


def _sections(item: AgendaItem, written: set[tuple[int, str]]) -> Missing:
    """Of each of these something is said, if only that it was considered."""
    return [
        (_("“%s” is empty") % section.label, f"section-{section.value}")
        for section in Paragraph.MUST
        if (item.pk, section.value) not in written
    ]


def _decision(item: AgendaItem, decision: Decision | None) -> Missing:
    if decision is None:
        return [(_("No decision is recorded"), "decision")]
    found = []
    if decision.child_sex_offender is None:
        found.append(_("Whether this is a child sex offender is not recorded: record the decision again"))
    if not decision.category:
        found.append(_("Whether the category is confirmed is not recorded: record the decision again"))
    if item.meeting.level == Offender.Level.ENHANCED:
        if decision.is_critical is None:
            found.append(_("Whether this is a critical public protection case is not recorded"))
        if decision.needs_media_plan is None:
            found.append(_("Whether a media plan is needed is not recorded"))
    return [(what, "decision") for what in found]
