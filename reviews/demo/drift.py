"""Prompts to refer or reassess, as the night would make them: a few of two rules in each area in full, one dismissed."""

from datetime import date, timedelta
from itertools import islice

from agencies.models.user import system_user
from assessments.drift_rules import FINDERS, Figures, Found, Look
from assessments.models import DriftPrompt
from offenders.models import Offender
from reviews.demo import people
from reviews.demo.agencies import Place
from reviews.demo.cases import at

RULES = (DriftPrompt.Rule.BREACH, DriftPrompt.Rule.NEAR_VICTIM)
MOST = 3  # of a rule and area; the night finds the others
DUE_IN = (-1, 3, 5)
KNOWN = "Spoken of in supervision; the assessment of last month knew of it."


class Prompts:
    """Asks the rules themselves, once the cases are there. Draws nothing."""

    def __init__(self, on: date) -> None:
        self.on = on
        self.made = 0

    def begin(self, place: Place) -> None:
        """The prompts of one area."""
        figures = Figures.of(place.area, self.on)
        look = Look(self.on, system_user(), figures, (place.area.pk,))
        for rule in RULES:
            found = (one for finder in FINDERS if finder.rule == rule for one in finder.found(look))
            for lot, one in enumerate(islice(found, MOST)):
                self._prompt(place, rule, lot, one)

    def _prompt(self, place: Place, rule: str, lot: int, found: Found) -> None:
        system, due_on = system_user(), self.on + timedelta(days=DUE_IN[lot])
        row = DriftPrompt.objects.create(
            reference=people.reference("DP", self.made),
            offender=Offender.objects.visible_to(system).get(pk=found.offender),
            area=place.area,
            rule=rule,
            fact=found.fact,
            besides=found.besides,
            fact_on=found.on,
            words=found.words,
            due_on=due_on,
        )
        self.made += 1
        made_at = at(due_on - timedelta(days=7), 3)
        rows = DriftPrompt.objects.visible_to(system).filter(pk=row.pk)
        rows.update(made_at=made_at)
        if rule == DriftPrompt.Rule.BREACH and lot == MOST - 1:
            rows.update(
                outcome=DriftPrompt.Outcome.DISMISSED,
                answered_at=made_at + timedelta(hours=8),
                answered_by=place.people["probation"].pk,
                answer_reason=KNOWN,
            )
