from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from agencies import working_days
from agencies.models import OutboxMessage
from mappa import dates
from offenders.models import LevelPeriod, Offender, Review
from panels import actions
from tests.factories import ExclusionFactory, GroupGrantFactory, OffenderFactory, ReferralFactory
from tests.panels.conftest import boxes, in_days
from tests.panels.referrals import agree, begin, kinds, now


@pytest.fixture
def referral(offender, practitioner):
    return ReferralFactory(offender=offender, made_by=practitioner)


@pytest.fixture
def returned(referred, coordinator):
    """Co-ordination asks which agencies."""
    return answer(referred, "returned", reason="Which agencies?", by=coordinator)


def answer(referral, outcome, *, level=None, reason="Read and weighed", by, **more):
    said = {"outcome": outcome, "level": level, "reason": reason, "next_review_on": None}
    return actions.decide_referral(referral=referral, **said, **more, by=by)


def test_accepted_the_case_moves_to_the_level_at_once(sign_in, referral, coordinator):
    sign_in(coordinator).post(f"/referrals/{referral.reference}/", {"answer": "2", "reason": "Criteria met"})

    case = now(referral, coordinator).offender
    assert (case.level, case.next_review_on) == (2, dates.today() + timedelta(weeks=16))
    assert LevelPeriod.objects.visible_to(coordinator).get(until=None).level == 2
    assert Review.objects.visible_to(coordinator).open().get().due_on == case.next_review_on


def test_the_review_that_was_open_is_superseded_and_not_held(sign_in, referral, coordinator):
    sign_in(coordinator).post(f"/referrals/{referral.reference}/", {"answer": "2", "reason": "Criteria met"})

    before = Review.objects.visible_to(coordinator).get(level=1)
    assert (before.held_on, before.superseded_on) == (None, dates.today())


def test_an_earlier_review_can_be_set(sign_in, referral, coordinator):
    answer = {"answer": "2", "reason": "Criteria met"} | boxes("next_review_on", in_days(30))

    sign_in(coordinator).post(f"/referrals/{referral.reference}/", answer)

    assert now(referral, coordinator).offender.next_review_on == in_days(30)


def test_a_review_later_than_the_standard_is_refused(sign_in, referral, coordinator):
    answer = {"answer": "2", "reason": "Criteria met"} | boxes("next_review_on", in_days(200))

    page = sign_in(coordinator).post(f"/referrals/{referral.reference}/", answer)

    assert "the standard for level 2" in page.text
    assert "Criteria met" in page.text
    assert now(referral, coordinator).offender.level == 1


def test_who_referred_and_sees_the_case_no_more_is_not_told(sign_in, referral, offender, coordinator, practitioner):
    ExclusionFactory(offender=offender, user=practitioner)

    sign_in(coordinator).post(f"/referrals/{referral.reference}/", {"answer": "kept", "reason": "Plan is robust"})

    assert now(referral, coordinator).outcome == "kept"
    assert not OutboxMessage.objects.filter(to=practitioner).exists()


@pytest.mark.parametrize("outcome", ["kept", "returned", "declined"])
def test_otherwise_the_case_stays_where_it_is(sign_in, referral, coordinator, outcome):
    sign_in(coordinator).post(f"/referrals/{referral.reference}/", {"answer": outcome, "reason": "What has changed?"})

    row = now(referral, coordinator)
    assert (row.outcome, row.offender.level, row.decision_reason) == (outcome, 1, "What has changed?")
    assert row.meet_by is None


def test_whoever_referred_is_told_without_a_name(sign_in, referral, coordinator, practitioner):
    sign_in(coordinator).post(f"/referrals/{referral.reference}/", {"answer": "kept", "reason": "Plan is robust"})

    mail = OutboxMessage.objects.get(to=practitioner)
    assert referral.reference in mail.subject
    assert "Ashdown" not in mail.subject + mail.body


def test_the_answer_stands_on_the_persons_meetings(sign_in, referral, coordinator, practitioner):
    sign_in(coordinator).post(f"/referrals/{referral.reference}/", {"answer": "returned", "reason": "Which agencies?"})

    assert "Which agencies?" in sign_in(practitioner).get(f"/people/{referral.offender.reference}/meetings/").text


def test_a_decision_without_a_reason_is_refused(sign_in, referral, coordinator):
    page = sign_in(coordinator).post(f"/referrals/{referral.reference}/", {"answer": "2", "reason": ""})

    assert "Enter the reason for your decision" in page.text
    assert now(referral, coordinator).decided_at is None


def test_a_referral_is_decided_once(sign_in, referral, coordinator, chair):
    sign_in(coordinator).post(f"/referrals/{referral.reference}/", {"answer": "kept", "reason": "Plan is robust"})

    page = sign_in(chair).post(f"/referrals/{referral.reference}/", {"answer": "2", "reason": "Criteria met"})

    assert "has been decided already" in page.text
    assert now(referral, chair).outcome == "kept"


def test_nobody_decides_his_own(sign_in, offender, coordinator):
    mine = ReferralFactory(offender=offender, made_by=coordinator)

    page = sign_in(coordinator).post(f"/referrals/{mine.reference}/", {"answer": "2", "reason": "Criteria met"})

    assert "A colleague must decide it" in page.text
    assert now(mine, coordinator).decided_at is None


def test_a_practitioner_sees_the_case_but_may_not_decide(sign_in, referral, practitioner):
    assert sign_in(practitioner).post(f"/referrals/{referral.reference}/", {"answer": "2"}).status_code == 403


def test_to_another_area_the_referral_does_not_exist(sign_in, referral, outsider):
    assert sign_in(outsider).get(f"/referrals/{referral.reference}/").status_code == 404


@pytest.mark.parametrize(("level", "days"), [(2, 20), (3, 10)])
def test_accepted_the_first_meeting_is_due_by_the_standard_of_the_level(referral, coordinator, level, days):
    row = answer(referral, "accepted", level=level, by=coordinator)

    assert row.meet_by == working_days.after(dates.today(), days, row.area)


def test_who_agreed_to_it_does_not_screen_it(sign_in, at_high_risk, coordinator, chair):
    """Chris agreed as a manager of the agency, and chairs as well."""
    referral = agree(begin(at_high_risk, coordinator), asked_by=coordinator, manager=chair)
    actions.refer(referral=referral, by=coordinator)

    page = sign_in(chair).post(f"/referrals/{referral.reference}/", {"answer": "kept", "reason": "Plan is robust"})

    assert "You agreed to this referral as a manager" in page.text
    assert now(referral, chair).decided_at is None


def test_who_wrote_in_it_does_not_screen_it(referred, coordinator):
    type(referred)._base_manager.update(written_by=[coordinator.pk])

    with pytest.raises(ValidationError, match="A colleague must decide it"):
        answer(referred, "kept", by=coordinator)


def test_the_referral_stands_beside_the_criteria_and_the_record(sign_in, referred, coordinator):
    page = sign_in(coordinator).get(f"/referrals/{referred.reference}/")

    assert "A serious assault within weeks" in page.text
    assert "Senior probation officer" in page.text
    assert [one.is_met for one in page.context["criteria"]] == [True, True, False, False, False]
    assert "Ashdown, Peter" in page.text


def test_returned_the_writers_read_the_questions_and_answer_them_on_a_page(sign_in, returned, practitioner):
    page = sign_in(practitioner).get(f"/referrals/{returned.reference}/write/").text

    assert "Which agencies?" in page
    assert "4 of 6 completed" in page
    mail = OutboxMessage.objects.filter(to=practitioner).latest("pk")
    assert f"/referrals/{returned.reference}/write/" in mail.body


def test_answered_and_agreed_again_it_is_the_same_referral_with_its_history(
    returned, practitioner, manager, coordinator
):
    first = returned.made_at
    answers = {"answer_words": "The tenancy team"}
    referral = actions.write_referral(referral=returned, page="answer", answers=answers, by=practitioner)
    with pytest.raises(ValidationError, match="must agree to what it says now"):
        actions.refer(referral=referral, by=practitioner)

    agree(referral, asked_by=practitioner, manager=manager)
    row = actions.refer(referral=referral, by=practitioner)

    assert (row.pk, row.made_at, row.outcome, row.decided_at) == (returned.pk, first, "", None)
    assert kinds(row, coordinator) == ["agreed", "sent", "returned", "agreed", "sent"]
    before = [event.said for event in row.events.visible_to(coordinator) if event.kind == "sent"]
    assert "The tenancy team" not in str(before[0])
    assert "The tenancy team" in str(before[1])


def test_returned_twice_the_questions_are_answered_twice(returned, practitioner, manager, coordinator):
    actions.write_referral(referral=returned, page="answer", answers={"answer_words": "Housing"}, by=practitioner)
    agree(returned, asked_by=practitioner, manager=manager)
    row = answer(actions.refer(referral=returned, by=practitioner), "returned", reason="And when?", by=coordinator)

    with pytest.raises(ValidationError, match="Answer every question first"):
        actions.ask_agreement(referral=row, manager=manager, by=practitioner)


def test_what_was_sent_again_since_the_page_was_opened_is_read_first(
    sign_in, returned, practitioner, manager, coordinator
):
    opened = returned.version
    actions.write_referral(referral=returned, page="answer", answers={"answer_words": "Housing"}, by=practitioner)
    agree(returned, asked_by=practitioner, manager=manager)
    actions.refer(referral=returned, by=practitioner)

    said = {"answer": "kept", "reason": "Plan is robust", "version": opened}
    page = sign_in(coordinator).post(f"/referrals/{returned.reference}/", said)

    assert "sent again since you opened this page" in page.text
    assert now(returned, coordinator).decided_at is None


def test_a_case_that_ended_meanwhile_is_not_accepted(referred, coordinator):
    Offender._base_manager.update(ended_on=dates.today())

    for outcome, level in (("accepted", 2), ("returned", None)):
        with pytest.raises(ValidationError):
            answer(referred, outcome, level=level, by=coordinator)
    assert answer(referred, "declined", by=coordinator).outcome == "declined"


def test_what_is_urgent_stands_first(sign_in, area, probation, referral, coordinator):
    urgent = {"urgent": True, "urgent_reason": "Released tomorrow", "due_on": in_days(9)}
    ReferralFactory(offender=OffenderFactory(surname="Hasty", area=area, lead_agency=probation), **urgent)
    client = sign_in(coordinator)

    page = client.get("/referrals/").text

    assert page.index("Hasty") < page.index("Ashdown")


def test_a_draft_is_in_no_queue(sign_in, written, coordinator):
    assert "Ashdown" not in sign_in(coordinator).get("/referrals/").text
    assert sign_in(coordinator).get(f"/referrals/{written.reference}/").status_code == 404


def test_the_queue_puts_the_least_time_left_first(sign_in, area, probation, referral, coordinator):
    late = OffenderFactory(surname="Late", area=area, lead_agency=probation)
    ReferralFactory(offender=late, due_on=in_days(-10))

    page = sign_in(coordinator).get("/referrals/").text

    assert page.index("Late") < page.index("Ashdown")
    assert "working days late" in page


def test_the_queue_shows_no_other_area(sign_in, referral, outsider):
    assert "Ashdown" not in sign_in(outsider).get("/referrals/").text


def test_the_queue_leaves_out_what_another_area_decides(sign_in, referral, outsider, coordinator):
    theirs = outsider.memberships.get().agency
    GroupGrantFactory(content_object=referral.offender, group=theirs.group, given_by=coordinator)

    assert Offender.objects.visible_to(outsider).exists()
    assert "Ashdown" not in sign_in(outsider).get("/referrals/").text


def test_the_queue_does_not_ask_more_for_more_rows(
    sign_in, area, probation, coordinator, django_assert_max_num_queries
):
    for _n in range(12):
        ReferralFactory(offender=OffenderFactory(area=area, lead_agency=probation))
    client = sign_in(coordinator)

    with django_assert_max_num_queries(15):
        client.get("/referrals/")


def test_category_3_is_never_put_at_level_1_by_keeping(offender):
    assert not offender.can_be_referred_to(Offender.Level.ORDINARY)


def test_the_answer_stays_what_it_was_when_the_level_changes_later(sign_in, referral, coordinator):
    answer(referral, "kept", by=coordinator)
    Offender._base_manager.update(level=2)

    page = sign_in(coordinator).get(f"/referrals/{referral.reference}/read/")

    assert page.context["answer"] == "Kept at its level"


def test_no_answer_is_given_without_a_reason(referral, coordinator):
    with pytest.raises(ValidationError, match="Enter the reason for your decision"):
        answer(referral, "declined", reason=" ", by=coordinator)
