"""Who stands in while somebody is away: arranged by himself or his manager, among colleagues, and told by mail."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies import delegating
from agencies.models import Delegation, OutboxMessage
from audit.models import AccessEvent
from tests.factories import MembershipFactory, in_days

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def colleague(probation):
    """Carla works beside Bob."""
    return MembershipFactory(agency=probation, user__name="Carla Cope", user__email="carla@test.invalid").user


def arrange(person, to, by=None, first=0, last=5):
    return delegating.stand_in(person=person, to=to, from_on=in_days(first), until=in_days(last), by=by or person)


def filled(person, to, first=0, last=5):
    days = {"from_on": in_days(first), "until": in_days(last)}
    boxes = {f"{name}_{part}": getattr(day, part) for name, day in days.items() for part in ("day", "month", "year")}
    return {"person": person.email, "to": to.email, **boxes}


def open_as(client, user, path="/away/", **answers):
    client.force_login(user, backend=BACKEND)
    return client.post(path, answers) if answers else client.get(path)


def test_a_colleague_stands_in_and_is_told_without_a_name(client, practitioner, colleague):
    answer = open_as(client, practitioner, "/away/arrange/", **filled(practitioner, colleague))

    row = Delegation.objects.get()
    assert answer.status_code == 302
    assert (row.person, row.to, row.made_by) == (practitioner, colleague, practitioner)
    (message,) = OutboxMessage.objects.all()
    assert message.to == colleague
    assert "Bob" not in message.subject + message.body
    assert "/away/" in message.body
    assert AccessEvent.objects.filter(event="stand_in.arranged", reference=row.reference).exists()
    assert "Carla Cope" in open_as(client, practitioner).text
    assert "Bob" in open_as(client, colleague).text


def test_a_manager_arranges_it_for_somebody_of_the_team_and_both_are_told(practitioner, colleague, manager):
    arrange(practitioner, colleague, by=manager)

    assert {message.to for message in OutboxMessage.objects.all()} == {practitioner, colleague}


@pytest.mark.parametrize("person", ["colleague", "coordinator", "chair", "outsider"])
def test_nobody_else_arranges_it(request, practitioner, colleague, manager, person):
    with pytest.raises(PermissionDenied):
        arrange(practitioner, manager, by=request.getfixturevalue(person))

    assert not Delegation.objects.exists()


def test_whoever_is_of_another_agency_is_not_there_to_be_chosen(client, practitioner, colleague, area_officer):
    answer = open_as(client, practitioner, "/away/arrange/", **filled(practitioner, area_officer))

    assert "Choose one of the people listed" in answer.text
    with pytest.raises(ValidationError, match="a colleague of the same agency"):
        arrange(practitioner, area_officer)


def test_days_that_cannot_be_are_refused_and_what_was_typed_is_kept(client, practitioner, colleague):
    answer = open_as(client, practitioner, "/away/arrange/", **filled(practitioner, colleague, 5, 3))

    assert "Enter a last day that is not before the first." in answer.text
    assert f'value="{in_days(3).day}"' in answer.text
    for first, last, words in ((-1, 3, "today or later"), (0, 400, "within 12 months")):
        with pytest.raises(ValidationError, match=words):
            arrange(practitioner, colleague, first=first, last=last)


def test_whoever_stands_in_is_not_away_meanwhile_until_that_has_ended(practitioner, colleague, manager):
    row = arrange(practitioner, colleague)

    with pytest.raises(ValidationError, match="End that first"):
        arrange(colleague, manager)

    delegating.end_standing_in(delegation=row, by=colleague)
    arrange(colleague, manager)


def test_whoever_is_away_too_does_not_stand_in_and_nobody_does_it_twice(practitioner, colleague, manager):
    arrange(colleague, manager, first=2, last=3)

    with pytest.raises(ValidationError, match="away then too"):
        arrange(practitioner, colleague)
    arrange(practitioner, manager)
    with pytest.raises(ValidationError, match="already"):
        arrange(practitioner, manager, first=5, last=9)
    with pytest.raises(ValidationError, match="somebody else"):
        arrange(practitioner, practitioner, first=20, last=21)


def test_it_is_ended_early_by_whoever_stands_in_and_only_once(client, practitioner, colleague):
    row = arrange(practitioner, colleague)

    answer = open_as(client, colleague, f"/away/end/?row={row.reference}", csrf="")

    assert answer.status_code == 302
    assert not Delegation.objects.in_force(in_days(1)).exists()
    assert OutboxMessage.objects.filter(to=practitioner, subject="Standing in has ended").count() == 1
    with pytest.raises(ValidationError, match="has ended already"):
        delegating.end_standing_in(delegation=row, by=colleague)


def test_nobody_else_learns_of_it(client, practitioner, colleague, area_officer):
    row = arrange(practitioner, colleague)

    assert "Carla" not in open_as(client, area_officer).text
    assert open_as(client, area_officer, f"/away/end/?row={row.reference}").status_code == 404
    with pytest.raises(PermissionDenied):
        delegating.end_standing_in(delegation=row, by=area_officer)


def test_whoever_moves_to_another_agency_stands_in_for_nobody(practitioner, colleague, housing_agency):
    arrange(practitioner, colleague)
    assert [row.person for row in delegating.stood_in_for(colleague, in_days(0))] == [practitioner]

    colleague.memberships.update(agency=housing_agency)
    colleague.__dict__.pop("_memberships")

    assert delegating.stood_in_for(colleague, in_days(0)) == []


def test_whoever_has_no_colleague_is_told_so(client, uninvited):
    assert "You have no colleague here who could stand in." in open_as(client, uninvited, "/away/arrange/").text


def test_whoever_has_a_closed_account_arranges_and_ends_nothing(practitioner, colleague):
    row = arrange(practitioner, colleague)
    practitioner.is_active = False

    with pytest.raises(PermissionDenied):
        arrange(practitioner, colleague, first=10, last=12)
    with pytest.raises(PermissionDenied):
        delegating.end_standing_in(delegation=row, by=practitioner)
