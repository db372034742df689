"""What agencies commit at a meeting: recorded by who takes its minutes, printed, sealed, and reviewed at the next one."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from panels import actions
from panels.actions.approval import digest
from panels.commitments import to_review
from panels.models import Commitment, CommitmentReview, Meeting
from panels.reading import changes_since, copies
from tests.factories import CommitmentFactory, MeetingFactory
from tests.panels.conftest import approve, boxes, in_days
from tests.papers import read_word


@pytest.fixture
def url(item):
    return f"/items/{item.reference}/commitments/"


@pytest.fixture
def made(item, invitation, coordinator):
    return actions.record_commitment(
        item=item,
        agency=invitation.agency,
        what="A flat",
        how_much="One, furnished",
        from_on=in_days(1),
        until_on=None,
        committed_by="H. Reed, head of housing",
        by=coordinator,
    )


@pytest.fixture
def later(made, meeting, decided, invitation, level_2, area, chair, coordinator):
    """The person is on the agenda of the next meeting; the minutes of this one, to which housing came, are approved."""
    actions.take_attendance(invitation=invitation, attendance="present", by=coordinator)
    approve(meeting, chair)
    level_2.__class__._base_manager.filter(pk=level_2.pk).update(level=2)
    coming = MeetingFactory(area=area, chair=chair, arranged_by=coordinator, starts_at=timezone.now() + timedelta(20))
    level_2.refresh_from_db()
    return actions.add_item(meeting=coming, offender=level_2, minutes=30, by=coordinator)


def said(owner, **change):
    known = {"agency": owner.pk, "what": "A flat", "how_much": "One", "committed_by": "H. Reed, head of housing"}
    return known | boxes("from_on", in_days(1)) | change


def found(finding, words="", version=0):
    return {"finding": finding, "words": words, "version": version}


def test_who_takes_the_minutes_records_it(sign_in, url, item, invitation, coordinator, housing):
    sign_in(coordinator).post(f"{url}add/", said(invitation.agency))

    row = Commitment.objects.visible_to(coordinator).get()
    assert (row.what, row.how_much, row.committed_by) == ("A flat", "One", "H. Reed, head of housing")
    assert "A flat" in sign_in(housing).get(url).text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"how_much": ""}, "Enter how much is committed"),
        ({"committed_by": ""}, "Enter who committed it"),
        (boxes("until_on", in_days(-3)), "The last day must not be before the first"),
        ({"agency": 0}, "Select a valid choice"),
    ],
)
def test_half_a_commitment_is_refused(sign_in, url, invitation, coordinator, change, words):
    page = sign_in(coordinator).post(f"{url}add/", said(invitation.agency, **change))

    assert words in page.text
    assert not Commitment.objects.visible_to(coordinator).exists()


def test_it_is_recorded_once_though_sent_twice(sign_in, url, invitation, coordinator):
    client = sign_in(coordinator)
    client.post(f"{url}add/", said(invitation.agency))

    page = client.post(f"{url}add/", said(invitation.agency))

    assert "already recorded" in page.text
    assert Commitment.objects.visible_to(coordinator).count() == 1


def test_who_does_not_take_the_minutes_records_none(sign_in, url, invitation, housing):
    assert sign_in(housing).post(f"{url}add/", said(invitation.agency)).status_code == 403


def test_until_approval_the_others_who_were_invited_do_not_read_it(
    made, practitioner, housing, health_agency, uninvited
):
    agencies = [made.agency, health_agency]
    actions.invite(item=made.item, agencies=[*agencies], by=made.recorded_by)

    assert [Commitment.objects.visible_to(who).exists() for who in (practitioner, housing, uninvited)] == [
        True,
        True,
        False,
    ]


def test_struck_out_of_the_draft_it_is_not_printed(sign_in, made, meeting, coordinator):
    client = sign_in(coordinator)
    assert "A flat" in client.get(f"/meetings/{meeting.reference}/minutes/").text

    client.post(f"/commitments/{made.reference}/strike/")

    assert "A flat" not in client.get(f"/meetings/{meeting.reference}/minutes/").text
    again = client.post(f"/commitments/{made.reference}/strike/")
    assert "struck out of the minutes" in again.text


def test_the_minutes_print_it_and_the_seal_holds_it(sign_in, made, meeting, later, housing, chair):
    copy = sign_in(housing).get(f"/meetings/{meeting.reference}/minutes/").text
    sealed = Meeting.objects.visible_to(chair).get(pk=meeting.pk)

    assert "A flat" in copy
    assert "H. Reed, head of housing" in copy
    assert digest(sealed) == sealed.digest
    Commitment._base_manager.update(how_much="Two")
    assert digest(sealed) != sealed.digest


def test_the_paper_copies_say_what_was_committed_and_found(sign_in, made, later, coordinator):
    actions.review_commitment(commitment=made, finding="partly", words="A month late", version=0, by=coordinator)
    client = sign_in(coordinator)

    first, second = (
        read_word(client.get(f"/meetings/{meeting.reference}/minutes.docx"))[1]
        for meeting in (made.item.meeting, later.meeting)
    )

    assert "A flat, One, furnished" in first
    assert "A month late" in second


def test_the_chair_is_told_what_was_written_since_the_draft_was_sent(made, meeting, action, coordinator, chair):
    before = timezone.now() - timedelta(minutes=5)
    actions.withdraw_action(action=action, reason="Wrong", version=0, by=coordinator)

    told = [change.what for change in changes_since(before, copies(meeting, chair), chair)]

    assert f"Commitment {made.reference}, Alice" in told
    assert f"Action {action.reference} withdrawn, Alice" in told


def test_approved_it_is_neither_added_nor_struck_out(sign_in, url, made, later, invitation, coordinator):
    client = sign_in(coordinator)

    pages = [
        client.post(f"{url}add/", said(invitation.agency, what="A second flat")),
        client.post(f"/commitments/{made.reference}/strike/"),
    ]

    assert ["can no longer be changed" in page.text for page in pages] == [True, True]
    assert Commitment.objects.visible_to(coordinator).kept().count() == 1


def test_the_next_meeting_reviews_it_and_its_minutes_say_what_it_found(sign_in, made, later, coordinator):
    client = sign_in(coordinator)
    assert "To review" in client.get(f"/items/{later.reference}/commitments/").text

    client.post(f"/commitments/{made.reference}/review/", found("partly", "The flat came a month late"))

    copy = client.get(f"/meetings/{later.meeting.reference}/minutes/").text
    assert "The flat came a month late" in copy
    assert "Reviewed" in client.get(f"/items/{later.reference}/commitments/").text


def test_what_is_over_is_reviewed_no_more(made, later, area, chair, coordinator, level_2):
    actions.review_commitment(commitment=made, finding="over", words="", version=0, by=coordinator)
    third = MeetingFactory(area=area, chair=chair, arranged_by=coordinator, starts_at=timezone.now() + timedelta(60))
    item = actions.add_item(meeting=third, offender=level_2, minutes=30, by=coordinator)

    assert [row for row, _review in to_review(later, coordinator)] == [made]
    assert to_review(item, coordinator) == []


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (found("broken"), "Enter what was not kept"),
        (found(""), "Choose what the meeting finds"),
        (found("kept", version=2), "Somebody recorded meanwhile"),
    ],
)
def test_half_a_finding_is_refused(sign_in, made, later, coordinator, sent, words):
    page = sign_in(coordinator).post(f"/commitments/{made.reference}/review/", sent)

    assert words in page.text
    assert not CommitmentReview.objects.visible_to(coordinator).exists()


def test_a_finding_is_said_anew_until_the_minutes_are_approved(made, later, coordinator):
    actions.review_commitment(commitment=made, finding="kept", words="", version=0, by=coordinator)
    with pytest.raises(ValidationError, match="Somebody recorded meanwhile"):
        actions.review_commitment(commitment=made, finding="kept", words="", version=0, by=coordinator)

    actions.review_commitment(commitment=made, finding="broken", words="No flat", version=1, by=coordinator)

    assert CommitmentReview.objects.visible_to(coordinator).get().finding == "broken"


def test_without_a_later_meeting_there_is_nothing_to_review(sign_in, made, coordinator):
    page = sign_in(coordinator).post(f"/commitments/{made.reference}/review/", found("kept"))

    assert "on the agenda of no later meeting" in page.text


@pytest.mark.parametrize("person", ["outsider", "uninvited"])
def test_to_strangers_it_does_not_exist(sign_in, request, made, url, person):
    client = sign_in(request.getfixturevalue(person))

    assert [client.get(page).status_code for page in (url, f"/commitments/{made.reference}/review/")] == [404, 404]


def test_an_agency_reads_its_own_commitment_of_any_meeting(housing, invitation, item):
    CommitmentFactory(item=item, agency=invitation.agency, offender=None)

    assert Commitment.objects.visible_to(housing).exists()


def test_the_area_that_took_the_case_over_reviews_nothing_at_a_meeting_of_the_area_before(
    made, later, other_area, outsider
):
    type(later.offender)._base_manager.update(area=other_area)
    row = Commitment.objects.visible_to(outsider).get()

    with pytest.raises(PermissionDenied):
        actions.review_commitment(commitment=row, finding="kept", words="", version=0, by=outsider)
