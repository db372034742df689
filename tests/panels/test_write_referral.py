"""Writing a referral: six sections, one question a page, kept as it is typed, for the agency alone."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from audit.models import AccessEvent
from mappa import dates
from offenders.models import Offender
from panels import actions
from panels.actions.referring import forget_old_referrals
from panels.models import Referral
from tests.factories import MembershipFactory, ReferralFactory, in_days
from tests.panels.referrals import begin, now


@pytest.fixture
def url(written):
    return f"/referrals/{written.reference}/"


def test_it_is_begun_from_the_case(sign_in, at_high_risk, practitioner, probation):
    client = sign_in(practitioner)
    assert "A manager of your agency reads it" in client.get(f"/people/{at_high_risk.reference}/refer/").text

    response = client.post(f"/people/{at_high_risk.reference}/refer/")

    row = Referral.objects.visible_to(practitioner).get()
    assert response.headers["Location"] == f"/referrals/{row.reference}/write/"
    assert (row.agency, row.made_by, row.made_at, row.kept_until) == (probation, practitioner, None, in_days(28))


def test_begun_twice_it_is_one(at_high_risk, practitioner, manager):
    first = actions.begin_referral(offender=at_high_risk, by=practitioner)

    assert actions.begin_referral(offender=at_high_risk, by=manager) == first


def test_who_works_for_two_agencies_says_for_which(sign_in, at_high_risk, practitioner, police):
    MembershipFactory(user=practitioner, agency=police, role_id="practitioner")
    client = sign_in(practitioner)

    assert "Choose the agency that refers" in client.post(f"/people/{at_high_risk.reference}/refer/").text
    client.post(f"/people/{at_high_risk.reference}/refer/", {"agency": police.pk})
    assert Referral.objects.visible_to(practitioner).get().agency == police


def test_a_victim_liaison_officer_sees_but_may_not_refer(sign_in, at_high_risk, victim_liaison):
    assert sign_in(victim_liaison).post(f"/people/{at_high_risk.reference}/refer/").status_code == 403


def test_to_another_area_the_case_does_not_exist(sign_in, at_high_risk, outsider):
    assert sign_in(outsider).post(f"/people/{at_high_risk.reference}/refer/").status_code == 404


def test_nothing_is_begun_while_a_referral_waits_or_the_case_cannot_rise(at_high_risk, practitioner):
    ReferralFactory(offender=at_high_risk)
    with pytest.raises(ValidationError, match="already has an open referral"):
        actions.begin_referral(offender=at_high_risk, by=practitioner)

    Offender._base_manager.update(ended_on=dates.today())
    with pytest.raises(ValidationError, match="cannot be referred"):
        actions.begin_referral(offender=at_high_risk, by=practitioner)


def test_the_task_list_says_how_far_it_is(sign_in, at_high_risk, practitioner):
    referral = begin(
        at_high_risk, practitioner, victims=None, reason=None, agencies={"agencies": [], "agencies_words": "x"}
    )

    page = sign_in(practitioner).get(f"/referrals/{referral.reference}/write/")

    assert "2 of 6 completed" in page.text
    states = [section["state"] for section in page.context["sections"]]
    assert states == ["Completed", "Completed", "In progress", "In progress", "In progress"]
    assert page.context["agreement"]["state"] == "Cannot start yet"


def test_what_is_typed_is_kept_while_it_is_typed_and_nothing_is_asked_yet(sign_in, url, written, practitioner):
    half = {"reason": "Two breaches in a w"}

    answer = sign_in(practitioner).post(f"{url}write/reason/", half, headers={"HX-Request": "true"})

    assert "Saved at" in answer.text
    assert "<h1" not in answer.text
    assert now(written, practitioner).answers["reason"] == half


def test_what_is_wrong_is_kept_and_said(sign_in, url, written, practitioner):
    page = sign_in(practitioner).post(f"{url}write/urgency/", {"urgent": "yes", "urgent_reason": ""}).text

    assert "Enter why it cannot wait" in page
    assert now(written, practitioner).answers["urgency"]["urgent"] == "yes"


def test_a_page_leads_to_the_next_of_its_section_that_lacks_an_answer(sign_in, at_high_risk, practitioner):
    referral = begin(at_high_risk, practitioner, reason=None)
    client, address = sign_in(practitioner), f"/referrals/{referral.reference}/write/"

    on = client.post(f"{address}level/", {"level": "3"}).headers["Location"]
    assert on == f"{address}reason/"
    client.post(on, {"reason": "Two breaches"})
    assert (
        client.post(f"{address}senior/", {"senior_needed": "yes", "senior_words": "x"}).headers["Location"] == address
    )


def test_the_agencies_that_are_ticked_are_kept(sign_in, url, written, practitioner, police, probation):
    said = {"agencies": [police.pk, probation.pk], "agencies_words": "Both"}
    sign_in(practitioner).post(f"{url}write/agencies/", said)

    assert now(written, practitioner).answers["agencies"]["agencies"] == [str(police.pk), str(probation.pk)]


def test_what_the_record_says_is_shown_and_what_is_missing_says_where_it_is_put_right(
    sign_in, url, at_high_risk, practitioner
):
    client = sign_in(practitioner)

    risk = client.get(f"{url}write/risk/").text
    assert "High" in risk
    assert f"/people/{at_high_risk.reference}/risk/assess/" in risk
    person = client.get(f"{url}write/person/").text
    assert "Ashdown, Peter" in person
    assert f"/people/{at_high_risk.reference}/identity/" in person


def test_each_criterion_is_shown_met_or_not_and_why(sign_in, url, practitioner):
    page = sign_in(practitioner).get(f"{url}write/level/")

    found = {one.name: (one.is_met, one.why) for one in page.context["criteria"]}
    assert found["rosh"] == (True, "the risk is assessed as high")
    assert found["added-value"][0] is True
    assert found["level-3"] == (False, "it never was")
    assert "Nobody knows" not in page.text


def test_only_its_agency_sees_it_until_it_is_sent(sign_in, url, written, manager, area_officer, coordinator):
    assert sign_in(manager).get(f"{url}write/").status_code == 200
    for person in (area_officer, coordinator):
        assert sign_in(person).get(f"{url}write/").status_code == 404
        assert not Referral.objects.visible_to(person).exists()


def test_nobody_writes_in_the_referral_of_another_agency(sign_in, referred, coordinator):
    response = sign_in(coordinator).post(f"/referrals/{referred.reference}/write/reason/", {"reason": "Mine"})

    assert response.headers["Location"] == f"/referrals/{referred.reference}/read/"
    with pytest.raises(PermissionDenied):
        actions.write_referral(referral=referred, page="reason", answers={}, by=coordinator)


def test_what_is_typed_into_one_that_was_sent_meanwhile_stays_on_the_page(
    sign_in, url, agreed, practitioner, monkeypatch
):
    keep = actions.write_referral

    def sent_meanwhile(**known):
        actions.refer(referral=agreed, by=practitioner)
        return keep(**known)

    monkeypatch.setattr(actions, "write_referral", sent_meanwhile)
    page = sign_in(practitioner).post(f"{url}write/reason/", {"reason": "Three breaches"}).text

    assert "has been sent already" in page
    assert "Three breaches" in page


def test_it_is_thrown_away_after_a_question(sign_in, url, practitioner):
    client = sign_in(practitioner)

    assert "cannot be brought back" in client.get(f"{url}discard/").text
    client.post(f"{url}discard/")

    assert not Referral.objects.visible_to(practitioner).exists()


def test_one_that_was_sent_once_is_not_thrown_away(referred, coordinator, practitioner):
    answer = {"outcome": "returned", "level": None, "reason": "Who?", "next_review_on": None}
    actions.decide_referral(referral=referred, **answer, by=coordinator)

    with pytest.raises(ValidationError, match="Withdraw it"):
        actions.discard_referral(referral=referred, by=practitioner)


def test_old_ones_are_forgotten_and_those_that_were_sent_never(at_high_risk, practitioner, referred):
    ReferralFactory(offender=at_high_risk, draft=True, kept_until=in_days(-1))
    ReferralFactory(offender=at_high_risk, draft=True, kept_until=in_days(0))

    assert forget_old_referrals() == 1

    assert Referral.objects.visible_to(practitioner).count() == 2
    assert AccessEvent.objects.filter(event="referral.forgotten").count() == 1


def test_the_case_offers_the_agency_to_go_on_with_it(sign_in, url, at_high_risk, practitioner, area_officer):
    meetings = f"/people/{at_high_risk.reference}/meetings/"

    assert f"{url}write/" in sign_in(practitioner).get(meetings).text
    assert url not in sign_in(area_officer).get(meetings).text


def test_two_colleagues_on_one_page_do_not_overwrite_each_other(sign_in, url, written, practitioner, manager):
    client, address = sign_in(practitioner), f"{url}write/reason/"
    seen = client.get(address).context["version"]
    theirs, mine = "Three breaches, says the hostel", "Two breaches, and a threat"
    actions.write_referral(referral=written, page="reason", answers={"reason": theirs}, by=manager)

    typing = client.post(address, {"reason": mine, "version": seen}, headers={"HX-Request": "true"})
    page = client.post(address, {"reason": mine, "version": seen})

    assert (typing.status_code, page.status_code) == (409, 409)
    assert theirs in page.text
    assert mine in page.text
    assert now(written, practitioner).answers["reason"] == {"reason": theirs}
    client.post(address, {"reason": f"{theirs}. {mine}", "version": page.context["version"]})
    assert now(written, practitioner).answers["reason"] == {"reason": f"{theirs}. {mine}"}


def test_who_goes_on_typing_meets_nobody_but_himself(sign_in, url, written, practitioner):
    client, address = sign_in(practitioner), f"{url}write/reason/"
    seen = client.get(address).context["version"]

    for words in ("Two", "Two breaches"):
        saved = client.post(address, {"reason": words, "version": seen}, headers={"HX-Request": "true"})
        seen = saved.context["version"]

    assert now(written, practitioner).answers["reason"] == {"reason": "Two breaches"}
