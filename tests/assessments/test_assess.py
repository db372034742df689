"""Assessing the risk of serious harm, and reading what was assessed."""

import pytest
from django.core.exceptions import PermissionDenied

from assessments import actions
from assessments.models import Assessment
from offenders.models import Offender
from tests.factories import AssessmentFactory

GOOD = {"children": 2, "public": 3, "known_adult": 1, "staff": 1, "prisoners": 1, "nature": "Violence to strangers"}


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/risk/assess/"


@pytest.fixture
def page(offender):
    return f"/people/{offender.reference}/risk/"


def test_a_practitioner_assesses_and_the_case_shows_the_highest_level(client, practitioner, offender, url, page):
    client.force_login(practitioner)

    response = client.post(url, GOOD)

    assert response.headers["Location"] == page
    row = Assessment.objects.visible_to(practitioner).get()
    assert (row.overall, row.nature, row.assessed_by) == (3, "Violence to strangers", practitioner)
    assert Offender.objects.visible_to(practitioner).get().rosh == 3
    assert offender.timeline.visible_to(practitioner).get().title == "Risk of serious harm assessed: high"


def test_the_nature_of_the_risk_does_not_go_onto_the_timeline(client, practitioner, offender, url):
    client.force_login(practitioner)

    client.post(url, GOOD)

    assert offender.timeline.visible_to(practitioner).get().text == ""


@pytest.mark.parametrize("person", ["chair", "victim_liaison", "housing"])
def test_who_sees_the_case_but_may_not_is_refused(client, request, granted, url, page, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(page).status_code == 200
    assert client.get(url).status_code == 403
    assert client.post(url, GOOD).status_code == 403


@pytest.mark.parametrize("person", ["outsider", "uninvited", "housing", "board_member"])
def test_a_stranger_cannot_tell_that_it_exists(client, request, url, page, person):
    client.force_login(request.getfixturevalue(person))

    assert [client.get(page).status_code, client.get(url).status_code, client.post(url, GOOD).status_code] == [404] * 3


def test_a_second_click_is_not_a_second_assessment(client, practitioner, url):
    client.force_login(practitioner)
    client.post(url, GOOD)

    response = client.post(url, GOOD)

    assert "recorded this already" in response.text
    assert Assessment.objects.visible_to(practitioner).count() == 1


def test_the_action_itself_refuses_those_who_may_not(offender, housing):
    with pytest.raises(PermissionDenied):
        actions.assess(offender=offender, **GOOD, by=housing)


@pytest.mark.parametrize("field", GOOD)
def test_every_answer_is_needed_and_the_others_are_kept(client, practitioner, url, field):
    client.force_login(practitioner)

    response = client.post(url, GOOD | {field: ""})

    assert list(response.context["form"].errors) == [field]
    assert field == "nature" or "Violence to strangers" in response.text
    assert not Assessment.objects.visible_to(practitioner).exists()


@pytest.mark.parametrize("level", ["0", "5", "high", "1; drop"])
def test_a_level_that_does_not_exist_is_refused(client, practitioner, url, level):
    client.force_login(practitioner)

    assert "staff" in client.post(url, GOOD | {"staff": level}).context["form"].errors


def test_a_new_assessment_starts_from_the_levels_before_but_not_the_words(client, practitioner, offender, url):
    AssessmentFactory(offender=offender, children=4, nature="Before")
    client.force_login(practitioner)

    response = client.get(url)

    assert response.context["form"].initial["children"] == 4
    assert "Before" not in response.text


def test_the_definitions_are_at_hand(client, practitioner, url):
    client.force_login(practitioner)

    text = client.get(url).text

    assert "more likely than not to happen imminently" in text
    assert "The potential event could happen at any time" in text


def test_the_history_is_told_newest_first(client, practitioner, offender, page):
    for level in (2, 3, 4):
        AssessmentFactory(offender=offender, children=level, public=1)
    client.force_login(practitioner)

    response = client.get(page)

    assert [row["overall"] for row in response.context["rows"]] == ["VH", "H", "M"]
    assert response.context["rows"][0]["levels"] == ["VH", "L", "M", "L", "L"]


def test_no_assessment_is_unknown_and_not_low(client, practitioner, page):
    client.force_login(practitioner)

    text = client.get(page).text

    assert "UNKNOWN" in text
    assert "No assessment has been recorded" in text


def test_long_histories_go_on_another_page(client, practitioner, offender, page):
    AssessmentFactory.create_batch(30, offender=offender)
    client.force_login(practitioner)

    first = client.get(page)
    second = client.get(first.context["next"])

    assert (len(first.context["rows"]), len(second.context["rows"])) == (25, 5)


@pytest.mark.parametrize("number", [1, 25])
def test_the_page_costs_the_same_however_long(
    client, practitioner, offender, page, number, django_assert_max_num_queries
):
    AssessmentFactory.create_batch(number, offender=offender)
    client.force_login(practitioner)

    with django_assert_max_num_queries(27):
        client.get(page)
