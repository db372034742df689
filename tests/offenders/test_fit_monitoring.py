"""Electronic monitoring: fitted because a condition or an order says so, removed, its alerts kept."""

import pytest

from offenders.models import Breach, Monitoring
from tests.factories import LicenceConditionFactory, MonitoringFactory, OrderFactory, in_days
from tests.offenders.dates_typed import typed


@pytest.fixture
def condition(offender):
    return LicenceConditionFactory(offender=offender)


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/monitoring/record/"


@pytest.fixture
def good(condition):
    fitted = typed("fitted_on", in_days(-1))
    return {"kind": "trail", "provider": "Example Tags", "condition": condition.reference, "order": "", **fitted}


def test_it_is_fitted_under_a_condition(client, practitioner, condition, url, good):
    client.force_login(practitioner)

    assert client.post(url, good).status_code == 302

    row = Monitoring.objects.visible_to(practitioner).get()
    assert (row.condition, row.order, row.fitted_on) == (condition, None, in_days(-1))


def test_it_is_fitted_under_an_order(client, practitioner, offender, url, good):
    order = OrderFactory(offender=offender)
    client.force_login(practitioner)

    client.post(url, good | {"condition": "", "order": order.reference})

    assert Monitoring.objects.visible_to(practitioner).get().order == order


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"kind": ""}, "kind", "Choose what is monitored"),
        ({"provider": ""}, "provider", "Enter the provider"),
        ({"condition": ""}, "condition", "either the licence condition or the order"),
        (typed("fitted_on", in_days(1)), "fitted_on", "today or in the past"),
        (typed("fitted_on", in_days(-60)), "fitted_on", "before the condition or order"),
    ],
)
def test_a_refusal_writes_nothing(client, practitioner, url, good, change, field, message):
    client.force_login(practitioner)

    response = client.post(url, good | change)

    assert message in " ".join(response.context["form"].errors[field])
    assert not Monitoring.objects.visible_to(practitioner).exists()


def test_both_authorities_at_once_are_refused(client, practitioner, offender, url, good):
    order = OrderFactory(offender=offender)
    client.force_login(practitioner)

    assert "either the licence condition or the order" in client.post(url, good | {"order": order.reference}).text


def test_one_tag_of_a_kind_is_fitted_at_a_time(client, practitioner, offender, condition, url, good):
    MonitoringFactory(offender=offender, condition=condition, kind="trail")
    client.force_login(practitioner)

    assert "fitted already" in client.post(url, good).text


def test_a_removal_says_why_and_happens_once(client, practitioner, offender):
    row = MonitoringFactory(offender=offender)
    client.force_login(practitioner)
    url = f"/people/monitoring/{row.reference}/remove/"

    early = client.post(url, {"removal_reason": "Over", **typed("removed_on", in_days(-50))})
    client.post(url, {"removal_reason": "Over", **typed("removed_on", in_days(0))})

    assert "from the day when it was fitted until today" in early.text
    assert Monitoring.objects.visible_to(practitioner).get().removal_reason == "Over"
    assert "recorded already" in client.get(url).text


def test_an_alert_is_not_a_breach(client, practitioner, offender):
    row = MonitoringFactory(offender=offender)
    client.force_login(practitioner)
    alert = {"what": "Flat battery", "action": "none", "is_alert": "on", **typed("happened_on", in_days(-1))}

    client.post(f"/people/monitoring/{row.reference}/alert/", alert)

    breach = Breach.objects.visible_to(practitioner).get()
    assert (breach.monitoring, breach.is_alert) == (row, True)
    assert "Flat battery" in client.get(f"/people/{offender.reference}/orders/").text


@pytest.mark.parametrize(("person", "status"), [("chair", 403), ("housing", 403), ("outsider", 404)])
def test_nobody_else_records_it(client, request, granted, url, good, person, status):
    client.force_login(request.getfixturevalue(person))

    assert client.post(url, good).status_code == status
    assert not Monitoring._base_manager.exists()


def test_what_is_fitted_goes_on_under_a_condition_that_was_varied(client, practitioner, offender, condition):
    row = MonitoringFactory(offender=offender, condition=condition)
    client.force_login(practitioner)

    varied = {"text": "Stay at home between 8pm and 6am", "imposed_by": "governor", **typed("added_on", in_days(-1))}
    client.post(f"/people/conditions/{condition.reference}/vary/", varied)

    row.refresh_from_db(from_queryset=Monitoring.objects.visible_to(practitioner))
    assert row.condition.replaces == condition
    assert "what required it has ended" not in client.get(f"/people/{offender.reference}/orders/").text


def test_the_page_warns_while_nothing_requires_what_is_fitted(client, practitioner, offender, condition):
    order = OrderFactory(offender=offender)
    MonitoringFactory(offender=offender, condition=condition)
    MonitoringFactory(offender=offender, kind="trail", condition=None, order=order)
    client.force_login(practitioner)
    page = f"/people/{offender.reference}/orders/"
    assert "what required it has ended" not in client.get(page).text

    ended = {"ending": "discharged", "end_reason": "", **typed("ended_on", in_days(-1))}
    client.post(f"/people/orders/{order.reference}/end/", ended)
    ended = {"ending": "cancelled", "end_reason": "", **typed("ended_on", in_days(-1))}
    client.post(f"/people/licences/{condition.licence.reference}/end/", ended)

    text = client.get(page).text
    assert text.count("what required it has ended") == 2
    assert text.count("No longer required") == 2


def test_two_conditions_of_one_title_are_told_apart(client, practitioner, offender, condition, url):
    LicenceConditionFactory(offender=offender, licence=condition.licence, text="Do not go to the river")
    OrderFactory(offender=offender, court="Leeds Crown Court")
    client.force_login(practitioner)

    text = client.get(url).text

    assert "Stay at home between 7pm and 7am</option>" in text
    assert "Do not go to the river</option>" in text
    assert "Leeds Crown Court</option>" in text
