"""The page of orders, licence and monitoring: what it shows, to whom, and at what cost."""

import pytest

from tests.factories import (
    BreachFactory,
    LicenceConditionFactory,
    LicenceFactory,
    MonitoringFactory,
    OrderFactory,
    OrderTermFactory,
    OrderVariationFactory,
    in_days,
)


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/orders/"


def test_an_empty_page_says_what_is_not_there(client, practitioner, url):
    client.force_login(practitioner)

    text = client.get(url).text

    for words in ("No order stands.", "No licence is recorded.", "no additional conditions", "Nothing is fitted."):
        assert words in text


def test_it_is_a_page_of_the_record(client, practitioner, url):
    client.force_login(practitioner)

    assert "Orders and licence" in [page["label"] for page in client.get(url).context["pages"] if page["current"]]


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ({}, "In force"),
        ({"starts_on": in_days(10)}, "Not started"),
        ({"ends_on": in_days(-1)}, "Ran out"),
        ({"interim": True}, "(interim)"),
    ],
)
def test_the_state_of_an_order_is_said_in_words(client, practitioner, offender, url, more, state):
    OrderFactory(offender=offender, **more)
    client.force_login(practitioner)

    assert state in client.get(url).text


@pytest.mark.parametrize(("first", "last", "state"), [(10, 50, "Not started"), (-50, -1, "The licence ran out")])
def test_the_state_of_a_licence_is_said_in_words(client, practitioner, offender, url, first, last, state):
    LicenceFactory(offender=offender, starts_on=in_days(first), ends_on=in_days(last))
    client.force_login(practitioner)

    assert state in client.get(url).text


def test_requirements_name_their_supervisor_and_ends(client, practitioner, offender, url):
    order = OrderFactory(offender=offender)
    OrderTermFactory(offender=offender, order=order, kind="requirement", supervisor="Probation, Luton")
    OrderTermFactory(offender=offender, order=order, kind="travel", text="Spain", ends_on=in_days(30))
    client.force_login(practitioner)

    text = client.get(url).text

    assert "(supervised by Probation, Luton)" in text
    assert "Spain (foreign travel; until" in text


def test_what_ended_is_folded_away(client, practitioner, offender, url):
    ended = {"ended_on": in_days(-1), "ended_by": practitioner, "end_reason": "On application"}
    order = OrderFactory(offender=offender, ending="discharged", **ended)
    BreachFactory(offender=offender, order=order)
    licence = LicenceFactory(offender=offender, ending="replaced", **ended)
    LicenceConditionFactory(offender=offender, licence=licence)
    MonitoringFactory(offender=offender, order=order, condition=None, removed_on=in_days(-1), removal_reason="Over")
    client.force_login(practitioner)

    text = client.get(url).text

    for words in ("Earlier: Orders", "Earlier: Licence", "Earlier: Electronic monitoring", "A court discharged it"):
        assert words in text


def test_a_condition_is_added_to_the_licence_that_runs_though_another_is_recorded_ahead(
    client, practitioner, offender, url
):
    licence = LicenceFactory(offender=offender)
    ahead = LicenceFactory(offender=offender, kind="pss", starts_on=in_days(301), ends_on=in_days(500))
    LicenceConditionFactory(offender=offender, licence=licence)
    client.force_login(practitioner)

    text = client.get(url).text

    for row in (licence, ahead):
        assert f"/people/licences/{row.reference}/conditions/add/" in text
    _licence, conditions = client.get(url).context["parts"][1:3]
    assert conditions.cards[0].lines[0].value.startswith("Licence, determinate sentence, from")


@pytest.mark.parametrize(
    ("person", "may"), [("practitioner", True), ("coordinator", True), ("chair", False), ("housing", False)]
)
def test_who_may_not_change_sees_and_has_no_links(client, request, granted, offender, url, person, may):
    BreachFactory(offender=offender)
    LicenceConditionFactory(offender=offender)
    client.force_login(request.getfixturevalue(person))

    text = client.get(url).text

    assert "A second device was found" in text
    for words in ("/vary/", "/outcome/", "/record/", "/recall/"):
        assert (words in text) == may


@pytest.mark.parametrize("person", ["outsider", "uninvited"])
def test_a_stranger_cannot_tell_that_it_exists(client, request, url, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(url).status_code == 404


@pytest.mark.parametrize("number", [1, 12])
def test_the_page_costs_the_same_however_many(
    client, practitioner, offender, url, number, django_assert_max_num_queries
):
    licence = LicenceFactory(offender=offender)
    for each in range(number):
        order = OrderFactory(offender=offender)
        OrderTermFactory(offender=offender, order=order)
        OrderVariationFactory(offender=offender, order=order)
        BreachFactory(offender=offender, order=order)
        condition = LicenceConditionFactory(offender=offender, licence=licence)
        tag = {"removed_on": in_days(-1), "removal_reason": "Over"} if each else {}
        MonitoringFactory(offender=offender, condition=condition, **tag)
    client.force_login(practitioner)

    with django_assert_max_num_queries(37):
        client.get(url)
