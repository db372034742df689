"""Invented patients, foreign nationals, terrorist offenders and veterans, on cases that somebody will open first."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from offenders.models import (
    ArmedService,
    CounterTerrorism,
    Disposal,
    Immigration,
    Offender,
    Patient,
    PatientSection,
    PatientStep,
)
from offenders.models.fact import DatedFact
from reviews.demo import people
from reviews.demo.agencies import Place
from reviews.demo.cases import Case, Cases, at

FIRST = 200_000_000  # other facts of a person have the references below
PLAYED = 6
ADMITTED = 200  # days ago
TERRORIST = Offender.Category.TERRORIST


class Groups:
    """Writes the records of particular groups into the load. Draws nothing."""

    def __init__(self, writer: Cases) -> None:
        self.load, self.on = writer.load, writer.on
        self.sections = {row.code: row.pk for row in PatientSection.objects.all()}
        self.written = 0

    def write(self, place: Place, cases: Sequence[Case]) -> None:
        """On the cases at levels 2 and 3 and some of the officer's who is played, and on every patient among them."""
        officer = place.people["probation"]
        played = [case for case in cases if case.level == 1 and case.officer == officer]
        for number, case in enumerate([*(case for case in cases if case.level > 1), *played[:PLAYED]]):
            if case.whereabouts == Offender.Whereabouts.HOSPITAL:
                self._patient(case)
            if case.category == TERRORIST:
                self._add(
                    CounterTerrorism,
                    case,
                    lead="co-led",
                    unit="Counter-terrorism unit (invented)",
                    connection="relevant",
                )
            if number % 5 == 2:
                self._add(
                    Immigration, case, status="limited", progress="considered", home_office_reference=f"X{number:07d}"
                )
            if number % 5 == 4:
                self._add(ArmedService, case, status="veteran", branch="army", service_number=f"2{number:07d}")

    def _patient(self, case: Case) -> None:
        restricted = bool(case.conviction and case.conviction.disposal == Disposal.Kind.RESTRICTED_HOSPITAL)
        code = "37-41" if restricted else "37"
        begun = self.on - timedelta(days=ADMITTED)
        self._add(
            Patient,
            case,
            section=self.sections[code],
            restricted=restricted,
            hospital="Example Hospital, Example NHS Trust",
            clinician="Dr Example",
            from_on=begun,
            notice_due_on=begun + timedelta(days=3),
            notice_given_on=begun + timedelta(days=2),
        )
        leave = self.on + timedelta(days=15)
        self._add(
            PatientStep,
            case,
            kind="leave",
            leave="community",
            authority="secretary-of-state" if restricted else "clinician",
            conditions="Two hours, not to the street of the victim.",
            from_on=leave,
            notice_due_on=leave - timedelta(days=1),
        )

    def _add(self, model: type[DatedFact], case: Case, **values: Any) -> None:
        by = case.officer or case.place.people["probation"]
        reference = people.reference("ID", FIRST + self.written)
        values.setdefault("from_on", case.registered_on)
        self.load.add(
            model,
            offender=case.id,
            reference=reference,
            added_at=at(self.on - timedelta(days=2), 12),
            added_by=by.pk,
            **values,
        )
        self.written += 1
