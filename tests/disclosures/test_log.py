"""The log: every decision either way, what it waits for, and filters."""

import pytest

from tests.factories import DisclosureDecisionFactory, DisclosureFactory, in_days


@pytest.fixture
def log(offender):
    return f"/people/{offender.reference}/disclosures/"


def shown(response):
    return [row["to_whom"] for row in response.context["rows"]]


def test_the_log_shows_decisions_with_reasons(client, practitioner, offender, log):
    DisclosureFactory(offender=offender, entry__to_whom="An employer", entry__reasons="Works with children")
    DisclosureDecisionFactory(offender=offender, meeting_reference="MT-2222-2222")
    client.force_login(practitioner)

    text = client.get(log).text

    for words in (
        "An employer",
        "Works with children",
        "Do not disclose",
        "Nobody named",
        "To be authorised",
        "Review on",
    ):
        assert words in text


def test_a_record_opens_whole(client, practitioner, offender, log):
    row = DisclosureFactory(offender=offender, delivered=True)
    client.force_login(practitioner)
    assert row.get_absolute_url() in client.get(log).text

    text = client.get(row.get_absolute_url()).text

    for words in (
        row.harm,
        row.information,
        row.recipient_address,
        "Superintendent, Police",
        "Tell nobody else",
        "Told",
    ):
        assert words in text


@pytest.fixture
def several(offender):
    of = {"offender": offender}
    DisclosureDecisionFactory(**of, to_whom="An old landlord")
    DisclosureFactory(**of, entry__to_whom="A landlord", review_on=in_days(0), delivered=True)
    DisclosureFactory(**of, entry__to_whom="A school")
    DisclosureFactory(**of, entry__to_whom="A church", authorised=True)
    return offender


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["A church", "A school", "A landlord", "An old landlord"]),
        ({"to_whom": "LANDLORD"}, ["A landlord", "An old landlord"]),
        ({"decision": "no"}, ["An old landlord"]),
        ({"decision": "yes", "to_whom": "school"}, ["A school"]),
        ({"due": "due"}, ["A landlord"]),
        ({"due": "waiting"}, ["A church", "A school"]),
        ({"due": "nonsense"}, ["A church", "A school", "A landlord", "An old landlord"]),
        ({"to_whom": "school\x00"}, ["A school"]),
    ],
)
def test_it_is_filtered_by_to_whom_decision_and_what_is_due(client, practitioner, several, log, asked, found):
    client.force_login(practitioner)

    assert shown(client.post(log, asked, follow=True)) == found


def test_the_name_that_is_looked_for_is_in_no_address(client, practitioner, several, log):
    DisclosureDecisionFactory.create_batch(30, offender=several, to_whom="A landlord")
    client.force_login(practitioner)

    response = client.post(log, {"to_whom": "landlord", "decision": "no"})
    page = client.get(response.headers["Location"])

    assert page.context["form"]["to_whom"].value() == "landlord"
    for address in (
        response.headers["Location"],
        page.context["next"],
        client.get(page.context["next"]).context["newest"],
    ):
        assert "decision=no" in address
        assert "landlord" not in address.lower()
    assert len(shown(client.get(f"{log}?to_whom=school"))) == 25


def test_filters_that_find_nothing_say_so_and_an_empty_log_says_so(client, practitioner, log):
    client.force_login(practitioner)

    assert "No decision about disclosure has been recorded" in client.get(log).text
    assert "No decision matches these filters" in client.post(log, {"to_whom": "nobody"}, follow=True).text


def test_long_logs_go_on_another_page_with_the_same_filter(client, practitioner, offender, log):
    DisclosureDecisionFactory.create_batch(30, offender=offender, to_whom="A school")
    DisclosureDecisionFactory(offender=offender, to_whom="A church")
    client.force_login(practitioner)

    first = client.post(log, {"to_whom": "school"}, follow=True)
    second = client.get(first.context["next"])

    assert (len(first.context["rows"]), len(second.context["rows"])) == (25, 5)


@pytest.mark.parametrize("number", [1, 25])
def test_the_log_costs_the_same_however_long(
    client, practitioner, offender, log, number, django_assert_max_num_queries
):
    DisclosureFactory.create_batch(number, offender=offender)
    client.force_login(practitioner)

    with django_assert_max_num_queries(28):
        client.get(log)


@pytest.mark.parametrize(("person", "status"), [("housing", 200), ("outsider", 404), ("uninvited", 404)])
def test_whoever_sees_the_case_reads_a_record_and_nobody_else(client, request, granted, offender, person, status):
    row = DisclosureFactory(offender=offender)
    client.force_login(request.getfixturevalue(person))

    assert client.get(row.get_absolute_url()).status_code == status
