"""The minutes as one reader may read them: his items, his paragraphs, and "Restricted" where something is left out."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from agencies.access import Why
from agencies.models import User
from agencies.models.user import system_user
from disclosures.cards import children_lines
from mappa.templatetags.mappa import clock, long_date
from offenders.models.purpose import whys
from offenders.views.record import Line
from panels.actions.approval import agreed_dates, agreed_owners
from panels.actions.paragraphs import NOT_WRITTEN
from panels.agenda import crns, times_of
from panels.commitments import Found, Promised, findings, promised
from panels.models import (
    Action,
    AgendaItem,
    Amendment,
    Audience,
    Commitment,
    Decision,
    Dissent,
    InformationPart,
    InformationReturn,
    Invitation,
    Meeting,
    Paragraph,
    Proposal,
)
from panels.models.distribution import read_by


@dataclass(frozen=True)
class Amended:
    """That these words are not those of the version before: since which version, when, why, and what stood there."""

    version: int
    on: str
    reason: str
    was: str


@dataclass(frozen=True)
class Part:
    """A heading with its text. Restricted: there is a text, and it is not for this reader."""

    heading: str
    text: str
    restricted: bool = False
    amended: Sequence[Amended] = ()


@dataclass(frozen=True)
class Came:
    """An invited agency, whether it came, and who came for it."""

    agency: str
    words: str
    who: str = ""
    amended: Sequence[Amended] = ()


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
    """One item of the minutes, for one reader. `why.ask` leads to the question that he answers before he reads it.

    Not sent: his agency was invited and away without a word, so that its minutes are not for it; or he himself left for a
    conflict of interest.
    """

    item: AgendaItem
    number: int
    why: Why
    name: str = ""
    crn: str = ""
    starts: str = ""
    sent: bool = True
    attendance: Sequence[Came] = ()
    information: Sequence[Part] = ()
    sections: Sequence[Part] = ()
    # What was decided, part by part; nothing while no decision is recorded.
    decision: Sequence[Part] = ()
    proposals: Sequence[str] = ()
    dissent: Sequence[Part] = ()
    actions: Sequence[Agreed] = ()
    promised: Sequence[Promised] = ()
    found: Sequence[Found] = ()

    @property
    def is_read(self) -> bool:
        """Whether he reads the minutes of this person here."""
        return self.sent and not self.why.ask

    @property
    def amended(self) -> list[Amended]:
        """Every amendment that he may read of, the newest first."""
        parts: list[Part | Came] = [*self.attendance, *self.sections, *self.decision]
        found = {each.version: each for part in parts for each in part.amended}
        return [found[version] for version in sorted(found, reverse=True)]


Rows = dict[int, list[Any]]
# By item, part, paragraph and invitation: the amendments in force, the oldest first.
Changes = dict[tuple[int, str, int | None, int | None], list[Amendment]]


def copies(meeting: Meeting, user: User) -> list[Copy]:
    """Every item of a meeting that the user sees, in a number of queries that does not grow with them.

    Of a person with whom he has no part he reads nothing before he has said why (access.md, Purpose).
    """
    everything = list(meeting.items.visible_to(user).select_related("offender", "meeting__area"))
    reasons = whys([item.offender for item in everything], user)
    sent = read_by(user, everything) if meeting.is_locked else {item.pk for item in everything}
    read = [item for item in everything if item.pk in sent and not reasons[item.offender_id].ask]
    found = {copy.item.pk: copy for copy in _read(meeting, read, user)}
    return [
        replace(
            found.get(item.pk) or Copy(item, number, reasons[item.offender_id], sent=item.pk in sent),
            number=number,
            why=reasons[item.offender_id],
            name="" if reasons[item.offender_id].ask else item.offender.full_name,
        )
        for number, item in enumerate(everything, start=1)
    ]


def sent_on(item: AgendaItem) -> Copy:
    """What the minutes of one item say to everyone, for an agency that sees no case. The caller holds the permission."""
    return replace(_read(item.meeting, [item], system_user(), for_all=True)[0], number=1)


def _read(meeting: Meeting, items: list[AgendaItem], user: User, *, for_all: bool = False) -> list[Copy]:
    begins, _ends = times_of(meeting)
    numbers = crns((item.offender_id for item in items), user)
    invited = _by_item(Invitation.objects.of_meeting(meeting).filter(item__in=items).select_related("agency"))
    changes = changes_of(items, user)
    informed = information(items, invited, user, for_all=for_all)
    sections = paragraphs(items, user, changes, for_all=for_all)
    said, proposed = dissent(items, user, for_all=for_all), _proposals(items, user)
    decisions = {row.item_id: row for row in Decision.objects.visible_to(user).filter(item__in=items)}
    agreed, committed, found = _agreed(items, user), promised(items, user), findings(items, user)
    return [
        Copy(
            item=item,
            number=0,
            why=Why(),
            name=item.offender.full_name,
            crn=numbers.get(item.offender_id, ""),
            starts=clock(begins[item.pk]),
            attendance=[_came(row, changes) for row in invited[item.pk]],
            information=informed[item.pk],
            sections=sections[item.pk],
            decision=decided(decisions.get(item.pk), changes),
            proposals=proposed[item.pk],
            dissent=said[item.pk],
            actions=agreed[item.pk],
            promised=committed[item.pk],
            found=found[item.pk],
        )
        for item in items
    ]


def changes_of(items: Sequence[AgendaItem], user: User) -> Changes:
    """The amendments in force that the user may read of, by what they amend."""
    rows = Amendment.objects.visible_to(user).filter(item__in=items, version__isnull=False).order_by("version")
    found: Changes = defaultdict(list)
    for row in rows:
        found[row.item_id, row.part, row.paragraph_id, row.invitation_id].append(row)
    return found


def _amended(rows: Iterable[Amendment]) -> list[Amended]:
    return [Amended(row.version or 0, long_date(row.decided_at), row.reason, _said(row, row.was)) for row in rows]


def _said(row: Amendment, words: str) -> str:
    """An attendance is kept as a code, everything else as it is read."""
    return str(Invitation.Attendance(words).label) if row.invitation_id and words else words


def _newest(words: str, rows: Sequence[Amendment]) -> str:
    return _said(rows[-1], rows[-1].becomes) if rows else words


def _came(row: Invitation, changes: Changes) -> Came:
    rows = changes.get((row.item_id, Amendment.Part.ATTENDANCE, None, row.pk), [])
    who = ", ".join(filter(None, [row.attended_name, row.attended_role]))
    return Came(row.agency.name, _newest(str(row.get_attendance_display()), rows), who, _amended(rows))


def decided(decision: Decision | None, changes: Changes) -> list[Part]:
    """What was decided, each reason in its newest words."""
    if decision is None:
        return []
    Reason = Amendment.Part  # noqa: N806  a class by a shorter name

    def why(part: Amendment.Part) -> Part:
        rows = changes.get((decision.item_id, part, None, None), [])
        return Part(str(part.label), _newest(getattr(decision, part), rows), amended=_amended(rows))

    level = {"level": decision.level, "day": long_date(decision.next_review_on)}
    considered = ", ".join(filter(None, [str(decision.get_disclosure_display()), decision.disclosure_to]))
    asked = "; ".join(f"{line.label}: {line.value}" for line in _children(decision))
    parts = [
        Part(_("Level"), _("Managed at level %(level)s. Next review by %(day)s.") % level),
        why(Reason.RATIONALE),
        Part(_("Category"), str(decision.get_category_display()) if decision.category else ""),
        why(Reason.CATEGORY),
        why(Reason.PLAN),
        Part(_("Disclosure considered"), considered),
        why(Reason.DISCLOSURE),
        Part(_("Children (Criminal Justice Act 2003 s.327A)"), f"{asked}." if asked else ""),
        why(Reason.PRESUMPTION),
        Part(_("Critical public protection case"), _yes_no(answer=decision.is_critical)),
        why(Reason.CRITICAL),
        Part(_("Media plan"), _yes_no(answer=decision.needs_media_plan)),
        why(Reason.MEDIA),
    ]
    return [part for part in parts if part.text or part.amended]


def _yes_no(*, answer: bool | None) -> str:
    return "" if answer is None else _("Yes") if answer else _("No")


def _children(decision: Decision) -> list[Line]:
    """What was answered about children; nothing where nobody was asked, and no more than was asked."""
    if decision.child_sex_offender is None:
        return []
    return [line for line in children_lines(decision) if line.value]


def _by_item(rows: Iterable[Any]) -> Rows:
    found: Rows = defaultdict(list)
    for row in rows:
        found[row.item_id].append(row)
    return found


def information(items: list[AgendaItem], invited: Rows, user: User, *, for_all: bool = False) -> dict[int, list[Part]]:
    """What each invited agency sent last, part by part, as far as it is for this reader; or only what is for all of them."""
    sent = {r.invitation_id: r for r in InformationReturn.objects.visible_to(user).filter(item__in=items).last_sent()}
    parts = InformationPart.objects.visible_to(user).filter(item__in=items)
    parts = parts.filter(audience=Audience.EVERYONE) if for_all else parts
    readable = {(row.information_id, row.section): row.text for row in parts}
    written: dict[int, list[str]] = defaultdict(list)
    for key, section in InformationPart.objects.outline_of(items):
        written[key].append(section)
    found: dict[int, list[Part]] = defaultdict(list)
    for item in items:
        for row in invited[item.pk]:
            if information := sent.get(row.pk):
                found[item.pk] += _parts(row.agency.name, information.pk, written[information.pk], readable)
    return found


def _parts(agency: str, key: int, written: list[str], readable: dict[tuple[int, str], str]) -> list[Part]:
    """The first part under the agency's name alone, which stands there also when it had nothing to share."""
    names = InformationPart.Section
    found = [
        Part(
            agency if section == names.KNOWN else f"{agency}, {str(names(section).label).lower()}",
            readable.get((key, section), ""),
            restricted=(key, section) not in readable,
        )
        for section in written
    ]
    return found or [Part(agency, "")]


def paragraphs(
    items: list[AgendaItem], user: User, changes: Changes, *, for_all: bool = False
) -> dict[int, list[Part]]:
    """The minutes under the Guidance's headings, as far as they are for this reader, or for all of them.

    One part for each paragraph, the first under a heading with the heading; a heading with nothing under it has one empty
    part. Actions and what was decided have places of their own. For all is what everyone may read, and nothing of victims.
    """
    rows = Paragraph.objects.visible_to(user).filter(item__in=items)
    if for_all:
        rows = rows.filter(audience=Audience.EVERYONE).exclude(section=Paragraph.Section.VICTIMS)
    readable = {row.pk: row for row in rows}
    places = {(row.item_id, row.section, row.position, row.pk) for row in readable.values()}
    found: dict[tuple[int, str], list[Part]] = defaultdict(list)
    for item, section, _position, key in sorted(places.union(Paragraph.objects.outline_of(items))):
        row = readable.get(key)
        amended = changes.get((item, Amendment.Part.PARAGRAPH, key, None), [])
        text = _newest(row.text, amended) if row else ""
        if text or amended or row is None:
            heading = "" if found[item, section] else str(Paragraph.Section(section).label)
            words = _amended(amended) if row else []
            found[item, section].append(Part(heading, text, restricted=row is None, amended=words))
    return {
        item.pk: [
            part
            for section in Paragraph.Section
            if section not in NOT_WRITTEN
            for part in found[item.pk, section.value] or [Part(str(section.label), "")]
        ]
        for item in items
    }


def dissent(items: list[AgendaItem], user: User, *, for_all: bool = False) -> dict[int, list[Part]]:
    """Who did not agree, and why; that somebody did not is said to every reader."""
    rows = Dissent.objects.visible_to(user).filter(item__in=items).select_related("agency")
    readable = {row.pk: row for row in (rows.filter(audience=Audience.EVERYONE) if for_all else rows)}
    found: dict[int, list[Part]] = defaultdict(list)
    for item, key in Dissent.objects.outline_of(items):
        row = readable.get(key)
        part = Part(row.agency.name, row.words) if row else Part(_("An agency"), "", restricted=True)
        found[item].append(part)
    return found


def _proposals(items: list[AgendaItem], user: User) -> dict[int, list[str]]:
    """What other bodies were asked for, as the meeting agreed it."""
    words = _("%(body)s: %(what)s Answer by %(day)s. Why: %(why)s")
    found: dict[int, list[str]] = defaultdict(list)
    for row in Proposal.objects.visible_to(user).filter(item__in=items):
        asked = {"body": row.body, "what": row.what, "day": long_date(row.due_on), "why": row.reasons}
        found[row.item_id].append(words % asked)
    return found


def _agreed(items: list[AgendaItem], user: User) -> dict[int, list[Agreed]]:
    actions = list(Action.objects.visible_to(user).filter(item__in=items).agreed().select_related("agency"))
    first, owners = agreed_dates(actions, by=user), agreed_owners(actions, by=user)
    found: dict[int, list[Agreed]] = defaultdict(list)
    for action in actions:
        due = long_date(first[action.pk])
        found[action.item_id].append(Agreed(action.text, owners[action.pk], due, action.reference, action.checked_how))
    return found


@dataclass(frozen=True)
class Change:
    """Something written after the draft was sent to the chair."""

    name: str
    what: str
    url: str
    at: datetime


# The tables of the minutes: what says when and by whom a row was written, and what the row is called.
WRITTEN: tuple[tuple[Any, str, Callable[[Any], str]], ...] = (
    (Paragraph, "saved", lambda row: str(row.get_section_display())),
    (Decision, "recorded", lambda row: _("Decision")),
    (Action, "made", lambda row: _("Action %s") % row.reference),
    (Action, "withdrawn", lambda row: _("Action %s withdrawn") % row.reference),
    (Commitment, "recorded", lambda row: _("Commitment %s") % row.reference),
    (Proposal, "made", lambda row: _("Proposal")),
    (Dissent, "recorded", lambda row: _("Dissent")),
    (InformationReturn, "sent", lambda row: _("Information sent")),
)


def changes_since(at: datetime, read: list[Copy], user: User) -> list[Change]:
    """What was written since a moment, the newest first: what the chair may not have read."""
    items = {copy.item.pk: copy for copy in read}
    found = []
    for model, verb, called in WRITTEN:
        rows = model.objects.visible_to(user).filter(item__in=list(items), **{f"{verb}_at__gt": at})
        found += [
            _change(items[row.item_id], called(row), getattr(row, f"{verb}_by"), getattr(row, f"{verb}_at"))
            for row in rows.select_related(f"{verb}_by")
        ]
    taken_out = Paragraph.objects.removed(user).filter(item__in=list(items), removed_at__gt=at)
    for row in taken_out.select_related("removed_by"):
        words = _("“%s”, words taken out") % row.get_section_display()
        found.append(_change(items[row.item_id], words, row.removed_by, row.removed_at or at))
    return sorted(found, key=lambda change: change.at, reverse=True)


def _change(copy: Copy, what: str, who: User | None, at: datetime) -> Change:
    return Change(copy.name, ", ".join([what, *([who.name] if who else [])]), copy.item.get_absolute_url(), at)
