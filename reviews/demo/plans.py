"""Invented risk management plans on the cases that somebody will open first: some in force, one at each step before."""

from collections.abc import Sequence
from datetime import date, timedelta

from agencies.models import User
from assessments.models import Heading, Measure, Plan, PlanSection, PlanShare, PlanTerm
from assessments.models.plan import usual_audience
from mappa import dates
from reviews.demo import people
from reviews.demo.agencies import Place
from reviews.demo.cases import Case, Cases, at

PLAYED = 6
# The newest version of the first cases; those that follow have one in force.
STATES = ("current", "draft", "sent", "signed")
SAID = {
    Heading.KEY_INFORMATION: "Lives alone in a tenancy that began in spring. Works three days a week.",
    Heading.CONSIDERATIONS: "Reads slowly: what is agreed is read out, and given on one page.",
    Heading.SUPERVISION: "Weekly at the office, and once a month at home together with the police.",
    Heading.MONITORING: "Curfew from 7pm to 7am with a tag. Devices are inspected at each visit.",
    Heading.INTERVENTIONS: "Alcohol service each fortnight. The programme begins after the assessment.",
    Heading.VICTIM_SAFETY: "The exclusion zone covers the victim’s home and way to work. There is a marker on the address.",
    Heading.CONTINGENCY: "Two missed appointments, or drinking: emergency review within a working day, and recall is considered.",
}
BEFORE = SAID | {
    Heading.SUPERVISION: "Twice a week at the office.",
    Heading.CONTINGENCY: "Two missed appointments: emergency review within a working day.",
}
MEASURES = (
    (Heading.SUPERVISION, "probation", "See him at the office each Tuesday and write down what was said.", "The manager reads the record each month."),
    (Heading.MONITORING, "police", "Visit the address without notice once a month and inspect the devices.", "Each visit is reported to probation in writing."),
    (Heading.INTERVENTIONS, "probation", "Book the first appointment of the alcohol service.", "The service confirms attendance each fortnight."),
    (Heading.VICTIM_SAFETY, "police", "Check the marker on the address.", "The control room confirms it on the first of each month."),
)  # fmt: skip
# Where each condition, order and flag is answered, by its code; those of a kind that are not named here, by their kind.
PLACES = {
    "movement-zone": Heading.VICTIM_SAFETY,
    "curfew-hours": Heading.MONITORING,
    "monitoring-curfew": Heading.MONITORING,
    "condition": Heading.SUPERVISION,
    "restraining": Heading.VICTIM_SAFETY,
    "order": Heading.MONITORING,
    "arson": Heading.CONTINGENCY,
    "risk-to-children": Heading.VICTIM_SAFETY,
    "flag": Heading.CONSIDERATIONS,
}
LEFT_OUT = {
    "media-interest": "The press office answers the paper; nothing in this plan turns on it.",
    "gang": "The police deal with it in a plan of their own.",
}


class Plans:
    """Writes plans into the load of the cases. Draws nothing: the cases stay what they are without it."""

    def __init__(self, writer: Cases) -> None:
        self.load = writer.load
        self.on = writer.on
        self.to_answer = writer.to_answer
        self.plans = self.measures = self.shares = 0

    def write(self, place: Place, cases: Sequence[Case]) -> None:
        """A plan in force, with the one before it, on each; on the first ones a later version on its way."""
        played = [case for case in cases if case.level == 1 and case.officer == place.people["probation"]]
        for number, case in enumerate(played[:PLAYED]):
            officer = case.officer or place.people["probation"]
            state = STATES[number] if number < len(STATES) else "current"
            first = self._plan(case, officer, 1, None, "superseded", BEFORE, self.on - timedelta(days=120))
            begun = self._measures(case, officer, first, {}, MEASURES[:3])
            second = self._plan(case, officer, 2, first, "current", SAID, self.on - timedelta(days=30))
            agreed = self._measures(case, officer, second, begun, overdue=state == "current")
            self._shares(case, second, number)
            if state != "current":
                third = self._plan(case, officer, 3, second, state, SAID, self.on - timedelta(days=2))
                self._measures(case, officer, third, agreed)

    def _plan(
        self, case: Case, by: User, number: int, previous: int | None, state: str, said: dict[Heading, str], day: date
    ) -> int:
        day = max(day, case.registered_on)
        row = self.load.id_for(Plan)
        is_sent, is_signed = state != "draft", state in {"signed", "current", "superseded"}
        is_shared = state in {"current", "superseded"}
        manager = case.place.people["probation-manager"].pk
        when = at(day, 11)
        self.load.add(
            Plan,
            id=row,
            reference=people.reference("RP", self.plans),
            offender=case.id,
            number=number,
            state=state,
            previous=previous,
            begun_at=at(day, 9),
            begun_by=by.pk,
            terms_version=0,
            written_by=[str(by.pk)],
            sent_at=when if is_sent else None,
            sent_by=by.pk if is_sent else None,
            sign_due_on=day + timedelta(days=7) if is_sent else None,
            review_on=dates.add_months(day, 3) if is_sent else None,
            return_reason="",
            signed_at=when if is_signed else None,
            signed_by=manager if is_signed else None,
            share_due_on=day + timedelta(days=7) if is_signed else None,
            shared_at=when if is_shared else None,
            shared_by=by.pk if is_shared else None,
        )
        self.plans += 1
        for heading, text in said.items():
            self.load.add(
                PlanSection,
                offender=case.id,
                plan=row,
                heading=heading.value,
                text=text,
                audience=usual_audience(heading),
                version=1,
                saved_at=at(day, 10),
                saved_by=by.pk,
            )
        self._answer(case, row)
        return row

    def _answer(self, case: Case, plan: int) -> None:
        """Every running condition, order and flag is answered or left out with a reason."""
        for kind, pk, code in self.to_answer[case.id]:
            left_out = LEFT_OUT.get(code, "")
            self.load.add(
                PlanTerm,
                offender=case.id,
                plan=plan,
                **{each: pk if each == kind else None for each in ("condition", "order", "flag")},
                heading="" if left_out else PLACES.get(code, PLACES[kind]).value,
                left_out_reason=left_out,
            )

    def _measures(
        self,
        case: Case,
        by: User,
        plan: int,
        before: dict[int, int],
        said: Sequence[tuple[Heading, str, str, str]] = MEASURES,
        *,
        overdue: bool = False,
    ) -> dict[int, int]:
        """The measures of a version, each going on from the same of the version before."""
        made: dict[int, int] = {}
        for each, (pillar, kind, text, checked_how) in enumerate(said):
            if kind not in case.place.agencies:
                continue
            self.load.add(
                Measure,
                id=made.setdefault(each, self.load.id_for(Measure)),
                continues=before.get(each),
                reference=people.reference("ME", self.measures),
                offender=case.id,
                plan=plan,
                pillar=pillar.value,
                text=text,
                checked_how=checked_how,
                agency=case.place.agencies[kind].pk,
                person="",
                due_on=self.on + timedelta(days=(-3 if overdue else 3, 6, 20, 40)[each]),
                override_reason="",
                audience=usual_audience(pillar),
                version=1,
                saved_at=at(self.on - timedelta(days=2), 10),
                saved_by=by.pk,
                outcome="",
            )
            self.measures += 1
        return made

    def _shares(self, case: Case, plan: int, number: int) -> None:
        for kind in ("probation", "police"):
            read = kind == "probation" or number % 2 == 1
            self.load.add(
                PlanShare,
                reference=people.reference("PS", self.shares),
                offender=case.id,
                plan=plan,
                agency=case.place.agencies[kind].pk,
                due_on=self.on + timedelta(days=-2 if number == 0 else 8),
                acknowledged_at=at(self.on - timedelta(days=5), 15) if read else None,
                acknowledged_by=case.place.people[kind].pk if read else None,
            )
            self.shares += 1
