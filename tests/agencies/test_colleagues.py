"""Changing and ending memberships: by whoever keeps them, never one's own, and everything with the last one."""

from datetime import date, timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from agencies.colleagues import changing, suspending
from agencies.models import CalendarFeed, Delegation, Invitation, Membership, Rank, Role, Suspension, User
from audit.models import AccessEvent
from offenders.models import Offender
from tests.factories import MembershipFactory, PersonalGrantFactory, RankFactory, in_days
from tests.offenders.dates_typed import typed

R = Role.Code
PAGE = "/colleagues/?agency=Probation%2C+Bedfordshire"


@pytest.fixture
def point(probation):
    """Petra, contact point of Bob's office, at manager rank."""
    rank = RankFactory(name="Senior probation officer", order=20)
    return MembershipFactory(agency=probation, role_id=R.CONTACT_POINT, rank=rank, user__name="Petra").user


@pytest.fixture
def held(practitioner):
    return practitioner.memberships.get()


def change(held, by, **more):
    facts = {"role": held.role, "rank": held.rank, "line_manager": held.line_manager, "until": held.until}
    return changing.change(membership=held, by=by, **facts | more)


def signed_in_somewhere(user):
    """A browser in which the person sits."""
    browser = Client()
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    browser.get("/terms/")
    UserSession.objects.update_or_create(
        session_key=browser.session.session_key, defaults={"user": user, "ip": "127.0.0.1", "user_agent": "x"}
    )
    return browser


def is_out(browser):
    return browser.get("/").headers.get("Location", "").startswith("/sign-in/")


def test_a_contact_point_sees_his_agency_and_no_other(client, point, practitioner, housing):
    client.force_login(point)

    page = client.get("/colleagues/").text

    assert "Bob" in page
    assert "Harriet" not in page
    assert client.get("/colleagues/?agency=Housing%2C+Bedfordshire").status_code == 404
    other = housing.memberships.get()
    assert client.get(f"/colleagues/person/?row={other.handle}").status_code == 404


def test_whoever_keeps_no_memberships_does_not_open_the_page(client, practitioner, held):
    client.force_login(practitioner)

    assert client.get("/colleagues/").status_code == 403
    assert client.get(f"/colleagues/person/?row={held.handle}").status_code == 403


def test_a_thousand_colleagues_cost_no_more_than_ten(client, point, probation, django_assert_max_num_queries):
    people = User.objects.bulk_create(User(email=f"p{n}@test.invalid", name=f"P {n:04d}") for n in range(1000))
    Membership.objects.bulk_create(Membership(user=user, agency=probation, role_id=R.PRACTITIONER) for user in people)
    client.force_login(point)

    with django_assert_max_num_queries(14):
        page = client.get(f"{PAGE}&page=2")

    assert page.text.count("/colleagues/person/?row=") == 50


def test_a_colleague_is_found_by_a_part_of_the_name_which_stands_in_no_address(client, point, practitioner, manager):
    client.force_login(point)

    page = client.post(PAGE, {"words": "may"}).text

    assert "Maya" in page
    assert ">Bob<" not in page


def test_a_keeper_changes_rank_and_last_day_and_the_audit_says_from_what_to_what(client, point, held):
    client.force_login(point)

    response = client.post(
        f"/colleagues/change/?row={held.handle}",
        {"role": held.role_id, "rank": "Senior probation officer", **typed("until", in_days(90))},
    )

    held.refresh_from_db()
    assert response.status_code == 302
    assert (held.rank.order, held.until) == (20, in_days(90))
    detail = AccessEvent.objects.get(event="membership.changed").detail
    assert (detail["before"]["until"], detail["after"]["until"]) == ("", in_days(90).isoformat())


def test_another_role_is_another_membership_and_ends_his_sessions(point, held, practitioner):
    browser = signed_in_somewhere(practitioner)
    assert not is_out(browser)

    change(held, point, role=Role.objects.get(pk=R.VICTIM_LIAISON))

    assert [m.role_id for m in practitioner.memberships.in_force(in_days(0))] == [R.VICTIM_LIAISON]
    held.refresh_from_db()
    assert held.stopped_why == "left"
    assert is_out(browser)


def test_another_rank_or_vetting_ends_his_sessions_and_another_last_day_does_not(point, held, practitioner):
    vetting = {"vetting_level": "sc", "vetting_expires_on": in_days(300), "by": point}
    for act, ends in (
        (lambda: change(held, point, until=in_days(90)), False),
        (lambda: change(held, point, rank=Rank.objects.get(name="Senior probation officer")), True),
        (lambda: changing.record_vetting(membership=held, **vetting), True),
        (lambda: changing.record_vetting(membership=held, **vetting), False),
    ):
        browser = signed_in_somewhere(practitioner)
        act()
        assert is_out(browser) == ends


def test_whoever_does_not_give_a_role_does_not_let_it_last_longer_or_vet_for_it(point, probation, coordinator):
    chairs = MembershipFactory(agency=probation, role_id=R.CHAIR, until=in_days(9))
    vetting = {"membership": chairs, "vetting_level": "dv", "vetting_expires_on": in_days(900)}

    for until in (None, in_days(10)):
        with pytest.raises(ValidationError, match="You cannot give the role"):
            change(chairs, point, until=until)
    with pytest.raises(ValidationError, match="which you cannot give"):
        changing.record_vetting(by=point, **vetting)

    assert change(chairs, point, until=in_days(8)).until == in_days(8)
    assert change(chairs, coordinator, until=None).until is None
    assert changing.record_vetting(by=coordinator, **vetting).vetting_level == "dv"


def test_nobody_changes_ends_or_suspends_himself(client, point):
    own = point.memberships.get()
    client.force_login(point)

    page = client.get(f"/colleagues/change/?row={own.handle}").text

    assert "Nobody changes his own" in page
    for act in (
        lambda: change(own, point, until=in_days(900)),
        lambda: changing.end(membership=own, reason="left", by=point),
        lambda: changing.record_vetting(membership=own, vetting_level="dv", vetting_expires_on=in_days(900), by=point),
        lambda: suspending.suspend(person=point, reason="x", by=point),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_what_is_not_his_to_give_is_refused_and_others_agencies_are_not_his(point, held, housing, outsider):
    with pytest.raises(ValidationError, match="You cannot give the role"):
        change(held, point, role=Role.objects.get(pk=R.CHAIR))
    with pytest.raises(ValidationError, match="rank above your own"):
        change(held, point, rank=Rank.objects.create(name="Chief", order=40))
    for by in (housing, outsider):
        with pytest.raises(PermissionDenied):
            changing.end(membership=held, reason="left", by=by)


def test_a_leaver_loses_everything_at_once(client, point, held, practitioner, manager, offender):
    grant = PersonalGrantFactory(content_object=offender, user=practitioner)
    browser = signed_in_somewhere(practitioner)
    assert not is_out(browser)
    CalendarFeed.objects.create(user=practitioner, digest="x")
    days = {"from_on": in_days(0), "until": in_days(9), "made_by": manager}
    Delegation.objects.create(person=practitioner, to=manager, **days)
    Delegation.objects.create(person=manager, to=practitioner, **days)
    client.force_login(point)

    page = client.get(f"/colleagues/end/?row={held.handle}").text
    client.post(f"/colleagues/end/?row={held.handle}", {"reason": "left"})

    assert "that this person leads: 1" in page
    assert is_out(browser)
    assert not CalendarFeed.objects.exists()
    assert not Delegation.objects.filter(ended_at__isnull=True).exists()
    assert type(grant)._base_manager.get(pk=grant.pk).until == in_days(-1)
    assert not Offender.objects.visible_to(practitioner).exists()
    practitioner.refresh_from_db()
    assert practitioner.left_at
    assert AccessEvent.objects.get(event="person.left").detail["ended"]["named on cases"] == 1
    assert User.objects.filter(pk=practitioner.pk).exists()


def test_a_mover_keeps_his_other_work_and_is_named_on_no_case(point, held, practitioner, housing_agency, offender):
    MembershipFactory(agency=housing_agency, user=practitioner)
    PersonalGrantFactory(content_object=offender, user=practitioner)

    changing.end(membership=held, reason="moved", by=point)

    assert not Offender.objects.visible_to(practitioner).exists()
    practitioner.refresh_from_db()
    assert practitioner.left_at is None


def test_whoever_keeps_a_role_in_the_agency_stays_named(point, held, practitioner, probation, offender):
    MembershipFactory(agency=probation, user=practitioner, role_id=R.VICTIM_LIAISON)
    PersonalGrantFactory(content_object=offender, user=practitioner)
    Offender._base_manager.update(restricted=True)

    changing.end(membership=held, reason="moved", by=point)

    assert Offender.objects.visible_to(practitioner).exists()


def test_the_last_administrator_stays(administrator, coordinator, area):
    held = administrator.memberships.get()

    with pytest.raises(ValidationError, match="the last administrator"):
        changing.end(membership=held, reason="left", by=coordinator)
    with pytest.raises(ValidationError, match="the last administrator"):
        suspending.suspend(person=administrator, reason="x", by=coordinator)


def test_a_suspended_account_is_closed_at_once_and_opened_by_two(
    client, point, held, practitioner, coordinator, offender
):
    browser = signed_in_somewhere(practitioner)
    assert not is_out(browser)
    client.force_login(point)
    client.post(f"/colleagues/suspend/?row={held.handle}", {"reason": "Lost laptop"})

    practitioner.refresh_from_db()
    assert not practitioner.is_active
    assert not Offender.objects.visible_to(practitioner).exists()
    assert is_out(browser)

    client.post(f"/colleagues/open/ask/?row={held.handle}", {"asked_why": "Found it"})
    assert client.post(f"/colleagues/open/?row={held.handle}").status_code == 200
    client.force_login(coordinator)
    client.post(f"/colleagues/open/?row={held.handle}")

    practitioner.refresh_from_db()
    assert practitioner.is_active
    row = Suspension.objects.get()
    assert (row.asked_by, row.lifted_by) == (point, coordinator)


def test_an_account_is_not_opened_by_whoever_asked_or_before_anybody_has(point, practitioner, coordinator):
    row = suspending.suspend(person=practitioner, reason="Lost laptop", by=coordinator)

    with pytest.raises(ValidationError, match="Nobody has asked"):
        suspending.open_again(suspension=row, by=point)
    suspending.ask_to_open(suspension=row, asked_why="Found it", by=point)
    with pytest.raises(ValidationError, match="You asked for it"):
        suspending.open_again(suspension=row, by=point)


def test_whoever_is_suspended_takes_his_invitations_with_him(probation, coordinator, point):
    Invitation.objects.create(
        user=User.objects.create_user("x@test.invalid", "X"),
        name="X",
        agency=probation,
        role_id=R.PRACTITIONER,
        from_on=in_days(0),
        vetting_level="sc",
        vetting_expires_on=in_days(9),
        made_by=point,
        nonce="n",
        digest="d",
        expires_at=timezone.now() + timedelta(days=1),
    )

    suspending.suspend(person=point, reason="Misuse", by=coordinator)

    assert not Invitation.objects.standing().exists()


def test_a_keeper_records_vetting(client, point, held, practitioner):
    User.objects.filter(pk=practitioner.pk).update(vetting_expires_on=in_days(-3))
    client.force_login(point)

    client.post(
        f"/colleagues/vetting/?row={held.handle}",
        {"vetting_level": "nppv-2", **typed("vetting_expires_on", date(2030, 6, 1))},
    )

    practitioner.refresh_from_db()
    assert (practitioner.vetting_level, practitioner.vetting_expires_on.year) == ("nppv-2", 2030)


def test_whoever_does_not_keep_the_agency_neither_suspends_nor_opens(point, held, practitioner, outsider):
    with pytest.raises(PermissionDenied):
        suspending.suspend(person=practitioner, reason="x", by=outsider)
    row = suspending.suspend(person=practitioner, reason="x", by=point)

    with pytest.raises(PermissionDenied):
        suspending.ask_to_open(suspension=row, asked_why="x", by=outsider)
    with pytest.raises(PermissionDenied):
        suspending.open_again(suspension=row, by=outsider)
