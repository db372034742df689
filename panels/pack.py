"""The pack of a meeting for one reader: who each person is, what has changed, what agencies sent, the plan, open actions."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import Why
from agencies.models import User
from assessments.models import Measure, Plan
from mappa import dates
from mappa.paper import Paper, Section, Table
from mappa.templatetags.mappa import clock, due_words, long_date, risk_word
from offenders.copies import copy_for
from offenders.header import born_words, management, risk_code
from offenders.models import Flag, Offender, TimelineEntry
from offenders.models.purpose import whys
from panels.agenda import crns, times_of
from panels.models import Action, AgendaItem, InformationReturn, Invitation, Meeting
from panels.notices import owed_words
from panels.reading import Part, information

# What has changed of one person is a glance: the timeline has it all.
CHANGES = 12


@dataclass(frozen=True)
class Since:
    """What has happened since the last meeting about the person that the reader sees, the newest first."""

    meeting: str
    changes: list[tuple[str, str]] = field(default_factory=list)
    has_more: bool = False


@dataclass(frozen=True)
class Current:
    """The plan in force, with what is still to be done. `keeps`: there are measures that are not for this reader."""

    plan: Plan
    measures: list[Measure]
    keeps: bool


@dataclass(frozen=True)
class PackItem:
    """One person of the pack. `why.ask` leads to the question that the reader answers before he reads more."""

    item: AgendaItem
    number: int
    why: Why
    starts: str = ""
    name: str = ""
    known: str = ""
    warnings: list[str] = field(default_factory=list)
    since: Since = field(default_factory=lambda: Since(""))
    information: list[Part] = field(default_factory=list)
    missing: list[tuple[str, str]] = field(default_factory=list)
    current: Current | None = None
    actions: list[Action] = field(default_factory=list)


def pack(meeting: Meeting, user: User, *, only: AgendaItem | None = None) -> list[PackItem]:
    """Every item that the reader sees, or one of them, in a number of queries that does not grow with them."""
    everything = list(meeting.items.visible_to(user).select_related("offender", "meeting"))
    reasons = whys([item.offender for item in everything], user)
    numbered = [(n, item) for n, item in enumerate(everything, start=1) if only is None or item.pk == only.pk]
    items = [item for _n, item in numbered if not reasons[item.offender_id].ask]
    parts = _parts(meeting, items, user)
    return [
        PackItem(item=item, number=number, why=reasons[item.offender_id], **parts.get(item.pk, {}))
        for number, item in numbered
    ]


def _parts(meeting: Meeting, items: list[AgendaItem], user: User) -> dict[int, dict[str, Any]]:
    """What stands below each item that the reader may read, by its key."""
    cases = [item.offender for item in items]
    begins, _ends = times_of(meeting)
    numbers = crns((case.pk for case in cases), user)
    invited: dict[int, list[Any]] = defaultdict(list)
    rows = Invitation.objects.of_meeting(meeting).filter(item__in=items).select_related("agency")
    for row in rows:
        invited[row.item_id].append(row)
    informed = information(items, invited, user)
    answered = InformationReturn.objects.outline_of(items)
    flags, changed, current = _flags(cases, user), _changes(items, user), _plans(cases, user)
    actions = _by_case(
        Action.objects.visible_to(user).open().filter(offender__in=cases).select_related("agency").order_by("due_on")
    )
    return {
        item.pk: {
            "starts": clock(begins[item.pk]),
            "name": item.offender.full_name,
            "known": _known(item.offender, numbers.get(item.offender_id, ""), flags[item.offender_id]),
            "warnings": [f"{flag.kind.name}. {flag.notes}" for flag in flags[item.offender_id] if flag.kind.warns],
            "since": changed[item.pk],
            "information": informed[item.pk],
            "missing": _missing(invited[item.pk], answered),
            "current": current.get(item.offender_id),
            "actions": actions[item.offender_id],
        }
        for item in items
    }


def _known(case: Offender, crn: str, flags: list[Flag]) -> str:
    """The identity line: who it is, how the person is managed, and what is flagged."""
    known = [born_words(case, dates.today()), f"CRN {crn}" if crn else "", case.reference, management(case)]
    risk = _("risk of serious harm: %s") % risk_word(risk_code(case.rosh)).lower()
    return ", ".join([*filter(None, known), risk, *(flag.kind.name.lower() for flag in flags)])


def _by_case(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.offender_id].append(row)
    return found


def _flags(cases: list[Offender], user: User) -> dict[int, list[Flag]]:
    return _by_case(Flag.objects.visible_to(user).open().filter(offender__in=cases).select_related("kind"))


def _missing(rows: list[Invitation], answered: set[int]) -> list[tuple[str, str]]:
    """Agency by agency, what it has not done, and how late it is; who declined is said too."""
    today, found = dates.today(), []
    for row in rows:
        words = _("Does not come") if row.is_declined else owed_words(row, is_sent=row.pk in answered, today=today)
        if words:
            found.append((row.agency.name, words))
    return found


def _changes(items: list[AgendaItem], user: User) -> dict[int, Since]:
    """Of each item what the timeline tells since the meeting before, or all that is shown where there was none."""
    last = _last_meetings(items, user)
    rule = Q(pk__in=[])
    for item in items:
        of_case = Q(offender=item.offender_id)
        rule |= of_case & Q(at__gt=last[item.offender_id]) if item.offender_id in last else of_case
    # Those of meetings are the agenda's own: they say nothing of the person.
    entries = TimelineEntry.objects.visible_to(user).filter(rule).exclude(topic=TimelineEntry.Topic.MEETINGS)
    place = Window(RowNumber(), partition_by="offender", order_by=["-at", "-pk"])
    by_case = _by_case(entries.annotate(place=place).filter(place__lte=CHANGES + 1).order_by("-at", "-pk"))
    found = {}
    for item in items:
        rows, since = by_case[item.offender_id], last.get(item.offender_id)
        found[item.pk] = Since(
            meeting=long_date(since),
            changes=[(long_date(row.at), ": ".join(filter(None, [row.title, row.text]))) for row in rows[:CHANGES]],
            has_more=len(rows) > CHANGES,
        )
    return found


def _last_meetings(items: list[AgendaItem], user: User) -> dict[int, datetime]:
    """When the meeting before began, by case."""
    if not items:
        return {}
    earlier = AgendaItem.objects.visible_to(user).filter(
        offender__in=[item.offender_id for item in items],
        meeting__starts_at__lt=min(items[0].meeting.starts_at, timezone.now()),
        meeting__state__in=[Meeting.State.HELD, Meeting.State.APPROVED],
    )
    rows = earlier.exclude(meeting=items[0].meeting_id).order_by("meeting__starts_at")
    return dict(rows.values_list("offender", "meeting__starts_at"))


def _plans(cases: list[Offender], user: User) -> dict[int, Current]:
    plans = {plan.offender_id: plan for plan in Plan.objects.visible_to(user).current().filter(offender__in=cases)}
    measures = Measure.objects.visible_to(user).to_do().filter(plan__in=plans.values()).select_related("agency")
    by_case = _by_case(measures.order_by("due_on", "pk"))
    to_do = Measure.objects.to_do_of(plans.values())
    return {
        case: Current(plan, by_case[case], keeps=to_do.get(plan.pk, 0) > len(by_case[case]))
        for case, plan in plans.items()
    }


def paper(meeting: Meeting, items: list[PackItem], reader: User) -> Paper:
    """The pack to take away: the same as the page, with a number of its own."""
    about = {"level": meeting.level, "day": long_date(meeting.held_on)}
    sections: list[Section] = []
    for one in items:
        sections += _sections(one) if not one.why.ask else [_closed(one)]
    return Paper(
        title=_("Pack for the level %(level)s meeting of %(day)s") % about,
        opening=[
            _("%(place)s, %(time)s. Chair: %(chair)s. Reference %(reference)s.")
            % {
                "place": meeting.place,
                "time": clock(meeting.starts_at),
                "chair": meeting.chair.name,
                "reference": meeting.reference,
            },
            _("Not to be copied or shared outside the meeting without the chair’s agreement."),
        ],
        sections=sections,
        copy=copy_for(reader, meeting.reference),
    )


def _closed(one: PackItem) -> Section:
    words = _("Left out: say first, in mappa, what you need the record of %s for.") % one.item.offender.reference
    return Section(f"{one.number}. {one.item.offender.reference}", [words])


def _sections(one: PackItem) -> list[Section]:
    heading = f"{one.number}. {one.name}"
    return [
        Section(heading, [f"{one.starts}. {one.known}", *one.warnings]),
        Section(changed_heading(one.since), [], one.since.changes or [(_("Changes"), _("none recorded"))]),
        Section(
            _("Information of the agencies"),
            facts=[(part.heading, part_words(part)) for part in one.information]
            or [(_("Information"), _("none sent yet"))],
        ),
        *([Section(_("Not there yet"), facts=one.missing)] if one.missing else []),
        _plan_section(one.current),
        Section(_("Open actions"), [] if one.actions else [_("None")], tables=_action_tables(one)),
    ]


def changed_heading(since: Since) -> str:
    """What has changed, and since when."""
    if since.meeting:
        return _("What has changed since the meeting of %s") % since.meeting
    return _("What has happened (there was no meeting before)")


def part_words(part: Part) -> str:
    """What a reader reads of one part of the information."""
    return _("Restricted") if part.restricted else part.text or _("Nothing to share")


def _plan_section(current: Current | None) -> Section:
    heading = _("Risk management plan")
    if current is None:
        return Section(heading, [_("No plan is in force that you may read.")])
    words = [_("Version %(number)s, to be reviewed by %(day)s.") % _plan_words(current.plan)]
    if current.keeps:
        words.append(_("Measures that are not for you: Restricted"))
    rows = [[row.text, row.agency.name, long_date(row.due_on)] for row in current.measures]
    columns = [_("What will be done"), _("Who"), _("By when")]
    return Section(heading, words, tables=[Table(_("Measures still to be done"), columns, rows)] if rows else [])


def _plan_words(plan: Plan) -> dict[str, Any]:
    return {"number": plan.number, "day": long_date(plan.review_on) or _("no date")}


def _action_tables(one: PackItem) -> list[Table]:
    today = dates.today()
    rows = [[action.text, action.agency.name, due_words(action.due_on, today)] for action in one.actions]
    return [Table(_("Actions that are open"), [_("Action"), _("Owner"), _("Due")], rows)] if rows else []
