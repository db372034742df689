import pytest

from tests.conftest import member
from tests.factories import ExclusionFactory, MembershipFactory
from tests.panels.conftest import mailed_about, now


@pytest.fixture
def colleague(housing_agency):
    return MembershipFactory(agency=housing_agency).user


@pytest.fixture
def url(action):
    return f"/actions/{action.reference}/assign/"


def test_a_colleague_is_named_and_told(sign_in, action, url, housing, colleague):
    sign_in(housing).post(url, {"officer": colleague.pk, "version": 0})

    assert now(action, housing).officer == colleague
    entry = action.offender.timeline.visible_to(housing).first()
    assert (entry.title, entry.text, entry.topic) == ("Action given to somebody", action.reference, "meetings")
    assert mailed_about(action) == [(colleague, f"A MAPPA action is yours: {action.reference}")]


def test_whoever_takes_it_himself_is_not_told(sign_in, action, url, housing):
    sign_in(housing).post(url, {"officer": housing.pk, "version": 0})

    assert now(action, housing).officer == housing
    assert mailed_about(action) == []


def test_somebody_of_another_agency_is_refused(sign_in, action, url, housing, practitioner):
    page = sign_in(housing).post(url, {"officer": practitioner.pk, "version": 0})

    assert "Select a valid choice" in page.text or "Choose someone" in page.text
    assert now(action, housing).officer is None


def test_a_colleague_whose_role_may_not_update_it_is_not_named(sign_in, action, url, housing, housing_agency):
    senior = member(housing_agency, "board-member", "beth")

    page = sign_in(housing).post(url, {"officer": senior.pk, "version": 0})

    assert "Beth" not in page.text
    assert now(action, housing).officer is None


def test_a_colleague_who_cannot_open_the_record_is_refused(sign_in, action, url, housing, colleague, coordinator):
    ExclusionFactory(offender=action.offender, user=colleague, made_by=coordinator)

    page = sign_in(housing).post(url, {"officer": colleague.pk, "version": 0})

    assert "Choose somebody who can" in page.text
    assert now(action, housing).officer is None


def test_another_agency_names_nobody(sign_in, action, url, practitioner):
    assert sign_in(practitioner).get(url).status_code == 403
