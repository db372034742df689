"""A breach says when, what and what was done; its outcome is added once."""

import pytest

from offenders.models import Breach, Licence, Order
from tests.factories import (
    BreachFactory,
    LicenceConditionFactory,
    LicenceFactory,
    MonitoringFactory,
    OrderFactory,
    PremisesPlaceFactory,
    in_days,
)
from tests.offenders.dates_typed import typed

GOOD = {"what": "A second device was found", "action": "recall", **typed("happened_on", in_days(-2))}


@pytest.fixture
def order(offender):
    return OrderFactory(offender=offender)


@pytest.fixture
def url(order):
    return f"/people/orders/{order.reference}/breach/"


def test_a_breach_of_an_order_is_recorded(client, practitioner, offender, order, url):
    client.force_login(practitioner)

    assert client.post(url, GOOD).headers["Location"] == f"/people/{offender.reference}/orders/"

    breach = Breach.objects.visible_to(practitioner).get()
    assert (breach.order, breach.get_action_display(), breach.recorded_by) == (order, "Recall proposed", practitioner)
    assert "A second device" not in offender.timeline.visible_to(practitioner).get().text


def test_a_breach_of_a_condition_says_which(client, practitioner, offender):
    licence = LicenceFactory(offender=offender)
    condition = LicenceConditionFactory(offender=offender, licence=licence)
    client.force_login(practitioner)
    url = f"/people/licences/{licence.reference}/breach/"

    client.post(url, GOOD | {"subject": condition.reference})

    assert Breach.objects.visible_to(practitioner).get().condition == condition
    assert "Choose the condition" in client.post(url, GOOD).text


def test_a_breach_at_premises_stands_on_their_page(client, practitioner, offender):
    place = PremisesPlaceFactory(offender=offender, arrived_on=in_days(-5))
    client.force_login(practitioner)

    client.post(f"/people/places/{place.reference}/breach/", GOOD)

    assert "A second device was found" in client.get(f"/people/{offender.reference}/premises/").text


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"what": ""}, "what", "Enter an answer"),
        ({"action": ""}, "action", "Choose what was done"),
        (typed("happened_on", in_days(1)), "happened_on", "until today"),
        (typed("happened_on", in_days(-5000)), "happened_on", "began to hold"),
    ],
)
def test_a_refusal_keeps_what_was_typed_and_writes_nothing(client, practitioner, url, change, field, message):
    client.force_login(practitioner)

    response = client.post(url, GOOD | change)

    assert message in " ".join(response.context["form"].errors[field])
    assert not Breach.objects.visible_to(practitioner).exists()


def test_a_second_click_records_nothing(client, practitioner, url):
    client.force_login(practitioner)
    client.post(url, GOOD)

    assert "Nothing was saved twice" in client.post(url, GOOD).text


def test_nothing_is_breached_after_it_ended(client, practitioner, order, url):
    Order._base_manager.update(ended_on=in_days(-3), ending="discharged", ended_by=practitioner)
    client.force_login(practitioner)

    assert "from the day when it began to hold" in client.post(url, GOOD).text
    client.post(url, GOOD | typed("happened_on", in_days(-3)))

    assert Breach.objects.visible_to(practitioner).get().happened_on == in_days(-3)


@pytest.mark.parametrize("ends", ["condition", "licence"])
def test_what_was_breached_before_it_ended_is_recorded_afterwards(client, practitioner, offender, ends):
    licence = LicenceFactory(offender=offender)
    gone = {"removed_on": in_days(-5), "removed_by_body": "governor", "removal_reason": "Varied"}
    condition = LicenceConditionFactory(offender=offender, licence=licence, **(gone if ends == "condition" else {}))
    if ends == "licence":
        Licence._base_manager.update(ended_on=in_days(-5), ending="replaced", ended_by=practitioner)
    client.force_login(practitioner)
    url = f"/people/licences/{licence.reference}/breach/"
    assert url in client.get(f"/people/{offender.reference}/orders/").text

    assert "until" in client.post(url, GOOD | {"subject": condition.reference}).text
    client.post(url, GOOD | {"subject": condition.reference, **typed("happened_on", in_days(-6))})

    assert Breach.objects.visible_to(practitioner).get().condition == condition


def test_an_alert_after_the_removal_is_refused(client, practitioner, offender):
    tag = MonitoringFactory(offender=offender, removed_on=in_days(-5), removal_reason="Over")
    client.force_login(practitioner)
    url = f"/people/monitoring/{tag.reference}/alert/"

    assert "from the day when it began to hold" in client.post(url, GOOD).text
    assert not Breach.objects.visible_to(practitioner).exists()


def outcome(day, **change):
    return {"outcome": "convicted", "outcome_notes": "8 weeks", **typed("settled_on", day)} | change


def test_the_outcome_is_recorded_once(client, practitioner, offender):
    breach = BreachFactory(offender=offender)
    client.force_login(practitioner)
    url = f"/people/breaches/{breach.reference}/outcome/"

    client.post(url, outcome(in_days(0)))

    assert Breach.objects.visible_to(practitioner).get().settled_by == practitioner
    assert "Convicted" in client.get(f"/people/{offender.reference}/orders/").text
    assert "recorded already" in client.post(url, outcome(in_days(0), outcome="warned")).text


@pytest.mark.parametrize("day", [in_days(1), in_days(-4)])
def test_an_outcome_is_after_the_breach_and_not_in_the_future(client, practitioner, offender, day):
    breach = BreachFactory(offender=offender)
    client.force_login(practitioner)

    response = client.post(f"/people/breaches/{breach.reference}/outcome/", outcome(day))

    assert "from the day of the breach until today" in response.text
    assert Breach.objects.visible_to(practitioner).open().exists()


@pytest.mark.parametrize(("person", "status"), [("chair", 403), ("housing", 403), ("outsider", 404)])
def test_nobody_else_records_one(client, request, granted, url, person, status):
    client.force_login(request.getfixturevalue(person))

    assert client.post(url, GOOD).status_code == status
    assert not Breach._base_manager.exists()
