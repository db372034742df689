"""A prohibition or positive requirement is added, with its own end and its supervisor."""

from datetime import date

import pytest

from offenders.models import OrderTerm
from tests.factories import OrderFactory
from tests.offenders.dates_typed import typed


@pytest.fixture
def order(offender, practitioner):
    return OrderFactory(offender=offender, kind__code="shpo", ends_on=date(2034, 2, 28), recorded_by=practitioner)


@pytest.fixture
def url(order):
    return f"/people/orders/{order.reference}/term/"


GOOD = {
    "kind": "requirement",
    "text": "Attend a programme",
    "supervisor": "Probation Service, Luton",
    **typed("from_on", None),
    **typed("ends_on", None),
}


def test_a_requirement_names_its_supervisor(client, practitioner, order, url):
    client.force_login(practitioner)

    client.post(url, GOOD)

    term = OrderTerm.objects.visible_to(practitioner).get()
    assert (term.kind, term.supervisor, term.from_on) == ("requirement", "Probation Service, Luton", order.starts_on)


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"kind": ""}, "kind", "Choose what it is"),
        ({"supervisor": ""}, "supervisor", "Enter who supervises"),
        ({"kind": "prohibition"}, "supervisor", "only a positive requirement has a supervisor"),
        (typed("from_on", date(2024, 2, 1)), "from_on", "cannot start before its order"),
        (typed("ends_on", date(2023, 2, 1)), "ends_on", "same as or after the first"),
        (typed("ends_on", date(2035, 2, 1)), "ends_on", "cannot end after its order"),
        (
            {"kind": "prohibition", "supervisor": ""} | typed("ends_on", date(2026, 1, 1)),
            "ends_on",
            "A prohibition of this order lasts at least 5 years",
        ),
    ],
)
def test_a_refusal_keeps_what_was_typed_and_writes_nothing(client, practitioner, url, change, field, message):
    client.force_login(practitioner)

    response = client.post(url, GOOD | change)

    assert message in " ".join(response.context["form"].errors[field])
    assert "Attend a programme" in response.text
    assert not OrderTerm.objects.visible_to(practitioner).exists()


def test_a_travel_ban_beyond_five_years_is_asked_about(client, practitioner, url):
    client.force_login(practitioner)
    ban = GOOD | {"kind": "travel", "supervisor": ""} | typed("ends_on", date(2030, 1, 1))

    assert "at most 5 years" in client.post(url, ban).text
    assert client.post(url, ban | {"confirmed": "on"}).status_code == 302
    assert client.post(
        url, GOOD | {"kind": "travel", "supervisor": ""} | typed("ends_on", date(2029, 3, 1))
    ).status_code


@pytest.mark.parametrize(("person", "status"), [("chair", 403), ("housing", 403), ("outsider", 404)])
def test_nobody_else_adds_one(client, request, granted, url, person, status):
    client.force_login(request.getfixturevalue(person))

    assert client.post(url, GOOD).status_code == status
    assert not OrderTerm._base_manager.exists()
