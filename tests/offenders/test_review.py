"""A level 1 review, held by the lead agency."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from offenders import actions
from offenders.models import Offender, Review
from tests.factories import in_days

GOOD = {
    "outcome": "Level 1 is still right: no new offences",
    "next_review_on_day": "",
    "next_review_on_month": "",
    "next_review_on_year": "",
}


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/review/"


def typed(day):
    return {"next_review_on_day": day.day, "next_review_on_month": day.month, "next_review_on_year": day.year}


def test_a_practitioner_records_a_review_and_the_next_is_dated(client, practitioner, offender, url, today):
    client.force_login(practitioner)

    response = client.post(url, GOOD)

    assert response.headers["Location"] == offender.get_absolute_url()
    held, due = Review.objects.visible_to(practitioner).order_by("held_on")
    assert (held.held_on, held.held_by, due.held_on) == (today, practitioner, None)
    offender = Offender.objects.visible_to(practitioner).get()
    assert due.due_on == offender.next_review_on == actions.latest_review(1, offender.area, today)


def test_what_the_review_found_is_kept_with_the_case_and_not_on_the_timeline(client, practitioner, offender, url):
    client.force_login(practitioner)

    client.post(url, GOOD)

    assert GOOD["outcome"] in client.get(f"/people/{offender.reference}/risk/").text
    assert offender.timeline.visible_to(practitioner).get().text == ""


def test_an_earlier_date_may_be_chosen(client, practitioner, url):
    client.force_login(practitioner)

    client.post(url, GOOD | typed(in_days(14)))

    assert Offender.objects.visible_to(practitioner).get().next_review_on == in_days(14)


def test_the_level_goes_on_and_the_timeline_says_it(client, practitioner, offender, url):
    client.force_login(practitioner)

    client.post(url, GOOD)

    assert offender.levels.visible_to(practitioner).count() == 1
    assert offender.timeline.visible_to(practitioner).get().title == "Level 1 review held"


@pytest.mark.parametrize("person", ["chair", "victim_liaison", "housing"])
def test_who_sees_the_case_but_may_not_is_refused(client, request, granted, url, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(url).status_code == 403
    assert client.post(url, GOOD).status_code == 403


def test_a_stranger_cannot_tell_that_it_exists(client, outsider, url):
    client.force_login(outsider)

    assert client.get(url).status_code == 404
    assert client.post(url, GOOD).status_code == 404


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"outcome": " "}, "outcome", "Enter what the review found"),
        (typed(in_days(0)), "next_review_on", "after today"),
        (typed(in_days(3000)), "next_review_on", "the standard for level 1"),
        ({"next_review_on_day": "1"}, "next_review_on", "must include a month and a year"),
    ],
)
def test_a_refusal_keeps_what_was_typed_and_writes_nothing(client, practitioner, url, change, field, message):
    client.force_login(practitioner)

    response = client.post(url, GOOD | change)

    assert message in " ".join(response.context["form"].errors[field])
    assert change.get("outcome", GOOD["outcome"]).strip() in response.text
    assert Review.objects.visible_to(practitioner).get().held_on is None


def test_a_second_click_is_not_a_second_review(client, practitioner, offender, url):
    client.force_login(practitioner)
    client.post(url, GOOD)

    response = client.post(url, GOOD)

    assert "recorded this already" in response.text
    assert Review.objects.visible_to(practitioner).filter(held_on=None).count() == 1
    assert Review.objects.visible_to(practitioner).count() == 2


def test_a_level_2_case_is_reviewed_at_its_meeting(client, practitioner, offender, url):
    Offender._base_manager.update(level=2)
    client.force_login(practitioner)

    assert "put it on an agenda" in client.get(url).text
    with pytest.raises(ValidationError, match="at its meeting"):
        actions.complete_review(offender=offender, outcome="x", next_review_on=None, by=practitioner)


def test_the_action_itself_refuses_those_who_may_not(offender, chair):
    with pytest.raises(PermissionDenied):
        actions.complete_review(offender=offender, outcome="x", next_review_on=None, by=chair)


def test_a_review_on_its_last_day_is_on_time(client, practitioner, url, today):
    Review._base_manager.update(due_on=today)
    client.force_login(practitioner)
    client.post(url, GOOD)

    assert Review.objects.visible_to(practitioner).get(held_on=today).was_on_time
    Review._base_manager.update(due_on=today - timedelta(days=1))
    assert not Review.objects.visible_to(practitioner).get(held_on=today).was_on_time
