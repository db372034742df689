"""A notification is recorded: on time or late, and what is due next follows by law."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from offenders.actions import notifications
from offenders.models import Notification, NotificationDue
from tests.factories import AddressFactory, in_days
from tests.offenders.notifying import begin, notify, open_dues, typed

GOOD = {
    "kind": "initial",
    "place": "Luton",
    "method": "in_person",
    "received_by": "PC Example",
    "what": "Name and home address",
    **typed(given_on=date(2024, 3, 2), happened_on=None, expected_on=None),
}


@pytest.fixture
def must(offender, practitioner):
    return begin(offender, practitioner)


@pytest.fixture
def url(must):
    return f"/people/requirements/{must.reference}/notify/"


def given(user):
    return Notification.objects.visible_to(user)


def test_the_initial_notification_dates_the_yearly_one(client, offender, practitioner, url):
    client.force_login(practitioner)

    response = client.post(url, GOOD | {"acknowledged": "on", "fingerprints": "on"})

    assert response.headers["Location"] == f"/people/{offender.reference}/notification/"
    row = given(practitioner).get()
    assert (row.on_time, row.due_on, row.acknowledged, row.photographs) == (True, date(2024, 3, 3), True, False)
    assert open_dues(offender, practitioner) == {"periodic": date(2025, 3, 2)}
    assert NotificationDue.objects.visible_to(practitioner).get(what="initial").done_by == row


def test_a_late_one_is_late(must, practitioner):
    row = notify(must, practitioner, on=date(2024, 3, 4))

    assert (row.on_time, row.authority) == (False, "Sexual Offences Act 2003 s.83(1)")


@pytest.fixture
def homeless(offender):
    return AddressFactory(offender=offender, kind="no_fixed", from_on=date(2024, 1, 1))


def is_ticked(client, url):
    form = client.get(url).context["form"]
    return bool(form["no_fixed_abode"].value())


def test_the_first_answer_about_the_home_is_that_of_the_record(client, offender, practitioner, url, homeless):
    client.force_login(practitioner)
    assert is_ticked(client, url)

    AddressFactory._meta.model._base_manager.update(kind="home")

    assert not is_ticked(client, url)


def test_without_an_address_the_first_answer_is_the_last_one(client, must, practitioner, url):
    client.force_login(practitioner)
    assert not is_ticked(client, url)

    notify(must, practitioner, no_fixed_abode=True)

    assert is_ticked(client, url)


def test_no_fixed_abode_on_the_record_is_not_contradicted(client, practitioner, url, homeless):
    client.force_login(practitioner)

    response = client.post(url, GOOD)

    assert "is recorded since 1 January 2024" in response.context["form"].errors["no_fixed_abode"][0]
    assert "Name and home address" in response.text
    assert not given(practitioner).exists()


@pytest.mark.parametrize("kind", ["no_fixed", "home"])
def test_a_home_of_another_day_says_nothing(must, offender, practitioner, kind):
    AddressFactory(offender=offender, kind=kind, from_on=date(2024, 1, 1), until=date(2024, 3, 2))
    AddressFactory(offender=offender, kind="home", from_on=date(2024, 3, 2))

    assert notify(must, practitioner).pk


def test_whoever_tells_of_a_new_home_has_one(must, practitioner, homeless):
    notify(must, practitioner, no_fixed_abode=True)

    row = notify(must, practitioner, "address", date(2024, 3, 9), happened_on=date(2024, 3, 9))

    assert not row.no_fixed_abode


def test_without_a_home_it_is_due_every_week(offender, must, practitioner):
    notify(must, practitioner, no_fixed_abode=True)

    assert open_dues(offender, practitioner) == {"periodic": date(2024, 3, 9)}


def test_a_periodic_one_is_measured_against_the_last(offender, must, practitioner):
    notify(must, practitioner)

    assert notify(must, practitioner, "periodic", date(2025, 3, 2)).on_time
    assert not notify(must, practitioner, "periodic", date(2026, 3, 3)).on_time
    assert open_dues(offender, practitioner) == {"periodic": date(2027, 3, 3)}


def test_a_change_moves_the_yearly_day(offender, must, practitioner):
    notify(must, practitioner)

    row = notify(must, practitioner, "address", date(2024, 6, 4), happened_on=date(2024, 6, 1))

    assert (row.on_time, row.due_on) == (False, date(2024, 6, 3))
    assert open_dues(offender, practitioner) == {"periodic": date(2025, 6, 4)}


def test_one_recorded_late_in_the_office_moves_nothing_back(offender, must, practitioner):
    notify(must, practitioner)
    notify(must, practitioner, "periodic", date(2025, 2, 1))

    notify(must, practitioner, "money", date(2024, 9, 1), happened_on=date(2024, 9, 1))

    assert open_dues(offender, practitioner) == {"periodic": date(2026, 2, 1)}


def test_nothing_is_due_after_the_last_day(offender, must, practitioner):
    notify(must, practitioner, on=date(2024, 3, 1))
    must.last_day = date(2025, 2, 28)
    must.save(update_fields=["last_day"])

    notify(must, practitioner, "periodic", date(2024, 3, 1), what="Again")

    assert open_dues(offender, practitioner) == {}


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        (typed(given_on=date(2024, 2, 29)), "given_on", "requirements began on 1 March 2024"),
        (typed(given_on=in_days(1)), "given_on", "today or in the past"),
        ({"kind": "address"}, "happened_on", "Enter the day on which it happened"),
        ({"kind": "release"}, "happened_on", "Enter the day on which it happened"),
        (typed(happened_on=date(2024, 3, 1)), "happened_on", "Leave this empty"),
        (typed(expected_on=date(2024, 4, 1)), "expected_on", "only a change"),
        ({"kind": "name", **typed(happened_on=date(2024, 3, 3))}, "happened_on", "on or before"),
        ({"kind": "name", **typed(expected_on=date(2024, 3, 1))}, "__all__", "must be after the day"),
        ({"what": " "}, "what", "Enter what was notified"),
        ({"place": ""}, "place", "Enter the police station"),
        ({"kind": "travel_leave"}, "kind", "not one of"),
        ({"given_on_day": "31", "given_on_month": "2"}, "given_on", "real date"),
    ],
)
def test_a_refusal_keeps_what_was_typed_and_writes_nothing(client, practitioner, url, change, field, message):
    client.force_login(practitioner)

    response = client.post(url, GOOD | {"received_by": "PC Kept"} | change)

    assert message in " ".join(response.context["form"].errors[field])
    assert "PC Kept" in response.text
    assert not given(practitioner).exists()


def test_a_second_initial_notification_is_refused(client, must, practitioner, url):
    notify(must, practitioner)
    client.force_login(practitioner)

    response = client.post(url, GOOD | {"what": "Another"})

    assert "The initial notification is recorded already" in response.text
    assert given(practitioner).count() == 1


def test_a_second_click_saves_once(must, practitioner):
    notify(must, practitioner, "periodic", date(2024, 9, 1))

    with pytest.raises(ValidationError, match="second click"):
        notify(must, practitioner, "periodic", date(2024, 9, 1))


@pytest.mark.parametrize(
    ("person", "status"), [("chair", 403), ("housing", 403), ("outsider", 404), ("uninvited", 404)]
)
def test_others_are_refused_or_know_nothing(client, request, granted, practitioner, url, person, status):
    client.force_login(request.getfixturevalue(person))

    assert client.get(url).status_code == client.post(url, GOOD).status_code == status
    assert not given(practitioner).exists()


def test_the_verb_itself_refuses_those_who_may_not(must, chair):
    with pytest.raises(PermissionDenied):
        notify(must, chair)


def test_what_was_recorded_in_error_is_struck_out_and_kept(client, offender, must, practitioner):
    row = notify(must, practitioner)
    client.force_login(practitioner)

    client.post(f"/people/notifications/{row.reference}/strike/", {"struck_reason": "Another person’s"})

    assert given(practitioner).get().struck_by == practitioner
    assert open_dues(offender, practitioner) == {"initial": date(2024, 3, 3)}
    assert notify(must, practitioner).on_time


def test_it_is_struck_out_once_and_with_a_reason(client, must, practitioner):
    row = notify(must, practitioner)
    client.force_login(practitioner)
    url = f"/people/notifications/{row.reference}/strike/"
    assert "Enter why" in client.post(url, {"struck_reason": ""}).text

    client.post(url, {"struck_reason": "Wrong"})

    assert "struck out already" in client.post(url, {"struck_reason": "Wrong"}).text


@pytest.fixture
def notice(must, practitioner):
    notify(must, practitioner)
    return notify(must, practitioner, "address", date(2024, 6, 1), expected_on=date(2024, 6, 10))


def test_a_notice_in_advance_is_watched(offender, notice, practitioner):
    assert notice.on_time is None
    assert open_dues(offender, practitioner) == {"advance": date(2024, 6, 15), "periodic": date(2025, 6, 1)}


def tell(client, notice, **days):
    known = {"happened_on": None, "not_happened_by": None, "said_on": None} | days
    return client.post(f"/people/notifications/{notice.reference}/outcome/", typed(**known))


@pytest.mark.parametrize(
    ("days", "left"),
    [
        ({"happened_on": date(2024, 6, 12)}, {}),
        ({"happened_on": date(2024, 6, 8)}, {}),
        ({"happened_on": date(2024, 6, 7)}, {"change": date(2024, 6, 9)}),
        ({"happened_on": date(2024, 6, 13)}, {"advance": date(2024, 6, 15), "change": date(2024, 6, 15)}),
        ({"happened_on": date(2024, 6, 13), "said_on": date(2024, 6, 14)}, {"change": date(2024, 6, 15)}),
        ({"not_happened_by": date(2024, 6, 12)}, {"advance": date(2024, 6, 15)}),
        ({"not_happened_by": date(2024, 6, 12), "said_on": date(2024, 6, 13)}, {}),
    ],
)
def test_what_came_of_it_decides_what_is_left(client, offender, notice, practitioner, days, left):
    client.force_login(practitioner)

    assert tell(client, notice, **days).status_code == 302

    assert open_dues(offender, practitioner) == left | {"periodic": date(2025, 6, 1)}


def test_a_void_notice_is_mended_by_telling_it_anew(client, offender, must, notice, practitioner):
    client.force_login(practitioner)
    tell(client, notice, happened_on=date(2024, 6, 7))

    notify(must, practitioner, "address", date(2024, 6, 9), happened_on=date(2024, 6, 7))

    assert open_dues(offender, practitioner) == {"periodic": date(2025, 6, 9)}


@pytest.mark.parametrize(
    ("days", "message"),
    [
        ({}, "not both"),
        ({"happened_on": date(2024, 6, 9), "not_happened_by": date(2024, 6, 9)}, "not both"),
        ({"happened_on": date(2024, 5, 31)}, "Enter a day from 1 June 2024"),
        ({"happened_on": date(2024, 6, 9), "said_on": date(2024, 6, 9)}, "before there was anything to say"),
    ],
)
def test_an_outcome_that_makes_no_sense_is_refused(client, notice, practitioner, days, message):
    client.force_login(practitioner)

    assert message in tell(client, notice, **days).text

    assert given(practitioner).get(pk=notice.pk).is_open_notice


def test_an_outcome_is_told_once(client, notice, practitioner):
    client.force_login(practitioner)
    tell(client, notice, happened_on=date(2024, 6, 12))

    assert "recorded already" in tell(client, notice, happened_on=date(2024, 6, 12)).text


def test_a_second_conviction_asks_for_no_second_initial_notification(offender, must, practitioner):
    notify(must, practitioner)

    begin(offender, practitioner, dealt_with_on=date(2025, 1, 10))

    assert open_dues(offender, practitioner) == {"periodic": date(2025, 3, 2)}


def test_a_second_conviction_does_where_the_first_was_not_notified(offender, must, practitioner):
    begin(offender, practitioner, dealt_with_on=date(2025, 1, 10))

    assert open_dues(offender, practitioner) == {"initial": must.relevant_on + timedelta(days=2)}


def test_the_verb_of_outcomes_refuses_those_who_may_not(notice, chair):
    with pytest.raises(PermissionDenied):
        notifications.tell_outcome(notification=notice, happened_on=None, not_happened_by=None, said_on=None, by=chair)
