"""Invented orders, licences, recalls, tags and places in approved premises on a few cases that somebody will open first."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import models

from agencies.models import User
from offenders.models import (
    Breach,
    ConditionText,
    Licence,
    LicenceCondition,
    Monitoring,
    Order,
    OrderKind,
    OrderTerm,
    Premises,
    PremisesPlace,
    PremisesProposal,
    Recall,
)
from reviews.demo import people
from reviews.demo.agencies import Place
from reviews.demo.cases import Case, Cases, at

PLAYED = 6
# Invented names; no approved premises are called so.
HOUSES = (("alderbrook", "Alderbrook House", "men", 4), ("kestrel", "Kestrel Lodge", "women", 2))
# Days from today on which the order and the licence end: the first order ran out and waits for somebody.
ENDS_IN = ((-3, 40), (12, 400), (900, 25), (1400, 180))
TERMS = (
    "Having any device that can reach the internet without risk management software that the police installed.",
    "Being alone with a child under 16, unless the child’s parent and social services know of the order and agree.",
)
REQUIREMENT = "Attend and take part in the programme to which the supervisor refers."
CURFEW = "Stay at your approved address each day between 7pm and 7am."
ZONE = "Do not enter the area on map 1 of the licence, unless your supervising officer agrees first."
TAG = "Wear a tag by which your curfew is monitored, and let it be fitted, checked and taken off."
WHY = "No other address can be approved before release, and the risk asks for staff at night."
DECIDED = "The risk and the need are met; a place comes free in time."


class Orders:
    """Writes them into the load of the cases. Draws nothing: the cases stay what they are without it."""

    def __init__(self, writer: Cases) -> None:
        self.load = writer.load
        self.on = writer.on
        self.to_answer = writer.to_answer
        self.kinds = {kind.code: kind.pk for kind in OrderKind.objects.all()}
        self.wordings = {text.code: text for text in ConditionText.objects.all()}
        self.made: Counter[str] = Counter()

    def write(self, place: Place, cases: Sequence[Case]) -> None:
        """Orders and licences on the cases of an area that somebody will open first, and two premises with residents."""
        houses = [self._house(place, *house) for house in HOUSES]
        played = [case for case in cases if case.level == 1 and case.officer == place.people["probation"]]
        residents = 0
        for number, case in enumerate([*(case for case in cases if case.level > 1), *played[:PLAYED]]):
            officer = case.officer or place.people["probation"]
            order_in, licence_in = ENDS_IN[number % 4]
            self._order(case, officer, self._day(order_in), breached=number % 3 == 0)
            # A licence ends on the day that is said with its sentence; whose sentence is served has none.
            ends_on = case.licence_ends_on or self._day(licence_in)
            if case.whereabouts == "community" and ends_on >= self.on:
                licence = self._licence(case, officer, ends_on)
                if number % 3 == 2 and case.licence_ends_on:
                    self._recall(case, officer, licence)
            if case.whereabouts == "community" and residents < houses[0].beds + 2:
                self._premises(case, officer, houses[0], residents)
                residents += 1

    def _day(self, days: int) -> date:
        return self.on + timedelta(days=days)

    def _house(self, place: Place, code: str, name: str, residents: str, beds: int) -> Premises:
        return Premises.objects.create(
            code=f"demo-{code}-{place.area.slug}",
            name=f"{name}, {place.area.name} (demo)",
            area=place.area,
            residents=residents,
            beds=beds,
            disabled_access=code == "alderbrook",
        )

    def _add(self, model: type[models.Model], prefix: str, case: Case, **values: Any) -> int:
        row = self.load.id_for(model)
        reference = people.reference(prefix, self.made[prefix])
        self.made[prefix] += 1
        self.load.add(model, id=row, reference=reference, offender=case.id, **values)
        return row

    def _order(self, case: Case, officer: User, ends_on: date, *, breached: bool) -> None:
        made_on = ends_on - timedelta(days=5 * 366)
        kind_of_order = "shpo" if case.category == 1 else "restraining"
        recorded = {"recorded_at": at(case.registered_on, 11), "recorded_by": officer.pk}
        order = self._add(
            Order,
            "OR",
            case,
            kind=self.kinds[kind_of_order],
            court="Example Crown Court",
            applied_by="",
            made_on=made_on,
            starts_on=made_on,
            ends_on=ends_on,
            **recorded,
        )
        self.to_answer[case.id].append(("order", order, kind_of_order))
        terms = [("prohibition", text, "") for text in TERMS]
        if case.category == 1:
            terms.append(("requirement", REQUIREMENT, "Probation Service"))
        for kind, text, supervisor in terms:
            term = {"kind": kind, "text": text, "from_on": made_on, "supervisor": supervisor}
            self._add(OrderTerm, "OT", case, order=order, **term, **recorded)
        if breached:
            self._add(
                Breach,
                "BR",
                case,
                order=order,
                place=None,
                happened_on=self._day(-20),
                what="A second telephone that had not been declared was found on a visit.",
                action="police",
                recorded_at=at(self._day(-19), 15),
                recorded_by=officer.pk,
            )

    def _licence(self, case: Case, officer: User, ends_on: date) -> int:
        starts_on = self._day(-60)
        licence = self._add(
            Licence,
            "LI",
            case,
            kind="determinate",
            starts_on=starts_on,
            ends_on=ends_on,
            made_by="governor",
            recorded_at=at(starts_on, 11),
            recorded_by=officer.pk,
        )
        for text in self.wordings.values():
            if text.group == ConditionText.Group.STANDARD:
                self._condition(case, officer, licence, text.code, text.text, "", starts_on)
        self._condition(case, officer, licence, "movement-zone", ZONE, "A MAPPA meeting", starts_on)
        self._condition(case, officer, licence, "curfew-hours", CURFEW, "The probation officer", starts_on)
        tag = self._condition(case, officer, licence, "monitoring-curfew", TAG, "The probation officer", starts_on)
        fitted = {"kind": "curfew", "provider": "Example Monitoring", "fitted_on": self._day(-59)}
        self._add(Monitoring, "EM", case, condition=tag, recorded_by=officer.pk, **fitted)
        return licence

    def _recall(self, case: Case, officer: User, licence: int) -> None:
        decided_on = self._day(-1)
        why = "Out of contact since the appointment of last week."
        recorded = {"added_at": at(decided_on, 15), "added_by": officer.pk}
        self._add(Recall, "RE", case, licence=licence, decided_on=decided_on, reason=why, **recorded)

    def _condition(
        self, case: Case, officer: User, licence: int, code: str, text: str, proposed_by: str, on: date
    ) -> int:
        row = self._add(
            LicenceCondition,
            "LC",
            case,
            licence=licence,
            wording=self.wordings[code].pk,
            text=text,
            added_on=on,
            proposed_by=proposed_by,
            imposed_by="governor",
            recorded_by=officer.pk,
        )
        self.to_answer[case.id].append(("condition", row, code))
        return row

    def _premises(self, case: Case, officer: User, house: Premises, number: int) -> None:
        """Of the first six: three live there, one of them longer than expected, one is expected, two wait."""
        decided = number < house.beds
        proposal = self._add(
            PremisesProposal,
            "AP",
            case,
            proposed_by="meeting" if case.level > 1 else "probation",
            proposed_on=self._day(-50),
            needed_from=self._day(-30),
            reasons=WHY,
            decision="accepted" if decided else "",
            decided_by="premises-unit" if decided else "",
            decided_by_officer="Placements officer on duty" if decided else "",
            decided_on=self._day(-40) if decided else None,
            decision_reasons=DECIDED if decided else "",
            conditions="Curfew from 9pm to 6am; sign in at the office at midday." if decided else "",
            recorded_at=at(self._day(-50), 14),
            recorded_by=officer.pk,
        )
        if decided:
            lives = number < house.beds - 1
            self._add(
                PremisesPlace,
                "PL",
                case,
                proposal=proposal,
                premises=house.pk,
                bed=number + 1,
                from_on=self._day(-30 if lives else 9),
                until_on=self._day((-2, 8, 50, 100)[number]),
                arrived_on=self._day(-30) if lives else None,
                recorded_at=at(self._day(-39), 10),
                recorded_by=officer.pk,
            )
