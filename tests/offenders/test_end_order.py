"""How an order ended is recorded by a person."""

from datetime import date

import pytest

from offenders.models import Order
from tests.factories import OrderFactory, in_days
from tests.offenders.dates_typed import typed


@pytest.fixture
def order(offender, practitioner):
    return OrderFactory(offender=offender, ends_on=in_days(-10), made_on=date(2021, 1, 4), recorded_by=practitioner)


@pytest.fixture
def url(order):
    return f"/people/orders/{order.reference}/end/"


def good(**change):
    return {"ending": "expired", "end_reason": "", **typed("ended_on", in_days(-10))} | change


def test_an_order_that_ran_out_is_closed(client, practitioner, offender, url):
    client.force_login(practitioner)
    assert "ran out: record how it ended" in client.get(f"/people/{offender.reference}/orders/").text

    client.post(url, good())

    order = Order.objects.visible_to(practitioner).get()
    assert (order.ended_on, order.ending, order.ended_by) == (in_days(-10), "expired", practitioner)
    assert "ran out: record" not in client.get(f"/people/{offender.reference}/orders/").text


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"ending": ""}, "ending", "Choose how it ended"),
        (typed("ended_on", in_days(1)), "ended_on", "until today"),
        (typed("ended_on", date(2020, 1, 1)), "ended_on", "until today"),
        (typed("ended_on", in_days(-20)), "ended_on", "had not run out"),
    ],
)
def test_a_refusal_keeps_what_was_typed_and_writes_nothing(client, practitioner, url, change, field, message):
    client.force_login(practitioner)

    response = client.post(url, good(end_reason="Said so") | change)

    assert message in " ".join(response.context["form"].errors[field])
    assert "Said so" in response.text
    assert Order.objects.visible_to(practitioner).get().ended_on is None


def test_a_court_may_discharge_it_earlier(client, practitioner, url):
    client.force_login(practitioner)

    client.post(url, good(ending="discharged", end_reason="On application") | typed("ended_on", in_days(-60)))

    assert Order.objects.visible_to(practitioner).get().get_ending_display() == "A court discharged it"


def test_it_ends_once(client, practitioner, url):
    client.force_login(practitioner)
    client.post(url, good())

    assert "This has ended" in client.post(url, good(ending="discharged")).text
    assert Order.objects.visible_to(practitioner).get().ending == "expired"


@pytest.mark.parametrize(("person", "status"), [("chair", 403), ("housing", 403), ("outsider", 404)])
def test_nobody_else_ends_it(client, request, granted, url, person, status):
    client.force_login(request.getfixturevalue(person))

    assert client.post(url, good()).status_code == status
    assert not Order._base_manager.filter(ended_on__isnull=False).exists()
