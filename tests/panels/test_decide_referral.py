from datetime import timedelta

import pytest

from agencies.models import OutboxMessage
from mappa import dates
from offenders.models import LevelPeriod, Offender, Review
from panels.models import Referral
from tests.factories import ExclusionFactory, GroupGrantFactory, OffenderFactory, ReferralFactory
from tests.panels.conftest import boxes, in_days


@pytest.fixture
def referral(offender, practitioner):
    return ReferralFactory(offender=offender, made_by=practitioner)


def now(referral, user):
    return Referral.objects.visible_to(user).select_related("offender").get(pk=referral.pk)


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


@pytest.mark.parametrize("answer", ["kept", "returned"])
def test_otherwise_the_case_stays_where_it_is(sign_in, referral, coordinator, answer):
    sign_in(coordinator).post(f"/referrals/{referral.reference}/", {"answer": answer, "reason": "What has changed?"})

    row = now(referral, coordinator)
    assert (row.outcome, row.offender.level, row.decision_reason) == (answer, 1, "What has changed?")


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

    with django_assert_max_num_queries(14):
        client.get("/referrals/")


def test_category_3_is_never_put_at_level_1_by_keeping(offender):
    assert not offender.can_be_referred_to(Offender.Level.ORDINARY)
