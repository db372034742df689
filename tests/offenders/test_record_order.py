"""An order of a court is recorded: dates that cannot be are refused, lengths are weighed against the kind's row."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from audit.models import AccessEvent
from offenders.actions.orders import record_order
from offenders.models import Order, OrderKind, OrderTerm
from tests.factories import OrderFactory, in_days
from tests.offenders.dates_typed import typed


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/orders/record/"


@pytest.fixture
def good():
    return {
        "kind": "shpo",
        "court": "Luton Crown Court",
        "applied_by": "Chief officer of police",
        "prohibitions": "Going to any school\n\n Using two devices ",
        **typed("made_on", date(2024, 3, 1)),
        **typed("starts_on", None),
        **typed("ends_on", date(2029, 2, 28)),
    }


@pytest.mark.parametrize("person", ["practitioner", "coordinator"])
def test_an_order_is_recorded_with_its_prohibitions(client, request, offender, url, good, person):
    user = request.getfixturevalue(person)
    client.force_login(user)

    response = client.post(url, good)

    assert response.headers["Location"] == f"/people/{offender.reference}/orders/"
    order = Order.objects.visible_to(user).get()
    assert (order.starts_on, order.ends_on) == (date(2024, 3, 1), date(2029, 2, 28))
    terms = OrderTerm.objects.visible_to(user).values_list("text", flat=True)
    assert list(terms) == ["Going to any school", "Using two devices"]


def test_it_is_told_and_recorded_without_its_terms(client, practitioner, offender, url, good):
    client.force_login(practitioner)

    client.post(url, good)

    entry = offender.timeline.visible_to(practitioner).get()
    assert (entry.title, entry.text) == ("Order recorded", "Sexual harm prevention order (SHPO)")
    assert AccessEvent.objects.get(event="order.recorded").detail == {"kind": "shpo"}


def test_without_an_end_it_runs_until_further_order(client, practitioner, url, good):
    client.force_login(practitioner)

    client.post(url, good | typed("ends_on", None))

    assert Order.objects.visible_to(practitioner).get().ends_on is None


@pytest.mark.parametrize("ends_on", [date(2029, 2, 28), date(2029, 3, 1), date(2034, 1, 1)])
def test_five_years_and_more_are_enough_for_a_sexual_harm_prevention_order(client, practitioner, url, good, ends_on):
    client.force_login(practitioner)

    assert client.post(url, good | typed("ends_on", ends_on)).status_code == 302


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"kind": ""}, "kind", "Choose the order"),
        ({"court": " "}, "court", "Enter the court"),
        (typed("made_on", in_days(1)), "made_on", "today or in the past"),
        (typed("made_on", date(1980, 1, 1)), "made_on", "after the person’s date of birth"),
        (typed("starts_on", date(2024, 2, 28)), "starts_on", "cannot start before it was made"),
        (typed("ends_on", date(2024, 2, 1)), "ends_on", "same as or after the day when the order starts"),
        (typed("ends_on", date(2029, 2, 27)), "ends_on", "at least 5 years (SOA 2003 s.103A"),
        ({"kind": "sopo"}, "made_on", "no longer made from 8 March 2015"),
        (typed("made_on", date(2015, 3, 7)), "made_on", "first made on 8 March 2015"),
    ],
)
def test_a_refusal_keeps_what_was_typed_and_writes_nothing(client, practitioner, url, good, change, field, message):
    client.force_login(practitioner)

    response = client.post(url, good | change | {"confirmed": "on"})

    assert message in " ".join(response.context["form"].errors[field])
    assert "Going to any school" in response.text
    assert not Order.objects.visible_to(practitioner).exists()


@pytest.mark.parametrize(
    ("kind", "ends_on", "message"),
    [
        ("sro", date(2025, 2, 1), "at least 2 years"),
        ("voo", date(2030, 3, 1), "at most 5 years"),
        ("voo", None, "made for a fixed period"),
        ("dvpo", date(2024, 3, 5), "at least 14 days"),
        ("knife-crime-prevention", date(2027, 3, 1), "at most 24 months"),
    ],
)
def test_a_length_that_nobody_checked_is_asked_about_and_not_refused(
    client, practitioner, url, good, kind, ends_on, message
):
    client.force_login(practitioner)
    data = good | {"kind": kind} | typed("ends_on", ends_on)

    refused = client.post(url, data)

    assert message in " ".join(refused.context["form"].errors["ends_on"])
    assert not Order.objects.visible_to(practitioner).exists()
    assert client.post(url, data | {"confirmed": "on"}).status_code == 302


def test_an_interim_order_has_no_shortest_length(client, practitioner, url, good):
    client.force_login(practitioner)

    client.post(url, good | typed("ends_on", date(2024, 4, 1)) | {"interim": "on"})

    assert Order.objects.visible_to(practitioner).get().interim


def test_for_somebody_under_18_other_lengths_hold():
    cbo = OrderKind(shortest=2, shortest_under_18=1, longest_under_18=3)
    made = {"made_on": date(2024, 3, 1), "starts_on": date(2024, 3, 1)}

    assert [o.field for o in cbo.objections(ends_on=date(2025, 2, 28), age=18, **made)] == ["ends_on"]
    assert cbo.objections(ends_on=date(2025, 2, 28), age=17, **made) == []
    assert [o.field for o in cbo.objections(ends_on=date(2027, 3, 2), age=17, **made)] == ["ends_on"]


def test_a_legacy_order_of_its_time_is_recorded(client, practitioner, url, good):
    client.force_login(practitioner)
    times = typed("made_on", date(2014, 3, 1)) | typed("ends_on", None)

    assert client.post(url, good | {"kind": "sopo"} | times).status_code == 302


def test_a_kind_out_of_use_is_not_offered(client, practitioner, url, good):
    OrderKind.objects.filter(code="shpo").update(is_active=False)
    client.force_login(practitioner)

    assert "Choose an order from the list" in client.post(url, good).text


def test_a_second_click_records_nothing(client, practitioner, url, good):
    client.force_login(practitioner)

    client.post(url, good)

    assert "Nothing was saved twice" in client.post(url, good).text
    assert Order.objects.visible_to(practitioner).count() == 1


@pytest.mark.parametrize(
    ("person", "status"), [("chair", 403), ("housing", 403), ("outsider", 404), ("uninvited", 404)]
)
def test_nobody_else_records_one(client, request, granted, url, good, person, status):
    client.force_login(request.getfixturevalue(person))

    assert client.get(url).status_code == client.post(url, good).status_code == status
    assert not Order._base_manager.exists()


def test_the_verb_itself_refuses_those_who_may_not(offender, chair):
    with pytest.raises(PermissionDenied):
        record_order(
            offender=offender,
            kind=OrderKind.objects.get(code="shpo"),
            court="x",
            applied_by="",
            made_on=date(2024, 3, 1),
            starts_on=None,
            ends_on=None,
            interim=False,
            prohibitions="",
            confirmed=True,
            by=chair,
        )


def test_every_kind_says_where_it_comes_from(db):
    assert OrderKind.objects.count() >= 16
    for kind in OrderKind.objects.all():
        kind.full_clean()
        assert kind.citation
        assert kind.statute


def test_the_database_itself_refuses_an_end_before_the_start(offender):
    from django.db import IntegrityError

    with pytest.raises(IntegrityError):
        OrderFactory(offender=offender, ends_on=date(2024, 1, 1))


def test_a_risk_order_of_before_its_time_is_asked_about(client, practitioner, url, good):
    client.force_login(practitioner)
    data = good | {"kind": "sro"} | typed("made_on", date(2015, 3, 7)) | typed("starts_on", None)

    refused = client.post(url, data)

    assert "first made on 8 March 2015" in " ".join(refused.context["form"].errors["made_on"])
    assert client.post(url, data | {"confirmed": "on"}).status_code == 302
