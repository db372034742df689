import pytest

from agencies import working_days
from mappa import dates
from offenders.models import Offender
from panels.models import Referral
from tests.factories import ReferralFactory

GOOD = {
    "level": "2",
    "reason": "Two breaches in a week",
    "added_value": "Housing and health must act together",
}


@pytest.fixture
def at_high_risk(offender):
    Offender._base_manager.update(rosh=3)
    return offender


def test_a_practitioner_refers(sign_in, at_high_risk, practitioner):
    response = sign_in(practitioner).post(f"/people/{at_high_risk.reference}/refer/", GOOD)

    referral = Referral.objects.visible_to(practitioner).get()
    assert response.headers["Location"] == f"/people/{at_high_risk.reference}/meetings/"
    assert (referral.level, referral.made_by) == (2, practitioner)
    assert referral.due_on == working_days.after(dates.today(), 10, at_high_risk.area)


def test_the_page_shows_the_criteria(sign_in, at_high_risk, practitioner):
    page = sign_in(practitioner).get(f"/people/{at_high_risk.reference}/refer/").text

    assert "assessed as high or very high" in page
    assert "Ashdown" not in page.split("</title>")[0]


def test_a_case_that_meets_no_criterion_is_not_referred(sign_in, offender, practitioner):
    page = sign_in(practitioner).post(f"/people/{offender.reference}/refer/", GOOD)

    assert "The criteria are not met" in page.text
    assert "Two breaches in a week" in page.text
    assert not Referral.objects.visible_to(practitioner).exists()


def test_exceptional_co_ordination_is_enough(sign_in, offender, practitioner):
    sign_in(practitioner).post(f"/people/{offender.reference}/refer/", GOOD | {"exceptional": "on"})

    assert Referral.objects.visible_to(practitioner).get().exceptional


def test_level_3_needs_senior_people(sign_in, at_high_risk, practitioner):
    page = sign_in(practitioner).post(f"/people/{at_high_risk.reference}/refer/", GOOD | {"level": "3"})

    assert "Level 3 needs senior representation" in page.text
    assert not Referral.objects.visible_to(practitioner).exists()


def test_a_second_open_referral_is_refused(sign_in, at_high_risk, practitioner):
    ReferralFactory(offender=at_high_risk)

    page = sign_in(practitioner).post(f"/people/{at_high_risk.reference}/refer/", GOOD)

    assert "already has an open referral" in page.text
    assert Referral.objects.visible_to(practitioner).count() == 1


def test_a_referral_without_a_reason_is_refused(sign_in, at_high_risk, practitioner):
    page = sign_in(practitioner).post(f"/people/{at_high_risk.reference}/refer/", GOOD | {"reason": ""})

    assert "Enter why this case needs a higher level" in page.text
    assert "Housing and health must act together" in page.text


def test_a_victim_liaison_officer_sees_but_may_not_refer(sign_in, at_high_risk, victim_liaison):
    assert sign_in(victim_liaison).post(f"/people/{at_high_risk.reference}/refer/", GOOD).status_code == 403


def test_to_another_area_the_case_does_not_exist(sign_in, at_high_risk, outsider):
    assert sign_in(outsider).post(f"/people/{at_high_risk.reference}/refer/", GOOD).status_code == 404
