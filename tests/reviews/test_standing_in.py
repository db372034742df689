"""Whoever stands in finds an absent colleague's tasks in his My work, as far as he sees them himself."""

import pytest

from agencies.models import Delegation
from offenders.models import Offender
from reviews import escalation
from reviews.deadlines import BY_SLUG
from reviews.why import reminders_of, why_shown
from tests.factories import ActionFactory, ExclusionFactory, MembershipFactory, in_days

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def colleague(probation):
    """Carla works beside Bob."""
    return MembershipFactory(agency=probation, user__name="Carla Cope", user__email="carla@test.invalid").user


@pytest.fixture
def arranged(offender, practitioner, colleague):
    """Bob is away this week, his review is overdue, and Carla stands in."""
    offender.reviews.visible_to(practitioner).update(due_on=in_days(-3))
    return Delegation.objects.create(
        person=practitioner, to=colleague, from_on=in_days(0), until=in_days(5), made_by=practitioner
    )


def open_as(client, user, path="/"):
    client.force_login(user, backend=BACKEND)
    return client.get(path)


def whats(response):
    return [task["what"] for one in response.context["standing"] for task in one.work.tasks]


def test_it_stands_apart_under_the_name_of_whom_it_is_for(client, colleague, arranged):
    response = open_as(client, colleague)

    assert "For Bob, away until" in response.text
    assert whats(response) == ["Level 1 review"]
    assert response.context["work"].total == 0


def test_why_it_is_shown_is_said_as_the_colleagues_who_is_away(colleague, arranged, offender, today):
    found = why_shown(BY_SLUG["case-review"], offender.reference, colleague, today)

    assert found.of == arranged.person
    assert found.reasons[0].startswith("You stand in for Bob, who is away until ")
    assert reminders_of(BY_SLUG["case-review"], found.row, found.of, today)


def test_it_gives_no_access(client, colleague, arranged, offender):
    ExclusionFactory(offender=offender, user=colleague)

    response = open_as(client, colleague)

    assert whats(response) == []
    assert "Ashdown" not in response.text
    assert open_as(client, colleague, f"/why/?kind=case-review&row={offender.reference}").status_code == 404


def test_a_restricted_case_stays_with_whoever_is_named_on_it(client, colleague, arranged):
    Offender._base_manager.update(restricted=True)

    assert "Ashdown" not in open_as(client, colleague).text


@pytest.mark.parametrize("days", [(-9, -1), (1, 5)])
def test_before_and_after_it_shows_nothing(client, colleague, arranged, days):
    Delegation.objects.update(from_on=in_days(days[0]), until=in_days(days[1]))

    assert open_as(client, colleague).context["standing"] == []


def test_whoever_moves_to_another_agency_is_neither_shown_nor_reminded_of_it(
    client, colleague, police, arranged, today
):
    """He sees the case there too, as police of the area."""
    assert escalation.standing_in(today) == {arranged.person_id: [colleague.pk]}
    colleague.memberships.update(agency=police)

    assert open_as(client, colleague).context["standing"] == []
    assert escalation.standing_in(today) == {}


def test_a_long_list_leads_to_a_page_of_its_own_that_nobody_else_opens(client, colleague, manager, arranged, offender):
    for number in range(12):
        ActionFactory(offender=offender, officer=arranged.person, due_on=in_days(1), text=f"Visit {number}")
    url = f"/standing/?row={arranged.reference}"

    assert len(whats(open_as(client, colleague))) == 10
    assert f'href="{url}"' in open_as(client, colleague).text
    assert len(open_as(client, colleague, url).context["tasks"]) == 13
    assert open_as(client, manager, url).status_code == 404
    assert "You stand in for nobody today." in open_as(client, manager, "/standing/").text
