"""An invented transfer: in each area in full, probation proposes that the police lead one case."""

from collections.abc import Sequence
from datetime import timedelta

from offenders.models import HandoverItem, HandoverKind, Transfer
from reviews.demo import people
from reviews.demo.agencies import Place
from reviews.demo.cases import Case, Cases, at

PROPOSED = timedelta(days=3)
DUE = timedelta(days=11)
# What is not ticked yet.
OPEN = ("visor", "victims")
# Of the level 1 cases that are played, the one that moves: not the first, which others have a use for.
WHICH = 8


class Transfers:
    """Writes one transfer that waits for an answer into the load. Draws nothing."""

    def __init__(self, writer: Cases) -> None:
        self.load = writer.load
        self.on = writer.on
        self.number = self.items = 0

    def write(self, place: Place, cases: Sequence[Case]) -> None:
        """Within the area, so that nobody needs a grant to see it."""
        played = [case for case in cases if case.level == 1 and case.officer == place.people["probation"]]
        self._propose(place, played[WHICH])

    def _propose(self, here: Place, case: Case) -> None:
        row, proposed_on = self.load.id_for(Transfer), self.on - PROPOSED
        reference, sender = people.reference("TR", self.number), here.people["probation-manager"].pk
        receiver = here.agencies["police"]
        self.load.add(
            Transfer,
            id=row,
            reference=reference,
            offender=case.id,
            from_area=here.area.pk,
            to_area=here.area.pk,
            from_agency=case.lead.pk,
            to_agency=receiver.pk,
            answering_agency=receiver.pk,
            reason="The licence ends this month, and notification goes on.",
            proposed_at=at(proposed_on, 10),
            proposed_by=sender,
            due_on=self.on + DUE,
        )
        self.number += 1
        for kind in HandoverKind.objects.filter(is_active=True):
            done = kind.code not in OPEN
            self.load.add(
                HandoverItem,
                reference=people.reference("HO", self.items),
                offender=case.id,
                transfer=row,
                kind=kind.pk,
                ticked_on=proposed_on if done else None,
                ticked_by=sender if done else None,
            )
            self.items += 1
