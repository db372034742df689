"""Invented applications under the disclosure scheme: in each area in full one at each stage, so that the police have some to go on with."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from agencies.models.user import system_user
from disclosures.models import SchemeApplication, SchemeEntry
from offenders.models import Offender
from reviews.demo import people
from reviews.demo.agencies import Place
from reviews.demo.cases import Case, Cases, at

Stage = SchemeApplication.Stage
Outcome = SchemeApplication.Outcome
# Which of the level 1 cases that are played the matched one is about.
MATCHED = 15
# About whom, who asks, what of a child, and days since it was made; then how far it has come.
ASKED = (
    (
        "Martin Example",
        "Gwen Example",
        "relative",
        "Toby, 6, her grandson",
        "Her daughter’s new partner",
        0,
        Stage.CHECKS,
    ),
    ("Colin Sample", "Jo Sample", "parent", "Ella, 9, and Sam, 11", "A neighbour who gives lessons", 6, Stage.MEETING),
    ("", "Sam Specimen", "friend", "Two children next door", "Moved in with their mother", 15, Stage.ASSESSMENT),
    ("Peter Nobody", "Ann Nobody", "carer", "Ben, 4, whom she fosters", "Visits with his father", 24, Stage.DECISION),
    ("Alan Instance", "Lee Instance", "parent", "Max, 12", "Trains the football team", 60, Stage.CLOSED),
)
CONCERN = (
    "He is often alone with the child, and asks that it is not spoken of. It is asked now because it happens weekly."
)
CHECKS = "National computer and database, intelligence and child protection records were searched."
SAID = "As at first. Nothing was said about the person. The child is not with him until it is decided."
CONSULTED = "Children’s services and the school, without the applicant’s name."
RISK = "No record of an offence. The contact is watched by the family, who know whom to call."


class Applications:
    """Writes them once the cases are there. Draws nothing."""

    def __init__(self, writer: Cases) -> None:
        self.on = writer.on
        self.wanted: list[tuple[Place, Case]] = []

    def write(self, place: Place, cases: Sequence[Case]) -> None:
        """One of them is about a person who is managed, and is matched to the case."""
        played = [case for case in cases if case.level == 1 and case.officer == place.people["probation"]]
        self.wanted.append((place, played[MATCHED]))

    def begin(self) -> None:
        for place, case in self.wanted:
            offender = Offender.objects.visible_to(system_user()).get(pk=case.id)
            for lot in range(len(ASKED)):
                self._take(place, offender, lot)

    def _take(self, place: Place, offender: Offender, lot: int) -> None:
        name, applicant, relation, children, access, ago, stage = ASKED[lot]
        on, police = self.on - timedelta(days=ago), place.people["police"]
        number = len(ASKED) * self.wanted.index(next(each for each in self.wanted if each[0] is place)) + lot
        row = SchemeApplication(
            reference=people.reference("SC", number),
            agency=place.agencies["police"],
            officer=police,
            recorded_by=police,
            offender=None if name else offender,
            stage=stage,
            received_at=at(on, 0),
            channel="telephone",
            applicant_name=applicant,
            applicant_contact="01632 960 000",
            safe_contact="By telephone on weekday mornings.",
            relation=relation,
            children=children,
            subject_name=name or f"{offender.forenames} {offender.surname}",
            subject_access=access,
            concern=CONCERN,
            checks_due_at=at(on, 0) + timedelta(hours=24),
            meeting_due_on=on + timedelta(days=10),
            decision_due_on=on + timedelta(days=28),
            whole_due_on=on + timedelta(days=45),
            **_found(place, on, stage),
        )
        row.due_on = row.falls_due()
        row.save()
        SchemeApplication.objects.visible_to(system_user()).filter(pk=row.pk).update(recorded_at=at(on, 1))
        if row.immediate_at:
            for kind, text in (("immediate", row.immediate_words), ("protected", row.protected_words)):
                SchemeEntry.objects.create(application=row, kind=kind, text=text, by=police)


def _found(place: Place, on: date, stage: Stage) -> dict[str, Any]:
    """What the stages before this one have found."""
    police, chair, passed = place.people["police"], place.people["chair"], list(Stage).index(stage)
    found: dict[str, Any] = {}
    if stage == Stage.CHECKS:
        now = timezone.now()
        found |= {"immediate_at": now, "immediate_words": "He was to have the child alone tonight."}
        found |= {"protected_at": now, "protected_words": "The mother was called, and keeps the child with her."}
    if passed >= 1:
        found |= {"checked_on": on, "checked_by": police, "checks": CHECKS}
    if passed >= 2:
        found |= {
            "met_on": on + timedelta(days=5),
            "met_by": police,
            "met_how": "in-person",
            "is_identified": True,
            "identity": "Driving licence and a bill.",
            "said": SAID,
            "best_placed": "Whoever cares for the child.",
            "education": "The leaflet and the helpline.",
        }
    if passed >= 3:
        found |= {"assessed_on": on + timedelta(days=20), "assessed_by": police, "consulted": CONSULTED}
        found |= {"assessment": RISK, "child_sex_offender": False, "serious_harm_to_children": False}
        found |= {"necessary_for_children": False, "presumption": False}
    if stage == Stage.CLOSED:
        found |= {"outcome": Outcome.NO_CONCERN, "decided_on": on + timedelta(days=26), "decided_by": chair}
        found |= {"decided_rank": f"Superintendent, {place.agencies['police'].name}", "reasons": RISK}
        found |= {"decided_with": "Children’s services", "told_on": on + timedelta(days=30), "told_by": police}
        found |= {"told_how": "in-person"}
    return found
