"""Copies of minutes to take away: the same words as the page, for one reader, with a serial number on every page."""

import hashlib
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.access import memberships
from agencies.models import User
from audit.record import record
from mappa.paper import Paper, Section, Table
from mappa.reference_numbers import new_reference
from mappa.templatetags.mappa import clock, long_date
from panels.models import AgendaItem, Meeting, MinutesCopy
from panels.reading import Amended, Copy, Part

NOT_TO_BE_SHARED = gettext_lazy("Not to be copied or shared outside the meeting without the chair’s agreement.")


def new_serial() -> str:
    """The serial number of a copy that is about to be made: it stands in it, so it comes first."""
    return new_reference("CP")


def copy_words(serial: str, of: str, reader: User) -> str:
    """Whose copy it is, at the foot of every page."""
    now = timezone.localtime()
    agencies = ", ".join(sorted({membership.agency.name for membership in memberships(reader)}))
    words = _("Copy %(serial)s of %(of)s for %(name)s, %(agency)s, %(day)s at %(time)s")
    about = {"serial": serial, "of": of, "name": reader.name, "agency": agencies}
    return words % {**about, "day": long_date(now), "time": clock(now)}


def keep_copy(
    serial: str,
    made: bytes,
    *,
    meeting: Meeting,
    kind: str,
    version: int,
    by: User,
    item: AgendaItem | None = None,
    is_summary: bool = False,
) -> MinutesCopy:
    """Record a copy before it is handed out: its number, for whom, and the digest of what it holds."""
    copy = MinutesCopy(
        reference=serial,
        meeting=meeting,
        item=item,
        reader=by,
        kind=kind,
        version=version,
        is_summary=is_summary,
        digest=hashlib.sha256(made).hexdigest(),
    )
    copy.save(force_insert=True)
    record("minutes.copied", by=by, about=copy, kind=kind, version=version)
    return copy


def version_words(meeting: Meeting, version: int) -> str:
    """A draft, or which version of what was approved."""
    if not meeting.is_locked or meeting.approved_by is None:
        return _("Draft, not approved.")
    about = {"name": meeting.approved_by.name, "day": long_date(meeting.approved_at), "version": version}
    return _("Version %(version)s. Approved by %(name)s on %(day)s.") % about


def paper_of(meeting: Meeting, read: Sequence[Copy], *, version: int, seal: str, copy: str) -> Paper:
    """The reader's copy on paper: what he may read, and "Restricted" where something is left out."""
    title = _("Minutes of the level %(level)s meeting of %(day)s")
    about = {"area": meeting.area, "place": meeting.place, "chair": meeting.chair.name, "reference": meeting.reference}
    opening = [
        _("%(area)s, %(place)s. Chair: %(chair)s. Reference %(reference)s.") % about,
        version_words(meeting, version),
        str(NOT_TO_BE_SHARED),
    ]
    sections = [section for each in read for section in _item(each)]
    if seal:
        sections.append(Section(_("Seal (SHA-256)"), [seal]))
    return Paper(
        title=title % {"level": meeting.level, "day": long_date(meeting.held_on)},
        opening=opening,
        sections=sections,
        copy=copy,
    )


def _item(copy: Copy) -> list[Section]:
    if copy.why.ask:
        heading = _("%(number)s. Case %(reference)s")
        about = {"number": copy.number, "reference": copy.item.offender.reference}
        return [Section(heading % about, [_("You have no part in this case yet. Say on the page why you need it.")])]
    heading = f"{copy.number}. " + ", ".join(filter(None, [copy.name, copy.crn]))
    if not copy.sent:
        return [Section(heading, [not_sent_words()])]
    return [
        Section(heading, amended_lines(copy)),
        _attendance(copy),
        *_information(copy),
        *_sections(copy),
        _decision(copy),
        *_proposals(copy),
        *_dissent(copy),
        _actions(copy),
        *_resources(copy),
    ]


def _sections(copy: Copy) -> list[Section]:
    """A section for each heading of the minutes, with all its paragraphs."""
    found: list[tuple[str, list[str]]] = []
    for part in copy.sections:
        if part.heading:
            found.append((part.heading, []))
        found[-1][1].extend(_paragraphs(part))
    return [Section(heading, paragraphs, level=3) for heading, paragraphs in found]


def not_sent_words() -> str:
    return _(
        "The minutes about this person were not sent to your agency because it was not there, or are closed to you because "
        "you left for a conflict of interest."
    )


def amended_lines(copy: Copy) -> list[str]:
    """In words, which versions changed something that this reader may read."""
    return [_version(each) for each in copy.amended]


def _version(each: Amended) -> str:
    about = {"version": each.version, "day": each.on, "why": each.reason}
    return _("Version %(version)s, amended on %(day)s because: %(why)s") % about


def _paragraphs(part: Part) -> list[str]:
    if part.restricted:
        return [_("Restricted")]
    return [part.text or _("Nothing recorded"), *_before(part.amended)]


def _before(amended: Sequence[Amended]) -> list[str]:
    return [f"({_version(each)}. {_('Before:')} {each.was or _('Nothing recorded')})" for each in reversed(amended)]


def _attendance(copy: Copy) -> Section:
    rows = [
        [came.agency, "\n".join(filter(None, [came.words or _("not recorded"), came.who, *_before(came.amended)]))]
        for came in copy.attendance
    ]
    heading = _("Attendance")
    if not rows:
        return Section(heading, [_("No agency was invited.")], level=3)
    return Section(heading, tables=[Table(_("Agencies invited"), [_("Agency"), _("Attendance")], rows)], level=3)


def _information(copy: Copy) -> list[Section]:
    if not copy.information:
        return []
    facts = [
        (part.heading, _("Restricted") if part.restricted else part.text or _("Nothing to share"))
        for part in copy.information
    ]
    return [Section(_("Information received"), facts=facts, level=3)]


def _decision(copy: Copy) -> Section:
    heading = _("Decision")
    if not copy.decision:
        return Section(heading, [_("No decision is recorded")], level=3)
    return Section(heading, facts=[(part.heading, "\n".join(_paragraphs(part))) for part in copy.decision], level=3)


def _proposals(copy: Copy) -> list[Section]:
    return [Section(_("Proposals to other bodies"), copy.proposals, level=3)] if copy.proposals else []


def _dissent(copy: Copy) -> list[Section]:
    facts = [(part.heading, "\n".join(_paragraphs(part))) for part in copy.dissent]
    return [Section(_("Dissent"), facts=facts, level=3)] if facts else []


def _actions(copy: Copy) -> Section:
    rows = [
        ["\n".join(filter(None, [each.text, each.checked_how])), each.agency, each.due, each.reference]
        for each in copy.actions
    ]
    heading = _("Actions agreed")
    if not rows:
        return Section(heading, [_("None")], level=3)
    columns = [_("What will be done, and how it is checked"), _("Agency"), _("By when"), _("Reference")]
    return Section(heading, tables=[Table(_("Actions agreed about this person"), columns, rows)], level=3)


def _resources(copy: Copy) -> list[Section]:
    """What agencies committed, and what was found of what they had; nothing where nothing was said."""
    found = []
    if copy.promised:
        rows = [[f"{one.what}, {one.how_much}", one.agency, one.when, one.committed_by] for one in copy.promised]
        columns = [_("What and how much"), _("Agency"), _("For how long"), _("Committed by")]
        tables = [Table(_("Resources committed to this person"), columns, rows)]
        found.append(Section(_("Resources committed"), tables=tables, level=3))
    if copy.found:
        rows = [[one.promised.what, one.promised.agency, one.finding, one.words] for one in copy.found]
        columns = [_("What was committed"), _("Agency"), _("Finding"), _("In words")]
        tables = [Table(_("Commitments of earlier meetings"), columns, rows)]
        found.append(Section(_("Earlier commitments reviewed"), tables=tables, level=3))
    return found
