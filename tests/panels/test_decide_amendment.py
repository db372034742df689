"""Countersigning an amendment: a new version of the minutes, sealed with the one before."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from agencies.models import OutboxMessage
from panels import actions
from panels.models import Amendment, Decision, Distribution, MinutesCopy, Paragraph
from panels.seal import seal_of
from tests.factories import MembershipFactory
from tests.panels.conftest import amend, approve, countersign
from tests.papers import READERS


@pytest.fixture
def amendment(item, paragraph, coordinator):
    return amend(item, paragraph, by=coordinator)


@pytest.fixture
def url(amendment):
    return f"/amendments/{amendment.reference}/"


YES = {"outcome": "accepted", "reason": ""}


def test_readers_see_the_new_words_the_reason_and_the_old_ones(sign_in, url, sent, chair, housing):
    sign_in(chair).post(url, YES)

    page = sign_in(housing).get(f"/meetings/{sent.reference}/minutes/").text
    assert "Version 2, amended on" in page
    assert "because: One call was left out" in page
    assert "Three calls were reported" in page
    assert "Two calls were reported" in page


@pytest.mark.parametrize(("ending", "read"), READERS)
def test_so_do_those_who_take_a_copy_away(sign_in, amendment, sent, chair, housing, ending, read):
    countersign(amendment, chair)

    _document, words = read(sign_in(housing).get(f"/meetings/{sent.reference}/minutes.{ending}"))

    assert "Version 2. Approved by" in words
    assert "Three calls were reported" in words
    assert "(Version 2, amended on" in words
    assert "Before: Two calls were reported)" in words
    assert MinutesCopy.objects.visible_to(housing).get().version == 2


def test_the_approved_words_stay_as_they_are(amendment, paragraph, chair):
    countersign(amendment, chair)

    assert Paragraph.objects.visible_to(chair).get(pk=paragraph.pk).text == "Two calls were reported"


def test_words_for_the_authority_stay_there_when_they_are_amended(sign_in, sent, item, coordinator, chair, housing):
    kept = item.paragraphs.visible_to(coordinator).get(section="14-risk")
    countersign(amend(item, kept, "Two informants are at risk", by=coordinator), chair)

    page = sign_in(housing).get(f"/meetings/{sent.reference}/minutes/").text

    assert "informant" not in page
    assert "One call was left out" not in page
    assert "Version 2. Approved by" in page


def test_each_version_has_a_seal_that_holds_the_one_before(amendment, sent, chair, coordinator, item, paragraph):
    first = countersign(amendment, chair)
    second = countersign(amend(item, paragraph, "Four calls", version=2, by=coordinator), chair)

    seal = seal_of(sent)
    assert (first.version, second.version) == (2, 3)
    assert len({sent.digest, first.digest, second.digest}) == 3
    assert (seal.version, seal.digest, seal.holds) == (3, second.digest, True)


def test_everyone_who_got_version_1_is_told_and_is_to_read_version_2(amendment, sent, chair, housing, housing_agency):
    countersign(amendment, chair)

    mail = OutboxMessage.objects.get(to=housing, subject__contains="Minutes amended")
    row = Distribution.objects.visible_to(chair).get(agency=housing_agency)
    assert "Lowe" not in mail.subject + mail.body
    assert (row.version, row.read_version) == (2, 0)


def test_who_is_found_to_have_been_there_is_sent_the_minutes(
    meeting, item, invitation, decided, coordinator, chair, housing_agency
):
    actions.take_attendance(invitation=invitation, attendance="absent", by=coordinator)
    approved = approve(meeting, chair)
    assert not Distribution.objects.of_meeting(approved).filter(agency=housing_agency).exists()

    words = {"becomes": "present", "reason": "The list was wrong", "version": 1}
    countersign(actions.amend(item=item, part="attendance", of=invitation, **words, by=coordinator), chair)

    assert Distribution.objects.of_meeting(approved).get(agency=housing_agency).basis == "attended"


def test_a_refusal_says_why_and_changes_nothing(sign_in, url, sent, chair, coordinator):
    client = sign_in(chair)

    page = client.post(url, {"outcome": "refused", "reason": ""}).text
    client.post(url, {"outcome": "refused", "reason": "There were two"})

    row = Amendment.objects.visible_to(chair).get()
    assert "Enter why it is refused" in page
    assert (row.outcome, row.version, row.decision_reason) == ("refused", None, "There were two")
    assert seal_of(sent).version == 1


def test_nobody_countersigns_his_own(item, paragraph, chair):
    own = amend(item, paragraph, by=chair)

    with pytest.raises(ValidationError, match="Somebody else must decide it"):
        countersign(own, chair)


def test_what_the_chair_proposed_another_chair_countersigns(item, paragraph, police, chair):
    other = MembershipFactory(agency=police, role_id="chair").user

    assert countersign(amend(item, paragraph, by=chair), other).version == 2


@pytest.mark.parametrize("person", ["other chair", "coordinator"])
def test_else_only_the_chair_of_the_meeting_does(request, amendment, police, coordinator, person):
    by = MembershipFactory(agency=police, role_id="chair").user if person == "other chair" else coordinator
    expected = PermissionDenied if person == "other chair" else ValidationError

    with pytest.raises(expected):
        countersign(amendment, by)


def test_twice_is_refused(amendment, chair):
    countersign(amendment, chair)

    with pytest.raises(ValidationError, match="decided already"):
        countersign(amendment, chair)


def test_a_decided_amendment_is_never_changed(amendment, chair):
    countersign(amendment, chair)

    with pytest.raises(IntegrityError), transaction.atomic():
        Amendment._base_manager.update(becomes="Quietly changed")


def test_the_words_of_the_decision_are_amended_and_its_level_is_not(sent, item, coordinator, chair):
    words = {"becomes": "The plan holds with us", "reason": "A slip", "version": 1}
    countersign(actions.amend(item=item, part="rationale", of=None, **words, by=coordinator), chair)

    decision = Decision.objects.visible_to(chair).get()
    assert (decision.level, decision.rationale) == (1, "The plan holds without us")


def test_to_strangers_an_amendment_does_not_exist(sign_in, url, uninvited):
    assert sign_in(uninvited).get(url).status_code == 404
