"""The minutes as one reader may read them: his items, his paragraphs, and "Restricted" where something is left out."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from agencies.access import Why
from agencies.models import User
from disclosures.cards import children_lines
from mappa.templatetags.mappa import clock, long_date
from offenders.models.purpose import whys
from offenders.views.record import Line
from panels.actions.approval import agreed_dates, agreed_owners
from panels.agenda import crns, times_of
from panels.models import Action, AgendaItem, Decision, InformationReturn, Invitation, Meeting, Paragraph


@dataclass(frozen=True)
class Part:
    """A heading with its text. Restricted: there is a text, and it is not for this reader."""

    heading: str
    text: str
    restricted: bool = False


@dataclass(frozen=True)
class Agreed:
    """An action as the meeting agreed it."""

    text: str
    agency: str
    due: str
    reference: str
    checked_how: str = ""


@dataclass(frozen=True)
class Copy:
    """One item of the minutes, for one reader. `why.ask` leads to the question that he answers before he reads it."""

    item: AgendaItem
    number: int
    why: Why
    name: str = ""
    crn: str = ""
    starts: str = ""
    attendance: list[tuple[str, str]] = field(default_factory=list)
    information: list[Part] = field(default_factory=list)
    sections: list[Part] = field(default_factory=list)
    decision: Decision | None = None
    children: list[Line] = field(default_factory=list)
    actions: list[Agreed] = field(default_factory=list)


Rows = dict[int, list[Any]]


def copies(meeting: Meeting, user: User) -> list[Copy]:
    """Every item of a meeting that the user sees, in a number of queries that does not grow with them.

    Of a person with whom he has no part he reads nothing before he has said why (access.md, Purpose).
    """
    everything = list(meeting.items.visible_to(user).select_related("offender"))
    reasons = whys([item.offender for item in everything], user)
    items = [item for item in everything if not reasons[item.offender_id].ask]
    begins, _ends = times_of(meeting)
    numbers = crns((item.offender_id for item in items), user)
    invited = _by_item(Invitation.objects.of_meeting(meeting).filter(item__in=items).select_related("agency"))
    informed, sections = information(items, invited, user), paragraphs(items, user)
    decisions = {row.item_id: row for row in Decision.objects.visible_to(user).filter(item__in=items)}
    agreed = _agreed(items, user)
    return [
        Copy(item=item, number=number, why=reasons[item.offender_id])
        if item not in items
        else Copy(
            item=item,
            number=number,
            why=reasons[item.offender_id],
            name=item.offender.full_name,
            crn=numbers.get(item.offender_id, ""),
            starts=clock(begins[item.pk]),
            attendance=[(row.agency.name, row.get_attendance_display()) for row in invited[item.pk]],
            information=informed[item.pk],
            sections=sections[item.pk],
            decision=decisions.get(item.pk),
            children=_children(decisions.get(item.pk)),
            actions=agreed[item.pk],
        )
        for number, item in enumerate(everything, start=1)
    ]


def _children(decision: Decision | None) -> list[Line]:
    """What was answered about children; nothing where nobody was asked, and no more than was asked."""
    if decision is None or decision.child_sex_offender is None:
        return []
    return [line for line in children_lines(decision) if line.value]


def _by_item(rows: Iterable[Any]) -> Rows:
    found: Rows = defaultdict(list)
    for row in rows:
        found[row.item_id].append(row)
    return found


def information(items: list[AgendaItem], invited: Rows, user: User) -> dict[int, list[Part]]:
    """What each invited agency sent, as far as it is for this reader."""
    readable = {r.invitation_id: r for r in InformationReturn.objects.visible_to(user).filter(item__in=items)}
    answered = InformationReturn.objects.outline_of(items)
    found: dict[int, list[Part]] = defaultdict(list)
    for item in items:
        for row in invited[item.pk]:
            if row.pk in answered:
                sent = readable.get(row.pk)
                found[item.pk].append(Part(row.agency.name, sent.text if sent else "", restricted=sent is None))
    return found


def paragraphs(items: list[AgendaItem], user: User) -> dict[int, list[Part]]:
    """The sections of the minutes in the Guidance's order, as far as they are for this reader."""
    rows = Paragraph.objects.visible_to(user).filter(item__in=items)
    readable = {(row.item_id, row.section): row.text for row in rows}
    written = Paragraph.objects.outline_of(items)
    return {
        item.pk: [
            Part(
                str(section.label),
                readable.get((item.pk, section.value), ""),
                restricted=(item.pk, section.value) in written and (item.pk, section.value) not in readable,
            )
            for section in Paragraph.Section
        ]
        for item in items
    }


def _agreed(items: list[AgendaItem], user: User) -> dict[int, list[Agreed]]:
    actions = list(Action.objects.visible_to(user).filter(item__in=items).agreed().select_related("agency"))
    first, owners = agreed_dates(actions, by=user), agreed_owners(actions, by=user)
    found: dict[int, list[Agreed]] = defaultdict(list)
    for action in actions:
        due = long_date(first[action.pk])
        found[action.item_id].append(Agreed(action.text, owners[action.pk], due, action.reference, action.checked_how))
    return found


@dataclass(frozen=True)
class Gap:
    """Something the minutes do not say yet. Without a decision they cannot be approved."""

    name: str
    what: str
    url: str


def gaps(read: list[Copy]) -> list[Gap]:
    """What is missing, person by person."""
    found = []
    for copy in read:
        missing = []
        if copy.decision is None:
            missing.append(_("No decision is recorded"))
        elif copy.decision.child_sex_offender is None:
            missing.append(_("Whether this is a child sex offender is not recorded: record the decision again"))
        missing += [_("Attendance of %s is not recorded") % agency for agency, came in copy.attendance if not came]
        if not copy.attendance:
            missing.append(_("No agency was invited"))
        missing += [_("“%s” is empty") % p.heading for p in copy.sections if not p.text and not p.restricted]
        found += [Gap(copy.name, what, copy.item.get_absolute_url()) for what in missing]
    return found
