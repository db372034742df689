"""The chair's permission, and what the agency then reads: what is for everyone, and never the case."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies.models import OutboxMessage
from audit.models import AccessEvent
from mappa import dates
from offenders.models import Offender
from panels import actions
from panels.models import AgendaItem, Decision, Meeting, MinutesCopy, OnwardRequest, Paragraph
from tests.factories import ExclusionFactory, MembershipFactory
from tests.papers import READERS


@pytest.fixture
def onward(item, sent, health_agency, housing):
    return actions.ask_to_send_on(item=item, agency=health_agency, reason="It treats him", by=housing)


@pytest.fixture
def permitted(onward, chair):
    return decide(onward, "permitted", by=chair)


def decide(onward, outcome, *, by):
    return actions.decide_sending_on(request=onward, outcome=outcome, reason="It needs to know", by=by)


def test_the_chair_permits_in_words_and_until_a_day(sign_in, onward, chair):
    sign_in(chair).post(f"/sent-on/{onward.reference}/decide/", {"outcome": "permitted", "reason": "It needs to know"})

    row = OnwardRequest.objects.visible_to(chair).get()
    assert (row.outcome, row.decided_by, row.decision_reason) == ("permitted", chair, "It needs to know")
    assert row.until == dates.add_months(dates.today(), 6)


def test_the_agency_is_told_by_reference_and_whoever_asked_hears(uninvited, permitted, housing):
    mail = OutboxMessage.objects.get(to=uninvited)

    assert permitted.reference in mail.subject
    assert "Lowe" not in mail.subject + mail.body
    assert OutboxMessage.objects.filter(to=housing, subject__contains="Decided:").exists()


def test_it_reads_what_is_for_everyone_and_that_the_rest_is_left_out(sign_in, permitted, uninvited):
    page = sign_in(uninvited).get(f"/sent-on/{permitted.reference}/").text

    assert "Two calls were reported" in page
    assert "The plan holds without us" in page
    assert "Restricted</strong>" in page
    assert "informant" not in page


@pytest.mark.parametrize(("ending", "read"), READERS)
def test_so_it_does_on_paper_with_its_serial_number(sign_in, permitted, uninvited, chair, ending, read):
    _document, words = read(sign_in(uninvited).get(f"/sent-on/{permitted.reference}/minutes.{ending}"))

    copy = MinutesCopy.objects.visible_to(chair).get(reader=uninvited)
    assert "Two calls were reported" in words
    assert "informant" not in words
    assert f"Copy {copy.reference} of {permitted.reference} for Hal" in words
    assert copy.kind == ending


def test_it_sees_nothing_else_of_the_case(sign_in, permitted, level_2, sent, uninvited):
    client = sign_in(uninvited)

    assert client.get(level_2.get_absolute_url()).status_code == 404
    assert client.get(f"/meetings/{sent.reference}/minutes/").status_code == 404
    for model in (Offender, Meeting, AgendaItem, Paragraph, Decision):
        assert not model.objects.visible_to(uninvited).exists()


def test_each_reading_is_recorded_with_its_case(sign_in, permitted, item, uninvited):
    sign_in(uninvited).get(f"/sent-on/{permitted.reference}/")

    events = AccessEvent.objects.filter(actor_id=uninvited.pk, case_id=item.offender_id)
    assert "minutes.read" in set(events.values_list("event", flat=True))


def test_the_agency_finds_them_in_its_list(sign_in, permitted, uninvited):
    client = sign_in(uninvited)

    assert 'href="/sent-on/"' in client.get("/meetings/").text
    assert permitted.reference in client.get("/sent-on/").text


@pytest.mark.parametrize("closed", ["later", "restricted", "excluded"])
def test_it_ends_with_its_day_a_restriction_or_an_exclusion(sign_in, permitted, level_2, uninvited, closed):
    if closed == "later":
        OnwardRequest._base_manager.update(until=dates.today() - timedelta(days=1))
    elif closed == "restricted":
        Offender._base_manager.filter(pk=level_2.pk).update(restricted=True)
    else:
        ExclusionFactory(offender=level_2, user=uninvited)

    assert sign_in(uninvited).get(f"/sent-on/{permitted.reference}/").status_code == 404


def test_refused_the_agency_gets_nothing_and_the_reason_is_told(sign_in, onward, chair, housing, uninvited):
    decide(onward, "refused", by=chair)

    assert sign_in(uninvited).get(f"/sent-on/{onward.reference}/").status_code == 404
    page = sign_in(housing).get(f"/sent-on/{onward.reference}/").text
    assert "Refused" in page
    assert "It needs to know" in page


def test_both_answers_need_words(sign_in, onward, chair):
    page = sign_in(chair).post(f"/sent-on/{onward.reference}/decide/", {"outcome": "permitted", "reason": ""}).text

    assert "Enter the reason" in page
    assert OnwardRequest.objects.visible_to(chair).undecided().exists()


def test_twice_is_refused(permitted, chair):
    with pytest.raises(ValidationError, match="decided already"):
        decide(permitted, "refused", by=chair)


def test_nobody_permits_what_he_asked(item, sent, health_agency, chair, police):
    asked = actions.ask_to_send_on(item=item, agency=health_agency, reason="x", by=chair)
    other = MembershipFactory(agency=police, role_id="chair").user

    with pytest.raises(ValidationError, match="Somebody else"):
        decide(asked, "permitted", by=chair)
    assert decide(asked, "permitted", by=other).outcome == "permitted"


def test_a_coordinator_reads_the_request_and_does_not_decide_it(sign_in, onward, coordinator):
    page = sign_in(coordinator).get(f"/sent-on/{onward.reference}/decide/").text

    assert "It treats him" in page
    with pytest.raises(PermissionDenied):
        decide(onward, "permitted", by=coordinator)


@pytest.mark.parametrize(("person", "status"), [("housing", 403), ("practitioner", 403), ("uninvited", 404)])
def test_nobody_else_decides(sign_in, request, onward, person, status):
    answer = sign_in(request.getfixturevalue(person)).post(
        f"/sent-on/{onward.reference}/decide/", {"outcome": "permitted"}
    )

    assert answer.status_code == status
