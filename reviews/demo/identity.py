"""Invented addresses, telephones, vehicles, work, relationships and characteristics on the cases that are played."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from offenders.models import (
    Address,
    BirthDate,
    Characteristic,
    CharacteristicValue,
    Contact,
    Occupation,
    Relationship,
    Vehicle,
)
from offenders.models.fact import Fact
from reviews.demo import people
from reviews.demo.agencies import Place
from reviews.demo.cases import Case, Cases, at

PLAYED = 6
FIRST = 100_000_000  # the references of names and numbers, which are written with the cases, stand below
STREETS = ("Mill Lane", "Church Road", "Station Street", "Orchard Close")
TOWNS = ("Bedford\nMK40 1AA", "Wrexham\nLL11 1AA")
# By kind of characteristic, codes that are given in turn.
ANSWERS = {
    "sex": ("M",),
    "ethnicity": ("W1", "A1", "B2", "W9"),
    "nationality": ("british", "british", "nigeria", "poland"),
    "language": ("english", "english", "english", "polish"),
    "marital": ("single", "divorced", "married"),
    "religion": ("none", "christian", "not-said"),
    "disability": ("learning", "none", "mental-health"),
}


class Identities:
    """Writes who people are into the load of the cases. Draws nothing: the cases stay what they are without it."""

    def __init__(self, writer: Cases) -> None:
        self.load = writer.load
        self.on = writer.on
        self.values = {(row.kind, row.code): row.pk for row in CharacteristicValue.objects.all()}
        self.written = 0

    def write(self, place: Place, cases: Sequence[Case]) -> None:
        """On the cases at levels 2 and 3, and some of the officer's who is played."""
        officer = place.people["probation"]
        played = [case for case in cases if case.level == 1 and case.officer == officer]
        chosen = [*(case for case in cases if case.level > 1), *played[:PLAYED]]
        for number, case in enumerate(chosen):
            self._places(case, number)
            self._reach(case, number)
            self._work(case, number)
            self._describe(case, number)
            self._relate(case, number, chosen)

    def _add(self, model: type[Fact], case: Case, **values: Any) -> None:
        by = case.officer or case.place.people["probation"]
        reference = people.reference("ID", FIRST + self.written)
        added = at(case.registered_on, 11)
        self.load.add(model, offender=case.id, reference=reference, added_at=added, added_by=by.pk, **values)
        self.written += 1

    def _places(self, case: Case, number: int) -> None:
        town, postcode = TOWNS[0 if case.place.area.slug == "bedfordshire" else 1].split("\n")
        moved, before = self.on - timedelta(days=90 + number), self.on - timedelta(days=900)
        address = f"{number + 1} {STREETS[number % 4]}\n{town}"
        kind = ("home", "home", "approved", "no_fixed")[number % 4]
        if kind == "no_fixed":
            address = f"Day centre, {STREETS[number % 4]}\n{town}"
        rows = [
            ("home", f"{number + 40} {STREETS[(number + 1) % 4]}\n{town}", before, moved),
            (kind, address, moved, None),
        ]
        for each, where, from_on, until in rows:
            self._add(Address, case, kind=each, address=where, postcode=postcode, from_on=from_on, until=until)
        if number % 3 == 0:
            year = self.on.replace(year=1979 + number % 10, month=1, day=1)
            last = year.replace(month=12, day=31)
            self._add(BirthDate, case, kind="other", precision="year", first=year, last=last, source="Custody record")

    def _reach(self, case: Case, number: int) -> None:
        # 07700 900000 to 900999 are kept free for drama (Ofcom).
        since = self.on - timedelta(days=200)
        mobile = f"+447700900{number % 1000:03d}"
        name = f"river_walker_{number}"
        for kind, value, service in (("mobile", mobile, ""), ("social", name, "Photo sharing")):
            self._add(Contact, case, kind=kind, typed=value, value=value, service=service, from_on=since)
        if number % 2 == 0:
            mark = f"ZZ{number % 100:02d}ZZZ"
            self._add(Vehicle, case, mark=mark, make="Ford Transit", colour="White", from_on=since)

    def _work(self, case: Case, number: int) -> None:
        kind, organisation, role, near = (
            ("employment", "Warehouse, Elstow", "Packer, nights", "no"),
            ("volunteering", "Food bank", "Drives the van", "yes"),
            ("education", "Further education college", "Bricklaying", "yes"),
        )[number % 3]
        since = self.on - timedelta(days=150)
        words = {"kind": kind, "organisation": organisation, "role": role, "vulnerable_contact": near}
        self._add(Occupation, case, **words, from_on=since)

    def _describe(self, case: Case, number: int) -> None:
        for kind, codes in ANSWERS.items():
            code = codes[number % len(codes)]
            speaks = kind == "language" and code != "english"
            detail = "Plain English, one step at a time" if code == "learning" else ""
            values = {"value": self.values[kind, code], "detail": detail, "interpreter": True if speaks else None}
            self._add(Characteristic, case, kind=kind, **values)

    def _relate(self, case: Case, number: int, others: Sequence[Case]) -> None:
        relation, name, child = (
            ("partner", "Jo Fairweather", "no"),
            ("parent", "Pat Fairweather", "no"),
            ("child", "Sam Fairweather", "yes"),
        )[number % 3]
        self._add(Relationship, case, relation=relation, name=name, other=None, is_child=child)
        if number % 5 == 1:
            self._add(Relationship, case, relation="associate", name="", other=others[number - 1].id, is_child="no")
