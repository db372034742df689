"""A meeting that does not take place: everyone is told, access ends, and its people are suggested again."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from agencies.models import OutboxMessage
from offenders.models import Offender
from panels import actions
from panels.models import AgendaItem, Meeting, MeetingChange
from panels.suggestions import suggestions
from reviews import figures, my_work
from reviews.deadlines import BY_SLUG
from reviews.period import Period
from reviews.recount import recount
from tests.factories import MeetingFactory, ReferralFactory
from tests.panels.conftest import in_days, write


@pytest.fixture
def meeting(area, chair, coordinator):
    """In three days."""
    starts_at = timezone.now() + timedelta(days=3)
    return MeetingFactory(area=area, chair=chair, arranged_by=coordinator, starts_at=starts_at)


def cancel(meeting, by, reason="The chair is ill"):
    return actions.cancel_meeting(meeting=meeting, reason=reason, by=by)


def test_a_cancelled_meeting_says_who_called_it_off_and_why(meeting, coordinator):
    cancelled = cancel(meeting, coordinator)

    assert (cancelled.state, cancelled.sequence, cancelled.minutes_due_on) == ("cancelled", 1, None)
    change = MeetingChange.objects.visible_to(coordinator).get()
    assert (change.kind, change.reason, change.by) == ("cancelled", "The chair is ill", coordinator)


def test_what_the_invitations_let_agencies_see_ends(meeting, invitation, level_2, housing, coordinator):
    assert Offender.objects.visible_to(housing).exists()

    cancel(meeting, coordinator)

    assert not Offender.objects.visible_to(housing).exists()
    assert not Meeting.objects.visible_to(housing).exists()


def test_everybody_invited_is_told_without_a_name(meeting, invitation, housing, chair, coordinator):
    cancel(meeting, coordinator)

    told = OutboxMessage.objects.filter(subject__contains="A MAPPA meeting is cancelled")
    assert set(told.values_list("to", flat=True)) >= {housing.pk, chair.pk}
    assert not told.filter(body__contains="Lowe").exists()


def test_its_people_are_suggested_for_other_meetings_again(meeting, item, area, chair, coordinator):
    other = MeetingFactory(area=area, chair=chair)
    assert suggestions(other, coordinator) == ([], 0)

    cancel(meeting, coordinator)

    assert [one["name"] for one in suggestions(other, coordinator)[0]] == [item.offender.full_name]


def test_a_cancelled_meeting_has_discussed_no_accepted_referral(meeting, item, level_2, area, chair, coordinator):
    yesterday = timezone.now() - timedelta(days=1)
    ReferralFactory(offender=level_2, outcome="accepted", decided_at=yesterday, decided_by=coordinator)
    Offender.objects.visible_to(coordinator).update(next_review_on=in_days(300))

    cancel(meeting, coordinator)

    [one], _more = suggestions(MeetingFactory(area=area, chair=chair), coordinator)
    assert "New: accepted at level 2" in one["reason"]


def test_nothing_is_due_of_a_cancelled_meeting(meeting, invitation, housing, chair, coordinator, today):
    cancel(meeting, coordinator)
    Meeting.objects.visible_to(coordinator).update(starts_at=timezone.now(), minutes_due_on=today)

    for slug, user in (("agenda", chair), ("minutes", chair), ("minutes-to-finish", coordinator)):
        assert not BY_SLUG[slug].mine(user, today).exists()
    assert not BY_SLUG["information"].mine(housing, today).exists()
    assert my_work.meetings_this_week(coordinator, today) == 0
    recount([today], on=in_days(1), slugs=["minutes-on-time"])
    assert figures.total("minutes-on-time", Period(today, today)).whole == 0


def test_a_cancelled_meeting_is_built_and_minuted_no_more(meeting, item, level_2, coordinator):
    cancel(meeting, coordinator)

    for verb in (
        lambda: cancel(meeting, coordinator),
        lambda: actions.remove_item(item=item, by=coordinator),
        lambda: write(item, "14-risk", "x", by=coordinator),
        lambda: actions.hand_over(meeting=meeting, chair=coordinator, reason="x", by=coordinator),
    ):
        with pytest.raises(ValidationError, match="was cancelled"):
            verb()
    assert AgendaItem.objects.visible_to(coordinator).get() == item


def test_what_is_minuted_is_not_called_off(meeting, item, coordinator):
    write(item, "14-risk", "He was seen near the school", by=coordinator)

    with pytest.raises(ValidationError, match="Something is recorded of this meeting"):
        cancel(meeting, coordinator)


def test_information_that_was_sent_does_not_keep_a_meeting_from_being_called_off(
    meeting, invitation, housing, coordinator
):
    actions.send_information(
        invitation=invitation, text="Two complaints", nothing_to_share=False, audience="everyone", by=housing
    )

    assert cancel(meeting, coordinator).is_cancelled


def test_another_meeting_of_the_level_may_start_then(meeting, chair, coordinator):
    starts_at = cancel(meeting, coordinator).starts_at

    assert MeetingFactory(area=meeting.area, chair=chair, starts_at=starts_at).pk


def test_a_meeting_is_not_called_off_without_a_reason(meeting, coordinator):
    with pytest.raises(ValidationError, match="Enter why the meeting is cancelled"):
        cancel(meeting, coordinator, reason="")


def test_the_page_asks_first_and_the_meeting_then_stands_among_the_cancelled(sign_in, meeting, coordinator, outsider):
    client, url = sign_in(coordinator), f"/meetings/{meeting.reference}/cancel/"

    assert "is not taken up again" in client.get(url).text
    assert "Enter why the meeting is cancelled" in client.post(url, {"reason": ""}).text
    assert client.post(url, {"reason": "Snow"}).headers["Location"] == f"/meetings/{meeting.reference}/"

    assert meeting.reference in client.get("/meetings/?show=cancelled").text
    assert meeting.reference not in client.get("/meetings/").text
    assert "This meeting was cancelled" in client.get(url).text
    assert (
        client.get(f"/meetings/{meeting.reference}/minutes/").headers["Location"] == f"/meetings/{meeting.reference}/"
    )
    assert sign_in(outsider).get(url).status_code == 404


def test_a_meeting_at_which_resources_were_committed_took_place(meeting, item, invitation, coordinator):
    actions.record_commitment(
        item=item,
        agency=invitation.agency,
        what="A flat",
        how_much="One",
        from_on=in_days(1),
        until_on=None,
        committed_by="H. Reed",
        by=coordinator,
    )

    with pytest.raises(ValidationError, match="Something is recorded of this meeting"):
        cancel(meeting, coordinator)


def test_a_meeting_that_a_lay_adviser_observed_took_place(meeting, lay_adviser, coordinator):
    observation = actions.invite_observer(meeting=meeting, adviser=lay_adviser, by=coordinator)
    Meeting._base_manager.filter(pk=meeting.pk).update(starts_at=timezone.now() - timedelta(hours=1))
    actions.confirm_observed(observation=observation, by=lay_adviser)

    with pytest.raises(ValidationError, match="Something is recorded of this meeting"):
        cancel(meeting, coordinator)
