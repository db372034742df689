"""Sending a referral: whole, agreed, and with the criteria met."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies import working_days
from agencies.models import OutboxMessage
from mappa import dates
from offenders.models import Offender, TimelineEntry
from offenders.models.grant import Basis
from panels import actions
from panels.models import Referral
from tests.factories import AgencyFactory, GroupGrantFactory, ReferralFactory
from tests.panels.referrals import agree, begin, kinds, now, pages

CO_ORDINATED = {"co-ordination": {"exceptional": "yes", "exceptional_words": "Three agencies at once"}}
SENIOR = {"level": {"level": "3"}, "senior": {"senior_needed": "yes", "senior_words": "Money at short notice"}}


def test_a_referral_that_is_agreed_is_sent(sign_in, agreed, practitioner):
    response = sign_in(practitioner).post(f"/referrals/{agreed.reference}/send/")

    row = now(agreed, practitioner)
    assert response.headers["Location"] == f"/referrals/{agreed.reference}/read/"
    assert (row.level, row.made_by, row.reason) == (2, practitioner, "Two breaches in a week")
    assert row.due_on == working_days.after(dates.today(), 10, row.area)
    assert kinds(agreed, practitioner) == ["asked", "agreed", "sent"]


def test_what_happens_next_and_by_when_is_said(sign_in, referred, practitioner):
    page = sign_in(practitioner).get(f"/referrals/{referred.reference}/read/").text

    assert "What happens next" in page
    assert "Housing and health must act together" in page
    assert "Ashdown" not in page.split("</title>")[0]


def test_everyone_on_the_case_learns_that_it_was_referred_and_not_before(agreed, practitioner, area_officer):
    assert not Referral.objects.visible_to(area_officer).exists()

    actions.refer(referral=agreed, by=practitioner)

    assert Referral.objects.visible_to(area_officer).get() == agreed
    assert TimelineEntry.objects.visible_to(area_officer).filter(title="Referred to level 2").exists()


def test_what_is_urgent_has_a_standard_of_its_own_and_is_told_at_once(at_high_risk, practitioner, manager, coordinator):
    urgent = {"urgency": {"urgent": "yes", "urgent_reason": "Released tomorrow"}}
    referral = agree(begin(at_high_risk, practitioner, **urgent), asked_by=practitioner, manager=manager)

    row = actions.refer(referral=referral, by=practitioner)

    assert (row.urgent, row.urgent_reason) == (True, "Released tomorrow")
    mail = OutboxMessage.objects.get(to=coordinator)
    assert f"/referrals/{row.reference}/" in mail.body
    assert "Ashdown" not in mail.subject + mail.body
    assert row.due_on == working_days.after(dates.today(), 2, row.area)


def test_nothing_is_sent_that_no_manager_agreed_to(sign_in, written, practitioner):
    page = sign_in(practitioner).post(f"/referrals/{written.reference}/send/").text

    assert "must agree to what it says now" in page
    assert now(written, practitioner).made_at is None


def test_what_was_changed_since_it_was_agreed_is_not_sent(agreed, practitioner):
    other = {"reason": "Three breaches in a week"}
    actions.write_referral(referral=agreed, page="reason", answers=other, by=practitioner)

    with pytest.raises(ValidationError, match="must agree to what it says now"):
        actions.refer(referral=agreed, by=practitioner)

    assert now(agreed, practitioner).asked is None


def test_the_same_answer_again_leaves_the_agreement(agreed, at_high_risk, practitioner):
    actions.write_referral(referral=agreed, page="reason", answers=pages(at_high_risk)["reason"], by=practitioner)

    assert actions.refer(referral=agreed, by=practitioner).made_at


def test_sent_twice_it_is_sent_once(sign_in, referred, practitioner):
    response = sign_in(practitioner).post(f"/referrals/{referred.reference}/send/")

    assert response.headers["Location"] == f"/referrals/{referred.reference}/read/"
    with pytest.raises(ValidationError, match="has been sent already"):
        actions.refer(referral=referred, by=practitioner)
    assert kinds(referred, practitioner).count("sent") == 1


def test_a_case_that_meets_no_criterion_is_not_referred(offender, practitioner, manager):
    no = {"co-ordination": {"exceptional": "no", "exceptional_words": ""}}
    referral = agree(begin(offender, practitioner, **no), asked_by=practitioner, manager=manager)

    with pytest.raises(ValidationError, match="The criteria are not met"):
        actions.refer(referral=referral, by=practitioner)


def test_exceptional_co_ordination_is_enough(offender, practitioner, manager):
    referral = agree(begin(offender, practitioner, **CO_ORDINATED), asked_by=practitioner, manager=manager)

    assert actions.refer(referral=referral, by=practitioner).exceptional


def test_level_3_needs_senior_people(at_high_risk, practitioner, manager):
    no = SENIOR | {"senior": {"senior_needed": "no", "senior_words": ""}}
    referral = agree(begin(at_high_risk, practitioner, **no), asked_by=practitioner, manager=manager)

    with pytest.raises(ValidationError, match="Level 3 needs senior people"):
        actions.refer(referral=referral, by=practitioner)

    actions.write_referral(referral=referral, page="senior", answers=SENIOR["senior"], by=practitioner)
    agree(referral, asked_by=practitioner, manager=manager)
    assert actions.refer(referral=referral, by=practitioner).level == 3


def test_a_second_open_referral_is_refused(agreed, at_high_risk, practitioner):
    ReferralFactory(offender=at_high_risk)

    with pytest.raises(ValidationError, match="already has an open referral"):
        actions.refer(referral=agreed, by=practitioner)


def test_the_record_that_has_changed_since_asks_again(sign_in, agreed, practitioner):
    """The risk is no longer high: now it must be said what is exceptional, before anything is sent."""
    Offender._base_manager.update(rosh=Offender.Rosh.MEDIUM)

    page = sign_in(practitioner).post(f"/referrals/{agreed.reference}/send/").text

    assert "Answer every question first" in page
    assert "Must other agencies exceptionally be co-ordinated?" in page


def test_a_case_that_ended_meanwhile_is_not_referred(sign_in, agreed, practitioner):
    Offender._base_manager.update(ended_on=dates.today())

    page = sign_in(practitioner).get(f"/referrals/{agreed.reference}/write/").text

    assert "this cannot be sent any more" in page
    with pytest.raises(ValidationError):
        actions.refer(referral=agreed, by=practitioner)


def test_a_case_that_was_restricted_meanwhile_is_gone(sign_in, agreed, practitioner):
    Offender._base_manager.update(restricted=True)

    assert sign_in(practitioner).post(f"/referrals/{agreed.reference}/send/").status_code == 404


def test_it_goes_to_the_area_that_has_the_case_when_it_is_sent(agreed, practitioner, manager, probation, other_area):
    """The lead agency sees the case there too; the agencies that it asked for are none of that area."""
    Offender._base_manager.update(area=other_area)
    GroupGrantFactory(content_object=agreed.offender, group=probation.group, basis=Basis.LEAD)
    there = AgencyFactory(area=other_area, kind__code="police")
    with pytest.raises(ValidationError, match="Answer every question first"):
        actions.refer(referral=now(agreed, practitioner), by=practitioner)

    said = {"agencies": [str(there.pk)], "agencies_words": "Police there"}
    actions.write_referral(referral=now(agreed, practitioner), page="agencies", answers=said, by=practitioner)
    agree(now(agreed, practitioner), asked_by=practitioner, manager=manager)

    assert actions.refer(referral=now(agreed, practitioner), by=practitioner).area == other_area


def test_a_colleague_of_the_agency_sends_what_somebody_else_wrote(agreed, practitioner, manager):
    row = actions.refer(referral=agreed, by=manager)

    assert row.made_by == practitioner
    assert row.events.visible_to(manager).last().by == manager


def test_an_officer_of_another_agency_does_not_send_it(sign_in, agreed, area_officer):
    assert sign_in(area_officer).post(f"/referrals/{agreed.reference}/send/").status_code == 404
    with pytest.raises(PermissionDenied):
        actions.refer(referral=agreed, by=area_officer)


def test_to_another_area_it_does_not_exist(sign_in, referred, outsider):
    assert sign_in(outsider).get(f"/referrals/{referred.reference}/read/").status_code == 404
