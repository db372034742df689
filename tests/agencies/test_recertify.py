"""The list of everybody, some times a year: yes, change, end; silence is warned of and then stops the line."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from agencies.colleagues import changing, lapsing, recertifying
from agencies.models import Membership, OutboxMessage, Recertification, Role, Standard
from agencies.models.user import system_user
from offenders.models import Offender
from reviews.deadlines import BY_SLUG
from tests.factories import MembershipFactory, in_days

R = Role.Code


@pytest.fixture
def point(probation):
    """Petra, contact point of Bob's office."""
    return MembershipFactory(agency=probation, role_id=R.CONTACT_POINT, user__name="Petra").user


@pytest.fixture
def asked(probation, point, practitioner, manager):
    """The office is asked today about Bob, Maya and Petra herself."""
    return recertifying.open_list(agency=probation, on=in_days(0), by=system_user())


def line_of(row, user):
    return row.lines.get(membership__user=user)


def night(days):
    """The nightly task, some days from now."""
    return lapsing.ask_for_lists(on=in_days(days), by=system_user())


def test_each_agency_is_asked_once_a_quarter_about_everybody_but_systems(probation, point, practitioner, token):
    Membership.objects.update(from_on=in_days(-200))

    night(0)
    night(1)

    row = Recertification.objects.get(agency=probation)
    assert {line.membership.user for line in row.lines.all()} == {point, practitioner}
    assert (row.due_on, row.stops_on) == (in_days(14), in_days(21))
    row.closed_at = timezone.now()
    row.save()
    night(80)
    assert Recertification.objects.filter(agency=probation).count() == 1
    night(100)
    assert Recertification.objects.filter(agency=probation).count() == 2


def test_a_new_agency_is_not_asked_at_once_and_an_area_has_its_own_figure(probation, point):
    Membership.objects.update(from_on=in_days(-40))
    night(0)
    assert not Recertification.objects.exists()

    more = {"unit": "months", "citation": "Local", "area": probation.area, "from_on": in_days(-1)}
    Standard.objects.create(name="recertify_months", value=1, **more)
    night(0)

    assert Recertification.objects.get().agency == probation


def test_nobody_confirms_a_role_that_he_does_not_give(client, probation, point, coordinator, administrator):
    chair = MembershipFactory(agency=probation, role_id=R.CHAIR).user
    other = MembershipFactory(agency=probation, role_id=R.COORDINATOR).user
    row = recertifying.open_list(agency=probation, on=in_days(0), by=system_user())
    client.force_login(point)

    page = client.get(f"/colleagues/confirm/?row={row.reference}").text

    assert line_of(row, chair).membership.handle not in page
    assert "lines are of roles that you cannot give" in page
    for user, by in ((chair, point), (other, point), (other, coordinator)):
        with pytest.raises(ValidationError, match="which you cannot give"):
            recertifying.confirm(line=line_of(row, user), by=by)
    held = line_of(row, chair).membership
    facts = {"role": held.role, "rank": None, "until": in_days(3)}
    changing.change(membership=held, line_manager=point, by=point, **facts)
    assert line_of(row, chair).answer == ""
    assert Membership.objects.get(pk=held.pk).confirmed_on is None
    assert recertifying.confirm(line=line_of(row, chair), by=coordinator).answer == "yes"
    assert recertifying.confirm(line=line_of(row, other), by=administrator).answer == "yes"


def test_whoever_must_answer_for_a_role_that_the_agency_does_not_give_is_reminded(
    probation, point, coordinator, administrator
):
    MembershipFactory(agency=probation, role_id=R.CHAIR)
    MembershipFactory(agency=probation, role_id=R.COORDINATOR)
    MembershipFactory(agency=probation, role_id=R.CONTACT_POINT)
    row = recertifying.open_list(agency=probation, on=in_days(0), by=system_user())
    assert row in recertifying.wanting_another(coordinator)
    assert row not in recertifying.wanting_another(point)

    recertifying.warn(recertification=row, by=system_user())

    told = OutboxMessage.objects.filter(key__startswith="unanswered-list:").values_list("to", flat=True)
    assert {coordinator.pk, administrator.pk} <= set(told)


def test_a_contact_point_ticks_who_is_right_and_not_himself(client, point, asked, practitioner, manager):
    client.force_login(point)
    own = line_of(asked, point).membership.handle
    handles = [line_of(asked, user).membership.handle for user in (practitioner, manager)]

    page = client.get("/colleagues/confirm/", follow=True).text
    client.post(f"/colleagues/confirm/?row={asked.reference}", {"line": handles})

    assert "You are on this list yourself" in page
    assert own not in page
    assert [line.answer for line in asked.lines.order_by("membership__user__name")] == ["yes", "yes", ""]
    assert practitioner.memberships.get().confirmed_on == in_days(0)
    with pytest.raises(PermissionDenied):
        recertifying.confirm(line=line_of(asked, point), by=point)
    assert client.post(f"/colleagues/confirm/?row={asked.reference}", {"line": own}).status_code == 403


def test_nothing_ticked_says_what_to_do_and_a_strangers_list_does_not_exist(client, point, asked, housing):
    client.force_login(point)
    assert "Tick whoever still works here" in client.post(f"/colleagues/confirm/?row={asked.reference}").text

    client.force_login(housing)

    assert client.get(f"/colleagues/confirm/?row={asked.reference}").status_code == 404


def test_changing_and_ending_answer_too_and_the_last_answer_closes_the_list(
    point, asked, practitioner, manager, coordinator
):
    changing.end(membership=practitioner.memberships.get(), reason="left", by=point)
    held = manager.memberships.get()
    facts = {"role": held.role, "rank": held.rank, "line_manager": None, "until": in_days(300)}
    changing.change(membership=held, by=coordinator, **facts)
    recertifying.confirm(line=line_of(asked, point), by=coordinator)

    asked.refresh_from_db()
    assert {line.answer for line in asked.lines.all()} == {"ended", "changed", "yes"}
    assert asked.closed_at


def test_the_list_is_the_contact_points_and_of_the_only_one_co_ordination_s(
    asked, point, coordinator, practitioner, manager, probation, today
):
    def rows(slug, user):
        return list(BY_SLUG[slug].mine(user, today))

    assert rows("recertification", point) == rows("recertification-of-points", coordinator) == [asked]
    for user in (practitioner, manager):
        recertifying.confirm(line=line_of(asked, user), by=point)
    assert rows("recertification", point) == []

    MembershipFactory(agency=probation, role_id=R.CONTACT_POINT)

    assert rows("recertification-of-points", coordinator) == []


def test_silence_is_warned_of_first_and_stops_a_line_only_days_later(
    asked, point, practitioner, manager, coordinator, offender
):
    recertifying.confirm(line=line_of(asked, manager), by=point)
    warned = OutboxMessage.objects.filter(key__startswith="unconfirmed:")
    night(14)
    assert not warned.exists()
    night(15)
    assert {message.to for message in warned} == {point, practitioner}
    assert OutboxMessage.objects.filter(key__startswith="unanswered-list:").get().to == coordinator
    assert Offender.objects.visible_to(practitioner).exists()

    night(22)

    assert not Offender.objects.visible_to(practitioner).exists()
    assert practitioner.memberships.get().stopped_why == "unconfirmed"
    assert Offender.objects.visible_to(manager).exists()
    asked.refresh_from_db()
    assert asked.closed_at
    assert Membership.objects.filter(user=point, stopped_why="unconfirmed").exists()


def test_a_late_run_warns_and_does_not_stop_on_the_same_day(asked, practitioner):
    late = (asked.stops_on - in_days(0)) + timedelta(days=9)
    Recertification.objects.update(due_on=in_days(-12), stops_on=in_days(-5), opened_on=in_days(-26))

    night(0)
    assert practitioner.memberships.get().stopped_at is None
    night(late.days)

    assert practitioner.memberships.get().stopped_at


def test_whoever_was_not_confirmed_works_again_once_another_confirms(
    client, asked, point, practitioner, coordinator, offender
):
    night(15)
    night(22)
    held = practitioner.memberships.get()
    client.force_login(coordinator)

    client.post(f"/colleagues/again/?row={held.handle}")

    assert Offender.objects.visible_to(practitioner).exists()


def test_in_a_demo_nobody_is_stopped(asked, practitioner, settings):
    settings.DEMO = True

    night(15)
    night(40)

    assert practitioner.memberships.get().stopped_at is None


def test_whoever_does_not_keep_the_agency_confirms_nobody(asked, practitioner, outsider):
    with pytest.raises(PermissionDenied):
        recertifying.confirm(line=line_of(asked, practitioner), by=outsider)
