"""A variation supersedes terms and keeps what held; what has ended is changed no more."""

from datetime import date

import pytest

from offenders.models import Order, OrderTerm, OrderVariation
from tests.factories import OrderFactory, OrderKindFactory, OrderTermFactory, in_days
from tests.offenders.dates_typed import typed


@pytest.fixture
def order(offender, practitioner):
    return OrderFactory(offender=offender, kind__code="shpo", ends_on=date(2031, 2, 28), recorded_by=practitioner)


@pytest.fixture
def term(order):
    return OrderTermFactory(offender=order.offender, order=order, text="Going to any school")


@pytest.fixture
def url(order):
    return f"/people/orders/{order.reference}/vary/"


@pytest.fixture
def good(term):
    return {
        "court": "Luton Magistrates’ Court",
        "reason": "On application of the police",
        "superseded": [term.reference],
        "prohibitions": "Going within 100 metres of a school",
        **typed("varied_on", date(2025, 6, 2)),
        **typed("ends_on", date(2033, 2, 28)),
    }


def test_a_variation_supersedes_terms_and_keeps_them(client, practitioner, order, term, url, good):
    client.force_login(practitioner)

    response = client.post(url, good)

    assert response.status_code == 302
    variation = OrderVariation.objects.visible_to(practitioner).get()
    assert (variation.ended_before, variation.ends_after) == (date(2031, 2, 28), date(2033, 2, 28))
    assert Order.objects.visible_to(practitioner).get().ends_on == date(2033, 2, 28)
    standing = OrderTerm.objects.visible_to(practitioner).standing().values_list("text", "from_on")
    assert list(standing) == [("Going within 100 metres of a school", date(2025, 6, 2))]
    assert OrderTerm.objects.visible_to(practitioner).get(pk=term.pk).superseded_by == variation


def test_the_page_shows_what_held_before(client, practitioner, offender, url, good):
    client.force_login(practitioner)
    client.post(url, good)

    page = client.get(f"/people/{offender.reference}/orders/")

    assert "No longer holds: Going to any school" in page.text
    assert "The last day was 28 February 2031 and became 28 February 2033." in page.text


def test_an_order_that_was_discharged_is_not_varied(client, practitioner, order, url, good):
    Order._base_manager.update(ended_on=in_days(-1), ending="discharged", end_reason="On appeal", ended_by=practitioner)
    client.force_login(practitioner)

    assert "This has ended" in client.get(url).text
    assert "This has ended" in client.post(url, good).text
    assert not OrderVariation.objects.visible_to(practitioner).exists()


def test_a_variation_of_an_order_discharged_meanwhile_is_refused(practitioner, order):
    from django.core.exceptions import ValidationError

    from offenders.actions.orders import vary_order

    Order._base_manager.update(ended_on=in_days(-1), ending="discharged", ended_by=practitioner)

    with pytest.raises(ValidationError, match="This order has ended"):
        vary_order(
            order=order,
            varied_on=in_days(0),
            court="x",
            reason="x",
            ends_on=None,
            superseded=[],
            prohibitions="",
            confirmed=False,
            by=practitioner,
        )


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"court": ""}, "court", "Enter the court"),
        (typed("varied_on", in_days(1)), "varied_on", "until today"),
        (typed("varied_on", date(2023, 1, 1)), "varied_on", "until today"),
        (typed("ends_on", date(2025, 5, 1)), "ends_on", "after the date of the variation"),
        (typed("ends_on", date(2027, 5, 1)), "ends_on", "at least 5 years"),
        ({"superseded": ["OT-2222-2222"]}, "superseded", "not one of the available choices"),
    ],
)
def test_a_refusal_keeps_what_was_typed_and_writes_nothing(client, practitioner, url, good, change, field, message):
    client.force_login(practitioner)

    response = client.post(url, good | change)

    assert message in " ".join(response.context["form"].errors[field])
    assert "On application of the police" in response.text
    assert not OrderVariation.objects.visible_to(practitioner).exists()


def test_a_variation_that_changes_nothing_is_refused(client, practitioner, order, url, good):
    client.force_login(practitioner)
    same = {"superseded": [], "prohibitions": ""} | typed("ends_on", order.ends_on)

    assert "Nothing was changed" in client.post(url, good | same).text


def test_terms_of_another_order_are_not_offered(client, practitioner, offender, url, good):
    other = OrderTermFactory(offender=offender, order__kind=OrderKindFactory(code="sro"))
    client.force_login(practitioner)

    response = client.post(url, good | {"superseded": [other.reference]})

    assert response.context["form"].errors["superseded"]


@pytest.mark.parametrize(("person", "status"), [("chair", 403), ("housing", 403), ("outsider", 404)])
def test_nobody_else_varies_it(client, request, granted, url, good, person, status):
    client.force_login(request.getfixturevalue(person))

    assert client.post(url, good).status_code == status
    assert not OrderVariation._base_manager.exists()


def test_no_term_outlasts_the_order_that_was_varied(client, practitioner, order, term, url, good):
    OrderTermFactory(offender=order.offender, order=order, kind="travel", text="Spain", ends_on=date(2030, 3, 1))
    client.force_login(practitioner)

    response = client.post(url, good | {"confirmed": "on", **typed("ends_on", date(2030, 2, 28))})

    assert "holds until 1 March 2030, after the order" in " ".join(response.context["form"].errors["superseded"])
    assert Order.objects.visible_to(practitioner).get().ends_on == date(2031, 2, 28)


def test_what_a_variation_before_the_start_prohibits_begins_with_the_order(client, practitioner, order, url, good):
    Order._base_manager.update(starts_on=date(2025, 7, 1))
    client.force_login(practitioner)

    client.post(url, good | {"confirmed": "on"})

    new = OrderTerm.objects.visible_to(practitioner).standing().get()
    assert new.from_on == date(2025, 7, 1)


def test_the_day_on_which_it_was_made_is_not_asked_again(client, practitioner, url, good):
    Order._base_manager.update(made_on=date(2010, 3, 1), starts_on=date(2010, 3, 1))
    client.force_login(practitioner)

    assert client.post(url, good).status_code == 302
