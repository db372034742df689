"""Invented flags and notes on a few cases: those at levels 2 and 3, and some that are played."""

from collections.abc import Sequence
from datetime import date, timedelta

from agencies.models import User
from offenders.models import Flag, FlagKind, FlagReview, Note
from reviews.demo import people
from reviews.demo.agencies import Place
from reviews.demo.cases import Case, Cases, at

PLAYED = 4
# Days from today until the review: the first is overdue.
DUE_IN = (-6, 4, 20, 45)
OLD = timedelta(days=40)
LATER = timedelta(days=17)  # the second flag of a case
FLAGS = (
    (
        ("risk-to-staff", "Visit in pairs, by appointment. There is a dog that is not safe."),
        ("arson", "Set fire to a shed as a young man. Sleeps badly and smokes at night."),
    ),
    (("risk-to-children", "No unsupervised contact with anybody under 16."),),
    (("weapons", "Collects knives. The police removed two in spring."), ("gang", "Owes money to people in the area.")),
    (("media-interest", "The local paper has asked for the date of release."),),
)
VISIT = "Seen at home as arranged. Calm, and open about the last weeks. The tenancy is in order."
CORRECTION = "Seen at home as arranged. Calm, and open about the last weeks. The rent is two weeks behind."
INTELLIGENCE = "Seen twice outside the school at the end of the day. Not confirmed; the source must not be named."
CALL = "Telephoned. Asked for the appointment to be moved to the afternoon, which was done."


class Remarks:
    """Writes flags and notes into the load of the cases. Draws nothing: the cases stay what they are without it."""

    def __init__(self, writer: Cases) -> None:
        self.load = writer.load
        self.on = writer.on
        self.to_answer = writer.to_answer
        self.kinds = {kind.code: kind.pk for kind in FlagKind.objects.all()}
        self.flags = self.notes = 0

    def write(self, place: Place, cases: Sequence[Case]) -> None:
        """Flags and notes on the cases of an area that somebody will open first."""
        played = [case for case in cases if case.level == 1 and case.officer == place.people["probation"]]
        for number, case in enumerate([*(case for case in cases if case.level > 1), *played[:PLAYED]]):
            officer = case.officer or place.people["probation"]
            began = max(case.registered_on, self.on - OLD)
            due_on = max(self.on + timedelta(days=DUE_IN[number % 4]), began + timedelta(days=1))
            for each, (code, notes) in enumerate(FLAGS[number % 4]):
                self._flag(case, code, notes, officer, began, due_on + each * LATER)
            if number % 4 == 3:
                self._removed(case, officer, began)
            self._write_notes(case, officer, began, is_wrong=number % 5 == 0)

    def _flag(self, case: Case, code: str, notes: str, by: User, began: date, due_on: date) -> None:
        flag = self._add_flag(case, code, notes, by, began, due_on, None)
        if code == "risk-to-children":
            self.load.add(
                FlagReview,
                offender=case.id,
                flag=flag,
                due_on=min(began + timedelta(days=10), self.on),
                next_on=due_on,
                reason="Nothing has changed: the flag stands.",
                at=at(min(began + timedelta(days=9), self.on - timedelta(days=1)), 14),
                by=by.pk,
            )

    def _removed(self, case: Case, by: User, began: date) -> None:
        self._add_flag(case, "escape", "Missed two appointments after the move.", by, began, self.on, self.on)

    def _add_flag(
        self, case: Case, code: str, notes: str, by: User, began: date, due_on: date, removed_on: date | None
    ) -> int:
        row = self.load.id_for(Flag)
        self.load.add(
            Flag,
            id=row,
            reference=people.reference("FL", self.flags),
            offender=case.id,
            kind=self.kinds[code],
            notes=notes,
            review_on=due_on,
            added_at=at(began, 12),
            added_by=by.pk,
            removed_on=removed_on,
            removed_by=by.pk if removed_on else None,
            removal_reason="Has kept every appointment since." if removed_on else "",
        )
        self.flags += 1
        if removed_on is None:
            self.to_answer[case.id].append(("flag", row, code))
        return row

    def _write_notes(self, case: Case, officer: User, began: date, *, is_wrong: bool) -> None:
        police = case.place.people["police"]
        self._note(case, officer, "contact", CALL, "everyone", began, None)
        visit = self._note(case, officer, "home-visit", VISIT, "everyone", began + timedelta(days=1), None)
        self._note(case, police, "intelligence", INTELLIGENCE, "authority", began + timedelta(days=2), None)
        if is_wrong:
            self._note(case, officer, "home-visit", CORRECTION, "everyone", began + timedelta(days=2), visit)

    def _note(self, case: Case, by: User, kind: str, text: str, audience: str, on: date, corrects: int | None) -> int:
        row = self.load.id_for(Note)
        self.load.add(
            Note,
            id=row,
            reference=people.reference("NO", self.notes),
            offender=case.id,
            kind=kind,
            happened_on=on,
            text=text,
            audience=audience,
            at=at(on, 16, self.notes % 60),
            by=by.pk,
            corrects=corrects,
        )
        self.notes += 1
        return row
