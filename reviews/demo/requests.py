"""Invented information requests: in each area in full a few, in every state, so that housing and health have some to answer."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from agencies.models.user import system_user
from disclosures.models import InformationAnswer, InformationChase, InformationRequest
from offenders.models import Offender
from reviews.demo import people
from reviews.demo.agencies import Place
from reviews.demo.cases import Case, Cases, at

# Of the level 1 cases that are played: only the area sees them, so whoever is asked sees the request alone.
FIRST = 9
WAITS = timedelta(days=14)
# To whom, days until the answer is due, what for, and what is asked.
ASKED = (
    ("housing", 4, "To plan where he can live.", "Has he held a tenancy with you since January?\nHow did it end?"),
    ("nhs-trust", -6, "To plan how he is seen.", "Is he known to a community team?\nWhen was he last seen?"),
    ("nhs-trust", -12, "To plan how he is seen.", "Is he open to any of your services?"),
    ("housing", -15, "To check an address.", "Does he live at the address that he gave?"),
)
# By the place in ASKED: who answered, of what kind, what, and for whom.
SAID = {
    2: ("health", "nothing", "", "everyone"),
    3: ("housing", "held", "He has lived there since the spring. Two complaints of noise.", "authority"),
}


class Requests:
    """Writes a few requests with their answers and a reminder, once the cases are there. Draws nothing."""

    def __init__(self, writer: Cases) -> None:
        self.on = writer.on
        self.wanted: list[tuple[Place, Case, int]] = []

    def write(self, place: Place, cases: Sequence[Case]) -> None:
        """Asked by probation, which leads these cases."""
        played = [case for case in cases if case.level == 1 and case.officer == place.people["probation"]]
        self.wanted += [(place, played[FIRST + lot], lot) for lot in range(len(ASKED))]

    def begin(self) -> None:
        for number, (place, case, lot) in enumerate(self.wanted):
            self._ask(place, case, lot, number)

    def _ask(self, place: Place, case: Case, lot: int, number: int) -> None:
        kind, due_in, purpose, questions = ASKED[lot]
        system, due_on = system_user(), self.on + timedelta(days=due_in)
        offender, officer = Offender.objects.visible_to(system).get(pk=case.id), place.people["probation"]
        ended: dict[str, Any] = {}
        if lot in SAID:
            ended = {"state": "answered", "answered_on": due_on, "seen_until": due_on + timedelta(weeks=12)}
        row = InformationRequest.objects.create(
            reference=people.reference("RQ", number),
            offender=offender,
            agency=place.agencies[kind],
            asking_agency=place.agencies["probation"],
            gateway=InformationRequest.Gateway.CO_OPERATION,
            purpose=purpose,
            questions=questions,
            name=offender.full_name,
            details=[["Date of birth", offender.born_in_words]],
            asked_by=officer,
            due_on=due_on,
            chase_on=due_on + timedelta(days=1),
            **ended,
        )
        InformationRequest.objects.visible_to(system).filter(pk=row.pk).update(asked_at=at(due_on - WAITS, 10))
        if lot in SAID:
            self._answer(place, row, lot, due_on, number)
        elif due_in < 0:
            on = due_on + timedelta(days=2)
            chase = InformationChase.objects.create(offender=offender, request=row, on=on, by=officer)
            InformationChase.objects.visible_to(system).filter(pk=chase.pk).update(at=at(on, 9))

    def _answer(self, place: Place, row: InformationRequest, lot: int, on: date, number: int) -> None:
        who, kind, text, audience = SAID[lot]
        answer = InformationAnswer.objects.create(
            reference=people.reference("RA", number),
            offender=row.offender,
            request=row,
            kind=kind,
            text=text,
            audience=audience,
            by=place.people[who],
        )
        InformationAnswer.objects.visible_to(system_user()).filter(pk=answer.pk).update(at=at(on, 11))
