"""Taking a referral back."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from panels import actions
from panels.models import Referral
from tests.panels.referrals import kinds, now


@pytest.fixture
def url(referred):
    return f"/referrals/{referred.reference}/withdraw/"


def test_it_is_withdrawn_with_a_reason_that_stays(sign_in, url, referred, practitioner, coordinator):
    sign_in(practitioner).post(url, {"words": "He was recalled"})

    row = now(referred, coordinator)
    assert (row.outcome, row.decision_reason, row.decided_by) == ("withdrawn", "He was recalled", practitioner)
    assert kinds(referred, coordinator)[-1] == "withdrawn"
    assert not Referral.objects.visible_to(coordinator).awaiting_decision().exists()


def test_without_a_reason_it_stays(sign_in, url, referred, practitioner):
    assert "Enter why the referral is withdrawn" in sign_in(practitioner).post(url, {"words": ""}).text
    assert now(referred, practitioner).is_open


def test_another_agency_does_not_withdraw_it(sign_in, url, referred, coordinator):
    assert sign_in(coordinator).post(url, {"words": "x"}).headers["Location"].endswith("/read/")
    with pytest.raises(PermissionDenied):
        actions.withdraw_referral(referral=referred, reason="x", by=coordinator)


def test_to_another_area_it_does_not_exist(sign_in, url, outsider):
    assert sign_in(outsider).post(url, {"words": "x"}).status_code == 404


def test_what_was_returned_is_withdrawn_too_and_what_was_decided_is_not(referred, practitioner, coordinator):
    answer = {"level": None, "reason": "Who?", "next_review_on": None, "by": coordinator}
    actions.decide_referral(referral=referred, outcome="returned", **answer)
    assert actions.withdraw_referral(referral=referred, reason="Nobody", by=practitioner).outcome == "withdrawn"

    with pytest.raises(ValidationError, match="has been decided already"):
        actions.withdraw_referral(referral=referred, reason="Nobody", by=practitioner)


def test_one_that_was_never_sent_is_deleted_instead(agreed, practitioner):
    with pytest.raises(ValidationError, match="delete it instead"):
        actions.withdraw_referral(referral=agreed, reason="x", by=practitioner)
