"""A manager's agreement: of the agency, by another than its writers, to one version."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies.models import OutboxMessage
from mappa import dates
from panels import actions
from panels.models import Referral
from reviews.deadlines import BY_SLUG
from tests.conftest import member
from tests.factories import ExclusionFactory, RankFactory
from tests.panels.referrals import begin, kinds, now


@pytest.fixture
def asked(written, practitioner, manager):
    return actions.ask_agreement(referral=written, manager=manager, by=practitioner)


@pytest.fixture
def url(written):
    return f"/referrals/{written.reference}/"


def test_a_manager_is_asked_by_a_mail_that_names_nobody(sign_in, url, written, practitioner, manager):
    sign_in(practitioner).post(f"{url}ask/", {"manager": manager.pk})

    mail = OutboxMessage.objects.get(to=manager)
    assert f"{url}agree/" in mail.body
    assert "Ashdown" not in mail.subject + mail.body
    assert now(written, practitioner).asked == manager


def test_only_another_at_manager_rank_of_the_agency_who_sees_the_case_is_offered(
    sign_in, url, at_high_risk, practitioner, manager, chair, probation, written
):
    kept_out = member(probation, "practitioner", "kept", rank=manager.memberships.get().rank)
    ExclusionFactory(offender=at_high_risk, user=kept_out)
    member(probation, "practitioner", "junior")

    offered = sign_in(practitioner).get(f"{url}ask/").context["form"].fields["manager"].queryset

    assert list(offered) == [manager]
    with pytest.raises(ValidationError, match="Choose a manager of your agency"):
        actions.ask_agreement(referral=written, manager=chair, by=practitioner)


def test_nobody_is_asked_about_half_a_referral(at_high_risk, practitioner, manager):
    half = begin(at_high_risk, practitioner, reason=None)

    with pytest.raises(ValidationError, match="Answer every question first"):
        actions.ask_agreement(referral=half, manager=manager, by=practitioner)


def test_asked_twice_nobody_is_asked_twice(asked, practitioner, manager):
    with pytest.raises(ValidationError, match="asked this manager already"):
        actions.ask_agreement(referral=asked, manager=manager, by=practitioner)

    assert OutboxMessage.objects.filter(to=manager).count() == 1


def test_an_agency_without_such_a_manager_is_told_what_to_do(sign_in, url, practitioner, manager):
    manager.memberships.update(rank=None)

    assert "Nobody of Probation, Bedfordshire at manager rank" in sign_in(practitioner).get(f"{url}ask/").text


def test_a_manager_agrees_to_what_the_page_shows(sign_in, url, asked, practitioner, manager):
    client = sign_in(manager)
    page = client.get(f"{url}agree/")
    assert "Housing and health must act together" in page.text

    client.post(f"{url}agree/", {"agreed": "on", "version": page.context["referral"].version})

    row = now(asked, practitioner)
    assert row.is_agreed
    assert (row.agreed_by, row.agreed_rank) == (manager, "Senior probation officer, Probation, Bedfordshire")
    assert "agreed to referral" in OutboxMessage.objects.get(to=practitioner).body


def test_what_was_changed_since_the_page_was_opened_is_read_again(sign_in, url, asked, practitioner, manager):
    version = now(asked, manager).version
    actions.write_referral(referral=asked, page="reason", answers={"reason": "Three breaches"}, by=practitioner)

    page = sign_in(manager).post(f"{url}agree/", {"agreed": "on", "version": version}).text

    assert "was changed since you opened this page" in page
    assert "Three breaches" in page
    assert not now(asked, manager).is_agreed


def test_agreed_twice_it_is_agreed_once(asked, manager):
    version = now(asked, manager).version
    actions.agree_referral(referral=asked, version=version, by=manager)

    with pytest.raises(ValidationError, match="agreed already"):
        actions.agree_referral(referral=asked, version=version, by=manager)

    assert kinds(asked, manager).count("agreed") == 1


def test_nobody_agrees_to_what_he_wrote_in(sign_in, url, written, asked, manager, probation):
    """Maya was asked, and then wrote in it herself."""
    actions.write_referral(referral=written, page="reason", answers={"reason": "Three breaches"}, by=manager)

    page = sign_in(manager).post(f"{url}agree/", {"agreed": "on", "version": now(asked, manager).version}).text

    assert "another manager of your agency agrees" in page
    assert not now(asked, manager).is_agreed


def test_nobody_agrees_before_he_is_asked(written, manager):
    with pytest.raises(ValidationError, match="not given to a manager yet"):
        actions.agree_referral(referral=written, version=written.version, by=manager)


def test_it_is_sent_back_with_words_that_stay_in_the_agency(sign_in, url, asked, practitioner, manager):
    client = sign_in(manager)
    assert "Enter what has to be put right" in client.post(f"{url}send-back/", {"words": ""}).text

    client.post(f"{url}send-back/", {"words": "Say what housing should do"})

    assert "Say what housing should do" in sign_in(practitioner).get(f"{url}write/").text
    assert "sent referral" in OutboxMessage.objects.get(to=practitioner).body
    assert now(asked, practitioner).asked is None
    with pytest.raises(ValidationError):
        actions.agree_referral(referral=asked, version=asked.version, by=manager)


def test_asked_again_after_it_was_sent_back_he_is_mailed_again(asked, practitioner, manager):
    actions.send_back_referral(referral=asked, words="Say when", by=manager)

    actions.ask_agreement(referral=asked, manager=manager, by=practitioner)

    assert OutboxMessage.objects.filter(to=manager).count() == 2


def test_what_passed_between_writer_and_manager_is_not_for_others(referred, practitioner, area_officer):
    assert kinds(referred, practitioner) == ["asked", "agreed", "sent"]
    assert kinds(referred, area_officer) == ["agreed", "sent"]


def test_one_below_the_rank_sees_but_may_not_agree(sign_in, url, asked, practitioner):
    assert sign_in(practitioner).get(f"{url}agree/").status_code == 403
    with pytest.raises(PermissionDenied):
        actions.agree_referral(referral=asked, version=asked.version, by=practitioner)


def test_a_manager_of_another_agency_cannot_tell_that_it_exists(sign_in, url, asked, police):
    other = member(police, "practitioner", "pam", rank=RankFactory(name="Inspector", order=20))

    assert sign_in(other).get(f"{url}agree/").status_code == 404


def test_a_coordinators_referral_is_agreed_by_a_manager_of_his_agency(at_high_risk, coordinator, chair, manager):
    referral = begin(at_high_risk, coordinator)

    actions.ask_agreement(referral=referral, manager=chair, by=coordinator)
    actions.agree_referral(referral=referral, version=now(referral, chair).version, by=chair)

    assert actions.refer(referral=referral, by=coordinator).agreed_by == chair
    assert Referral.objects.visible_to(manager).exists()


def test_every_manager_who_is_asked_is_told_also_where_nothing_was_changed(asked, practitioner, manager, probation):
    other = member(probation, "practitioner", "moira", rank=RankFactory(name="Team manager", order=20))

    actions.ask_agreement(referral=asked, manager=other, by=practitioner)
    actions.send_back_referral(referral=asked, words="Ring me", by=other)
    actions.ask_agreement(referral=asked, manager=manager, by=practitioner)

    told = OutboxMessage.objects.filter(subject__contains="needs your agreement").order_by("pk")
    assert [row.to for row in told] == [manager, other, manager]


def test_what_is_agreed_waits_for_its_writer_to_send_it(sign_in, asked, practitioner, manager):
    version = now(asked, manager).version
    actions.agree_referral(referral=asked, version=version, by=manager)

    row = BY_SLUG["referral-back"].open(practitioner).get()
    assert (row.back_on, BY_SLUG["referral-back"].words(row)) == (
        dates.today(),
        "Referral to send: a manager agreed",
    )
    actions.write_referral(referral=asked, page="reason", answers={"reason": "Three breaches"}, by=practitioner)
    assert not BY_SLUG["referral-back"].open(practitioner).exists()
