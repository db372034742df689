"""Invented assessments of risk: one on every case, and on some the ones before it, one that waits, one sent back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from agencies.models import User
from agencies.models.standard import value
from assessments.models import COMMUNITY, Assessment, Tool, ToolResult
from assessments.standards import NAMES
from offenders.models import Offender
from reviews.demo import people
from reviews.demo.bulk import Load

WHO = "Children under 16 whom the person meets online, and a former partner."
IMMINENCE = "Soon after a loss of work or housing, and when contact with services is lost."
TRIGGERS = "Drinking, debts, a relationship that ends, time alone online."
PROTECTIVE = "A settled address, a brother who tells the officer of concerns, work three days a week."
CHANGED = "Moved to a settled address and keeps appointments; contact with the former partner has begun again."
RETURNED = "Say what makes the risk to children medium and not high, now that there is unsupervised contact."
EARLIER = 2


@dataclass(frozen=True)
class Assessed:
    """What the assessments of one case are made of."""

    case: Any
    levels: Mapping[str, int]
    nature: str
    officer: User
    signer: User | None


class Assessments:
    """Writes them into the load of the cases. Draws nothing: the cases stay what they are without it."""

    def __init__(self, load: Load, on: date) -> None:
        self.load = load
        self.on = on
        self.weeks = {level: value(name, None, on) for level, name in NAMES.items()}
        self.tools = dict(Tool.objects.values_list("code", "pk"))
        self.made = self.results = 0

    def write(self, case: Any, levels: Mapping[str, int], nature: str, drawn: int) -> None:
        """The assessments of a case, oldest first; `drawn` spreads the day of the last over the time of its standard."""
        officer = case.officer or case.place.people["probation"]
        leads = case.lead == case.place.agencies["probation"]
        signer = case.place.people.get("probation-manager" if leads else "chair")
        facts = Assessed(case, levels, nature, officer, signer)
        longest = max((self.on - case.registered_on).days - 1, 1)
        standard = self.weeks[Offender.Rosh(case.rosh)] * 7
        age = min(longest, drawn % (standard - 40) + 2)
        waits = signer is not None and case.number % 12 == 3
        days = [self.on - timedelta(days=2 if waits else age)]
        while self._has_earlier(case) and len(days) <= EARLIER and days[-1] - timedelta(days=120) > case.registered_on:
            days.append(days[-1] - timedelta(days=120))
        previous = None
        for number, day in enumerate(reversed(days)):
            later = days[-number - 2] if number + 1 < len(days) else None
            previous = self._add(facts, day, later, previous)
        if self._has_earlier(case):
            self._write_results(case, officer, days[-1])

    def _write_results(self, case: Any, officer: User, day: date) -> None:
        """What two tools gave on the day of the first assessment."""
        sexual = case.category == Offender.Category.SEXUAL
        band = Offender.Rosh(min(case.rosh, 3)).label
        scored = (
            ("osp-dc", None, "Probation officer") if sexual else ("ogrs", 20 + case.number % 60, "Probation officer")
        )
        for code, score, who in (("arms" if sexual else "oasys", None, "Officer of the case"), scored):
            self.load.add(
                ToolResult,
                reference=people.reference("TR", self.results),
                offender=case.id,
                tool=self.tools[code],
                completed_on=day,
                completed_by=who,
                band=str(band),
                score=score,
                recorded_at=_at(day, 11),
                recorded_by=officer.pk,
            )
            self.results += 1

    def _has_earlier(self, case: Any) -> bool:
        return bool(case.level > 1 or case.number % 10 == 0)

    def _add(self, facts: Assessed, day: date, later: date | None, previous: int | None) -> int:
        case, row = facts.case, self.load.id_for(Assessment)
        last = later is None
        waits = last and facts.signer is not None and case.number % 12 == 3
        returned = last and facts.signer is not None and case.number % 60 == 5
        signs = facts.signer is not None and not waits and not returned
        # An earlier one was a level lower, so that there is something to see in the chart.
        levels = {group: max(facts.levels.get(group, 1) - (0 if last else 1), 1) for group in COMMUNITY}
        self.load.add(
            Assessment,
            id=row,
            reference=people.reference("AS", self.made),
            offender=case.id,
            previous=previous,
            assessed_on=day,
            **levels,
            **{f"custody_{group}": min(level, 2) for group, level in levels.items()},
            who_is_at_risk=WHO,
            nature_of_risk=facts.nature,
            risk_imminence=IMMINENCE,
            risk_increase_factors=TRIGGERS,
            risk_mitigation_factors=PROTECTIVE,
            change="changed" if previous else "",
            change_reason=CHANGED if previous else "",
            review_on=day
            + timedelta(weeks=self.weeks[Offender.Rosh(max(levels[g] for g in levels if g != "to_self"))]),
            assessed_at=_at(day, 11),
            assessed_by=facts.officer.pk,
            countersign_due_on=day + timedelta(days=7) if facts.signer else None,
            countersigned_at=_at(day + timedelta(days=1), 15) if signs else None,
            countersigned_by=facts.signer.pk if facts.signer and signs else None,
            returned_at=_at(day + timedelta(days=1), 15) if returned else None,
            returned_by=facts.signer.pk if facts.signer and returned else None,
            return_reason=RETURNED if returned else "",
            superseded_on=later,
        )
        self.made += 1
        return row


def _at(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))
