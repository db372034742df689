"""Invented referrals and meetings: who came, what was said, decided and done."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from itertools import count

from agencies import working_days
from agencies.models import Agency, User
from disclosures.models import DisclosureDecision
from mappa import dates
from offenders.models import Offender, TimelineEntry
from offenders.models.grant import Basis
from panels.models import (
    Action,
    AgendaItem,
    Agreement,
    Audience,
    Commitment,
    Decision,
    Dissent,
    Distribution,
    InformationPart,
    InformationReturn,
    Invitation,
    Meeting,
    Panel,
    Paragraph,
    Proposal,
    Referral,
    Statement,
)
from reviews.demo import words
from reviews.demo.agencies import Place
from reviews.demo.agendas import lay_out
from reviews.demo.calendar import ACTIVE, ENHANCED, PLANNED, day_of, first_number, is_unapproved
from reviews.demo.cases import Case, Cases, at
from reviews.demo.children import answers_about_children
from reviews.demo.panels import add_meeting, call_off, found_panels, observe
from reviews.demo.people import reference

# How often each kind of agency is invited, and how often it then comes.
INVITED = {
    "police": (1.0, 0.97),
    "probation": (1.0, 0.97),
    "prison": (0.6, 0.88),
    "housing": (0.75, 0.8),
    "nhs-trust": (0.65, 0.76),
    "social-services": (0.55, 0.82),
    "jobcentre": (0.2, 0.6),
    "electronic-monitoring": (0.25, 0.7),
}
PLAYED_BY = {
    "police": "police",
    "probation": "probation",
    "prison": "prison",
    "housing": "housing",
    "nhs-trust": "health",
}
INVITEE_MONTHS = 6
OLDEST_REFERRAL = 400  # days ago
WAITING = timedelta(days=7)
LAST_APPROVED = -2  # of meetings as they are numbered, with which minutes are surely approved
MINUTES_DAYS = {ACTIVE: 10, ENHANCED: 5}
READ_DAYS = 5
BASIS = {"present": "attended", "deputy": "attended", "apologies": "apologised"}


@dataclass
class Sitting:
    """One meeting, as it is being written."""

    id: int
    reference: str
    level: int
    number: int
    day: date
    place: Place
    approved_on: date | None = None
    has_dissent: bool = False
    agreed: set[tuple[int, str]] = field(default_factory=set)  # agency and name of who agreed to the statement

    @property
    def is_held(self) -> bool:
        return self.number <= 0

    @property
    def is_approved(self) -> bool:
        return self.is_held and not is_unapproved(self.level, self.number)


class Meetings:
    """Writes the referrals and meetings of a place into the load of its cases."""

    def __init__(self, cases: Cases) -> None:
        self.cases = cases
        self.load = cases.load
        self.rng = cases.rng
        self.on = cases.on
        self.numbers: defaultdict[str, count[int]] = defaultdict(count)
        self.approved: list[int] = []
        self.panels: dict[int, Panel] = {}
        self.statement = Statement.objects.values_list("pk", flat=True).latest("from_on")

    def write(self, place: Place, cases: list[Case]) -> None:
        """All the meetings of a place, with the referrals that led to them, as its panels meet."""
        self.panels = found_panels(place, self._next)
        for case in cases:
            if case.course and case.course.accepted_on:
                self._accepted(case)
        for level in (ACTIVE, ENHANCED):
            coming = [case for case in cases if case.course and self._meets_at(case) == level]
            for number in range(first_number(level, self.on), PLANNED[level] + 1):
                self._meeting(place, level, number, [c for c in coming if number in self._decided(c)])
        called_off = day_of(ACTIVE, -1, self.on) + timedelta(days=3)
        call_off(self.load, place, self.panels[ACTIVE], at(called_off), self._next)

    def refer_others(self, place: Place, cases: list[Case]) -> None:
        """Referrals of people at level 1: some waiting for an answer, some kept where they are or returned."""
        known_before = self.on - timedelta(days=OLDEST_REFERRAL + 10)  # nobody is referred before the case is there
        risky = [
            c
            for c in cases
            if c.level == 1
            and c.rosh >= Offender.Rosh.HIGH
            and c.officer
            and not c.course
            and c.registered_on < known_before
        ]
        chosen = self.rng.sample(risky, 16)
        for case, days_ago in zip(chosen[:6], (21, 11, 8, 5, 2, 1), strict=True):
            level = ENHANCED if days_ago == 5 else ACTIVE
            self._referral(case, level, self._working_day(days_ago), "", "", None)
        for number, case in enumerate(chosen[6:]):
            made_on = self._working_day(self.rng.randint(40, OLDEST_REFERRAL))
            outcome, why = ("kept", words.KEPT) if number < 6 else ("returned", words.QUESTIONS)
            self._referral(case, ACTIVE, made_on, outcome, self.rng.choice(why), made_on + timedelta(days=7))

    def _working_day(self, days_ago: int) -> date:
        return working_days.step(self.on - timedelta(days=days_ago), 0, set())

    @staticmethod
    def _meets_at(case: Case) -> int:
        return case.course.periods[0].level if case.course else 0

    @staticmethod
    def _decided(case: Case) -> "dict[int, tuple[int, date] | None]":
        return case.course.decided if case.course else {}

    def _next(self, prefix: str) -> str:
        return reference(prefix, next(self.numbers[prefix]))

    def _accepted(self, case: Case) -> None:
        course = case.course
        if course is None or course.referred_on is None:
            return
        self._referral(case, self._meets_at(case), course.referred_on, "accepted", words.ACCEPTED, course.accepted_on)

    def _referral(self, case: Case, level: int, made_on: date, outcome: str, why: str, decided_on: date | None) -> None:
        coordinator = case.place.people["coordinator"]
        made_by = case.officer or case.place.people["probation"]
        self.load.add(
            Referral,
            reference=self._next("RF"),
            offender=case.id,
            area=case.place.area.pk,
            agency=case.lead.pk,
            answers="{}",
            agencies=[],
            written_by=[],
            begun_at=at(made_on, 9),
            level=int(level),
            reason=self.rng.choice(words.REASONS),
            added_value=self.rng.choice(words.ADDED_VALUE),
            senior_needed=level == ENHANCED,
            made_at=at(made_on, 9, 30),
            made_by=made_by.pk,
            due_on=working_days.step(made_on, 10, set()),
            outcome=outcome,
            decision_reason=why,
            decided_at=at(decided_on, 16) if decided_on else None,
            decided_by=coordinator.pk if decided_on else None,
        )
        self.cases.tell(case, at(made_on, 9, 30), made_by, f"Referred to level {level}")
        if decided_on:
            text = {"accepted": f"Accepted at level {level}", "kept": "Kept at level 1"}.get(
                outcome, "Returned with questions"
            )
            self.cases.tell(case, at(decided_on, 16), coordinator, "Referral decided", text)

    def _meeting(self, place: Place, level: int, number: int, cases: list[Case]) -> None:
        day = day_of(level, number, self.on)
        if number < 0 and not cases:
            return  # nobody was due: the meeting was called off
        sitting = Sitting(self.load.id_for(Meeting), self._next("MT"), level, number, day, place)
        chair, panel = place.people["chair"], self.panels[level]
        due_on = working_days.step(day, MINUTES_DAYS[Offender.Level(level)], set())
        late = self.rng.random() < 0.1
        approved_on = min(due_on + timedelta(days=6 if late else -1), self.on - timedelta(days=1))
        approved = sitting.is_approved
        sitting.approved_on = approved_on if approved else None
        state = Meeting.State.APPROVED if approved else Meeting.State.HELD if sitting.is_held else Meeting.State.PLANNED
        add_meeting(
            self.load,
            sitting.id,
            sitting.reference,
            place,
            panel,
            at(day),
            state,
            minutes_due_on=due_on,
            approved_at=at(approved_on, 12) if approved else None,
            approved_by=chair.pk if approved else None,
        )
        if level == ACTIVE and number in {0, 1}:
            observe(self.load, place, sitting.id, at(day), self._next, observed=sitting.is_held)
        if approved:
            self.approved.append(sitting.id)
        for position, case in zip(self._places(sitting, len(cases)), cases, strict=True):
            self._item(sitting, case, position)

    def _places(self, sitting: Sitting, people: int) -> list[int]:
        """Where the people stand on the agenda: the last meeting and those to come have standing items, too."""
        if sitting.number < 0:
            return list(range(1, people + 1))
        by = sitting.place.people["coordinator"].pk
        return lay_out(self.load, sitting.id, people, by, partial(self._next, "SL"))

    def _item(self, sitting: Sitting, case: Case, position: int) -> None:
        item, item_reference = self.load.id_for(AgendaItem), self._next("IT")
        coordinator = sitting.place.people["coordinator"]
        # Of a meeting whose minutes are still written the last person is not finished yet.
        is_done = sitting.is_held and self._decided(case)[sitting.number] is not None
        begun = at(sitting.day) + timedelta(minutes=30 * (position - 1)) if is_done else None
        self.load.add(
            AgendaItem,
            id=item,
            reference=item_reference,
            meeting=sitting.id,
            offender=case.id,
            position=position,
            minutes=self.rng.choice((20, 30, 30, 40)),
            added_by=coordinator.pk,
            started_at=begun,
            started_by=coordinator.pk if begun else None,
            finished_at=begun + timedelta(minutes=28) if begun else None,
            finished_by=coordinator.pk if begun else None,
        )
        self._invite(sitting, case, item, item_reference)
        self._minute(sitting, item, coordinator)
        if not sitting.is_held:
            added_on = sitting.day - timedelta(days=21)
            title = f"Level {sitting.level} meeting on {sitting.day:%-d %B %Y}"
            self.cases.tell(case, at(min(added_on, self.on), 9), coordinator, "Put on an agenda", title)
            return
        self._decide(sitting, case, item)
        self._act(sitting, case, item)
        self._commit(sitting, item)

    def _invite(self, sitting: Sitting, case: Case, item: int, item_reference: str) -> None:
        coordinator = sitting.place.people["coordinator"]
        for kind, (invited, comes) in INVITED.items():
            agency = sitting.place.agencies[kind]
            in_custody = kind == "prison" and case.whereabouts == Offender.Whereabouts.CUSTODY
            if not (in_custody or agency.pk == case.lead.pk or self.rng.random() < invited):
                continue
            invitation, came = self.load.id_for(Invitation), self._attendance(comes) if sitting.is_held else ""
            who = self._who_came(sitting, kind, agency.pk) if came in {"present", "deputy"} else ""
            asked_on = min(sitting.day - timedelta(days=21), self.on)
            self.load.add(
                Invitation,
                id=invitation,
                reference=self._next("IN"),
                item=item,
                agency=agency.pk,
                invited_at=at(asked_on, 9),
                invited_by=coordinator.pk,
                information_due_on=sitting.day - timedelta(days=7),
                answer_due_on=min(asked_on + timedelta(days=7), sitting.day),
                attendance=came,
                attendance_reason=words.AWAY if came == "apologies" else "",
                attended_name=who,
                **self._response(sitting, kind, asked_on),
            )
            if not agency.is_responsible_authority:
                until = dates.add_months(sitting.day, INVITEE_MONTHS)
                reason = f"Invited to meeting {sitting.reference}"
                self.cases.grant(case, agency, Basis.INVITED, item_reference, reason, asked_on, until)
            answered = self._answer(sitting, kind, invitation, item)
            self._distribute(sitting, kind, agency, item, came, answered=answered)

    def _who_came(self, sitting: Sitting, kind: str, agency: int) -> str:
        """The name of who came for an agency; the statement was read out at the start, and everybody agreed."""
        name = sitting.place.people[PLAYED_BY[kind]].name if kind in PLAYED_BY else words.VISITORS[agency % 3]
        if (agency, name) not in sitting.agreed:
            sitting.agreed.add((agency, name))
            self.load.add(
                Agreement,
                meeting=sitting.id,
                agency=agency,
                name=name,
                statement=self.statement,
                read_out=True,
                agreed_at=at(sitting.day, 9, 5),
                recorded_by=sitting.place.people["coordinator"].pk,
            )
        return name

    def _attendance(self, comes: float) -> str:
        if self.rng.random() < comes:
            return "deputy" if self.rng.random() < 0.1 else "present"
        return "apologies" if self.rng.random() < 0.7 else "absent"

    def _response(self, sitting: Sitting, kind: str, asked_on: date) -> dict[str, object]:
        """Of the kinds of agency that are played in the demo most have said who comes; housing not yet for the next meeting."""
        answers = (
            kind in PLAYED_BY and (sitting.is_held or kind != "housing") and next(self.numbers["answers"]) % 10 < 7
        )
        who = self._someone(sitting.place, kind).pk if answers else None
        return {
            "response": Invitation.Response.ACCEPTED.value if answers else "",
            "representative": who,
            "responded_at": at(min(asked_on + timedelta(days=3), self.on - timedelta(days=1)), 10) if answers else None,
            "responded_by": who,
        }

    def _answer(self, sitting: Sitting, kind: str, invitation: int, item: int) -> bool:
        """Most send what they hold a week before; for the next meeting housing has not done so yet."""
        if self.rng.random() > (0.85 if sitting.is_held else 0.4) or (not sitting.is_held and kind == "housing"):
            return False
        nothing = self.rng.random() < 0.2
        sender, information = self._someone(sitting.place, kind), self.load.id_for(InformationReturn)
        self.load.add(
            InformationReturn,
            id=information,
            item=item,
            invitation=invitation,
            nothing_to_share=nothing,
            sent_at=at(min(sitting.day - timedelta(days=8), self.on - timedelta(days=1)), 13),
            sent_by=sender.pk,
        )
        readers = Audience.AUTHORITY if kind in {"police", "nhs-trust"} else Audience.EVERYONE
        said = {InformationPart.Section.KNOWN: "" if nothing else words.RETURNS[kind]}
        if not nothing and kind in words.OFFERS:
            said[InformationPart.Section.OFFER] = words.OFFERS[kind]
        for section, text in said.items():
            part = {"section": section.value, "text": text, "audience": readers.value}
            self.load.add(InformationPart, item=item, information=information, **part)
        return True

    def _distribute(self, sitting: Sitting, kind: str, agency: Agency, item: int, came: str, *, answered: bool) -> None:
        """Approved minutes went to whoever was there, sent information or gave apologies, and nearly all were read."""
        on, basis = sitting.approved_on, BASIS.get(came, "informed" if answered else "")
        if on is None or not basis:
            return
        is_read = on < self.on - timedelta(days=20) or self.rng.random() < 0.7
        self.load.add(
            Distribution,
            item=item,
            agency=agency.pk,
            basis="informed" if basis == "apologised" and answered else basis,
            version=1,
            told_at=at(on, 12),
            read_due_on=working_days.step(on, READ_DAYS, set()),
            read_version=int(is_read),
            read_at=at(on, 15) if is_read else None,
            read_by=self._someone(sitting.place, kind).pk if is_read else None,
        )

    def _someone(self, place: Place, kind: str) -> User:
        return place.people[PLAYED_BY.get(kind, "coordinator")]

    def _minute(self, sitting: Sitting, item: int, coordinator: User) -> None:
        for section in Paragraph.WRITTEN:
            choice = words.SAID.get(section.value)
            said = self.rng.choice(choice) if choice else words.CONSIDERED
            self.load.add(
                Paragraph,
                reference=self._next("PG"),
                item=item,
                section=section.value,
                text=said if sitting.is_held else "",
                audience="authority" if section == Paragraph.Section.VICTIMS else "everyone",
                version=1 if sitting.is_held else 0,
                saved_at=at(sitting.day, 11) if sitting.is_held else None,
                saved_by=coordinator.pk if sitting.is_held else None,
            )

    def _decide(self, sitting: Sitting, case: Case, item: int) -> None:
        found = self._decided(case)[sitting.number]
        if found is None:
            return
        level, next_on = found
        coordinator = sitting.place.people["coordinator"]
        discloses = self.rng.random() < 0.12
        to_whom, why = self.rng.choice(words.DISCLOSURE) if discloses else ("", self.rng.choice(words.NO_DISCLOSURE))
        children = answers_about_children(case, discloses=discloses)
        self.load.add(
            Decision,
            item=item,
            level=int(level),
            rationale=words.RATIONALE[level],
            disclosure="yes" if discloses else "no",
            disclosure_reasons=why,
            disclosure_to=to_whom,
            next_review_on=next_on,
            category="confirmed",
            **self._at_level_3(sitting),
            recorded_by=coordinator.pk,
            recorded_at=at(sitting.day, 12),
            version=1,
            **children,
        )
        if not sitting.is_approved:
            return
        if sitting.number == LAST_APPROVED and not sitting.has_dissent:
            sitting.has_dissent = True
            self._disagree_and_propose(sitting, case, item)
        self.load.add(
            DisclosureDecision,
            id=self.load.id_for(DisclosureDecision),
            offender=case.id,
            decision="yes" if discloses else "no",
            to_whom=to_whom,
            reasons=why,
            considered_at=at(sitting.day, 12),
            recorded_by=coordinator.pk,
            meeting_reference=sitting.reference,
            **children,
        )
        title = f"Level {sitting.level} meeting of {sitting.day:%-d %B %Y}"
        self.cases.tell(
            case, at(sitting.day, 12), coordinator, title, f"Managed at level {level}", TimelineEntry.Topic.LAW
        )

    @staticmethod
    def _at_level_3(sitting: Sitting) -> dict[str, object]:
        """What is asked of everyone at level 3."""
        asked = sitting.level == ENHANCED
        return {
            "is_critical": False if asked else None,
            "critical_reasons": "The risk is serious, and held by the plan." if asked else "",
            "needs_media_plan": False if asked else None,
            "media_reasons": "No interest of the press is known." if asked else "",
        }

    def _disagree_and_propose(self, sitting: Sitting, case: Case, item: int) -> None:
        """At the last approved meeting of each level one agency did not agree, and two bodies were asked for something."""
        coordinator = sitting.place.people["coordinator"].pk
        said_at = at(sitting.day, 12)
        self.load.add(
            Dissent,
            reference=self._next("DT"),
            item=item,
            agency=case.lead.pk,
            words=words.DISSENT,
            audience="everyone",
            recorded_at=said_at,
            recorded_by=coordinator,
        )
        for kind, body, what, reasons, answer in words.PROPOSALS:
            answered_on = min(sitting.day + timedelta(days=9), self.on - timedelta(days=1)) if answer else None
            self.load.add(
                Proposal,
                reference=self._next("PP"),
                item=item,
                kind=kind,
                body=body,
                what=what,
                reasons=reasons,
                due_on=sitting.day + timedelta(days=28),
                made_at=said_at,
                made_by=coordinator,
                answer="agreed" if answer else "",
                answered_on=answered_on,
                answer_words=answer,
                answer_recorded_by=coordinator if answer else None,
            )

    def _act(self, sitting: Sitting, case: Case, item: int) -> None:
        for kind, text in self.rng.sample(words.TASKS, self.rng.randint(1, 3)):
            agency = sitting.place.agencies[kind]
            due_on = sitting.day + timedelta(days=self.rng.randint(10, 45))
            done_on = self._done_on(due_on, sitting.day)
            coordinator = sitting.place.people["coordinator"]
            # Said to be done this week: co-ordination has not got round to it.
            waits = done_on is not None and done_on > self.on - WAITING
            confirmed = done_on is not None and not waits
            self.load.add(
                Action,
                reference=self._next("AC"),
                offender=case.id,
                item=item,
                area=sitting.place.area.pk,
                text=text,
                agency=agency.pk,
                due_on=due_on,
                made_at=at(sitting.day, 12),
                made_by=coordinator.pk,
                state="confirmed" if confirmed else "done" if waits else "open",
                done_on=done_on,
                done_by=self._someone(sitting.place, kind).pk if done_on else None,
                outcome=self.rng.choice(words.DONE) if done_on else "",
                confirm_due_on=working_days.step(done_on, 5, set()) if done_on else None,
                confirmed_at=at(done_on + timedelta(days=2), 15) if confirmed and done_on else None,
                confirmed_by=coordinator.pk if confirmed else None,
            )

    def _commit(self, sitting: Sitting, item: int) -> None:
        """At the last two meetings of level 3 agencies committed resources."""
        if sitting.level != ENHANCED or sitting.number < -1:
            return
        kind, what, how_much, post = words.COMMITTED[item % len(words.COMMITTED)]
        self.load.add(
            Commitment,
            reference=self._next("CM"),
            item=item,
            agency=sitting.place.agencies[kind].pk,
            what=what,
            how_much=how_much,
            from_on=sitting.day,
            until_on=None,
            committed_by=post,
            recorded_at=at(sitting.day, 12),
            recorded_by=sitting.place.people["coordinator"].pk,
        )

    def _done_on(self, due_on: date, made_on: date) -> date | None:
        """Old actions are nearly all done, one in seven of them late; of the new ones some."""
        is_old = due_on < self.on - timedelta(days=30)
        if self.rng.random() > (0.97 if is_old else 0.55):
            return None
        late = self.rng.random() < 0.14
        day = due_on + timedelta(days=self.rng.randint(1, 20) if late else -self.rng.randint(0, 9))
        return day if made_on <= day <= self.on else None
