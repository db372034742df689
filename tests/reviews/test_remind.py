"""Reminders: each person, once, of what is his to do, in words that name nobody."""

from datetime import datetime, time, timedelta

import pytest
from django.conf import settings as configured
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from agencies import outbox
from agencies.models import (
    Membership,
    MessageChoice,
    OutboxMessage,
    Pulse,
    Recertification,
    RecertificationLine,
    User,
)
from agencies.models.user import system_user
from agencies.working_days import step
from audit.models import AccessEvent
from mappa import dates
from mappa.celery import app
from offenders.models import Offender, OrderKind
from offenders.models.grant import Basis
from offenders.models.victim import VictimQuerySet
from reviews import actions, reminders
from reviews.actions.reminding import Wanted
from reviews.deadlines import KINDS
from reviews.models import BoardDecision, BoardMeeting, BoardMember, Reminder
from tests.factories import (
    AccessRequestFactory,
    ActionFactory,
    AgencyFactory,
    AgendaItemFactory,
    AmendmentFactory,
    AnnualReportFactory,
    AreaFactory,
    AssessmentFactory,
    AuditFactory,
    AuditFindingFactory,
    BoardDecisionFactory,
    BoardFactory,
    BoardMeetingFactory,
    BoardMemberFactory,
    BoardQuestionFactory,
    CategoryProposalFactory,
    ContactSchemeFactory,
    DisclosureDecisionFactory,
    DisclosureDraftFactory,
    DisclosureFactory,
    DisputeFactory,
    DistributionFactory,
    DriftPromptFactory,
    EmergencyAccessFactory,
    ExclusionFactory,
    FlagFactory,
    ForeignTravelFactory,
    GroupGrantFactory,
    InformationRequestFactory,
    InvitationFactory,
    KeyDateFactory,
    LayAdviserFactory,
    LicenceFactory,
    MeasureFactory,
    MeetingFactory,
    MembershipFactory,
    NotificationDueFactory,
    NotificationRequirementFactory,
    OffenderFactory,
    OnwardRequestFactory,
    OrderFactory,
    OrderTermFactory,
    PatientFactory,
    PatientStepFactory,
    PersonalGrantFactory,
    PlanActionFactory,
    PlanFactory,
    PlanShareFactory,
    PremisesPlaceFactory,
    ProposalFactory,
    RecommendationFactory,
    ReferralFactory,
    ReviewFactory,
    SchemeApplicationFactory,
    SeriousCaseFactory,
    TransferFactory,
    UnusualAccessFactory,
    VictimRequestFactory,
    in_days,
)
from tests.reviews.telling import at, mailed, morning, reminded, working_today

app.loader.import_default_modules()  # as a worker does at its start, before any thread asks for a task


def remind(on=None):
    """The task as the worker runs it, or the same on another day."""
    if on is None:
        app.tasks["reviews.tasks.remind"].apply(throw=True)
    else:
        reminders.remind_all(on=on, by=system_user())


def told(user):
    """What somebody is mailed once the morning has come."""
    morning()
    return mailed(user)


def remind_urgent():
    app.tasks["reviews.tasks.remind_urgent"].apply(throw=True)


@pytest.fixture
def due(offender, practitioner):
    """The case's review falls due today."""
    offender.reviews.visible_to(practitioner).update(due_on=working_today())
    return offender


def last_month(area, chair, **more):
    return MeetingFactory(area=area, chair=chair, starts_at=timezone.now() - timedelta(days=20), **more)


def invited(offender, agency, meeting):
    """An item of the meeting to which the agency came."""
    return InvitationFactory(agency=agency, offender=offender, item__meeting=meeting).item


def turns_18(offender, today):
    """The case's transition is due today, six months before the 18th birthday."""
    Offender._base_manager.filter(pk=offender.pk).update(born_on=dates.add_months(today, 6 - 18 * 12))
    return offender


def accepted(offender, chair, **more):
    """Co-ordination accepted the case at level 2 yesterday."""
    Offender._base_manager.filter(pk=offender.pk).update(level=2)
    answered = {"outcome": "accepted", "decided_by": chair, "decided_at": timezone.now() - timedelta(days=1)}
    return ReferralFactory(offender=offender, **answered, **more)


def a_late_agency(offender, chair, due_on):
    """A meeting to come, for which an agency owes information since a day."""
    meeting = MeetingFactory(area=offender.area, chair=chair)
    item = AgendaItemFactory(offender=offender, meeting=meeting)
    InvitationFactory(item=item, offender=None, agency=offender.lead_agency, information_due_on=due_on)
    return meeting


def held_yesterday(area):
    """A meeting of the board on the last working day, at which a member should have been."""
    meeting = BoardMeetingFactory(board=BoardFactory(area=area))
    BoardMemberFactory(board=meeting.board)
    BoardMeeting._base_manager.update(starts_at=_noon(step(working_today(), -1, set())))
    return meeting


def decided(area):
    """Recorded five working days ago, and a member to confirm it."""
    MembershipFactory(agency=AgencyFactory(kind__code="board", area=area), role_id="board-member")
    decision = BoardDecisionFactory(meeting__board=BoardFactory(area=area))
    BoardDecision._base_manager.update(recorded_at=_noon(step(working_today(), -5, set())))
    return decision


def _noon(day):
    return timezone.make_aware(datetime.combine(day, time(12)))


def leaving(row, on):
    """The case of the row is held, and released on a day."""
    Offender._base_manager.update(whereabouts="custody")
    KeyDateFactory(offender=getattr(row, "offender", row), on=on)
    return row


def a_list(agency, due_on, held):
    """The agency is asked by a day whether a membership is still right."""
    row = Recertification.objects.create(
        agency=agency, opened_on=due_on - timedelta(days=14), due_on=due_on, stops_on=due_on + timedelta(days=7)
    )
    RecertificationLine.objects.create(recertification=row, membership=held)
    return row


def vetted(user, until):
    User.objects.filter(pk=user.pk).update(vetting_expires_on=until)


def an_emergency(offender, **more):
    """One that is over, in an area that has an information officer."""
    MembershipFactory(agency=AgencyFactory(area=offender.area), role_id="information-officer")
    return EmergencyAccessFactory(offender=offender, ended_at=timezone.now(), **more)


def one_of(slug, offender, chair, housing):
    """A row of the kind that falls due today."""
    today, area, agency = working_today(), offender.area, housing.memberships.get().agency
    return {
        "case-review": lambda: ReviewFactory(offender=OffenderFactory(area=area, lead_agency=agency), due_on=today),
        "flag-review": lambda: FlagFactory(offender=offender, review_on=today),
        "notification": lambda: NotificationDueFactory(offender=offender, due_on=today),
        "notification-end": lambda: NotificationRequirementFactory(offender=offender, last_day=today),
        "order-notification": lambda: OrderFactory(
            offender=offender, starts_on=today - timedelta(days=2), kind=OrderKind.objects.get(code="shpo")
        ),
        "travel-return": lambda: ForeignTravelFactory(offender=offender, returns_on=today),
        "order-end": lambda: OrderFactory(offender=offender, ends_on=today),
        "order-term-end": lambda: OrderTermFactory(offender=offender, ends_on=today, order__ends_on=None),
        "licence-end": lambda: LicenceFactory(offender=offender, ends_on=today),
        "premises-end": lambda: PremisesPlaceFactory(offender=offender, until_on=today),
        "assessment-review": lambda: AssessmentFactory(offender=offender, review_on=today),
        "assessment-countersignature": lambda: AssessmentFactory(offender=offender, countersign_due_on=today),
        "assessment-sent-back": lambda: AssessmentFactory(
            offender=offender,
            assessed_by=offender.lead_officer,
            countersign_due_on=today,
            returned_at=timezone.now(),
            returned_by=chair,
            return_reason="Say when",
        ),
        "prompt": lambda: DriftPromptFactory(offender=offender, due_on=today),
        "prompt-apart": lambda: DriftPromptFactory(offender=offender, due_on=today, rule="near-victim"),
        "plan-countersignature": lambda: PlanFactory(offender=offender, sent=True, sign_due_on=today),
        "plan-share": lambda: PlanFactory(offender=offender, signed=True, share_due_on=today),
        "plan-review": lambda: PlanFactory(offender=offender, current=True, review_on=today),
        "plan-acknowledgement": lambda: PlanShareFactory(offender=offender, agency=agency, due_on=today),
        "measure": lambda: MeasureFactory(
            offender=offender, plan=PlanFactory(offender=offender, current=True), due_on=today
        ),
        "partner-measure": lambda: MeasureFactory(
            offender=offender, plan=PlanFactory(offender=offender, current=True), agency=agency, due_on=today
        ),
        "disclosure-to-record": lambda: DisclosureDecisionFactory(
            offender=offender, decision="yes", to_whom="The school", meeting_reference="MT-2222-2222"
        ),
        "disclosure-to-authorise": lambda: DisclosureFactory(offender=offender, authorise_by=today),
        "disclosure-to-deliver": lambda: DisclosureFactory(offender=offender, authorised=True, tell_by=today),
        "disclosure-review": lambda: DisclosureFactory(offender=offender, delivered=True, review_on=today),
        "disclosure-draft": lambda: DisclosureDraftFactory(offender=offender, user=chair, kept_until=today),
        "scheme-application": lambda: SchemeApplicationFactory(offender=offender, officer=chair, due_on=today),
        "scheme-decision": lambda: SchemeApplicationFactory(offender=offender, assessed=True, due_on=today),
        "referral": lambda: ReferralFactory(offender=offender, due_on=today),
        "referral-agreement": lambda: ReferralFactory(
            offender=offender, draft=True, asked=User.objects.get(name="Maya"), agree_due_on=today
        ),
        "referral-back": lambda: ReferralFactory(offender=offender, draft=True, back_on=today),
        "referral-draft": lambda: ReferralFactory(offender=offender, draft=True, kept_until=today),
        "first-meeting": lambda: accepted(offender, chair, meet_by=today),
        "information": lambda: InvitationFactory(offender=offender, agency=agency, information_due_on=today),
        "invitation": lambda: InvitationFactory(offender=offender, agency=agency, answer_due_on=today),
        "information-late": lambda: a_late_agency(offender, chair, step(today, -1, set())),
        "information-asked": lambda: InformationRequestFactory(offender=offender, agency=agency, due_on=today),
        "information-unanswered": lambda: InformationRequestFactory(
            offender=offender, due_on=in_days(-5), chase_on=today, asked_by=chair
        ),
        "agenda": lambda: MeetingFactory(area=area, chair=chair, starts_at=timezone.now() + timedelta(minutes=1)),
        "meeting-without-agenda": lambda: MeetingFactory(
            area=area, chair=chair, starts_at=timezone.now() + timedelta(minutes=1)
        ),
        "minutes": lambda: last_month(area, chair, minutes_due_on=today),
        "minutes-to-finish": lambda: last_month(area, chair, minutes_due_on=step(today, -1, set())),
        "minutes-to-read": lambda: DistributionFactory(
            item=invited(offender, agency, last_month(area, chair)), agency=agency, offender=None, read_due_on=today
        ),
        "proposal": lambda: ProposalFactory(
            item__meeting=last_month(area, chair, state="approved"), offender=offender, due_on=today
        ),
        "amendment": lambda: AmendmentFactory(item__meeting=last_month(area, chair), offender=offender, due_on=today),
        "sending-on": lambda: OnwardRequestFactory(
            item__meeting=last_month(area, chair), offender=offender, due_on=today
        ),
        "action": lambda: ActionFactory(offender=offender, agency=agency, due_on=today),
        "action-to-confirm": lambda: ActionFactory(offender=offender, done=True, confirm_due_on=today),
        "patient-notice": lambda: PatientFactory(offender=offender, notice_due_on=today),
        "patient-step-notice": lambda: PatientStepFactory(offender=offender, notice_due_on=today),
        "transition": lambda: turns_18(offender, today),
        "category-proposal": lambda: CategoryProposalFactory(offender=offender, due_on=today),
        "transfer": lambda: TransferFactory(
            offender=offender, to_area=area, to_agency=agency, answering_agency=agency, due_on=today
        ),
        "answer": lambda: VictimRequestFactory(offender=offender, answer_due_on=today),
        "annual-report": lambda: AnnualReportFactory(area=area, due_on=today),
        "first-contact": lambda: ContactSchemeFactory(offender=offender, contact_due_on=today),
        "next-contact": lambda: ContactSchemeFactory(
            offender=offender, first_contact_on=in_days(-1), next_contact_on=today
        ),
        "board-meeting": lambda: BoardMeetingFactory(
            board=BoardFactory(area=area), starts_at=timezone.now() + timedelta(minutes=1)
        ),
        "board-papers": lambda: BoardMeetingFactory(board=BoardFactory(area=area), papers_due_on=today),
        "board-attendance": lambda: held_yesterday(area),
        "board-decision": lambda: decided(area),
        "board-term": lambda: BoardMemberFactory(board=BoardFactory(area=area), until=today),
        "adviser-term": lambda: LayAdviserFactory(board=BoardFactory(area=area), until=today),
        "board-question": lambda: BoardQuestionFactory(board=BoardFactory(area=area), due_on=today),
        "plan-action": lambda: PlanActionFactory(plan__board=BoardFactory(area=area), due_on=today),
        "audit-to-assign": lambda: AuditFactory(offender=offender, state="to-assign", auditor=None, due_on=today),
        "audit": lambda: AuditFactory(offender=offender, auditor=chair, due_on=today),
        "audit-to-check": lambda: AuditFactory(offender=offender, sent=True, due_on=today),
        "audit-to-sign": lambda: AuditFactory(offender=offender, checked=True, due_on=today),
        "audit-finding": lambda: AuditFindingFactory(
            audit=AuditFactory(offender=offender, signed=True), offender=None, owner=chair, due_on=today
        ),
        "serious-notice": lambda: SeriousCaseFactory(offender=offender, due_on=today),
        "serious-decision": lambda: SeriousCaseFactory(offender=offender, notified=True, due_on=today),
        "serious-report": lambda: SeriousCaseFactory(offender=offender, reviewed=True, due_on=today),
        "serious-acceptance": lambda: SeriousCaseFactory(offender=offender, reported=True, due_on=today),
        "recommendation": lambda: RecommendationFactory(
            serious=SeriousCaseFactory(offender=offender, accepted=True), offender=None, owner=chair, due_on=today
        ),
        "release-level": lambda: leaving(offender, dates.add_months(today, 6)),
        "release-premises": lambda: leaving(offender, today + timedelta(weeks=16)),
        "release-contact": lambda: leaving(ContactSchemeFactory(offender=offender), today + timedelta(weeks=14)),
        "release-licence": lambda: leaving(offender, today + timedelta(weeks=10)),
        "release-disclosure": lambda: leaving(offender, today + timedelta(weeks=8)),
        "release-dwp": lambda: leaving(offender, today + timedelta(weeks=6)),
        "release-passed": lambda: leaving(offender, step(today, -1, set())),
        "vetting": lambda: vetted(chair, today),
        "vetting-of-others": lambda: vetted(MembershipFactory(agency=agency).user, today),
        "membership": lambda: chair.memberships.update(until=at(7).date()),
        "membership-of-others": lambda: MembershipFactory(agency=agency, until=today),
        "access-request": lambda: AccessRequestFactory(
            offender=offender, received_on=today - timedelta(days=31), due_on=today
        ),
        "dispute": lambda: DisputeFactory(offender=offender, received_on=today - timedelta(days=31), due_on=today),
        "recertification": lambda: a_list(agency, today, MembershipFactory(agency=agency)),
        "recertification-of-points": lambda: a_list(agency, today, housing.memberships.get()),
        "share-end": lambda: GroupGrantFactory(content_object=offender, until=today),
        "naming-end": lambda: PersonalGrantFactory(content_object=offender, user=chair, until=today),
        "unusual-access": lambda: UnusualAccessFactory(offender=offender, due_on=today),
        "unusual-access-to-explain": lambda: UnusualAccessFactory(
            offender=offender, to_explain=True, manager=chair, explain_by=today
        ),
        "emergency-review": lambda: an_emergency(offender, review_due_on=today),
        "emergency-answer": lambda: an_emergency(offender, user=chair, answer_due_on=today, review_due_on=today),
    }[slug]()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.stages], ids=lambda kind: kind.slug)
def test_each_kind_is_reminded_of(
    kind, offender, area_officer, chair, coordinator, manager, housing, victim_liaison, granted, board_member,
    information_officer,
):  # fmt: skip
    row = one_of(kind.slug, offender, chair, housing)
    if kind.slug == "case-review":
        GroupGrantFactory(content_object=row.offender, group=row.offender.lead_agency.group, basis=Basis.LEAD)

    remind()

    made = Reminder.objects.visible_to(system_user()).filter(kind=kind.slug, rung="own", withdrawn_at__isnull=True)
    assert made.exists()
    told(chair)
    assert not made.exclude(message__state="sent").exists()


def test_a_reminder_says_what_by_when_and_where_and_names_nobody(due, practitioner):
    remind()

    [message] = told(practitioner)
    assert message.subject.startswith("OFFICIAL-SENSITIVE: Level 1 review, due ")
    assert due.reference in message.body
    assert f"{configured.BASE_URL}/people/{due.reference}/review/" in message.body
    for private in ("Ashdown", "Peter", "1981", "Bob"):
        assert private not in message.subject + message.body


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.closed], ids=lambda kind: kind.slug)
def test_no_mail_says_that_a_case_has_a_victim(kind, offender, chair, housing, victim_liaison, granted):
    row = one_of(kind.slug, offender, chair, housing)

    remind()

    [reminder] = Reminder.objects.visible_to(system_user()).filter(kind=kind.slug)
    Reminder.objects.visible_to(system_user()).exclude(pk=reminder.pk).delete()
    [message] = told(reminder.to)
    kept = " ".join(str(getattr(message, field.name)) for field in OutboxMessage._meta.fields)
    assert f"\n{configured.BASE_URL}/\n" in message.body
    assert not any(word in kept.lower() for word in ("victim", "/people/", offender.reference.lower()))
    assert row.reference not in message.subject + message.body


def test_every_kind_of_the_compartment_is_closed(db):
    shut = {kind.slug for kind in KINDS if issubclass(type(kind.open(system_user())), VictimQuerySet)}

    # Of prompts, one kind is of the compartment and one is not: tests/assessments/test_drift.py.
    shut.add("prompt-apart")
    assert {kind.slug for kind in KINDS if kind.closed} == shut >= {"first-contact", "next-contact"}


def test_running_twice_reminds_once(due, practitioner):
    remind()
    remind()

    assert len(told(practitioner)) == Reminder.objects.visible_to(practitioner).count() == 1


def test_a_run_that_was_missed_is_caught_up_once(due, practitioner):
    day = working_today()
    tomorrow = day + timedelta(days=1)
    due.reviews.visible_to(practitioner).update(due_on=step(day, 5, set()))

    remind(on=tomorrow)
    remind(on=tomorrow)

    assert [reminder.stage for reminder in Reminder.objects.visible_to(practitioner)] == ["5-before"]


def test_a_new_date_is_a_new_deadline(due, practitioner):
    remind()
    due.reviews.visible_to(practitioner).update(due_on=step(working_today(), 5, set()))
    remind()

    assert [reminder.stage for reminder in reminded(practitioner)] == ["on-the-day", "5-before"]


def test_what_is_not_at_a_stage_reminds_nobody(offender, practitioner):
    offender.reviews.visible_to(practitioner).update(due_on=in_days(70))

    remind()

    assert reminded(practitioner) == []


def test_a_restricted_case_reminds_only_those_it_names(due, practitioner):
    Offender._base_manager.update(restricted=True)

    remind()

    assert reminded(practitioner) == []


def test_an_excluded_officer_is_told_nothing(due, practitioner):
    ExclusionFactory(offender=due, user=practitioner)

    remind()

    assert reminded(practitioner) == []


def test_whoever_has_left_is_told_nothing_and_a_colleague_is(due, practitioner, manager):
    Membership.objects.filter(user=practitioner).update(until=in_days(-1))

    remind()

    assert (len(told(practitioner)), len(told(manager))) == (0, 1)


def test_whoever_may_not_sign_in_is_told_nothing(due, practitioner, manager):
    User.objects.filter(pk=practitioner.pk).update(is_active=False)

    remind()

    assert (len(told(practitioner)), len(told(manager))) == (0, 1)


def test_an_agency_whose_grant_has_ended_is_told_nothing(granted, offender, housing):
    agency = housing.memberships.get().agency
    InvitationFactory(offender=offender, agency=agency, information_due_on=working_today())
    granted.until = in_days(-1)
    granted.save()

    remind()

    assert told(housing) == []


def test_no_other_area_hears_of_it(due, coordinator, outsider):
    ReferralFactory(offender=due, due_on=working_today())

    remind()

    assert (len(told(coordinator)), len(told(outsider))) == (1, 0)


def test_reminders_their_mail_and_their_record_are_made_together_or_not_at_all(due, practitioner, monkeypatch):
    MessageChoice.objects.create(user=practitioner, rhythm="at-once")

    def full(**_kwargs):
        raise RuntimeError("disk full")

    monkeypatch.setattr(outbox, "post_unwritten", full)

    remind()

    assert not Reminder.objects.visible_to(practitioner).exists()
    assert not AccessEvent.objects.filter(event="deadline.reminded").exists()


def test_a_reminder_is_recorded(due, practitioner):
    remind()

    event = AccessEvent.objects.get(event="deadline.reminded")
    assert (event.case_id, event.detail["to"]) == (due.pk, practitioner.pk)


def test_only_the_clock_reminds(due, practitioner):
    kind = KINDS[0]
    row = kind.mine(practitioner, dates.today()).get()

    with pytest.raises(PermissionDenied):
        actions.remind(kind=kind, wanted=[Wanted(row, "on-the-day", practitioner.pk, "own")], by=practitioner)


def test_batches_reach_every_row(offender, practitioner, monkeypatch):
    monkeypatch.setattr(reminders, "BATCH", 2)
    offender.reviews.visible_to(practitioner).update(due_on=in_days(70))
    for _each in range(5):
        ActionFactory(offender=offender, officer=practitioner, due_on=working_today())

    remind()

    assert [reminder.kind for reminder in reminded(practitioner)] == ["action"] * 5


def test_a_walk_with_nothing_new_asks_little(offender, practitioner, django_assert_max_num_queries):
    offender.reviews.visible_to(practitioner).update(due_on=in_days(70))
    for _each in range(10):
        ActionFactory(offender=offender, officer=practitioner, due_on=in_days(0))
    remind()

    # One for each kind, a few for the one that has something due, and what some kinds ask of standards.
    with django_assert_max_num_queries(len(KINDS) + 30):
        remind()


def test_the_minute_asks_of_urgent_kinds_alone_and_reminds_of_what_is_new(
    offender, practitioner, django_assert_max_num_queries
):
    urgent = [kind for kind in KINDS if kind.urgent]
    prompt = DriftPromptFactory(offender=offender, due_on=working_today())

    remind_urgent()
    with django_assert_max_num_queries(len(urgent) + 12):
        remind_urgent()

    [reminder] = reminded(practitioner)
    assert (reminder.reference, reminder.is_urgent, reminder.message.state) == (prompt.reference, True, "waiting")


def test_what_is_overdue_is_never_given_up(due, practitioner):
    due.reviews.visible_to(practitioner).update(due_on=in_days(-400))

    remind()

    assert [(reminder.stage, reminder.rung) for reminder in reminded(practitioner)] == [("5-after", "own")]


def test_whoever_takes_over_what_is_overdue_is_reminded_of_it(due, practitioner, manager):
    due.reviews.visible_to(practitioner).update(due_on=step(working_today(), -2, set()))
    remind()

    Offender._base_manager.update(lead_officer=manager)
    remind()

    assert [reminder.stage for reminder in reminded(manager)] == ["1-after"]


def test_whoever_wants_no_early_notice_is_told_from_the_day_on(due, practitioner):
    MessageChoice.objects.create(user=practitioner, early=False)
    due.reviews.visible_to(practitioner).update(due_on=step(working_today(), 3, set()))
    remind()
    assert reminded(practitioner) == []

    due.reviews.visible_to(practitioner).update(due_on=working_today())
    remind()
    assert [reminder.stage for reminder in reminded(practitioner)] == ["on-the-day"]


def test_of_what_is_urgent_nobody_chooses_to_hear_late(offender, practitioner):
    MessageChoice.objects.create(user=practitioner, early=False)
    DriftPromptFactory(offender=offender, due_on=step(working_today(), 3, set()))

    remind_urgent()

    [reminder] = reminded(practitioner)
    assert (reminder.stage, reminder.message.state) == ("5-before", "waiting")


def test_what_was_withdrawn_and_holds_again_is_told_again(due, practitioner):
    remind()
    exclusion = ExclusionFactory(offender=due, user=practitioner)
    assert told(practitioner) == []
    assert reminded(practitioner)[0].withdrawn_at is not None

    exclusion.ended_on, exclusion.ended_by, exclusion.end_reason = dates.today(), practitioner, "Checked"
    exclusion.save()
    remind()

    [reminder] = reminded(practitioner)
    assert (reminder.message, reminder.withdrawn_at) == (None, None)


def test_workers_at_the_same_time_remind_once(at_once):
    area = AreaFactory(slug="somewhere")
    agency = AgencyFactory(name="Probation, Somewhere", kind__code="probation", area=area)
    officer = MembershipFactory(agency=agency, user__email="together@test.invalid").user
    system_user()
    case = OffenderFactory(area=area, lead_agency=agency, lead_officer=officer)
    ReviewFactory(offender=case, due_on=working_today())

    at_once(remind, 3)

    assert len(reminded(officer)) == 1


def test_a_walk_that_has_ended_has_come_back_to_where_another_was(due, practitioner, monkeypatch):
    """Or a morning would be told while what the other finds is still being made."""
    monkeypatch.setattr(reminders, "hold", lambda _name, _part, *, wait: wait)

    remind()

    assert len(reminded(practitioner)) == 1


def test_a_kind_that_cannot_be_read_hides_no_other_and_alarms(due, practitioner, monkeypatch):
    whole = reminders._remind_kind

    def broken(kind, *args, **kwargs):
        return 1 // 0 if kind.slug == "case-review" else whole(kind, *args, **kwargs)

    monkeypatch.setattr(reminders, "_remind_kind", broken)
    ActionFactory(offender=due, officer=practitioner, due_on=working_today())

    remind()

    pulse = Pulse.objects.get(name="reminders")
    assert [reminder.kind for reminder in reminded(practitioner)] == ["action"]
    assert (pulse.ended_at is None, pulse.last_ended_at) == (False, None)


def test_an_audit_of_what_its_auditor_sees_no_more_goes_to_co_ordination(offender, coordinator):
    gone = MembershipFactory(user__email="gone@test.invalid", until=in_days(-1)).user
    AuditFactory(offender=offender, auditor=gone, due_on=working_today())

    remind()

    assert [reminder.kind for reminder in reminded(coordinator)] == ["audit"]
    assert reminded(gone) == []


def test_an_action_from_an_audit_whose_owner_has_left_goes_to_co_ordination(offender, coordinator, chair):
    gone = MembershipFactory(user__email="gone@test.invalid", until=in_days(-1)).user
    for owner in (gone, chair):
        audit = AuditFactory(offender=offender, signed=True)
        AuditFindingFactory(audit=audit, offender=None, owner=owner, due_on=working_today())

    remind()

    assert len(told(coordinator)) == len(told(chair)) == 1


def test_attendance_is_to_take_of_whoever_sat_on_that_day_and_of_nobody_else(area, coordinator):
    meeting = held_yesterday(area)
    ended = {"ended_on": in_days(-30), "ended_by": coordinator, "end_reason": "Retired"}
    BoardMember._base_manager.update(**ended)
    remind()
    assert reminded(coordinator) == []

    LayAdviserFactory(board=meeting.board)
    remind()
    assert [reminder.kind for reminder in reminded(coordinator)] == ["board-attendance"]


def test_the_beat_runs_what_the_worker_knows():
    names = {entry["task"] for entry in configured.CELERY_BEAT_SCHEDULE.values()}

    assert names <= set(app.tasks)


def test_of_a_request_its_contact_point_is_mailed_and_not_every_practitioner(offender, health_agency, uninvited):
    contact_point = MembershipFactory(agency=health_agency, role_id="contact-point").user
    request = InformationRequestFactory(offender=offender, agency=health_agency, due_on=working_today())

    remind()

    [message] = told(contact_point)
    assert request.reference in message.body
    assert not {word for word in ("Ashdown", "Peter", offender.reference) if word in message.subject + message.body}
    assert told(uninvited) == []


def test_without_a_contact_point_a_request_is_mailed_to_the_practitioners(offender, health_agency, uninvited):
    InformationRequestFactory(offender=offender, agency=health_agency, due_on=working_today())

    remind()

    assert len(told(uninvited)) == 1
