"""A manager's team: for each colleague numbers and a list, of what the manager sees by himself, and each reading recorded."""

import pytest

from agencies.models import Delegation
from audit.models import AccessEvent
from offenders.models import Offender
from reviews.team import token_of
from tests.factories import (
    ActionFactory,
    ExclusionFactory,
    InformationRequestFactory,
    MembershipFactory,
    OffenderFactory,
    PersonalGrantFactory,
    in_days,
)

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def busy(offender, practitioner):
    """Bob's review is long overdue, and he has an action in two days."""
    offender.reviews.visible_to(practitioner).update(due_on=in_days(-14))
    ActionFactory(offender=offender, officer=practitioner, due_on=in_days(2))
    return offender


def open_as(client, user, path="/team/"):
    client.force_login(user, backend=BACKEND)
    return client.get(path)


def row_of(response, person):
    return next(member for member in response.context["members"] if member.person == person)


def test_each_colleague_stands_there_in_numbers(client, manager, practitioner, busy):
    Delegation.objects.create(
        person=practitioner, to=manager, from_on=in_days(0), until=in_days(5), made_by=practitioner
    )

    response = open_as(client, manager)

    bob = row_of(response, practitioner)
    assert (bob.overdue, bob.today, bob.week, bob.later) == (1, 0, 1, 0)
    assert 8 <= bob.working_days_late <= 10
    assert "Maya stands in" in response.text
    assert manager not in [member.person for member in response.context["members"]]


def test_a_colleagues_list_is_read_by_his_manager_and_the_reading_is_recorded(client, manager, practitioner, busy):
    response = open_as(client, manager, f"/team/member/?who={token_of(practitioner)}")

    assert [task["what"] for task in response.context["tasks"]] == ["Level 1 review", "Action of your agency"]
    event = AccessEvent.objects.get(event="team.colleague_read")
    assert (event.actor_id, event.detail) == (manager.pk, {"colleague": practitioner.pk})


def shut_out(offender, manager):
    ExclusionFactory(offender=offender, user=manager)


def restricted(offender, manager):
    Offender._base_manager.update(restricted=True)


@pytest.mark.parametrize("hide", [shut_out, restricted])
def test_what_the_manager_does_not_see_is_neither_listed_nor_counted(client, manager, practitioner, busy, hide):
    hide(busy, manager)

    assert row_of(open_as(client, manager), practitioner).overdue == 0
    assert "Ashdown" not in open_as(client, manager, f"/team/member/?who={token_of(practitioner)}").text


def test_of_whom_the_manager_is_only_asked_about_he_reads_no_case(
    client, manager, practitioner, probation, housing_agency
):
    """Bob is named on a case of elsewhere and asks housing about it, for which his manager answers too."""
    elsewhere = OffenderFactory(surname="Elsewhere")
    PersonalGrantFactory(content_object=elsewhere, user=practitioner)
    InformationRequestFactory(
        offender=elsewhere, asking_agency=probation, asked_by=practitioner, agency=housing_agency, due_on=in_days(-3)
    )
    MembershipFactory(user=manager, agency=housing_agency, role_id="contact-point")
    assert "Elsewhere" in open_as(client, practitioner, "/").text

    bob = row_of(open_as(client, manager), practitioner)

    assert "Elsewhere" not in open_as(client, manager, f"/team/member/?who={token_of(practitioner)}").text
    assert bob.overdue + bob.today == 0


@pytest.mark.parametrize("person", ["practitioner", "housing", "coordinator", "board_member"])
def test_whoever_manages_nobody_has_no_team(client, request, busy, person):
    user = request.getfixturevalue(person)

    assert open_as(client, user).status_code == 403
    assert "/team/" not in open_as(client, user, "/").text


def test_a_manager_of_another_agency_does_not_open_the_list(client, chair, practitioner, busy):
    assert open_as(client, chair).status_code == 200
    assert open_as(client, chair, f"/team/member/?who={token_of(practitioner)}").status_code == 404


def test_whoever_manages_two_teams_chooses(client, manager, housing, housing_agency):
    MembershipFactory(user=manager, agency=housing_agency, rank=manager.memberships.get().rank)

    response = open_as(client, manager)

    assert 'href="?team=2"' in response.text
    assert housing in [member.person for member in response.context["members"]]
    assert open_as(client, manager, "/team/?team=99").status_code == 200


def test_the_page_asks_the_same_of_each_colleague_however_much_is_due(
    client, manager, practitioner, busy, probation, django_assert_max_num_queries
):
    for _each in range(3):
        MembershipFactory(agency=probation)
    for number in range(8):
        ActionFactory(offender=busy, officer=practitioner, due_on=in_days(-1), text=f"Visit {number}")
    client.force_login(manager, backend=BACKEND)

    with django_assert_max_num_queries(4 * 7 + 27):
        client.get("/team/")
