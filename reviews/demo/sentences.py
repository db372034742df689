"""Invented moves and key dates of a few cases: those at levels 2 and 3, and some that are played."""

from collections.abc import Sequence
from datetime import date, timedelta

from agencies.models import User
from offenders.models import KeyDate, Offender, WhereaboutsPeriod
from reviews.demo import people
from reviews.demo.agencies import Place
from reviews.demo.cases import Case, Cases, at
from reviews.demo.convictions import Conviction
from reviews.models import ReleaseEntry

PLAYED = 6
SOURCE = "Release dates notification"
PRISON, HOSPITAL = "HMP Example", "Example Hospital"
Where = Offender.Whereabouts


def released_on(conviction: Conviction) -> date:
    """Half of the sentence, as the whereabouts of cases are drawn."""
    return conviction.dealt_with_on + timedelta(days=conviction.term.in_months * 15)


class Stays:
    """Writes where people are, and their dates, into the load of the cases. Draws nothing."""

    def __init__(self, writer: Cases) -> None:
        self.load = writer.load
        self.on = writer.on
        self.stays = self.dates = 0
        self.placed: set[int] = set()

    def write(self, place: Place, cases: Sequence[Case]) -> None:
        """Stays and dates of the cases of an area that somebody will open first."""
        played = [case for case in cases if case.level == 1 and case.officer == place.people["probation"]]
        for number, case in enumerate([*(case for case in cases if case.level > 1), *played[:PLAYED]]):
            officer = case.officer or place.people["probation"]
            self.placed.add(case.id)
            began = case.conviction.dealt_with_on if case.conviction else case.registered_on
            if case.whereabouts == Where.HOSPITAL:
                self._stay(case, Where.HOSPITAL, "admission", HOSPITAL, began, None, officer)
                self._date(case, "tribunal-hearing", self.on + timedelta(days=40 + number), officer)
            elif case.whereabouts == Where.CUSTODY and case.licence_ends_on is None:
                self._stay(case, Where.CUSTODY, "reception", PRISON, began, None, officer)
                self._date(case, "tariff-expiry", self.on + timedelta(days=400 + number), officer)
            elif case.whereabouts == Where.CUSTODY:
                self._stay(case, Where.CUSTODY, "reception", PRISON, began, None, officer)
                old = self._date(case, "conditional-release", self.on + timedelta(days=150 + number), officer)
                later = self.on + timedelta(days=171 + number)
                self._date(case, "conditional-release", later, officer, old, "21 days added at an adjudication")
                self._plan(case, number, officer)
            elif case.licence_ends_on is not None:
                released = released_on(case.conviction) if case.conviction else began + (self.on - began) / 2
                self._stay(case, Where.CUSTODY, "reception", PRISON, began, released, officer)
                self._stay(case, Where.COMMUNITY, "release", "", released, None, officer)
                self._date(case, "licence-expiry", case.licence_ends_on, officer)

    def _plan(self, case: Case, number: int, by: User) -> None:
        """Of every second release, what somebody said of its steps."""
        if number % 2:
            return
        said = (
            (
                ReleaseEntry.Step.PREMISES,
                ReleaseEntry.Outcome.NOT_NEEDED,
                "Returns to his family; the address was approved",
            ),
            (ReleaseEntry.Step.LICENCE, ReleaseEntry.Outcome.DONE, "Sent to the prison with the report"),
        )
        for days, (step, outcome, words) in enumerate(said, start=3):
            on = self.on - timedelta(days=days)
            self.load.add(
                ReleaseEntry,
                offender=case.id,
                step=str(step),
                outcome=str(outcome),
                on=on,
                words=words,
                at=at(on, 15),
                by=by.pk,
            )

    def hold(self, case: Case, kind: str, from_on: date, until: date | None, by: User) -> None:
        """A sentence served, of a case of which nothing was written yet."""
        if case.id in self.placed:
            return
        self.placed.add(case.id)
        move, where = ("admission", HOSPITAL) if kind == Where.HOSPITAL else ("reception", PRISON)
        self._stay(case, kind, move, where, from_on, until, by)
        if until:
            self._stay(case, Where.COMMUNITY, "release", "", until, None, by)

    def _stay(self, case: Case, kind: str, move: str, where: str, from_on: date, until: date | None, by: User) -> None:
        self.load.add(
            WhereaboutsPeriod,
            reference=people.reference("WH", self.stays),
            offender=case.id,
            kind=str(kind),
            move=move,
            place=where,
            section="s.37" if kind == Where.HOSPITAL else "",
            from_on=from_on,
            until=until,
            added_at=at(max(from_on, case.registered_on), 12),
            added_by=by.pk,
        )
        self.stays += 1

    def _date(self, case: Case, kind: str, on: date, by: User, replaces: int | None = None, reason: str = "") -> int:
        row = self.load.id_for(KeyDate)
        self.load.add(
            KeyDate,
            id=row,
            reference=people.reference("KD", self.dates),
            offender=case.id,
            kind=kind,
            on=on,
            source=SOURCE,
            added_at=at(max(case.registered_on, self.on - timedelta(days=20 if replaces else 60)), 12),
            added_by=by.pk,
            replaces=replaces,
            reason=reason,
        )
        self.dates += 1
        return row
