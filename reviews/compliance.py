"""What a board has and what it lacks, check by check: each against a standard, with where it comes from.

Sentences are made from rows that the reader sees; how many meetings were observed is a number of everybody's.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.models import Agency, AgencyKind, Standard, User
from agencies.models.standard import UnknownStandardError, standard
from mappa import dates
from mappa.templatetags.mappa import long_date
from panels import observing
from reviews.models import (
    Board,
    BoardAttendance,
    BoardDecision,
    BoardMeeting,
    BoardMember,
    BoardQuestion,
    BusinessPlan,
    HoursEntry,
    LayAdviser,
    PlanAction,
)
from reviews.readers import areas_read

Duty = AgencyKind.Duty
State = BoardAttendance.State
YEAR = 12  # months looked back on
# So many names of a list, and then "and 4 more": a sentence stays one.
NAMES = 5


@dataclass(frozen=True)
class Check:
    """One check: what it asks, what was found, and where the rule stands. `mend` is the page that puts it right."""

    title: str
    words: str
    is_missing: bool
    source: str
    mend: str


class Looking:
    """A board on a day through one reader's eyes, each table read once."""

    def __init__(self, board: Board, on: date, user: User) -> None:
        self.board, self.on, self.user = board, on, user
        self.since = dates.add_months(on, -YEAR)

    def figure(self, name: str) -> Standard | None:
        """The standard in force, or nothing: what has none is not checked."""
        try:
            return standard(name, self.board.area, self.on)
        except UnknownStandardError:
            return None

    @cached_property
    def members(self) -> list[BoardMember]:
        rows = BoardMember.objects.visible_to(self.user).standing().filter(board=self.board)
        return list(rows.select_related("agency__kind", "person"))

    @cached_property
    def advisers(self) -> list[LayAdviser]:
        rows = LayAdviser.objects.visible_to(self.user).sitting_on(self.on).filter(board=self.board)
        return list(rows.select_related("person"))

    @cached_property
    def begun(self) -> list[BoardMeeting]:
        """The meetings of the last year, latest first."""
        rows = BoardMeeting.objects.visible_to(self.user).begun().filter(board=self.board)
        return list(rows.filter(starts_at__date__gt=self.since).order_by("-starts_at"))

    @cached_property
    def attendance(self) -> list[BoardAttendance]:
        rows = BoardAttendance.objects.visible_to(self.user).filter(meeting__in=[m.pk for m in self.begun])
        return list(rows.select_related("member__agency", "adviser__person"))


def checks(board: Board, on: date, user: User) -> list[Check]:
    """Every check that can be made, those that found something first."""
    seen = Looking(board, on, user)
    asked: list[Callable[[Looking], Check | None]] = [
        chair,
        authority,
        others_with_a_duty,
        advisers,
        terms,
        meetings,
        meetings_in_the_year,
        attendance_taken,
        members_attendance,
        advisers_attendance,
        observed,
        hours,
        decisions,
        plan,
        plan_actions,
        questions,
    ]
    found = [check for check in (ask(seen) for ask in asked) if check is not None]
    return sorted(found, key=lambda check: not check.is_missing)


def _check(seen: Looking, title: str, missing: str, fine: str, *, source: str, route: str) -> Check:
    address = f"{reverse(route)}?area={seen.board.area.slug}"
    return Check(title, missing or fine, bool(missing), source, address)


def names(found: list[str]) -> str:
    """Names in a sentence: all of a few, and of many how many more there are."""
    more = len(found) - NAMES
    words = ", ".join(found[:NAMES])
    return _("%(names)s and %(more)s more") % {"names": words, "more": more} if more > 0 else words


MEMBERS, MEETINGS = "reviews:board_members", "reviews:board_meetings"
OUR_SOURCE = "CJA 2003 s.326; MAPPA Guidance chapter 5"


def chair(seen: Looking) -> Check:
    named = [member for member in seen.members if member.is_chair]
    fine = _("%(name)s, %(agency)s.") % {"name": named[0].person.name, "agency": named[0].agency} if named else ""
    return _check(
        seen, _("A chair"), "" if named else _("Nobody chairs the board."), fine, source=OUR_SOURCE, route=MEMBERS
    )


def authority(seen: Looking) -> Check:
    """Police, probation and prison (CJA 2003 s.325(1))."""
    there = {member.agency.kind.code for member in seen.members}
    kinds = AgencyKind.objects.filter(duty=Duty.RESPONSIBLE_AUTHORITY)
    gone = [kind.name for kind in kinds if kind.code not in there]
    missing = _("No member of: %s.") % names(gone) if gone else ""
    fine = _("Police, probation and prison each have a member.")
    return _check(
        seen, _("The Responsible Authority"), missing, fine, source="CJA 2003 s.325(1), s.326(1)", route=MEMBERS
    )


def others_with_a_duty(seen: Looking) -> Check:
    """Agencies with a duty to co-operate that work in the area."""
    there = {member.agency_id for member in seen.members}
    kinds = {member.agency.kind_id for member in seen.members}
    rows = Agency.objects.filter(area=seen.board.area, is_active=True, kind__duty=Duty.CO_OPERATE)
    gone = [agency.name for agency in rows.exclude(pk__in=there).exclude(kind__in=kinds)]
    missing = _("No member of: %s.") % names(gone) if gone else ""
    fine = _("Every agency of the area with a duty to co-operate has a member.")
    return _check(
        seen, _("Agencies with a duty to co-operate"), missing, fine, source="CJA 2003 s.325(3), (6)", route=MEMBERS
    )


def advisers(seen: Looking) -> Check | None:
    wanted = seen.figure("lay_advisers_each_board")
    if wanted is None:
        return None
    count, need = len(seen.advisers), int(wanted.value)
    words = ngettext(
        "The board has %(count)s lay adviser in office; %(need)s are appointed to each area.",
        "The board has %(count)s lay advisers in office; %(need)s are appointed to each area.",
        count,
    ) % {"count": count, "need": need}
    missing = words if count < need else ""
    return _check(seen, _("Lay advisers"), missing, words, source=wanted.citation, route=MEMBERS)


def terms(seen: Looking) -> Check | None:
    """Appointments and terms that have run out, or soon will."""
    notice = seen.figure("board_term_notice_days")
    if notice is None:
        return None
    known: list[tuple[str, date | None]] = [(member.agency.name, member.until) for member in seen.members]
    rows = LayAdviser.objects.visible_to(seen.user).standing().filter(board=seen.board).select_related("person")
    known += [(adviser.person.name, adviser.until) for adviser in rows]
    near = [(name, until) for name, until in known if until and (until - seen.on).days <= int(notice.value)]
    said = [_("%(name)s (%(day)s)") % {"name": name, "day": long_date(until)} for name, until in near]
    missing = _("Ends soon, or has ended: %s.") % names(said) if said else ""
    fine = _("No term ends in the next %s days.") % int(notice.value)
    return _check(seen, _("Terms that end"), missing, fine, source=notice.citation, route=MEMBERS)


def meetings(seen: Looking) -> Check | None:
    every = seen.figure("board_meeting_every_months")
    if every is None:
        return None
    rows = BoardMeeting.objects.visible_to(seen.user).filter(board=seen.board)
    last, coming = rows.begun().order_by("-starts_at").first(), rows.coming().order_by("starts_at").first()
    then = _("The next is on %s.") % long_date(coming.starts_at) if coming else _("None is arranged.")
    if last is None:
        said = _("The board has not met yet.")
    else:
        said = _("The board last met on %s.") % long_date(last.starts_at)
    late = last is None or dates.add_months(timezone.localdate(last.starts_at), int(every.value)) < seen.on
    words = f"{said} {then}"
    missing = words if late or coming is None else ""
    title = ngettext("A meeting at least every %s month", "A meeting at least every %s months", int(every.value))
    return _check(seen, title % int(every.value), missing, words, source=every.citation, route=MEETINGS)


def meetings_in_the_year(seen: Looking) -> Check | None:
    wanted = seen.figure("board_meetings_each_year")
    if wanted is None:
        return None
    count, need = len(seen.begun), int(wanted.value)
    words = ngettext(
        "The board met %(count)s time in the last 12 months; at least %(need)s are recommended.",
        "The board met %(count)s times in the last 12 months; at least %(need)s are recommended.",
        count,
    ) % {"count": count, "need": need}
    missing = words if count < need else ""
    return _check(seen, _("Meetings in a year"), missing, words, source=wanted.citation, route=MEETINGS)


def attendance_taken(seen: Looking) -> Check:
    taken = {row.meeting_id for row in seen.attendance}
    without = [long_date(meeting.starts_at) for meeting in seen.begun if meeting.pk not in taken]
    missing = _("Attendance was not taken on %s.") % names(without) if without else ""
    fine = _("Attendance was taken at every meeting of the last 12 months.")
    return _check(seen, _("Attendance taken"), missing, fine, source=OUR_SOURCE, route=MEETINGS)


def members_attendance(seen: Looking) -> Check | None:
    """Each agency's members together, deputies counted, against the standard; nothing said of what nobody took."""
    wanted = seen.figure("kpi_smb_attendance_percent")
    rows = [row for row in seen.attendance if row.member]
    if wanted is None or not rows:
        return None
    asked = Counter(row.member.agency.name for row in rows if row.member)
    came = Counter(row.member.agency.name for row in rows if row.member and row.state in {State.CAME, State.DEPUTY})
    below = [
        _("%(name)s came to %(came)s of %(asked)s") % {"name": name, "came": came[name], "asked": count}
        for name, count in sorted(asked.items())
        if 100 * came[name] < wanted.value * count
    ]
    goal = int(wanted.value)
    missing = _("Below %(goal)s%%: %(names)s.") % {"goal": goal, "names": names(below)} if below else ""
    fine = _("Every agency came to at least %s%% of the last 12 months' meetings, in person or by a deputy.") % goal
    return _check(seen, _("Attendance of members"), missing, fine, source=wanted.citation, route=MEETINGS)


def advisers_attendance(seen: Looking) -> Check | None:
    """Lay advisers come to every meeting of the board."""
    rows = [row for row in seen.attendance if row.adviser]
    if not rows:
        return None
    asked = Counter(row.adviser.person.name for row in rows if row.adviser)
    came = Counter(row.adviser.person.name for row in rows if row.adviser and row.state == State.CAME)
    below = [
        _("%(name)s came to %(came)s of %(asked)s") % {"name": name, "came": came[name], "asked": count}
        for name, count in sorted(asked.items())
        if came[name] < count
    ]
    missing = f"{names(below)}." if below else ""
    fine = _("The lay advisers came to every meeting of the last 12 months.")
    source = "Avon and Somerset lay adviser advert, 2020"
    return _check(seen, _("Attendance of lay advisers"), missing, fine, source=source, route=MEETINGS)


def observed(seen: Looking) -> Check | None:
    """Each adviser observes level 2 or 3 meetings each quarter."""
    wanted = seen.figure("lay_adviser_meetings_per_quarter")
    if wanted is None or not seen.advisers:
        return None
    counts = observing.of_area(seen.board.area, seen.on)
    fewer = [a.person.name for a in seen.advisers if counts.get(a.person_id, 0) < wanted.value]
    words = {"need": int(wanted.value), "names": names(fewer)}
    missing = _("Fewer than %(need)s observed this quarter: %(names)s.") % words if fewer else ""
    fine = _("Each lay adviser has observed a level 2 or 3 meeting this quarter.")
    return _check(seen, _("Meetings observed by lay advisers"), missing, fine, source=wanted.citation, route=MEMBERS)


def hours(seen: Looking) -> Check | None:
    """More hours than usual this month: said to those who read all hours."""
    usual = seen.figure("lay_adviser_usual_hours_each_month")
    if usual is None or not seen.advisers or seen.board.area_id not in areas_read(seen.user):
        return None
    given: Counter[str] = Counter()
    rows = HoursEntry.objects.visible_to(seen.user).in_month(seen.on).filter(adviser__board=seen.board)
    for row in rows.select_related("adviser__person"):
        given[row.adviser.person.name] += row.hours  # type: ignore[assignment]
    over = [name for name, hours in sorted(given.items()) if hours > usual.value]
    missing = _("More than %(usual)s hours this month: %(names)s.") % {"usual": int(usual.value), "names": names(over)}
    fine = _("No lay adviser has given more than %s hours this month.") % int(usual.value)
    return _check(seen, _("Hours of lay advisers"), missing if over else "", fine, source=usual.citation, route=MEMBERS)


def decisions(seen: Looking) -> Check:
    rows = BoardDecision.objects.visible_to(seen.user).unconfirmed().filter(meeting__board=seen.board)
    count = rows.count()
    words = ngettext(
        "%s decision waits for a member to confirm it.", "%s decisions wait for a member to confirm them.", count
    )
    fine = _("Every recorded decision is confirmed.")
    missing = words % count if count else ""
    return _check(seen, _("Decisions confirmed"), missing, fine, source=_("Set by this service"), route=MEETINGS)


PLAN = "reviews:business_plans"


def plan(seen: Looking) -> Check:
    rows = BusinessPlan.objects.visible_to(seen.user).in_force(seen.on).filter(board=seen.board)
    found = rows.first()
    missing = "" if found else _("No agreed business plan covers today.")
    fine = _("%(title)s, until %(day)s.") % {"title": found.title, "day": long_date(found.until)} if found else ""
    return _check(seen, _("A business plan"), missing, fine, source="MAPPA Guidance chapter 31", route=PLAN)


def plan_actions(seen: Looking) -> Check:
    rows = PlanAction.objects.visible_to(seen.user).open().filter(plan__board=seen.board)
    every, late = rows.count(), rows.filter(due_on__lt=seen.on).count()
    words = ngettext(
        "%(late)s of %(all)s open action is overdue.", "%(late)s of %(all)s open actions are overdue.", every
    )
    said = words % {"late": late, "all": every} if every else _("No action is open.")
    return _check(
        seen, _("Actions of the plan"), said if late else "", said, source=_("Set by this service"), route=PLAN
    )


def questions(seen: Looking) -> Check:
    rows = BoardQuestion.objects.visible_to(seen.user).unanswered().filter(board=seen.board)
    every, late = rows.count(), rows.filter(due_on__lt=seen.on).count()
    words = ngettext(
        "%(late)s of %(all)s question without an answer is late.",
        "%(late)s of %(all)s questions without an answer are late.",
        every,
    )
    said = words % {"late": late, "all": every} if every else _("Nothing waits for an answer.")
    wanted = seen.figure("board_answer_working_days")
    source = wanted.citation if wanted else ""
    missing = said if late else ""
    return _check(seen, _("Questions answered"), missing, said, source=source, route="reviews:board_questions")
