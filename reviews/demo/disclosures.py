"""Invented records of disclosure, one at each stage, on a few cases that somebody will open first."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from agencies.models import User
from disclosures.models import Disclosure, DisclosureDecision
from reviews.demo import people
from reviews.demo.agencies import Place
from reviews.demo.cases import Case, Cases, at

# Days from today: when it was considered, when they are told by, and when it is looked at again.
WAITING, AUTHORISED, TOLD, NO = (-1, 4, 60), (-4, 2, 60), (-30, -20, 3), (-12, None, 48)
REASONS = "Only they can act on it in time. They are told one thing, and are used to keeping such things."
RISK = "Harm to a child after contact is built up over weeks, most likely where nobody knows."
AT_RISK = "Children who come to the place each week, and their parents, who know nothing."
TOLD_WHAT = "That he must not be alone with anybody under 18 there, and whom to call if he is."
NECESSITY = "The place decides who is alone with children. Visits and the licence do not reach there on the day."
PROPORTION = "One responsible person is told what to watch for, and neither the offence nor the victim."
HARM = "He may be asked to leave, and may be talked about. He has another place to go to, and is warned beforehand."
NOT_ALONE = "He was asked to tell them with his officer present, and does not want to."
JOINTLY = "Yes: his probation officer goes with the police officer."
SAID = "He fears to lose the place. He accepts that one person knows."
VICTIM = "Victim liaison was asked: nothing in it points to the victim."
NOT_NOW = "The place has no children among its visitors. To be looked at again when that changes."


class Disclosures:
    """Writes them into the load of the cases. Draws nothing: the cases stay what they are without it."""

    def __init__(self, writer: Cases) -> None:
        self.load = writer.load
        self.on = writer.on
        self.made = 0

    def write(self, place: Place, cases: Sequence[Case]) -> None:
        """One that waits, one to be made, one that was made, and one considered and refused."""
        played = [case for case in cases if case.level == 1 and case.officer == place.people["probation"]]
        for case, days in zip(played, (WAITING, AUTHORISED, TOLD, NO), strict=False):
            self._write(case, case.officer or place.people["probation"], place.people["chair"], days)

    def _day(self, days: int | None) -> date | None:
        return None if days is None else self.on + timedelta(days=days)

    def _write(self, case: Case, officer: User, chair: User, days: tuple[int, int | None, int]) -> None:
        considered_on, tell_by, review_on = days
        discloses, recorded = tell_by is not None, self.on + timedelta(days=considered_on)
        entry = self.load.id_for(DisclosureDecision)
        self.load.add(
            DisclosureDecision,
            id=entry,
            offender=case.id,
            decision="yes" if discloses else "no",
            to_whom="Chris Example, Volunteer leader, Example Community Café",
            reasons=REASONS if discloses else NOT_NOW,
            considered_at=at(recorded, 15),
            recorded_by=officer.pk,
            meeting_reference="",
            **DisclosureDecision.NOT_ASKED,
        )
        self.load.add(
            Disclosure,
            reference=people.reference("DS", self.made),
            offender=case.id,
            entry=entry,
            author=officer.pk,
            **_considered(discloses=discloses),
            tell_by=self._day(tell_by),
            review_on=self._day(review_on),
            authorise_by=recorded + timedelta(days=2) if discloses else None,
            **self._outcome(chair, recorded, answered=days in {AUTHORISED, TOLD}),
            **self._delivery(officer, recorded, told=days == TOLD),
        )
        self.made += 1

    def _outcome(self, chair: User, recorded: date, *, answered: bool) -> dict[str, Any]:
        return {
            "outcome": "authorised" if answered else "",
            "authorised_on": recorded + timedelta(days=1) if answered else None,
            "authorised_at": at(recorded + timedelta(days=1), 16) if answered else None,
            "authorised_by": chair.pk if answered else None,
            "authorised_rank": "Superintendent, Police" if answered else "",
            "authorised_reasons": "Every test is met, and no milder way would do." if answered else "",
            "conditions": "They tell nobody else, and call the police officer before they act." if answered else "",
            "needs_undertaking": answered,
        }

    def _delivery(self, officer: User, recorded: date, *, told: bool) -> dict[str, Any]:
        on = recorded + timedelta(days=4)
        return {
            "delivered_on": on if told else None,
            "delivered_how": "in-person" if told else "",
            "delivered_by": f"{officer.name}, probation, with PC Example, police" if told else "",
            "undertaking_on": on if told else None,
            "person_told": True if told else None,
            "person_told_words": "The day before, at the office." if told else "",
            "delivery_recorded_at": at(on, 16) if told else None,
            "delivery_recorded_by": officer.pk if told else None,
        }


def _considered(*, discloses: bool) -> dict[str, Any]:
    return {
        "risk": RISK,
        "at_risk": AT_RISK,
        "recipient": "employer",
        "recipient_name": "Chris Example",
        "recipient_role": "Volunteer leader",
        "recipient_organisation": "Example Community Café",
        "recipient_address": "1 Example Street, Exampleton",
        "information": TOLD_WHAT,
        "necessity": NECESSITY if discloses else NOT_NOW,
        "proportionality": PROPORTION if discloses else NOT_NOW,
        "harm": HARM,
        "self_disclosure": NOT_ALONE,
        "joint": JOINTLY,
        "representations_sought": True,
        "representations": SAID,
        "victim": VICTIM,
        "child_sex_offender": discloses,
        "serious_harm_to_children": discloses,
        "necessary_for_children": discloses,
        "asked_for": False,
        "presumption": discloses,
    }
