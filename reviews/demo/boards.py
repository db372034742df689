"""The Strategic Management Board of an area: who sits on it, its meetings, plan, and what it is asked.

Each board lacks something, so that its page of what is missing has something to say: both a second lay adviser, and that
of North Wales a member for the prison service and an agreed plan.
"""

from datetime import date, timedelta
from io import BytesIO

from agencies import working_days
from agencies.models.user import system_user
from offenders import store
from reviews.demo import people
from reviews.demo.agencies import Place
from reviews.demo.cases import at
from reviews.demo.documents import a_page
from reviews.models import (
    Board,
    BoardAttendance,
    BoardDecision,
    BoardItem,
    BoardMeeting,
    BoardMember,
    BoardPaper,
    BoardQuestion,
    BusinessPlan,
    HoursEntry,
    LayAdviser,
    PlanAction,
    PlanStep,
    SubGroup,
)

QUARTER = 91
# Agency, who sits for it, post, and who comes instead; the first chairs.
MEMBERS = (
    ("police", "chair", "Assistant Chief Constable", "coordinator"),
    ("probation", "probation-manager", "Head of Probation Delivery Unit", None),
    ("prison", "prison", "Head of Offender Management", None),
    ("housing", "housing", "Head of Housing Options", None),
    ("social-services", "board", "Director of Adult Services", None),
)
LINES = (
    ("Performance of the last quarter", "discuss", False),
    ("Lay advisers’ questions", "discuss", False),
    ("A serious case review: what was found", "decide", True),
)
ACTIONS = (
    ("Train every chair of a level 2 meeting", "Every chair has been trained", 60, "open"),
    ("Agree with housing who comes to which panel", "Housing comes to 3 in 4 meetings", -12, "open"),
    ("Write a leaflet about the arrangements", "The leaflet is printed", -40, "done"),
)
QUESTIONS = (
    (
        "report",
        "Worries at the community forum",
        "People ask what happens when somebody is released nearby.",
        -50,
        True,
    ),
    ("question", "Attendance of housing", "Why does housing come to fewer meetings than others?", -24, False),
    (
        "note",
        "The last quarter’s papers",
        "The papers came in time and could be read without help. Thank you.",
        -6,
        False,
    ),
)
ANSWER = "Police and probation now explain the arrangements at each forum. The leaflet will be there too."
Attended = BoardAttendance.State


class Boards:
    """Writes the boards of the demo. Whatever is there already is left as it is."""

    def __init__(self, on: date) -> None:
        self.on = on
        self.numbers: dict[str, int] = {}

    def reference(self, prefix: str) -> str:
        self.numbers[prefix] = self.numbers.get(prefix, -1) + 1
        return people.reference(prefix, self.numbers[prefix])

    def write(self, place: Place) -> None:
        """A board with everything that its pages show."""
        rows = Board.objects.visible_to(system_user())
        board, is_new = rows.get_or_create(area=place.area, defaults={"name": place.agencies["board"].name})
        if not is_new:
            return
        is_whole = place.area.slug == "bedfordshire"
        members = self._members(board, place, is_whole=is_whole)
        adviser = self._adviser(board, place)
        held, coming = self._meetings(board, place)
        self._attendance(held, members, adviser, place)
        self._agenda(coming[0], members[0], place)
        self._decisions(held[-1], place)
        self._plan(board, members, place, is_agreed=is_whole)
        self._questions(board, place)
        group = SubGroup.objects.create(
            reference=self.reference("SG"),
            board=board,
            name="Performance and quality",
            purpose="Reads the figures and the audits before each meeting of the board.",
            lead=members[1],
            set_up_by=place.people["coordinator"],
        )
        group.members.add(*members[:3])
        group.advisers.add(adviser)

    def _members(self, board: Board, place: Place, *, is_whole: bool) -> list[BoardMember]:
        found = []
        for kind, who, post, deputy in MEMBERS:
            if kind == "prison" and not is_whole:
                continue
            member = BoardMember.objects.create(
                reference=self.reference("BM"),
                board=board,
                agency=place.agencies[kind],
                person=place.people[who],
                post=post,
                deputy=place.people[deputy] if deputy else None,
                is_chair=kind == "police",
                from_on=self.on - timedelta(days=800),
                until=self.on + timedelta(days=60 if kind == "housing" else 300),
                added_by=place.people["coordinator"],
            )
            found.append(member)
        return found

    def _adviser(self, board: Board, place: Place) -> LayAdviser:
        adviser = LayAdviser.objects.create(
            reference=self.reference("LA"),
            board=board,
            person=place.people["lay-adviser"],
            letter="MoJ/LA/2025/17",
            is_clear=True,
            from_on=self.on - timedelta(days=700),
            until=self.on + timedelta(days=395),
            added_by=place.people["coordinator"],
        )
        for days, hours, kind in ((3, 2, "reading"), (18, 3, "observing"), (34, 4, "board"), (52, 1, "community")):
            day = self.on - timedelta(days=days)
            HoursEntry.objects.create(reference=self.reference("HE"), adviser=adviser, on=day, hours=hours, kind=kind)
        return adviser

    def _meetings(self, board: Board, place: Place) -> tuple[list[BoardMeeting], list[BoardMeeting]]:
        """A board that meets each quarter: six meetings held, two to come, the next in about three weeks."""
        next_on = self.on + timedelta(days=21 + (2 - self.on.weekday()) % 7)  # a Wednesday
        found = []
        for quarter in range(-6, 2):
            day = next_on + timedelta(days=QUARTER * quarter)
            meeting = BoardMeeting.objects.create(
                reference=self.reference("BD"),
                board=board,
                starts_at=at(day, 14),
                place="County Hall",
                papers_due_on=day - timedelta(days=7),
                arranged_by=place.people["coordinator"],
            )
            found.append(meeting)
        return found[:6], found[6:]

    def _attendance(
        self, held: list[BoardMeeting], members: list[BoardMember], adviser: LayAdviser, place: Place
    ) -> None:
        by = place.people["coordinator"]
        # Of the last year housing missed all but the first.
        for number, meeting in enumerate(held, start=4 - len(held)):
            for member in members:
                away = Attended.APOLOGIES if number % 2 else Attended.ABSENT
                state = away if member.agency == place.agencies["housing"] and number > 0 else Attended.CAME
                if member.deputy and number == 1:
                    state = Attended.DEPUTY
                BoardAttendance.objects.create(meeting=meeting, member=member, state=state, taken_by=by)
            BoardAttendance.objects.create(meeting=meeting, adviser=adviser, state=Attended.CAME, taken_by=by)

    def _agenda(self, meeting: BoardMeeting, led_by: BoardMember, place: Place) -> None:
        for position, (title, purpose, is_closed) in enumerate(LINES, start=1):
            item = BoardItem.objects.create(
                reference=self.reference("BI"),
                meeting=meeting,
                position=position,
                title=title,
                purpose=purpose,
                led_by=led_by,
                is_closed=is_closed,
                added_by=place.people["coordinator"],
            )
            BoardPaper.objects.create(
                reference=self.reference("BP"),
                meeting=meeting,
                item=item,
                title=title,
                is_closed=is_closed,
                file_name="paper.pdf",
                file_kind="pdf",
                scan="not-scanned",
                by=place.people["coordinator"],
                **store.keep(BytesIO(a_page(title)))._asdict(),
            )

    def _decisions(self, meeting: BoardMeeting, place: Place) -> None:
        confirmed = {"confirmed_by": place.people["board"], "confirmed_at": meeting.starts_at + timedelta(days=3)}
        for text, reasons, more in (
            ("Minutes go out within five working days.", "In two months of three they were late.", confirmed),
            ("Housing is asked to name a deputy.", "It came to one of the last four meetings.", {}),
        ):
            BoardDecision.objects.create(
                reference=self.reference("BK"),
                meeting=meeting,
                text=text,
                reasons=reasons,
                recorded_by=place.people["coordinator"],
                **more,
            )

    def _plan(self, board: Board, members: list[BoardMember], place: Place, *, is_agreed: bool) -> None:
        first = date(self.on.year if self.on.month > 3 else self.on.year - 1, 4, 1)
        by = place.people["coordinator"]
        plan = BusinessPlan.objects.create(
            reference=self.reference("BZ"),
            board=board,
            title=f"Business plan {first.year} to {first.year + 1}",
            aims="Reviews on time at every level.\nEvery agency at the table.\nLay advisers heard and answered.",
            from_on=first,
            until=date(first.year + 1, 3, 31),
            written_by=by,
            agreed_by=place.people["board"] if is_agreed else None,
            agreed_at=at(first + timedelta(days=10)) if is_agreed else None,
        )
        for number, (title, measure, days, state) in enumerate(ACTIONS):
            due = self.on + timedelta(days=days)
            action = PlanAction.objects.create(
                reference=self.reference("BA"),
                plan=plan,
                title=title,
                measure=measure,
                owner=members[number],
                due_on=due,
                state=state,
                ended_at=at(due) if state == "done" else None,
                added_by=by,
            )
            said = "done" if state == "done" else "progress"
            words = "It is done." if state == "done" else "We have begun."
            PlanStep.objects.create(action=action, kind=said, words=words, was_due_on=due, by=members[number].person)

    def _questions(self, board: Board, place: Place) -> None:
        for kind, title, text, days, is_answered in QUESTIONS:
            answer = {
                "answer": ANSWER,
                "answered_by": place.people["coordinator"],
                "answered_at": at(self.on - timedelta(days=30), 9),
            }
            asked_on = self.on + timedelta(days=days)
            question = BoardQuestion.objects.create(
                reference=self.reference("BQ"),
                board=board,
                kind=kind,
                title=title,
                text=text,
                asked_by=place.people["lay-adviser"],
                due_on=working_days.after(asked_on, 20, place.area),
                **(answer if is_answered else {}),
            )
            BoardQuestion.objects.visible_to(system_user()).filter(pk=question.pk).update(asked_at=at(asked_on))
