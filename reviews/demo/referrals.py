"""Invented referrals on their way: in each area in full one half written, one with a manager, one returned, and one urgent.

Those that wait for co-ordination are given what was said on each page; the others of the demo keep what lists show.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from agencies import working_days
from agencies.models.user import system_user
from offenders.models import Offender
from panels.models import Referral, ReferralEvent
from panels.referring import fill, read
from reviews.demo import words
from reviews.demo.agencies import Place
from reviews.demo.cases import Case, Cases, at

# Of the level 1 cases that are played, behind those that ask for information.
FIRST = 14
QUESTIONS = "Which agencies are missing today? Please say what a meeting would add to your own plan."
Kind = ReferralEvent.Kind


def pages(place: Place, lot: int, *, urgent: str = "") -> dict[str, Any]:
    """Every page of a referral to level 2."""
    wanted = [place.agencies[kind].pk for kind in ("housing", "nhs-trust")]
    return {
        "person": {"checked": "on", "person_words": "Hard of hearing: speak to him in person."},
        "offence": {"offence_words": "Violence to people he lives with, each time after drinking."},
        "risk": {"risk_words": words.REASONS[lot % len(words.REASONS)]},
        "victims": {"victim_words": "The victim is in the contact scheme and asked to be told of any move."},
        "agencies": {
            "agencies": [str(pk) for pk in wanted],
            "agencies_words": "Housing: an address away from the victim. Health: what it holds about his drinking.",
        },
        "level": {"level": "2"},
        "reason": {"reason": words.REASONS[lot % len(words.REASONS)]},
        "urgency": {"urgent": "yes" if urgent else "no", "urgent_reason": urgent},
        "added-value": {"added_value": words.ADDED_VALUE[lot % len(words.ADDED_VALUE)]},
        "co-ordination": {"exceptional": "yes", "exceptional_words": "Three agencies must act in the same week."},
    }


class Referrals:
    """Writes a few referrals and what happened to them, once the cases are there. Draws nothing."""

    def __init__(self, writer: Cases) -> None:
        self.cases = writer
        self.on = writer.on
        self.wanted: list[tuple[Place, Sequence[Case]]] = []

    def write(self, place: Place, cases: Sequence[Case]) -> None:
        """Probation leads these cases, and nobody has referred them."""
        played = [case for case in cases if case.level == 1 and case.officer == place.people["probation"]]
        self.wanted.append((place, played[FIRST:]))

    def begin(self) -> None:
        for place, cases in self.wanted:
            self._say_what_waits(place)
            referred = set(Referral.objects.visible_to(system_user()).values_list("offender", flat=True))
            half, asked, returned = [case for case in cases if case.id not in referred][:3]
            self._half(place, half)
            self._with_a_manager(place, asked)
            self._returned(place, returned)

    def _day(self, days_ago: int) -> date:
        return working_days.step(self.on - timedelta(days=days_ago), 0, set())

    def _begun(self, place: Place, case: Case, answers: dict[str, Any], begun_on: date) -> Referral:
        offender, officer = Offender.objects.visible_to(system_user()).get(pk=case.id), place.people["probation"]
        return Referral(
            offender=offender,
            area=place.area,
            agency=place.agencies["probation"],
            made_by=officer,
            written_by=[officer.pk],
            answers=answers,
            version=len(answers),
            begun_at=at(begun_on, 9),
            saved_at=at(begun_on, 10),
            kept_until=self.on + timedelta(days=Referral.KEPT_DAYS - 2),
        )

    def _half(self, place: Place, case: Case) -> None:
        said = pages(place, 0)
        self._begun(place, case, {page: said[page] for page in ("person", "offence", "risk")}, self._day(2)).save()

    def _with_a_manager(self, place: Place, case: Case) -> None:
        row, manager = self._begun(place, case, pages(place, 1), self._day(2)), place.people["probation-manager"]
        row.asked, row.asked_at = manager, at(self._day(1), 15)
        row.agree_due_on = working_days.step(self.on, 1, set())
        row.save()
        self._enter(row, Kind.ASKED, self._day(1), place.people["probation"], words=manager.name)

    def _returned(self, place: Place, case: Case) -> None:
        row, on = self._begun(place, case, pages(place, 2), self._day(9)), self._day(8)
        self._send(place, row, on)
        self.cases.tell(case, at(on, 11), place.people["probation"], "Referred to level 2")
        back_on = self._day(1)
        row.outcome, row.decision_reason = Referral.Outcome.RETURNED, QUESTIONS
        row.decided_at, row.decided_by, row.back_on = at(back_on, 11), place.people["coordinator"], back_on
        row.version += 1
        row.save()
        self._enter(row, Kind.RETURNED, back_on, place.people["coordinator"], words=f"Returned\n{QUESTIONS}")
        who, said = place.people["coordinator"], "Returned with questions"
        self.cases.tell(case, at(back_on, 11), who, "Referral decided", said)

    def _send(self, place: Place, row: Referral, on: date) -> None:
        """Agreed to and sent on a day."""
        manager = place.people["probation-manager"]
        row.agreed_version, row.agreed_by, row.agreed_at = row.version, manager, at(on, 10)
        row.agreed_rank = f"Senior probation officer, {place.agencies['probation'].name}"
        row.made_at, row.due_on, row.kept_until = at(on, 11), working_days.step(on, 10, set()), None
        reading = read(row, system_user())
        fill(row, reading)
        row.save()
        self._enter(row, Kind.AGREED, on, manager, words=row.agreed_rank)
        self._enter(row, Kind.SENT, on, row.made_by, said=reading.said)

    def _say_what_waits(self, place: Place) -> None:
        """What was said in those that wait; the newest cannot wait."""
        system = system_user()
        rows = Referral.objects.visible_to(system).awaiting_decision().filter(area=place.area).order_by("-made_at")
        for lot, row in enumerate(rows.select_related("offender", "made_by", "agency")):
            level, made_at, due_on = row.level, row.made_at, row.due_on
            if made_at is None or due_on is None:
                continue
            urgent = "" if lot else "He is released on Friday to an address next to the victim’s family."
            row.answers = pages(place, lot, urgent=urgent) | _of_level(level)
            reading = read(row, system)
            fill(row, reading)
            row.due_on = working_days.step(made_at.date(), 2, set()) if urgent else due_on
            row.save()
            self._enter(row, Kind.SENT, made_at.date(), row.made_by, said=reading.said)

    def _enter(self, row: Referral, kind: str, on: date, by: Any, **said: Any) -> None:
        ReferralEvent.objects.create(referral=row, kind=kind, version=row.version, at=at(on, 11), by=by, **said)


def _of_level(level: int | None) -> dict[str, Any]:
    """The level, and at level 3 what senior people are needed for."""
    senior = {"senior_needed": "yes", "senior_words": "Money for a placement at short notice."}
    return {"level": {"level": str(level)}} | ({"senior": senior} if level == Offender.Level.ENHANCED else {})
