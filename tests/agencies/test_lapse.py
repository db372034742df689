"""What ends by itself each night: unused accounts, last days, vetting."""

from datetime import timedelta

from django.utils import timezone

from agencies.colleagues import inviting, lapsing, suspending
from agencies.models import CalendarFeed, Membership, OutboxMessage, Suspension, User
from agencies.models.user import system_user
from agencies.tasks import lapse_accounts
from audit.models import AccessEvent
from offenders.models import OffenderUserObjectPermission
from tests.factories import MembershipFactory, OffenderFactory, PersonalGrantFactory, in_days


def night():
    return lapsing.lapse(on=in_days(0), by=system_user())


def unused(user, days):
    then = timezone.now() - timedelta(days=days)
    User.objects.filter(pk=user.pk).update(last_login=then, date_joined=then)


def is_open(user):
    return User.objects.get(pk=user.pk).is_active


def test_an_unused_account_is_warned_of_once_and_suspended_later(practitioner, manager):
    unused(practitioner, 40)
    unused(manager, 20)
    night()
    night()
    assert [m.to for m in OutboxMessage.objects.filter(key__startswith="unused:")] == [practitioner]
    assert is_open(practitioner)

    unused(practitioner, 46)
    night()

    assert (is_open(practitioner), is_open(manager)) == (False, True)
    assert Suspension.objects.get().why == "dormant"
    assert AccessEvent.objects.filter(event="account.suspended", object_id=practitioner.pk).count() == 1


def test_one_that_nobody_opens_again_is_closed_for_good_and_comes_back_by_invitation_only(practitioner, coordinator):
    unused(practitioner, 46)
    night()
    Suspension.objects.update(made_at=timezone.now() - timedelta(days=46))
    night()

    row = Suspension.objects.get()
    practitioner.refresh_from_db()
    assert row.disabled_at
    assert not practitioner.has_usable_password()
    assert not Membership.objects.filter(user=practitioner, stopped_at__isnull=True).exists()
    assert not suspending.keeps_account_of(coordinator, practitioner)

    held = practitioner.memberships.get()
    inviting.invite(
        agency=held.agency, email=practitioner.email, name="Bob", role=held.role, rank=None, line_manager=None,
        from_on=in_days(0), until=None, vetting_level="sc", vetting_expires_on=in_days(99), by=coordinator,
    )  # fmt: skip

    assert is_open(practitioner)
    assert not Suspension.objects.standing().exists()


def test_whoever_began_lately_and_never_signed_in_is_not_unused_and_systems_never_are(practitioner, token):
    unused(token.user, 400)
    User.objects.filter(pk=practitioner.pk).update(last_login=None)

    night()

    assert is_open(practitioner)
    assert is_open(token.user)


def test_the_last_administrator_is_not_suspended(administrator):
    unused(administrator, 400)

    night()

    assert is_open(administrator)


def test_a_leaver_is_let_go_after_the_last_day(practitioner, offender):
    PersonalGrantFactory(content_object=offender, user=practitioner)
    CalendarFeed.objects.create(user=practitioner, digest="x")
    Membership.objects.filter(user=practitioner).update(until=in_days(0))
    night()
    assert CalendarFeed.objects.exists()

    Membership.objects.filter(user=practitioner).update(until=in_days(-1))
    night()
    night()

    assert not CalendarFeed.objects.exists()
    assert OffenderUserObjectPermission._base_manager.get().until == in_days(-1)
    assert AccessEvent.objects.filter(event="person.left", object_id=practitioner.pk).count() == 1


def test_a_mover_is_named_on_no_case_after_his_last_day_in_one_of_two_agencies(
    practitioner, manager, housing_agency, probation, offender
):
    MembershipFactory(agency=housing_agency, user=practitioner)
    for user in (practitioner, manager):
        PersonalGrantFactory(content_object=offender, user=user)
    MembershipFactory(agency=probation, user=manager, role_id="victim-liaison")
    Membership.objects.filter(agency=probation, role="practitioner").update(until=in_days(-1))

    night()

    grants = OffenderUserObjectPermission._base_manager
    assert (grants.get(user=practitioner).until, grants.get(user=manager).until) == (in_days(-1), None)
    assert User.objects.get(pk=practitioner.pk).left_at is None
    assert AccessEvent.objects.get(event="person.moved").object_id == practitioner.pk
    # Whoever names him anew does so for good.
    PersonalGrantFactory(content_object=OffenderFactory(), user=practitioner)
    night()
    assert grants.filter(user=practitioner, until__isnull=True).count() == 1


def test_whoever_was_an_administrator_until_yesterday_comes_in_no_more(administrator, coordinator, police):
    MembershipFactory(agency=police, user=administrator)
    Membership.objects.filter(user=administrator, role="administrator").update(until=in_days(-1))

    night()

    assert not User.objects.get(pk=administrator.pk).is_staff


def test_vetting_that_has_ended_is_told_and_recorded_once(practitioner):
    User.objects.filter(pk=practitioner.pk).update(vetting_expires_on=in_days(-1))

    night()
    night()

    assert [m.to for m in OutboxMessage.objects.filter(key__startswith="vetting-ended:")] == [practitioner]
    assert AccessEvent.objects.filter(event="vetting.ended", object_id=practitioner.pk).count() == 1


def test_what_is_wrong_with_one_person_keeps_no_other_in(practitioner, manager, monkeypatch):
    for user in (practitioner, manager):
        unused(user, 60)
    close = suspending.close

    def broken(person, **more):
        if person.pk == practitioner.pk:
            raise RuntimeError
        return close(person, **more)

    monkeypatch.setattr(suspending, "close", broken)

    night()

    assert (is_open(practitioner), is_open(manager)) == (True, False)


def test_a_demo_lapses_nobody(practitioner, settings):
    settings.DEMO = True
    unused(practitioner, 400)

    assert night() == 0
    assert is_open(practitioner)


def test_the_worker_runs_it(practitioner):
    lapse_accounts.apply(throw=True)

    assert is_open(practitioner)
