"""Invented notifications of registered sexual offenders, dated by the functions that date the real ones."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from agencies.models import User
from agencies.models.user import system_user
from offenders.actions.notifications import notify
from offenders.actions.requirements import recompute
from offenders.duties import Away, Duty, Facts, Given, Must, deadline_of, duties
from offenders.law import notification
from offenders.law.disposals import CUSTODY, HOSPITAL, INDETERMINATE, disposal_of
from offenders.law.notification import NotificationPeriod
from offenders.law.periods import is_under
from offenders.models import Notification, NotificationDue, NotificationRequirement, Offender, RequirementPeriod
from reviews.demo import people
from reviews.demo.agencies import Place
from reviews.demo.cases import Case, Cases, at
from reviews.demo.convictions import Conviction
from reviews.demo.sentences import Stays, released_on

PLAYED = 24  # cases of an area of which some miss a notification or have no home; all others keep to the law
SEXUAL = "SOA2003"
TERRORIST = 4  # the category
MOST = 60  # notifications of one person
EARLY = timedelta(days=4)  # before the last day
HOMELESS_EVERY, MISSED_EVERY = 9, 7
WHAT = "Name, date of birth, home address, bank account and passport, all as before."


class Notifying:
    """Writes requirements, notifications and what is due into the load. Draws nothing."""

    def __init__(self, writer: Cases, stays: Stays) -> None:
        self.load, self.on, self.stays = writer.load, writer.on, stays
        self.requirements = self.notifications = self.dues = 0
        self.terrorists: list[int] = []

    def write(self, place: Place, cases: Sequence[Case]) -> None:
        """Requirements of the registered sexual offenders of an area: the night begins what is missing."""
        sexual = [case for case in cases if case.category == 1 and case.conviction]
        for number, case in enumerate(sexual):
            if case.conviction:
                self._write(case, case.conviction, place.people["police"], number)
        for case in cases:
            if case.category == TERRORIST and case.conviction:
                self._away(case, case.conviction, place.people["police"])
                self.terrorists.append(case.id)

    def begin(self) -> None:
        """What the verbs make of terrorist offenders, once they are written: begun by law, and notified in time."""
        system = system_user()
        for offender in Offender.objects.visible_to(system).filter(pk__in=self.terrorists).order_by("pk"):
            recompute(offender=offender, by=system)
            dues = offender.notification_dues.visible_to(system).open().filter(due_on__lte=self.on)
            while due := dues.filter(what__in=["initial", "periodic"]).select_related("requirement").first():
                notify(
                    requirement=due.requirement,
                    kind=due.what,
                    given_on=due.due_on,
                    place="Central police station",
                    method=Notification.Method.IN_PERSON,
                    received_by="Sam Example",
                    acknowledged=True,
                    what=WHAT,
                    fingerprints=False,
                    photographs=False,
                    no_fixed_abode=False,
                    by=system,
                )

    def _write(self, case: Case, conviction: Conviction, by: User, number: int) -> None:
        began = conviction.dealt_with_on
        disposal = disposal_of(conviction.disposal, conviction.term)
        period = notification.period(regime=SEXUAL, born_on=conviction.born_on, relevant_on=began, disposal=disposal)
        if period.last_day and period.last_day < self.on:
            return
        row = self._requirement(case, period, by)
        detained = conviction.disposal in CUSTODY | INDETERMINATE | HOSPITAL
        must = Must(
            row,
            SEXUAL,
            began,
            period.last_day,
            indefinite=period.indefinite,
            under_18=is_under(18, conviction.born_on, began),
            detained_for_it=detained,
        )
        facts = Facts([must], away=self._away(case, conviction, by) if detained else [])
        facts = self._notified(case, facts, by, number)
        for duty in duties(facts):
            self._due(case, duty)

    def _requirement(self, case: Case, period: NotificationPeriod, by: User) -> int:
        row = self.load.id_for(NotificationRequirement)
        told_at = at(max(period.starts_on, case.registered_on), 11)
        self.load.add(
            NotificationRequirement,
            id=row,
            reference=people.reference("NR", self.requirements),
            offender=case.id,
            regime=SEXUAL,
            basis=NotificationRequirement.Basis.CONVICTION.value,
            conviction=case.conviction_id,
            relevant_on=period.starts_on,
            lasts=NotificationRequirement.Lasts.SENTENCE.value,
            indefinite=period.indefinite,
            last_day=period.last_day,
            at=told_at,
            by=by.pk,
        )
        length = period.period
        self.load.add(
            RequirementPeriod,
            offender=case.id,
            requirement=row,
            indefinite=period.indefinite,
            years=length.years if length else None,
            months=length.months if length else None,
            days=length.days if length else None,
            last_day=period.last_day,
            authority=period.authority,
            explanation=period.explanation,
            at=told_at,
            by=by.pk,
        )
        self.requirements += 1
        return row

    def _away(self, case: Case, conviction: Conviction, by: User) -> list[Away]:
        """As the case's whereabouts are drawn: half of a sentence, or without end."""
        kind = "hospital" if conviction.disposal in HOSPITAL else "custody"
        until: date | None = None
        if case.whereabouts == "community":
            until = released_on(conviction)
        self.stays.hold(case, kind, conviction.dealt_with_on, until, by)
        return [Away(kind, conviction.dealt_with_on, until)]

    def _notified(self, case: Case, facts: Facts, by: User, number: int) -> Facts:
        """Notifications as they fell due until today; some people miss the last one, some have no home."""
        given: list[Given] = []
        while len(given) < MOST:
            now = replace(facts, given=given)
            due = min((d.due_on for d in duties(now) if d.what in {"initial", "periodic"}), default=None)
            missed = (
                number < PLAYED
                and number % MISSED_EVERY == 3
                and due is not None
                and due > self.on - timedelta(days=400)
                and given
            )
            if due is None or due > self.on or missed:
                break
            on = max(
                due - (EARLY if given else timedelta(days=1)),
                given[-1].on + timedelta(days=1) if given else due - timedelta(days=1),
            )
            homeless = number < PLAYED and number % HOMELESS_EVERY == 5 and on > self.on - timedelta(weeks=30)
            row = Given(
                pk=self.load.id_for(Notification),
                kind="periodic" if given else "initial",
                on=on,
                requirement=facts.musts[0].pk,
                no_fixed_abode=homeless,
            )
            self._notification(case, row, now, by)
            given.append(row)
        return replace(facts, given=given)

    def _notification(self, case: Case, row: Given, facts: Facts, by: User) -> None:
        deadline = deadline_of(facts, row)
        self.load.add(
            Notification,
            id=row.pk,
            reference=people.reference("NT", self.notifications),
            offender=case.id,
            requirement=row.requirement,
            kind=row.kind,
            given_on=row.on,
            place="Central police station",
            received_by=by.name,
            acknowledged=True,
            what=WHAT,
            no_fixed_abode=row.no_fixed_abode,
            due_on=deadline.due_on if deadline else None,
            on_time=row.on <= deadline.due_on if deadline else None,
            authority=deadline.authority if deadline else "",
            at=at(row.on, 11),
            by=by.pk,
        )
        self.notifications += 1

    def _due(self, case: Case, duty: Duty) -> None:
        self.load.add(
            NotificationDue,
            reference=people.reference("ND", self.dues),
            offender=case.id,
            requirement=duty.requirement,
            regime=duty.regime,
            what=duty.what,
            due_on=duty.due_on,
            authority=duty.authority,
            explanation=duty.explanation,
            about=duty.about,
            at=at(self.on, 1),
        )
        self.dues += 1
