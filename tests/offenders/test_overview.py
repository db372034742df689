"""The overview: what is needed first, and what the reader may do next."""

import pytest

from audit.models import AccessEvent
from offenders.models import Offender
from tests.factories import AssessmentFactory, CategoryBasisFactory, IdentifierFactory, TimelineEntryFactory, in_days


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/"


def steps(response):
    return [step["label"] for step in response.context["steps"]]


def test_the_overview_says_who_and_how_managed(client, practitioner, offender, url):
    IdentifierFactory(offender=offender, value="X123456")
    CategoryBasisFactory(offender=offender)
    client.force_login(practitioner)

    response = client.get(url)

    for words in ("Ashdown, Peter", "X123456", "14 May 1981", "Probation, Bedfordshire", "MAPPA Category 2, Level 1"):
        assert words in response.text
    assert response.text.count("CJA 2003 s.327(3)") == 2
    assert "Ashdown" not in response.text.partition("<title>")[2].partition("</title>")[0]


def test_risk_that_nobody_assessed_is_unknown_and_says_what_to_do(client, practitioner, url):
    client.force_login(practitioner)

    response = client.get(url)

    assert "UNKNOWN" in response.text
    assert "not known, not as low" in response.text
    assert steps(response)[0] == "Assess the risk"


def test_risk_is_shown_group_by_group(client, practitioner, offender, url):
    Offender._base_manager.update(rosh=4)
    AssessmentFactory(offender=offender, children=4)
    client.force_login(practitioner)

    response = client.get(url)

    assert response.context["person"]["rosh"]["level"] == "VH"
    assert [row["community"] for row in response.context["person"]["rosh"]["rows"]] == ["VH", "H", "M", "L", "L", "L"]
    assert "Very high ROSH" in response.text


def test_a_case_without_a_category_says_so(client, practitioner, url):
    Offender._base_manager.update(category=None)
    client.force_login(practitioner)

    assert "No MAPPA category has been recorded" in client.get(url).text


@pytest.mark.parametrize(("days", "alerted"), [(-1, True), (0, False), (1, False)])
def test_an_overdue_review_raises_an_alert(client, practitioner, url, days, alerted):
    Offender._base_manager.update(next_review_on=in_days(days))
    client.force_login(practitioner)

    assert ("The level 1 review was due on" in client.get(url).text) is alerted


def test_only_the_last_five_things_that_happened_are_shown(client, practitioner, offender, url):
    for number in range(7):
        TimelineEntryFactory(offender=offender, title=f"Thing {number}")
    client.force_login(practitioner)

    events = client.get(url).context["events"]

    assert [event["title"] for event in events] == ["Thing 6", "Thing 5", "Thing 4", "Thing 3", "Thing 2"]


@pytest.mark.parametrize(
    ("person", "level", "offered"),
    [
        ("practitioner", 1, ["Refer to level 2 or 3", "Record the level 1 review"]),
        ("coordinator", 1, ["Refer to level 2 or 3", "Record the level 1 review"]),
        ("coordinator", 2, ["Book a review meeting", "Refer to level 2 or 3"]),
        ("coordinator", 3, ["Book a review meeting"]),
        ("chair", 1, ["Refer to level 2 or 3"]),
        ("housing", 1, ["Refer to level 2 or 3"]),
        ("victim_liaison", 1, []),
    ],
)
def test_each_reader_is_offered_what_he_may_do(client, request, granted, url, person, level, offered):
    Offender._base_manager.update(rosh=2, level=level)
    client.force_login(request.getfixturevalue(person))

    assert steps(client.get(url)) == offered


def test_an_overdue_review_comes_first(client, practitioner, url):
    Offender._base_manager.update(rosh=2, next_review_on=in_days(-1))
    client.force_login(practitioner)

    assert steps(client.get(url))[0] == "Record the level 1 review"


def test_nothing_is_offered_on_a_case_that_ended(client, practitioner, url):
    Offender._base_manager.update(ended_on=in_days(-1))
    client.force_login(practitioner)

    response = client.get(url)

    assert steps(response) == []
    assert "Not managed since" in response.text


@pytest.mark.parametrize("person", ["outsider", "uninvited", "housing", "board_member", "administrator"])
def test_whoever_is_not_on_the_case_cannot_tell_it_exists(client, request, url, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(url).status_code == 404
    assert AccessEvent.objects.get().outcome == "N"


def test_opening_is_recorded_about_the_case(client, practitioner, offender, url):
    client.force_login(practitioner)

    client.get(url)

    event = AccessEvent.objects.get(event="offenders.overview.opened")
    assert (event.actor_id, event.case_id) == (practitioner.pk, offender.pk)


@pytest.mark.parametrize("entries", [1, 40])
def test_the_page_costs_the_same_however_much_happened(
    client, practitioner, offender, url, entries, django_assert_max_num_queries
):
    AssessmentFactory.create_batch(entries, offender=offender)
    TimelineEntryFactory.create_batch(entries, offender=offender)
    client.force_login(practitioner)

    with django_assert_max_num_queries(30):
        client.get(url)
