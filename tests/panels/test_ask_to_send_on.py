"""Asking that minutes go to an agency that was not there."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies.models import OutboxMessage
from panels import actions
from panels.models import OnwardRequest


@pytest.fixture
def url(sent, item):
    return f"/items/{item.reference}/send-on/"


@pytest.fixture
def good(health_agency):
    return {"agency": health_agency.pk, "reason": "It treats the person from Monday"}


@pytest.mark.parametrize("person", ["practitioner", "housing", "victim_liaison"])
def test_whoever_reads_them_may_ask(sign_in, request, url, good, person, coordinator):
    user = request.getfixturevalue(person)

    sign_in(user).post(url, good)

    row = OnwardRequest.objects.visible_to(coordinator).get()
    assert (row.asked_by, row.outcome, row.reason) == (user, "", "It treats the person from Monday")


def test_the_chair_is_asked_and_the_agency_learns_nothing(sign_in, url, good, housing, uninvited, chair):
    sign_in(housing).post(url, good)

    row = OnwardRequest.objects.visible_to(chair).get()
    assert OutboxMessage.objects.filter(to=chair, subject__contains=row.reference).exists()
    assert not OnwardRequest.objects.visible_to(uninvited).exists()
    assert not OutboxMessage.objects.filter(to=uninvited).exists()
    assert sign_in(uninvited).get(f"/sent-on/{row.reference}/").status_code == 404


def test_an_agency_that_has_them_is_not_offered(sign_in, url, good, housing_agency, coordinator):
    page = sign_in(coordinator).post(url, good | {"agency": housing_agency.pk}).text

    assert "Select a valid choice" in page
    assert not OnwardRequest.objects.visible_to(coordinator).exists()


def test_the_reason_is_needed_and_what_was_chosen_is_kept(sign_in, url, good, health_agency, coordinator):
    page = sign_in(coordinator).post(url, good | {"reason": ""}).text

    assert "Enter the reason" in page
    assert f'value="{health_agency.pk}" selected' in page


def test_twice_is_refused(item, sent, health_agency, coordinator):
    ask = {"item": item, "agency": health_agency, "reason": "x", "by": coordinator}
    actions.ask_to_send_on(**ask)

    with pytest.raises(ValidationError, match="asked for already"):
        actions.ask_to_send_on(**ask)


def test_a_draft_is_not_sent_on(item, decided, health_agency, coordinator):
    with pytest.raises(ValidationError, match="not approved yet"):
        actions.ask_to_send_on(item=item, agency=health_agency, reason="x", by=coordinator)


def test_who_cannot_read_them_cannot_ask(sign_in, url, good, uninvited):
    assert sign_in(uninvited).post(url, good).status_code == 404


def test_whoever_has_a_closed_account_asks_for_nothing(sent, item, health_agency, practitioner):
    practitioner.is_active = False

    with pytest.raises(PermissionDenied):
        actions.ask_to_send_on(item=item, agency=health_agency, reason="x", by=practitioner)
