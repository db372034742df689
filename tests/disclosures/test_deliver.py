"""That they were told: only what was authorised, after the undertaking, with whether the person knows."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.utils import timezone

from disclosures import actions
from disclosures.models import Disclosure
from tests.factories import DisclosureFactory, in_days
from tests.offenders.dates_typed import typed

TOLD = {
    "delivered_how": "in-person",
    "delivered_by": "PC Example, police, with Pat Example, probation",
    "person_told": "yes",
    "person_told_words": "The day before, by probation",
    **typed("delivered_on", in_days(0)),
    **typed("undertaking_on", in_days(-1)),
}
VERB = {
    "delivered_on": in_days(0),
    "delivered_how": "letter",
    "delivered_by": "PC Example",
    "person_told": False,
    "person_told_words": "It would raise the risk",
}


@pytest.fixture
def row(offender):
    return DisclosureFactory(offender=offender, authorised=True)


@pytest.fixture
def url(row):
    return f"/people/disclosures/{row.reference}/deliver/"


def test_the_lead_agency_records_that_they_were_told(client, practitioner, offender, row, url):
    client.force_login(practitioner)

    response = client.post(url, TOLD)

    assert response.headers["Location"] == row.get_absolute_url()
    row = Disclosure.objects.visible_to(practitioner).get()
    assert (row.delivered_on, row.undertaking_on, row.person_told) == (in_days(0), in_days(-1), True)
    assert (row.delivered_by, row.delivery_recorded_by) == (TOLD["delivered_by"], practitioner)
    entry = offender.timeline.visible_to(practitioner).get()
    assert (entry.title, entry.topic) == ("Disclosure made", "risk")
    assert timezone.localdate(row.delivery_recorded_at) == in_days(0)
    text = client.get(row.get_absolute_url()).text
    assert "The day before, by probation" in text
    assert "Told" in text


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        (typed("undertaking_on", None), "undertaking_on", "Enter the day of the undertaking"),
        (typed("undertaking_on", in_days(1)), "undertaking_on", "on or before the day"),
        (typed("undertaking_on", in_days(-4)), "undertaking_on", "with its undertaking: enter that day or a later one"),
        (typed("delivered_on", in_days(1)), "delivered_on", "today or in the past"),
        (typed("delivered_on", in_days(-4)), "delivered_on", "enter that day or a later one"),
        ({"delivered_how": ""}, "delivered_how", "Choose how"),
        ({"delivered_by": " "}, "delivered_by", "Enter an answer"),
        ({"person_told": ""}, "person_told", "Say whether"),
        ({"person_told_words": ""}, "person_told_words", "Enter an answer"),
    ],
)
def test_a_refusal_keeps_what_was_typed_and_writes_nothing(client, practitioner, url, change, field, message):
    client.force_login(practitioner)

    response = client.post(url, TOLD | change)

    assert message in " ".join(response.context["form"].errors[field])
    assert "by probation" in response.text or "PC Example" in response.text
    assert Disclosure.objects.visible_to(practitioner).get().delivered_on is None


def test_the_verb_itself_refuses_an_undated_undertaking(practitioner, row):
    with pytest.raises(ValidationError, match="signed the undertaking"):
        actions.deliver_disclosure(disclosure=row, by=practitioner, **VERB)


@pytest.mark.parametrize("missing", ["delivered_how", "delivered_by", "person_told_words"])
def test_the_verb_itself_says_what_is_missing(practitioner, row, missing):
    with pytest.raises(ValidationError) as refusal:
        actions.deliver_disclosure(disclosure=row, undertaking_on=in_days(0), by=practitioner, **VERB | {missing: " "})

    assert list(refusal.value.error_dict) == [missing]


def test_without_an_undertaking_none_is_dated(client, practitioner, offender):
    why = {"needs_undertaking": False, "no_undertaking_because": "The public is told"}
    row = DisclosureFactory(offender=offender, authorised=True, **why)
    client.force_login(practitioner)
    url = f"/people/disclosures/{row.reference}/deliver/"

    assert "None was asked for: The public is told" in client.get(url).text
    assert client.post(url, TOLD | typed("undertaking_on", None)).status_code == 302


@pytest.mark.parametrize(
    ("state", "why"),
    [
        ({}, "Nobody is told before it is authorised"),
        ({"authorised": True, "outcome": "refused"}, "Nobody is told before it is authorised"),
        ({"delivered": True}, "They were told already"),
    ],
)
def test_nobody_is_told_what_was_not_authorised_or_twice(client, practitioner, offender, state, why):
    row = DisclosureFactory(offender=offender, **state)
    client.force_login(practitioner)

    assert why in client.get(f"/people/disclosures/{row.reference}/deliver/").text
    with pytest.raises(ValidationError, match=why):
        actions.deliver_disclosure(disclosure=row, undertaking_on=in_days(0), by=practitioner, **VERB)


@pytest.mark.parametrize(
    "wrong",
    [
        {"undertaking_on": None},
        {"undertaking_on": in_days(0)},
        {"undertaking_on": in_days(-4)},
        {"delivered_on": in_days(-9)},
        {"person_told": None},
        {"outcome": "refused"},
        {"person_told_words": ""},
    ],
)
def test_the_database_itself_refuses_what_was_not_authorised(offender, wrong):
    with pytest.raises(IntegrityError):
        DisclosureFactory(offender=offender, delivered=True, **wrong)


@pytest.mark.parametrize(("person", "status"), [("housing", 403), ("victim_liaison", 403), ("outsider", 404)])
def test_nobody_else_records_it(client, request, granted, row, url, person, status):
    user = request.getfixturevalue(person)
    client.force_login(user)

    assert client.get(url).status_code == client.post(url, TOLD).status_code == status
    with pytest.raises(PermissionDenied):
        actions.deliver_disclosure(disclosure=row, by=user, **VERB)
