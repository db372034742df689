"""A decision about disclosure is looked at again, until nothing is left to look at."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from disclosures import actions
from disclosures.models import Disclosure, DisclosureDecision, DisclosureReview
from tests.factories import DisclosureFactory, in_days
from tests.offenders.dates_typed import typed

TYPED = {
    "found": "The school keeps to it",
    **typed("reviewed_on", in_days(0)),
    **typed("next_on", in_days(90)),
}
VERB = {"reviewed_on": in_days(0), "found": "Kept", "next_on": None}


@pytest.fixture
def row(offender):
    return DisclosureFactory(offender=offender, delivered=True)


@pytest.fixture
def url(row):
    return f"/people/disclosures/{row.reference}/review/"


def test_a_review_is_kept_with_the_day_that_was_due_and_sets_the_next(client, practitioner, offender, row, url):
    client.force_login(practitioner)

    assert client.post(url, TYPED).headers["Location"] == row.get_absolute_url()

    review = DisclosureReview.objects.visible_to(practitioner).get()
    assert (review.was_due_on, review.next_on, review.by) == (in_days(60), in_days(90), practitioner)
    assert Disclosure.objects.visible_to(practitioner).get().review_on == in_days(90)
    assert "The school keeps to it" in client.get(row.get_absolute_url()).text
    entry = offender.timeline.visible_to(practitioner).get()
    assert (entry.title, entry.text) == ("Decision about disclosure reviewed", "")


def test_without_a_next_day_it_is_closed(client, practitioner, row, url):
    client.force_login(practitioner)

    client.post(url, TYPED | typed("next_on", None))

    assert Disclosure.objects.visible_to(practitioner).get().review_on is None
    assert "No further review is due" in client.get(url).text


def test_a_second_click_is_not_a_second_review(client, practitioner, url):
    client.force_login(practitioner)
    client.post(url, TYPED)

    assert "recorded this already" in client.post(url, TYPED).text
    assert DisclosureReview.objects.visible_to(practitioner).count() == 1


def test_a_review_is_not_older_than_the_one_before_it(practitioner, offender, row):
    DisclosureDecision._base_manager.update(considered_at=timezone.now() - timedelta(days=9))
    with pytest.raises(ValidationError, match="enter that day or a later one"):
        actions.review_disclosure(disclosure=row, by=practitioner, **VERB | {"reviewed_on": in_days(-10)})

    actions.review_disclosure(
        disclosure=row, by=practitioner, **VERB | {"reviewed_on": in_days(-2), "next_on": in_days(3)}
    )

    with pytest.raises(ValidationError, match="enter that day or a later one"):
        actions.review_disclosure(disclosure=row, by=practitioner, **VERB | {"reviewed_on": in_days(-3)})


@pytest.mark.parametrize("state", [{}, {"authorised": True}])
def test_what_is_not_finished_is_not_closed(offender, practitioner, state):
    row = DisclosureFactory(offender=offender, **state)

    with pytest.raises(ValidationError, match="not finished"):
        actions.review_disclosure(disclosure=row, by=practitioner, **VERB)


def test_what_was_not_authorised_is_decided_again_and_not_reviewed(client, practitioner, offender):
    row = DisclosureFactory(offender=offender, authorised=True, outcome="refused")
    client.force_login(practitioner)

    assert "record what is decided instead" in client.get(f"/people/disclosures/{row.reference}/review/").text


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"found": ""}, "found"),
        (typed("reviewed_on", in_days(1)), "reviewed_on"),
        (typed("next_on", in_days(0)), "next_on"),
    ],
)
def test_a_refusal_writes_nothing(client, practitioner, url, change, field):
    client.force_login(practitioner)

    assert field in client.post(url, TYPED | change).context["form"].errors
    assert not DisclosureReview.objects.visible_to(practitioner).exists()


@pytest.mark.parametrize(("person", "status"), [("housing", 403), ("outsider", 404)])
def test_nobody_else_reviews_it(client, request, granted, row, url, person, status):
    user = request.getfixturevalue(person)
    client.force_login(user)

    assert client.get(url).status_code == client.post(url, TYPED).status_code == status
    with pytest.raises(PermissionDenied):
        actions.review_disclosure(disclosure=row, by=user, **VERB)
