"""Lost second factors: two people let somebody in again, and never he himself."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from agencies import lost_factor
from agencies.colleagues import lapsing, suspending
from agencies.models import IdentityLink, IdentityProvider, KnownDevice, LostFactor, OutboxMessage, Suspension
from agencies.models.user import system_user
from audit.models import SignInEvent
from tests.agencies.signing_in import BACKEND, SECRET


def as_person(person):
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


@pytest.fixture
def hal(housing_agency):
    """Harriet's colleague, whose phone fell into the river."""
    from agencies.models import Role
    from tests.conftest import member

    person = member(housing_agency, Role.Code.PRACTITIONER, "howard")
    TOTP.activate(person, SECRET)
    return person


def ask(client, person):
    return client.post("/lost-factors/", {"email": person.email, "checked_how": "In person, by his pass"})


def answer(client, row, words="yes"):
    return client.post("/lost-factors/answer/", {"request": str(row.started_at.timestamp()), "approve": words})


def test_the_contact_point_asks_and_the_coordinator_agrees(housing, coordinator, hal):
    his = as_person(hal)
    ask(as_person(housing), hal)
    row = LostFactor.objects.get()
    page = as_person(coordinator).get("/lost-factors/")

    answer(as_person(coordinator), row)

    row.refresh_from_db()
    assert "Howard, Housing, Bedfordshire: asked by Harriet. Checked: In person, by his pass" in page.text
    assert (row.outcome, row.answered_by) == ("approved", coordinator)
    assert not Authenticator.objects.filter(user=hal).exists()
    assert SignInEvent.objects.get(event="factor.reset").actor_id == hal.pk
    assert OutboxMessage.objects.filter(to=hal).count() == 2
    assert his.get("/account/").status_code == 200  # a session of the test; real ones end (test_own_sessions)


def test_what_he_was_known_by_goes_with_his_factors(housing, coordinator, hal, housing_agency):
    known_by_all(hal, housing_agency)
    ask(as_person(housing), hal)

    answer(as_person(coordinator), LostFactor.objects.get())

    assert not knows(hal)


def known_by_all(person, agency):
    provider = IdentityProvider.objects.create(
        agency=agency, slug="its-own", issuer="https://id.invalid", required_amr=["mfa"]
    )
    IdentityLink.objects.create(user=person, provider=provider, subject="77")
    KnownDevice.objects.create(user=person, digest="d" * 64, last_at=timezone.now())


def knows(person):
    kinds = (Authenticator, IdentityLink, KnownDevice)
    return [kind.__name__ for kind in kinds if kind.objects.filter(user=person).exists()]


@pytest.mark.parametrize("suspended", [True, False])
def test_they_go_when_he_leaves_and_when_his_account_is_closed_for_good(hal, housing_agency, suspended):
    known_by_all(hal, housing_agency)
    if suspended:
        suspending.close(hal, why=Suspension.Why.DORMANT, reason="Not signed in for 90 days", by=system_user())
        Suspension.objects.update(made_at=timezone.now() - timezone.timedelta(days=1000))
    else:
        hal.memberships.update(until="2020-01-01")

    lapsing.lapse(on=timezone.localdate(), by=system_user())

    assert not knows(hal)


def test_whoever_asked_does_not_agree_and_nobody_asks_for_himself(housing, coordinator, hal):
    ask(as_person(coordinator), hal)

    refused = answer(as_person(coordinator), LostFactor.objects.get())
    TOTP.activate(housing, SECRET)
    own = ask(as_person(housing), housing)

    assert "Select" in refused.text
    assert "Nobody does this for himself" in own.text
    assert LostFactor.objects.get().outcome == "waiting"


def test_a_contact_point_answers_nothing_and_another_agencys_people_are_not_his(housing, hal, practitioner):
    TOTP.activate(practitioner, SECRET)

    refused = ask(as_person(housing), practitioner)
    ask(as_person(housing), hal)

    assert "Nobody of this address" in refused.text
    assert "Nothing waits for your answer" in as_person(housing).get("/lost-factors/").text


def test_the_coordinator_of_another_area_neither_sees_nor_answers_it(housing, outsider, hal):
    ask(as_person(housing), hal)

    answer(as_person(outsider), LostFactor.objects.get())

    assert "Howard" not in as_person(outsider).get("/lost-factors/").text
    assert LostFactor.objects.get().outcome == "waiting"
    assert as_person(hal).get("/lost-factors/").status_code == 403


def test_an_administrator_may_refuse_and_then_it_can_be_asked_again(housing, administrator, hal):
    ask(as_person(housing), hal)
    assert "was asked for already" in ask(as_person(housing), hal).text

    answer(as_person(administrator), LostFactor.objects.get(), "no")
    ask(as_person(housing), hal)

    assert sorted(LostFactor.objects.values_list("outcome", flat=True)) == ["refused", "waiting"]
    assert Authenticator.objects.filter(user=hal).exists()


def test_after_a_day_it_is_too_late_to_agree(housing, coordinator, hal):
    ask(as_person(housing), hal)
    LostFactor.objects.update(started_at=timezone.now() - timezone.timedelta(hours=25))

    page = answer(as_person(coordinator), LostFactor.objects.get())

    assert "too long ago" in page.text
    assert Authenticator.objects.filter(user=hal).exists()


def test_nobody_agrees_that_his_own_are_taken_away(coordinator, housing, police):
    row = LostFactor.objects.create(person=coordinator, agency=police, checked_how="In person", started_by=housing)

    with pytest.raises(PermissionDenied):
        lost_factor.answer(request=row, approve=True, by=coordinator)
