"""Somebody looks at a flag again, and lets it stand."""

import pytest
from django.core.exceptions import PermissionDenied

from mappa import dates
from offenders import flags
from offenders.models import Flag, FlagReview
from tests.factories import FlagFactory, in_days

GOOD = {"reason": "Still lives with the dog", "review_on_day": "", "review_on_month": "", "review_on_year": ""}


@pytest.fixture
def flag(offender):
    return FlagFactory(offender=offender, review_on=in_days(-2))


@pytest.fixture
def url(flag):
    return f"/people/flags/{flag.reference}/review/"


def typed(day):
    return {"review_on_day": day.day, "review_on_month": day.month, "review_on_year": day.year}


def test_the_flag_stands_until_a_new_date_and_the_review_is_kept(client, practitioner, offender, url, today):
    client.force_login(practitioner)

    response = client.post(url, GOOD)

    assert response.headers["Location"] == f"/people/{offender.reference}/flags/"
    assert Flag.objects.visible_to(practitioner).get().review_on == dates.add_months(today, 3)
    review = FlagReview.objects.visible_to(practitioner).get()
    assert (review.due_on, review.by, review.reason) == (in_days(-2), practitioner, GOOD["reason"])


def test_the_timeline_says_it_without_the_reason(client, practitioner, offender, url):
    client.force_login(practitioner)

    client.post(url, GOOD)

    entry = offender.timeline.visible_to(practitioner).get()
    assert (entry.title, entry.text) == ("Flag reviewed", "Risk to children")


@pytest.mark.parametrize("person", ["chair", "victim_liaison", "housing"])
def test_who_sees_the_case_but_may_not_is_refused(client, request, granted, url, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(url).status_code == 403
    assert client.post(url, GOOD).status_code == 403


@pytest.mark.parametrize("person", ["outsider", "uninvited"])
def test_a_stranger_cannot_tell_that_it_exists(client, request, url, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(url).status_code == 404
    assert client.post(url, GOOD).status_code == 404


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"reason": " "}, "reason", "Enter why the flag stands"),
        (typed(in_days(0)), "review_on", "after today"),
        (typed(in_days(100)), "review_on", "within 3 months"),
    ],
)
def test_a_refusal_keeps_what_was_typed_and_writes_nothing(client, practitioner, url, change, field, message):
    client.force_login(practitioner)

    response = client.post(url, GOOD | change)

    assert message in " ".join(response.context["form"].errors[field])
    assert change.get("reason", GOOD["reason"]).strip() in response.text
    assert Flag.objects.visible_to(practitioner).get().review_on == in_days(-2)
    assert not FlagReview.objects.visible_to(practitioner).exists()


def test_a_second_click_is_not_a_second_review(client, practitioner, url):
    client.force_login(practitioner)
    client.post(url, GOOD)

    assert "Enter another date" in client.post(url, GOOD).text
    assert FlagReview.objects.visible_to(practitioner).count() == 1


def test_a_removed_flag_has_nothing_to_review(client, practitioner, flag, url, today):
    flags.remove_flag(flag=flag, removal_reason="Moved", by=practitioner)
    client.force_login(practitioner)

    assert "nothing to review" in client.get(url).text
    assert "removed already" in client.post(url, GOOD).text


def test_the_verb_itself_refuses_those_who_may_not(flag, chair):
    with pytest.raises(PermissionDenied):
        flags.review_flag(flag=flag, reason="x", review_on=None, by=chair)
