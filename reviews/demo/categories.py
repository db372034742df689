"""Notification orders on a few cases, one of them long ended: what the nightly task then proposes is made by itself."""

from collections.abc import Sequence
from datetime import date, timedelta

from agencies.models.user import system_user
from mappa import dates
from offenders.actions import rederive
from offenders.law.eligibility import CJA, Basis
from offenders.models import Offender
from reviews.demo.agencies import Place
from reviews.demo.cases import Case, Cases

PROPOSED = 3
EXPLANATION = "A notification order makes the person subject to the notification requirements."


class Categories:
    """Writes past and present limbs of category 1 into the load. Draws nothing: the cases stay what they are."""

    def __init__(self, writer: Cases) -> None:
        self.writer = writer
        self.waiting: list[int] = []

    def write(self, place: Place, cases: Sequence[Case]) -> None:
        """Orders on some cases of category 2: in force since last week on the first, ended last year on one more."""
        on = self.writer.on
        plain = [case for case in cases if case.level == 1 and case.category == 2 and case.officer]
        for number, case in enumerate(plain[:PROPOSED]):
            self._order(case, on - timedelta(days=3 + number), None)
            self.waiting.append(case.id)
        for case in plain[PROPOSED : PROPOSED + 1]:
            began = dates.add_years(on, -8)
            self._order(case, began, dates.add_years(began, 7) - dates.ONE_DAY)

    def propose(self) -> None:
        """What the nightly task would make of them, once they are written."""
        system = system_user()
        for offender in Offender.objects.visible_to(system).filter(pk__in=self.waiting).order_by("pk"):
            rederive(offender, by=system)

    def _order(self, case: Case, starts_on: date, ends_on: date | None) -> None:
        authority = f"{CJA} s.327(2); Sexual Offences Act 2003 s.97"
        self.writer.write_basis(case, Basis(1, "s.327(2)", authority, EXPLANATION, starts_on, ends_on))
