"""Invented victims, the contact scheme, and warnings, on a few cases that somebody will open first."""

from collections.abc import Sequence
from datetime import date, timedelta

from offenders.models import (
    CaseWarning,
    ContactScheme,
    Victim,
    VictimContact,
    VictimRequest,
    WarningKind,
)
from reviews.demo import people
from reviews.demo.agencies import Place
from reviews.demo.cases import Case, Cases, at

PLAYED = 3
WEEKS = 8
ANSWERED_WITHIN = 4
# Days since the sentence: contact with the first is overdue, with the second due soon, with the others made.
SINCE = (60, 48, 200, 320)
PEOPLE = (
    ("Marigold Example", "Former partner", "victim", 34, "letter", "Her new surname."),
    ("Rowan Example", "Neighbour", "victim", 51, "telephone", ""),
    ("Juniper Example", "Daughter of the victim", "at-risk", 9, "through", "The name of the school."),
    ("Aspen Example", "Not known to each other", "victim", 27, "email", ""),
)
NEIGHBOUR = 1  # by the place in PEOPLE
ZONE = "Not within the streets between the station, the canal and the ring road."


class Victims:
    """Writes the compartment of a few cases into the load. Draws nothing."""

    def __init__(self, writer: Cases) -> None:
        self.load = writer.load
        self.on = writer.on
        self.kinds = {kind.code: kind.pk for kind in WarningKind.objects.all()}
        self.number = 0

    def write(self, place: Place, cases: Sequence[Case]) -> None:
        """Victims of the cases at levels 2 and 3 and of a few that are played, all with the area's liaison officer."""
        officer = place.people["probation"]
        played = [case for case in cases if case.level == 1 and case.officer == officer]
        for case in [*(case for case in cases if case.level > 1), *played[:PLAYED]]:
            self._victim(place, case)
            self._warning(place, case, "ask-liaison" if self.number % 2 else "near")

    def _victim(self, place: Place, case: Case) -> None:
        lot = self.number % len(PEOPLE)
        name, relation, kind, age, preference, never = PEOPLE[lot]
        victim = self.load.id_for(Victim)
        self.load.add(
            Victim,
            id=victim,
            reference=people.reference("VI", self.number),
            offender=case.id,
            kind=kind,
            name=name,
            relation=relation,
            about_age=age,
            is_child=age < 18,
            preference=preference,
            contact=self._contact(place, lot),
            vulnerability="",
            never_disclose=never,
            added_at=at(self.on - timedelta(days=SINCE[lot] - 2), 10),
            added_by=place.people["victim-liaison"].pk,
        )
        self._scheme(place, case, victim, lot)
        self.number += 1

    def _contact(self, place: Place, lot: int) -> str:
        """One of them lives a few streets from where the person does."""
        if lot != NEIGHBOUR:
            return "Through the liaison officer; invented, like everything here."
        return f"2 Example Close, {'MK40 1ZZ' if place.area.slug == 'bedfordshire' else 'LL11 1ZZ'}"

    def _scheme(self, place: Place, case: Case, victim: int, lot: int) -> None:
        officer, sentenced_on = place.people["victim-liaison"], self.on - timedelta(days=SINCE[lot])
        reached_on = sentenced_on + timedelta(days=30) if lot > 1 else None
        self.load.add(
            ContactScheme,
            reference=people.reference("VC", self.number),
            offender=case.id,
            victim=victim,
            basis="decision",
            reason="Asked to be told of the release.",
            sentenced_on=sentenced_on,
            contact_due_on=sentenced_on + timedelta(weeks=WEEKS),
            first_contact_on=reached_on,
            state="opted-in" if reached_on else "to-offer",
            officer=officer.pk,
            next_contact_on=self.on + timedelta(days=12 * lot),
            begun_at=at(sentenced_on + timedelta(days=2), 10),
            begun_by=officer.pk,
        )
        if reached_on:
            self._told(case, victim, officer.pk, reached_on)

    def _told(self, case: Case, victim: int, officer: int, on: date) -> None:
        for kind, words in (("offered", "Visited with the leaflet."), ("opted-in", "Wants letters, not calls.")):
            self.load.add(
                VictimContact, offender=case.id, victim=victim, kind=kind, on=on, words=words, at=at(on, 15), by=officer
            )
        self.load.add(
            VictimRequest,
            reference=people.reference("VR", self.number),
            offender=case.id,
            victim=victim,
            kind="zone",
            words=ZONE,
            sent_to="The supervising officer",
            sent_on=on,
            answer_due_on=on + timedelta(weeks=ANSWERED_WITHIN),
            made_at=at(on, 16),
            made_by=officer,
        )

    def _warning(self, place: Place, case: Case, code: str) -> None:
        officer = place.people["victim-liaison"]
        self.load.add(
            CaseWarning,
            offender=case.id,
            kind=self.kinds[code],
            officer=officer.pk,
            agency=place.agencies["probation"].pk,
            added_at=at(self.on - timedelta(days=20), 11),
            added_by=officer.pk,
        )
