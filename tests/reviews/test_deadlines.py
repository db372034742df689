"""The table of deadlines: whose each is, and when it reaches a stage."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from agencies.models import Membership, Recertification, RecertificationLine, Role, User
from assessments.models import Plan
from disclosures.models import InformationRequest
from mappa import dates
from offenders.models import Offender, OrderKind
from panels.models import Distribution
from reviews.deadlines import BY_SLUG, KINDS, stage_name, stage_on
from tests.factories import (
    AccessRequestFactory,
    ActionFactory,
    AgencyFactory,
    AgendaItemFactory,
    AmendmentFactory,
    AnnualReportFactory,
    AssessmentFactory,
    AuditFactory,
    AuditFindingFactory,
    BoardDecisionFactory,
    BoardMeetingFactory,
    BoardMemberFactory,
    BoardQuestionFactory,
    CaseWarningFactory,
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
    InformationReturnFactory,
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
    UserFactory,
    VictimRequestFactory,
    in_days,
)

R = Role.Code
MONDAY = date(2026, 11, 23)
STAGES = (-5, 0, 1, 5)


def rows(slug, user, today):
    return list(BY_SLUG[slug].mine(user, today))


@pytest.mark.parametrize(
    ("due", "stage"),
    [
        (date(2026, 12, 1), ""),
        (date(2026, 11, 30), "5-before"),
        (date(2026, 11, 27), "5-before"),  # Friday 20 November came and went
        (date(2026, 11, 23), "on-the-day"),
        (date(2026, 11, 22), "1-after"),  # a Sunday: done by Friday, so Monday is one after
        (date(2026, 11, 20), "1-after"),
        (date(2026, 11, 13), "5-after"),  # Friday 20 November came and went
        (date(2026, 11, 6), "5-after"),
        (date(2024, 11, 6), "5-after"),  # never given up
    ],
)
def test_a_deadline_is_at_the_latest_stage_that_has_come(due, stage):
    assert stage_on(STAGES, due, MONDAY, set()) == stage


def test_a_closed_day_moves_the_stage():
    assert stage_on((-1,), date(2026, 11, 25), MONDAY, {date(2026, 11, 24)}) == "1-before"
    assert stage_on((-1,), date(2026, 11, 25), MONDAY, set()) == ""


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_every_stage_of_a_deadline_comes_once_and_in_order(due):
    days = [due + timedelta(days=n) for n in range(-30, 30)]
    names = [name for name in (stage_on(STAGES, due, day, set()) for day in days) if name]

    seen = [name for n, name in enumerate(names) if n == 0 or names[n - 1] != name]

    assert seen == [stage_name(days) for days in STAGES]


def test_every_kind_has_its_own_name_and_reminds_on_the_day_or_after():
    assert len(BY_SLUG) == len(KINDS)
    assert all(max(kind.stages) >= 0 for kind in KINDS if kind.stages)


def test_a_review_is_the_lead_officers(offender, practitioner, manager, today):
    assert [review.offender for review in rows("case-review", practitioner, today)] == [offender]
    assert rows("case-review", manager, today) == []


def test_without_a_lead_officer_a_review_is_the_lead_agencys(offender, practitioner, manager, coordinator, today):
    Offender._base_manager.update(lead_officer=None)

    assert len(rows("case-review", practitioner, today)) == len(rows("case-review", manager, today)) == 1
    assert rows("case-review", coordinator, today) == []


def test_when_the_lead_officer_has_left_a_review_is_the_lead_agencys(offender, practitioner, manager, today):
    Membership.objects.filter(user=practitioner).update(until=in_days(-1))

    assert len(rows("case-review", manager, today)) == 1
    assert rows("case-review", practitioner, today) == []


def test_a_lead_officer_who_works_elsewhere_now_keeps_the_review(offender, practitioner, manager, police, today):
    Membership.objects.filter(user=practitioner).update(until=in_days(-1))
    MembershipFactory(user=practitioner, agency=police, role_id=R.PRACTITIONER)

    assert len(rows("case-review", practitioner, today)) == 1
    assert rows("case-review", manager, today) == []


def test_a_lead_officer_without_vetting_leaves_the_review_to_the_colleagues(offender, practitioner, manager, today):
    User.objects.filter(pk=practitioner.pk).update(vetting_expires_on=in_days(-1))

    assert len(rows("case-review", manager, today)) == 1


def test_a_review_of_a_case_that_has_ended_is_nobodys(offender, practitioner, today):
    Offender._base_manager.update(ended_on=today)

    assert rows("case-review", practitioner, today) == []


def test_an_excluded_lead_officer_is_not_asked(offender, practitioner, today):
    ExclusionFactory(offender=offender, user=practitioner)

    assert rows("case-review", practitioner, today) == []


def test_a_referral_is_the_coordinators_of_its_area(offender, coordinator, chair, outsider, today):
    referral = ReferralFactory(offender=offender)

    assert rows("referral", coordinator, today) == [referral]
    assert rows("referral", chair, today) == rows("referral", outsider, today) == []


def test_to_agree_is_the_managers_who_was_asked_and_once_he_is_gone_his_colleagues(offender, manager, probation, today):
    referral = ReferralFactory(offender=offender, draft=True, asked=manager, agree_due_on=today)
    other = MembershipFactory(agency=probation, role_id="practitioner", rank=manager.memberships.get().rank).user
    assert rows("referral-agreement", manager, today) == [referral]
    assert rows("referral-agreement", other, today) == []

    ExclusionFactory(offender=offender, user=manager)

    assert rows("referral-agreement", User.objects.get(pk=manager.pk), today) == []
    assert rows("referral-agreement", User.objects.get(pk=other.pk), today) == [referral]


def test_what_a_manager_wrote_in_is_not_his_to_agree_to_and_what_is_agreed_nobodys(offender, manager, today):
    ReferralFactory(offender=offender, draft=True, asked=manager, agree_due_on=today, written_by=[manager.pk])
    agreed = {"agreed_version": 0, "agreed_at": timezone.now(), "agreed_by": manager}
    ReferralFactory(offender=offender, draft=True, asked=manager, agree_due_on=today, **agreed)

    assert rows("referral-agreement", manager, today) == []


def test_what_came_back_is_its_writers(offender, practitioner, manager, today):
    referral = ReferralFactory(offender=offender, draft=True, back_on=today)

    assert rows("referral-back", practitioner, today) == [referral]
    assert rows("referral-back", manager, today) == []


def test_a_first_meeting_is_to_be_arranged_until_one_that_is_held_has_the_case_on_it(
    offender, coordinator, chair, today
):
    Offender._base_manager.update(level=2)
    referral = accepted(offender, chair)
    assert rows("first-meeting", coordinator, today) == [referral]

    item = AgendaItemFactory(offender=offender)
    assert rows("first-meeting", coordinator, today) == []

    type(item.meeting)._base_manager.update(state="cancelled")
    assert rows("first-meeting", coordinator, today) == [referral]


def test_a_proposal_about_a_category_is_the_coordinators_of_its_area(offender, coordinator, chair, outsider, today):
    proposal = CategoryProposalFactory(offender=offender)

    assert rows("category-proposal", coordinator, today) == [proposal]
    assert rows("category-proposal", chair, today) == rows("category-proposal", outsider, today) == []


def test_a_proposal_that_was_answered_is_due_no_more(offender, coordinator, today):
    answered = {"answered_at": timezone.now(), "answered_by": coordinator, "answer_reason": "Checked"}
    CategoryProposalFactory(offender=offender, outcome="declined", **answered)

    assert rows("category-proposal", coordinator, today) == []


def test_information_is_the_contact_points_of_the_invited_agency(granted, offender, housing, practitioner, today):
    invitation = InvitationFactory(offender=offender, agency=housing.memberships.get().agency)

    assert rows("information", housing, today) == [invitation]
    assert rows("information", practitioner, today) == []


def test_without_a_contact_point_information_is_the_practitioners(granted, offender, housing, today):
    agency = housing.memberships.get().agency
    colleague = MembershipFactory(agency=agency, role_id="practitioner").user
    invitation = InvitationFactory(offender=offender, agency=agency)
    kind = BY_SLUG["information"]
    assert rows("information", colleague, today) == []

    housing.memberships.update(until=today - timedelta(days=1))

    assert rows("information", colleague, today) == [invitation]
    assert kind.candidates([invitation], today) == {(invitation.pk, colleague.pk)}


def test_information_that_was_sent_is_due_no_more(granted, offender, housing, today):
    invitation = InvitationFactory(offender=offender, agency=housing.memberships.get().agency)
    InformationReturnFactory(item=invitation.item, invitation=invitation, offender=None)

    assert rows("information", housing, today) == []


def test_information_for_a_meeting_that_was_held_is_due_no_more(granted, offender, housing, today):
    item = AgendaItemFactory(offender=offender, meeting__starts_at=timezone.now() - timedelta(hours=1))
    InvitationFactory(item=item, offender=None, agency=housing.memberships.get().agency)

    assert rows("information", housing, today) == []


def test_a_request_is_for_the_agency_that_is_asked_and_sees_no_case(
    offender, health_agency, uninvited, practitioner, today
):
    contact_point = MembershipFactory(agency=health_agency, role_id="contact-point").user
    request = InformationRequestFactory(offender=offender, agency=health_agency)

    assert rows("information-asked", uninvited, today) == rows("information-asked", contact_point, today) == [request]
    assert rows("information-asked", practitioner, today) == []
    assert BY_SLUG["information-asked"].case_of(request) is None


@pytest.mark.parametrize("state", ["answered", "withdrawn"])
def test_a_request_that_is_over_is_due_no_more(offender, health_agency, uninvited, practitioner, state, today):
    late = {"due_on": in_days(-3), "chase_on": in_days(-2)}
    InformationRequestFactory(offender=offender, agency=health_agency, asked_by=practitioner, **late, **{state: True})

    assert rows("information-asked", uninvited, today) == rows("information-unanswered", practitioner, today) == []


def test_an_overdue_answer_is_for_whoever_asked_to_chase(offender, health_agency, practitioner, manager, today):
    late = {"agency": health_agency, "asked_by": practitioner, "offender": offender}
    request = InformationRequestFactory(due_on=in_days(-1), chase_on=in_days(0), **late)
    InformationRequestFactory(due_on=in_days(0), chase_on=in_days(1), **late)

    assert rows("information-unanswered", practitioner, today) == [request]
    assert rows("information-unanswered", manager, today) == []

    Membership.objects.filter(user=practitioner).update(until=in_days(-1))

    assert rows("information-unanswered", manager, today) == [request]


def test_whoever_asked_and_sees_the_case_no_more_is_not_told_of_it(offender, health_agency, practitioner, today):
    """Not even when he works for the asked agency now, and sees the request from there."""
    InformationRequestFactory(
        offender=offender, agency=health_agency, asked_by=practitioner, due_on=in_days(-2), chase_on=in_days(-1)
    )
    Membership.objects.filter(user=practitioner).update(agency=health_agency)
    Offender._base_manager.update(lead_officer=None)

    assert rows("information-unanswered", practitioner, today) == []


@pytest.fixture
def unanswered(offender, health_agency, practitioner):
    late = {"due_on": in_days(-2), "chase_on": in_days(-1)}
    return InformationRequestFactory(offender=offender, agency=health_agency, asked_by=practitioner, **late)


def test_what_whoever_asked_does_not_see_any_more_is_for_colleagues_who_do(unanswered, practitioner, manager, today):
    ExclusionFactory(offender=unanswered.offender, user=practitioner)

    assert rows("information-unanswered", practitioner, today) == []
    assert rows("information-unanswered", manager, today) == [unanswered]
    assert (unanswered.pk, manager.pk) in BY_SLUG["information-unanswered"].candidates([unanswered], today)


def test_what_nobody_of_the_asking_agency_sees_is_for_whoever_leads_the_case(
    unanswered, practitioner, manager, outsider, other_area, today
):
    lead = MembershipFactory(agency__area=other_area, agency__kind__code="probation", role_id="practitioner")
    Offender._base_manager.update(area=other_area, lead_agency=lead.agency, lead_officer=lead.user)
    GroupGrantFactory(content_object=unanswered.offender, group=lead.agency.group, given_by=outsider, basis="lead")

    assert rows("information-unanswered", practitioner, today) == rows("information-unanswered", manager, today) == []
    assert rows("information-unanswered", lead.user, today) == [unanswered]
    found = InformationRequest.objects.visible_to(lead.user).get()
    assert (found.pk, lead.user.pk) in BY_SLUG["information-unanswered"].candidates([found], today)


def test_while_whoever_asked_sees_the_case_nobody_else_is_asked(unanswered, practitioner, manager, today):
    Offender._base_manager.update(lead_officer=manager)

    assert rows("information-unanswered", manager, today) == []
    assert {user for _row, user in BY_SLUG["information-unanswered"].candidates([unanswered], today)} == {
        practitioner.pk
    }


def held(area, chair, **more):
    return MeetingFactory(
        area=area, chair=chair, starts_at=timezone.now() - timedelta(days=2), minutes_due_on=in_days(3), **more
    )


def test_minutes_are_the_chairs_to_approve_and_co_ordinations_to_finish(area, chair, coordinator, practitioner, today):
    meeting = held(area, chair, state="held")

    assert rows("minutes", chair, today) == rows("minutes-to-finish", coordinator, today) == [meeting]
    assert rows("minutes", coordinator, today) == rows("minutes-to-finish", practitioner, today) == []


def test_approved_minutes_are_due_no_more(area, chair, today):
    held(area, chair, state="approved", approved_at=timezone.now(), approved_by=chair)

    assert rows("minutes", chair, today) == []


def test_minutes_are_to_be_read_once_for_a_meeting_until_somebody_of_the_agency_has(area, chair, housing, today):
    agency, meeting = housing.memberships.get().agency, held(area, chair)
    items = [InvitationFactory(agency=agency, item__meeting=meeting, offender__area=area).item for _each in range(2)]
    for item in items:
        GroupGrantFactory(content_object=item.offender, group=agency.group, basis="invited", source=item.reference)
    first, _second = [DistributionFactory(item=item, agency=agency, offender=None) for item in items]

    assert rows("minutes-to-read", housing, today) == [first]
    Distribution._base_manager.update(read_version=1, read_at=timezone.now(), read_by=housing)
    assert rows("minutes-to-read", housing, today) == []


@pytest.mark.parametrize(
    ("slug", "factory", "author"),
    [("amendment", AmendmentFactory, "proposed_by"), ("sending-on", OnwardRequestFactory, "asked_by")],
)
def test_the_chair_decides_what_another_asked_and_another_chair_what_he_did(
    area, police, chair, today, slug, factory, author
):
    other = MembershipFactory(agency=police, role_id="chair").user
    meeting = held(area, chair)
    theirs = factory(item__meeting=meeting, offender__area=area)
    his = factory(item__meeting=meeting, offender__area=area, **{author: chair})

    assert rows(slug, chair, today) == [theirs]
    assert rows(slug, other, today) == [his]


def test_an_agenda_is_the_chairs_until_the_meeting_begins(area, chair, today):
    coming = MeetingFactory(area=area, chair=chair)
    held(area, chair)

    assert rows("agenda", chair, today) == [coming]


def test_an_action_is_of_the_officer_named(offender, practitioner, manager, today):
    action = ActionFactory(offender=offender, officer=practitioner)

    assert rows("action", practitioner, today) == [action]
    assert rows("action", manager, today) == []


def test_an_action_without_an_officer_is_of_the_whole_agency(offender, practitioner, manager, housing, today):
    action = ActionFactory(offender=offender)

    assert rows("action", practitioner, today) == rows("action", manager, today) == [action]
    assert rows("action", housing, today) == []


def test_an_action_that_is_done_or_withdrawn_is_due_no_more(offender, practitioner, today):
    ActionFactory(offender=offender, done=True)
    ActionFactory(offender=offender, withdrawn=True)

    assert rows("action", practitioner, today) == []


def test_a_plan_is_countersigned_by_a_manager_who_neither_sent_nor_wrote_it(offender, practitioner, manager, today):
    plan = PlanFactory(offender=offender, sent=True, sent_by=practitioner)

    assert rows("plan-countersignature", manager, today) == [plan]
    assert rows("plan-countersignature", practitioner, today) == []

    for mine in ({"sent_by": manager}, {"sent_by": practitioner, "written_by": [manager.pk]}):
        Plan._base_manager.update(**mine)

        assert rows("plan-countersignature", manager, today) == []


def test_a_signed_plan_waits_for_the_lead_officer_to_share_it(offender, practitioner, manager, today):
    plan = PlanFactory(offender=offender, signed=True)

    assert rows("plan-share", practitioner, today) == [plan]
    assert rows("plan-share", manager, today) == []


def test_a_plan_in_force_is_to_be_reviewed_until_the_next_is_sent_and_not_only_begun(offender, practitioner, today):
    plan, draft = PlanFactory(offender=offender, current=True), PlanFactory(offender=offender, number=2)
    assert rows("plan-review", practitioner, today) == [plan]

    PlanFactory(offender=offender, number=3, sent=True)

    assert draft.state == "draft"
    assert rows("plan-review", practitioner, today) == []


def test_a_plan_is_acknowledged_by_the_agency_that_was_given_it(
    offender, practitioner, housing, housing_agency, granted, today
):
    share = PlanShareFactory(offender=offender, agency=housing_agency)

    assert rows("plan-acknowledgement", housing, today) == [share]
    assert rows("plan-acknowledgement", practitioner, today) == []

    Plan._base_manager.update(state="superseded")

    assert rows("plan-acknowledgement", housing, today) == []


def test_a_measure_is_the_agencys_and_the_lead_agencys_the_lead_officers(
    offender, practitioner, manager, housing, housing_agency, granted, today
):
    plan = PlanFactory(offender=offender, current=True)
    theirs = MeasureFactory(offender=offender, plan=plan, agency=housing_agency)
    ours = MeasureFactory(offender=offender, plan=plan)

    assert rows("partner-measure", housing, today) == [theirs]
    assert rows("measure", practitioner, today) == [ours]
    for kind, who in (("measure", housing), ("measure", manager), ("partner-measure", practitioner)):
        assert rows(kind, who, today) == []


@pytest.mark.parametrize("state", ["draft", "sent", "signed", "superseded"])
def test_only_measures_of_the_plan_in_force_fall_due(
    offender, practitioner, housing, housing_agency, granted, today, state
):
    plan = PlanFactory(offender=offender, current=True, state=state)
    MeasureFactory(offender=offender, plan=plan)
    MeasureFactory(offender=offender, plan=plan, agency=housing_agency)

    assert rows("measure", practitioner, today) == rows("partner-measure", housing, today) == []


def test_a_flag_is_the_lead_officers_to_review(offender, practitioner, manager, today):
    flag = FlagFactory(offender=offender)

    assert rows("flag-review", practitioner, today) == [flag]
    assert rows("flag-review", manager, today) == []


def test_a_flag_that_was_removed_is_due_no_more(offender, practitioner, today):
    FlagFactory(offender=offender, removed_on=today, removed_by=practitioner, removal_reason="Moved")

    assert rows("flag-review", practitioner, today) == []


def sent_back(offender, **more):
    return AssessmentFactory(
        offender=offender,
        returned_at=timezone.now(),
        returned_by=MembershipFactory().user,
        return_reason="Say why",
        **more,
    )


def test_an_assessment_is_the_lead_officers_to_review_until_a_later_one_is_recorded(
    offender, practitioner, manager, today
):
    row = AssessmentFactory(offender=offender)
    AssessmentFactory(offender=offender, superseded_on=today)
    AssessmentFactory(offender=offender, review_on=None)

    assert rows("assessment-review", practitioner, today) == [row]
    assert rows("assessment-review", manager, today) == []


def test_an_assessment_waits_for_a_manager_of_the_lead_agency_and_not_for_its_writer(
    offender, practitioner, manager, chair, today
):
    row = AssessmentFactory(offender=offender, assessed_by=practitioner)
    AssessmentFactory(offender=offender, assessed_by=manager)

    assert rows("assessment-countersignature", manager, today) == [row]
    assert rows("assessment-countersignature", practitioner, today) == []


def test_an_assessment_that_was_countersigned_sent_back_or_replaced_waits_no_more(offender, manager, today):
    AssessmentFactory(offender=offender, countersigned_at=timezone.now(), countersigned_by=manager)
    AssessmentFactory(offender=offender, superseded_on=today)
    AssessmentFactory(offender=offender, countersign_due_on=None)
    sent_back(offender)

    assert rows("assessment-countersignature", manager, today) == []


def test_an_assessment_sent_back_is_its_writers_to_mend(offender, practitioner, manager, today):
    row = sent_back(offender, assessed_by=practitioner)
    sent_back(offender, assessed_by=practitioner, superseded_on=today)

    assert rows("assessment-sent-back", practitioner, today) == [row]
    assert rows("assessment-sent-back", manager, today) == []


def test_an_assessment_sent_back_to_someone_who_has_left_is_the_colleagues_to_mend(offender, practitioner, today):
    row = sent_back(offender, assessed_by=UserFactory())

    assert rows("assessment-sent-back", practitioner, today) == [row]


ENDS = {
    "order-end": (OrderFactory, {"ended_on": in_days(0), "ending": "expired"}, "ended_by"),
    "licence-end": (LicenceFactory, {"ended_on": in_days(0), "ending": "replaced"}, "ended_by"),
    "premises-end": (PremisesPlaceFactory, {"released_on": in_days(0), "release": "planned"}, ""),
}


@pytest.mark.parametrize("slug", ENDS)
def test_what_ends_is_the_lead_officers_until_its_end_is_recorded(slug, offender, practitioner, manager, today):
    factory, ended, who = ENDS[slug]
    row = factory(offender=offender)
    assert rows(slug, practitioner, today) == [row]
    assert rows(slug, manager, today) == []

    type(row)._base_manager.update(**ended, **({who: practitioner} if who else {}))

    assert rows(slug, practitioner, today) == []


def test_what_has_no_end_is_not_due(offender, practitioner, today):
    OrderFactory(offender=offender, ends_on=None)
    LicenceFactory(offender=offender, kind="life", ends_on=None)

    assert rows("order-end", practitioner, today) == rows("licence-end", practitioner, today) == []


def test_an_order_that_ran_out_unseen_is_still_due(offender, practitioner, today):
    order = OrderFactory(offender=offender, ends_on=in_days(-400))

    assert rows("order-end", practitioner, today) == [order]


def test_a_term_with_its_own_end_is_due_until_a_week_after_that_day(offender, practitioner, today):
    term = OrderTermFactory(offender=offender, ends_on=in_days(-7))
    OrderTermFactory(offender=offender, ends_on=in_days(-8))

    assert rows("order-term-end", practitioner, today) == [term]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
def test_whoever_must_act_is_among_the_candidates(
    kind,
    offender,
    area,
    area_officer,
    chair,
    coordinator,
    manager,
    granted,
    housing,
    victim_liaison,
    board_member,
    information_officer,
    today,
):
    Offender._base_manager.update(lead_officer=None)
    one_of_each(offender, chair, housing)
    of_the_board(offender)
    UnusualAccessFactory(offender=offender, to_explain=True, manager=chair)
    AccessRequestFactory(offender=offender)
    DisputeFactory(offender=offender)
    people = (area_officer, chair, coordinator, manager, housing, victim_liaison, board_member, information_officer)

    must_act = {(row, user.pk) for user in people for row in kind.mine(user, today)}

    assert must_act
    assert {(row.pk, user) for row, user in must_act} <= kind.candidates([row for row, _user in must_act], today)


def accepted(offender, chair):
    """Accepted at level 2 yesterday; no meeting has it on its agenda."""
    answered = {"outcome": "accepted", "decided_by": chair, "decided_at": timezone.now() - timedelta(days=1)}
    return ReferralFactory(offender=offender, **answered, meet_by=in_days(20))


def of_the_board(offender):
    """An open row of every kind of the board's business."""
    BoardMeetingFactory(offender=offender, papers_due_on=in_days(3))
    BoardMeetingFactory(offender=offender, starts_at=timezone.now() - timedelta(days=3))
    BoardMemberFactory(offender=offender, until=in_days(9))
    LayAdviserFactory(offender=offender)
    BoardDecisionFactory(offender=offender)
    BoardQuestionFactory(offender=offender)
    PlanActionFactory(offender=offender)
    AnnualReportFactory(area=offender.area)


def one_of_each(offender, chair, housing):
    """An open row of every kind."""
    EmergencyAccessFactory(offender=offender, ended_at=timezone.now())
    EmergencyAccessFactory(offender=offender, user=chair, ended_at=timezone.now(), answer_due_on=dates.today())
    EmergencyAccessFactory(offender=offender, user=chair)
    InformationRequestFactory(offender=offender, agency=housing.memberships.get().agency)
    InformationRequestFactory(offender=offender, due_on=in_days(-2), chase_on=in_days(-1))
    SchemeApplicationFactory(offender=offender, officer=chair)
    SchemeApplicationFactory(offender=offender, assessed=True)
    if not offender.reviews.visible_to(chair).exists():
        ReviewFactory(offender=offender)
    CategoryProposalFactory(offender=offender)
    AssessmentFactory(offender=offender)
    sent_back(offender, assessed_by=chair)
    DriftPromptFactory(offender=offender)
    DriftPromptFactory(offender=offender, rule="near-victim")
    FlagFactory(offender=offender)
    NotificationDueFactory(offender=offender)
    ForeignTravelFactory(offender=offender, returns_on=in_days(-2))
    OrderFactory(offender=offender)
    requirement = NotificationRequirementFactory(offender=offender)
    type(requirement)._base_manager.filter(pk=requirement.pk).update(last_day=in_days(9))
    ReferralFactory(offender=offender)
    maya = User.objects.get(name="Maya")
    ReferralFactory(offender=offender, draft=True, asked=maya, agree_due_on=in_days(2))
    ReferralFactory(offender=offender, draft=True, made_by=maya, back_on=in_days(-1))
    accepted(OffenderFactory(area=offender.area, lead_agency=offender.lead_agency, level=2), chair)
    InvitationFactory(offender=offender, agency=housing.memberships.get().agency)
    MeetingFactory(area=offender.area, chair=chair)
    held(offender.area, chair, state="held")
    ActionFactory(offender=offender)
    ActionFactory(offender=offender, done=True)
    OrderTermFactory(offender=offender, ends_on=in_days(20))
    LicenceFactory(offender=offender)
    PremisesPlaceFactory(offender=offender)
    PatientFactory(offender=offender, notice_due_on=in_days(3))
    PatientStepFactory(offender=offender, notice_due_on=in_days(3))
    Offender._base_manager.filter(pk=offender.pk).update(born_on=dates.add_months(in_days(0), 6 - 18 * 12))
    VictimRequestFactory(offender=offender)
    CaseWarningFactory(offender=offender)
    ContactSchemeFactory(offender=offender)
    ContactSchemeFactory(offender=offender, first_contact_on=in_days(-1))
    PlanFactory(offender=offender, sent=True)
    PlanFactory(offender=offender, signed=True)
    in_force = PlanFactory(offender=offender, current=True)
    PlanShareFactory(offender=offender, plan=in_force, agency=housing.memberships.get().agency)
    MeasureFactory(offender=offender, plan=in_force)
    MeasureFactory(offender=offender, plan=in_force, agency=housing.memberships.get().agency)
    led = {"area": offender.area, "lead_agency": offender.lead_agency}
    PlanFactory(offender=OffenderFactory(**led), current=True)
    # Only co-ordination answers: the manager of an agency that is to lead is tested in tests/offenders/test_transfer.py.
    lead = AgencyFactory(kind__code="probation")
    TransferFactory(offender=offender, to_area=offender.area, to_agency=lead, answering_agency=lead)
    DisclosureFactory(offender=offender)
    DisclosureFactory(offender=offender, authorised=True)
    DisclosureDraftFactory(offender=offender, user=chair)
    meetings_disclosure(offender)
    of_audits(offender, chair)
    of_meetings(offender, chair, housing.memberships.get().agency)
    of_access(offender, chair, housing.memberships.get().agency)
    of_release(offender)


def of_audits(offender, chair):
    """An audit and a serious case at each step."""
    AuditFactory(offender=offender, state="to-assign", auditor=None)
    AuditFactory(offender=offender, auditor=chair)
    AuditFactory(offender=offender, sent=True)
    AuditFactory(offender=offender, checked=True)
    AuditFindingFactory(audit=AuditFactory(offender=offender, signed=True), offender=None, owner=chair)
    for step in ({}, {"notified": True}, {"reviewed": True}, {"reported": True}):
        SeriousCaseFactory(offender=offender, **step)
    RecommendationFactory(serious=SeriousCaseFactory(offender=offender, accepted=True), offender=None, owner=chair)


def of_release(offender):
    """Somebody is released soon with nothing done for it; another should have been released yesterday."""
    led = {"area": offender.area, "lead_agency": offender.lead_agency, "whereabouts": "custody"}
    soon = KeyDateFactory(offender=OffenderFactory(**led), on=in_days(40))
    ContactSchemeFactory(offender=soon.offender)
    KeyDateFactory(offender=OffenderFactory(**led), on=in_days(-1))


def of_access(offender, chair, agency):
    """Vetting and memberships that end, of the chair and of somebody of the agency; and the chair is named for a time."""
    ends = {"vetting_expires_on": in_days(5)}
    User.objects.filter(pk=chair.pk).update(**ends)
    chair.memberships.update(until=in_days(5))
    MembershipFactory(agency=agency, until=in_days(5), user=UserFactory(**ends))
    PersonalGrantFactory(content_object=offender, user=chair, until=in_days(5))
    days = {"opened_on": in_days(-9), "due_on": in_days(5), "stops_on": in_days(12)}
    asked = Recertification.objects.create(agency=agency, **days)
    for held in agency.memberships.all():
        RecertificationLine.objects.create(recertification=asked, membership=held)


def of_meetings(offender, chair, agency):
    """What is to be answered before a meeting, and what its approved minutes leave to be done."""
    InvitationFactory(offender=offender, agency=agency, answer_due_on=in_days(3))
    late = MeetingFactory(area=offender.area, chair=chair, starts_at=timezone.now() + timedelta(days=2))
    away = {"offender": None, "information_due_on": in_days(-2)}
    InvitationFactory(item=AgendaItemFactory(offender=offender, meeting=late), agency=offender.lead_agency, **away)
    declining = MeetingFactory(area=offender.area, chair=chair, starts_at=timezone.now() + timedelta(days=4))
    said = {
        "response": "declined",
        "response_reason": "Nobody is free",
        "responded_at": timezone.now(),
        "responded_by": chair,
    }
    InvitationFactory(
        item=AgendaItemFactory(offender=offender, meeting=declining), agency=offender.lead_agency, offender=None, **said
    )
    before = timezone.now() - timedelta(days=3)
    approved = MeetingFactory(area=offender.area, chair=chair, starts_at=before, state="approved")
    item = AgendaItemFactory(offender=offender, meeting=approved)
    InvitationFactory(item=item, offender=None, agency=agency, attendance="present")
    about = {"item": item, "offender": None}
    DistributionFactory(agency=agency, **about)
    ProposalFactory(**about)
    AmendmentFactory(**about)
    OnwardRequestFactory(**about)


def meetings_disclosure(offender):
    """A meeting decided to disclose."""
    decided = {"decision": "yes", "to_whom": "The school", "meeting_reference": "MT-2222-2222"}
    return DisclosureDecisionFactory(offender=offender, **decided)


def test_what_a_meeting_decided_to_disclose_is_the_lead_officers_until_a_record_carries_it_out(
    offender, practitioner, manager, today
):
    entry = meetings_disclosure(offender)
    DisclosureDecisionFactory(offender=offender, meeting_reference="MT-3333-3333")
    other = DisclosureFactory(offender=offender, follows=meetings_disclosure(offender))

    assert rows("disclosure-to-record", practitioner, today) == [entry]
    assert rows("disclosure-to-record", manager, today) == []

    type(other)._base_manager.filter(pk=other.pk).update(follows=entry)

    assert entry not in rows("disclosure-to-record", practitioner, today)


def test_a_disclosure_is_authorised_by_managers_of_the_lead_agency_who_did_not_write_it(
    offender, practitioner, manager, chair, today
):
    row = DisclosureFactory(offender=offender)
    his = DisclosureFactory(offender=offender, author=manager)
    DisclosureFactory(offender=offender, corrects=his, correction_reason="A name")

    assert rows("disclosure-to-authorise", manager, today) == [row]
    assert rows("disclosure-to-authorise", practitioner, today) == []
    assert rows("disclosure-to-authorise", chair, today) == []


def test_above_level_1_the_areas_chairs_are_asked_too(offender, chair, today):
    Offender._base_manager.update(level=2)
    row = DisclosureFactory(offender=offender)

    assert rows("disclosure-to-authorise", chair, today) == [row]

    type(row)._base_manager.update(
        outcome="refused", authorised_on=today, authorised_by=chair, authorised_rank="x", authorised_reasons="x"
    )

    assert rows("disclosure-to-authorise", chair, today) == []


def test_a_disclosure_is_made_and_reviewed_by_the_lead_officer(offender, practitioner, manager, today):
    row = DisclosureFactory(offender=offender, authorised=True)
    told = DisclosureFactory(offender=offender, delivered=True)
    DisclosureFactory(offender=offender, delivered=True, review_on=None)

    assert rows("disclosure-to-deliver", practitioner, today) == [row]
    assert set(rows("disclosure-review", practitioner, today)) == {row, told}
    assert rows("disclosure-review", manager, today) == []


def test_an_unfinished_record_is_its_writers_until_it_is_deleted(offender, practitioner, manager, today):
    draft = DisclosureDraftFactory(offender=offender, user=practitioner)

    assert rows("disclosure-draft", practitioner, today) == [draft]
    assert BY_SLUG["disclosure-draft"].due_on(draft) == in_days(28)
    assert rows("disclosure-draft", manager, today) == []


def test_a_notification_is_the_lead_officers_where_police_lead(offender, police, area_officer, practitioner, today):
    Offender._base_manager.update(lead_agency=police, lead_officer=area_officer)
    due = NotificationDueFactory(offender=offender)

    assert rows("notification", area_officer, today) == [due]
    assert rows("notification", practitioner, today) == []


def test_a_notification_is_the_polices_where_others_lead(offender, police, area_officer, practitioner, outsider, today):
    due = NotificationDueFactory(offender=offender)
    assert rows("notification", area_officer, today) == [due]
    assert rows("notification", practitioner, today) == rows("notification", outsider, today) == []

    point = MembershipFactory(agency=police, role_id="contact-point").user

    assert rows("notification", point, today) == [due]
    assert rows("notification", area_officer, today) == []
    assert (due.pk, point.pk) in BY_SLUG["notification"].candidates([due], today)
    assert (due.pk, area_officer.pk) not in BY_SLUG["notification"].candidates([due], today)


def test_on_a_restricted_case_that_police_do_not_see_a_notification_is_who_leads_its_case(
    offender, area_officer, practitioner, today
):
    due = NotificationDueFactory(offender=offender)
    PersonalGrantFactory(content_object=offender, user=practitioner)
    Offender._base_manager.update(restricted=True)

    assert rows("notification", practitioner, today) == [due]
    assert rows("notification", area_officer, today) == []
    assert (due.pk, practitioner.pk) in BY_SLUG["notification"].candidates(
        rows("notification", practitioner, today), today
    )


def test_a_notification_of_a_case_that_is_no_longer_managed_is_still_due(offender, area_officer, today):
    due = NotificationDueFactory(offender=offender)
    Offender._base_manager.update(ended_on=today)

    assert rows("notification", area_officer, today) == [due]


def over(offender, last_day, **more):
    row = NotificationRequirementFactory(offender=offender, **more)
    type(row)._base_manager.filter(pk=row.pk).update(last_day=last_day)
    return row


def test_the_end_of_a_period_is_due_on_its_last_day(offender, area_officer, today):
    row = over(offender, in_days(-3))
    over(offender, in_days(-3), doubt="none", doubt_until=today)
    NotificationRequirementFactory(offender=offender)

    assert rows("notification-end", area_officer, today) == [row]


def test_an_order_that_makes_somebody_notify_is_due_until_its_requirements_are_recorded(offender, area_officer, today):
    order = OrderFactory(offender=offender)
    OrderFactory(offender=offender, kind=OrderKind.objects.get(code="restraining"))
    OrderFactory(offender=offender, starts_on=in_days(3))

    (found,) = rows("order-notification", area_officer, today)
    assert (found, found.notified_by) == (order, date(2024, 3, 3))

    NotificationRequirementFactory(offender=offender, order=order)
    assert rows("order-notification", area_officer, today) == []


@pytest.mark.parametrize(("more", "is_due"), [({"indefinite": True}, False), ({"last_day": in_days(1000)}, True)])
def test_an_order_asks_for_nothing_that_lasts_longer_anyhow(offender, area_officer, today, more, is_due):
    OrderFactory(offender=offender, ends_on=in_days(1500))
    row = NotificationRequirementFactory(offender=offender)
    type(row)._base_manager.filter(pk=row.pk).update(**more)

    assert bool(rows("order-notification", area_officer, today)) == is_due


def test_a_return_is_due_when_it_is_expected_until_it_is_recorded(offender, area_officer, today):
    journey = ForeignTravelFactory(offender=offender, returns_on=in_days(-1))
    ForeignTravelFactory(offender=offender, leaves_on=date(2025, 7, 1))
    ForeignTravelFactory(
        offender=offender, leaves_on=date(2025, 9, 1), returns_on=in_days(-1), returned_on=date(2025, 9, 9)
    )

    assert rows("travel-return", area_officer, today) == [journey]


def test_a_notification_that_was_given_is_due_no_more(offender, area_officer, today):
    NotificationDueFactory(offender=offender, superseded_on=today)

    assert rows("notification", area_officer, today) == []


def test_a_review_that_has_become_possible_is_nobodys_task(offender, area_officer, today):
    NotificationDueFactory(offender=offender, what="review", due_on=in_days(-1))
    assert rows("notification", area_officer, today) == []

    due = NotificationDueFactory(offender=offender, what="review", regime="CTA2008", due_on=in_days(1))

    assert rows("notification", area_officer, today) == [due]
    assert "review" in BY_SLUG["notification"].words(due)


@pytest.mark.parametrize(("slug", "factory"), [("access-request", AccessRequestFactory), ("dispute", DisputeFactory)])
def test_what_a_person_asks_of_the_record_falls_to_coordination_and_managers(
    slug, factory, offender, coordinator, manager, practitioner, today
):
    row = factory(offender=offender, received_on=in_days(-31), due_on=today)

    assert rows(slug, coordinator, today) == rows(slug, manager, today) == [row]
    assert rows(slug, practitioner, today) == []
