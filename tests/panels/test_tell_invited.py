"""One mail an agency and meeting, with an entry for the calendar, and nobody's name, birth or reference in either."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from agencies import outbox
from agencies.models import OutboxMessage
from mappa.templatetags.mappa import clock
from panels import actions
from panels.actions.invitations import tell_all
from panels.models import Meeting
from tests.conftest import member
from tests.factories import ExclusionFactory, MeetingFactory, OffenderFactory
from tests.panels.calendar_files import read_calendar


@pytest.fixture
def meeting(area, chair, coordinator):
    return MeetingFactory(area=area, chair=chair, arranged_by=coordinator)


@pytest.fixture
def second(meeting, area, probation, coordinator):
    case = OffenderFactory(surname="Okafor", forenames="Daniel", area=area, lead_agency=probation, level=2)
    return actions.add_item(meeting=meeting, offender=case, minutes=45, by=coordinator)


def sent_to(user):
    return list(OutboxMessage.objects.filter(to=user).order_by("pk"))


def told(user):
    tell_all()
    return sent_to(user)


def sent(message):
    """As the outbox leaves it when it went out."""
    OutboxMessage.objects.filter(pk=message.pk).update(state="sent", sent_at=timezone.now())


def test_an_agency_hears_of_all_its_people_in_one_mail(invitation, second, housing_agency, housing, coordinator):
    actions.invite(item=second, agencies=[housing_agency], by=coordinator)

    [message] = told(housing)

    assert "for 2 people" in message.body
    assert invitation.item.meeting.reference in message.subject
    assert f"/meetings/{invitation.item.meeting.reference}/agency/" in message.body


def test_no_mail_or_file_says_who_it_is_about(invitation, second, level_2, housing_agency, coordinator, housing):
    actions.invite(item=second, agencies=[housing_agency], by=coordinator)
    tell_all()
    outbox.send_waiting()

    assert mail.outbox
    for case in (level_2, second.offender):
        born = case.born_on
        secrets = [case.surname, case.forenames, case.reference, str(born.year), f"{born:%d%m%Y}", f"{born:%Y%m%d}"]
        for message in mail.outbox:
            files = [part[1] for part in message.attachments]
            words = "\n".join([message.subject, message.body, *files])
            assert [secret for secret in secrets if secret in words] == []


def test_the_mail_carries_an_entry_for_the_calendar_of_exactly_the_agencys_items(
    invitation, second, meeting, housing_agency, housing, coordinator
):
    # Housing comes for the second person alone: from then on, for 45 minutes.
    actions.invite(item=invitation.item, agencies=[], by=coordinator)
    actions.invite(item=second, agencies=[housing_agency], by=coordinator)
    tell_all()
    outbox.send_waiting()

    [message] = [one for one in mail.outbox if one.to == [housing.email]]
    [(name, text, kind)] = message.attachments
    entry = read_calendar(text)
    starts = meeting.starts_at.replace(microsecond=0) + timedelta(minutes=30)
    assert (name, kind) == ("meeting.ics", "text/calendar")
    assert (entry["DTSTART"], entry["DTEND"]) == (starts, starts + timedelta(minutes=45))
    assert (entry["METHOD"], entry["CLASS"], entry["STATUS"]) == ("PUBLISH", "PRIVATE", "CONFIRMED")
    assert entry["SUMMARY"] == "Level 2 MAPPA meeting"
    assert f"/meetings/{meeting.reference}/agency/" in entry["DESCRIPTION"]
    assert "LOCATION" not in entry


def test_an_entry_that_changes_keeps_its_name_and_gets_a_higher_number(invitation, meeting, item, housing, coordinator):
    [first] = told(housing)
    sent(first)
    actions.give_time(item=item, minutes=60, by=coordinator)

    before, after = (read_calendar(message.calendar) for message in told(housing))

    assert before["UID"] == after["UID"]
    assert int(before["SEQUENCE"]) < int(after["SEQUENCE"])
    assert after["DTEND"] - after["DTSTART"] == timedelta(minutes=60)
    assert sent_to(housing)[1].subject.startswith("OFFICIAL-SENSITIVE: Changed: ")


def test_steps_of_building_make_one_mail_and_nothing_new_makes_none(invitation, item, housing, coordinator):
    told(housing)
    actions.give_time(item=item, minutes=60, by=coordinator)

    [message] = told(housing)
    tell_all()

    assert clock(invitation.item.meeting.starts_at + timedelta(minutes=60)) in message.body
    assert sent_to(housing) == [message]
    assert message.subject.startswith("OFFICIAL-SENSITIVE: Level 2")


def test_whoever_is_struck_hears_it_and_the_entry_leaves_the_calendar(invitation, probation, housing, coordinator):
    [first] = told(housing)
    sent(first)
    actions.invite(item=invitation.item, agencies=[probation], by=coordinator)

    _invited, struck = told(housing)
    entry = read_calendar(struck.calendar)

    assert struck.subject.startswith("OFFICIAL-SENSITIVE: No longer wanted")
    assert (entry["METHOD"], entry["STATUS"]) == ("CANCEL", "CANCELLED")
    assert entry["UID"] == read_calendar(first.calendar)["UID"]
    assert len(told(housing)) == 2


def test_whoever_is_replaced_by_a_colleague_is_not_told_that_the_agency_is_unwanted(
    invitation, housing_agency, housing
):
    hugo = member(housing_agency, "practitioner", "hugo")
    answer = {"invitation": invitation, "people": [invitation.reference], "response": "accepted", "reason": ""}
    actions.answer_invitation(**answer, representative=hugo, deputy_for=None, by=housing)
    [asked] = told(hugo)
    sent(asked)

    actions.answer_invitation(**answer, representative=housing, deputy_for=None, by=housing)

    _asked, off = told(hugo)
    assert "You are no longer wanted for your agency" in off.body
    assert read_calendar(off.calendar)["METHOD"] == "CANCEL"


def test_an_agency_struck_before_its_mail_went_out_hears_nothing(invitation, probation, housing, coordinator):
    told(housing)
    actions.invite(item=invitation.item, agencies=[probation], by=coordinator)

    [message] = told(housing)

    assert message.state == "withdrawn"


def test_an_agency_invited_again_after_that_is_told(invitation, probation, housing_agency, housing, coordinator):
    told(housing)
    actions.invite(item=invitation.item, agencies=[probation], by=coordinator)
    told(housing)
    actions.invite(item=invitation.item, agencies=[probation, housing_agency], by=coordinator)

    assert [message.state for message in told(housing)] == ["withdrawn", "waiting"]


def test_a_meeting_that_does_not_take_place_leaves_every_calendar(invitation, meeting, housing):
    [first] = told(housing)
    sent(first)
    Meeting._base_manager.filter(pk=meeting.pk).update(state="cancelled", version=99)

    _invited, off = told(housing)

    assert read_calendar(off.calendar)["METHOD"] == "CANCEL"


def test_who_must_not_see_the_person_is_not_told_of_the_meeting(item, housing_agency, housing, coordinator):
    ExclusionFactory(offender=item.offender, user=housing)

    actions.invite(item=item, agencies=[housing_agency], by=coordinator)

    assert told(housing) == []


def test_without_a_contact_point_the_practitioners_are_told(item, health_agency, uninvited, coordinator):
    actions.invite(item=item, agencies=[health_agency], by=coordinator)

    assert len(told(uninvited)) == 1


def test_a_meeting_that_was_held_tells_nobody_anything(invitation, meeting, housing):
    Meeting._base_manager.filter(pk=meeting.pk).update(state="held")

    assert told(housing) == []


def test_a_reader_takes_his_part_away_as_a_file_and_it_is_recorded(sign_in, invitation, meeting, housing):
    answer = sign_in(housing).get(f"/meetings/{meeting.reference}/calendar.ics")

    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert read_calendar(answer.content.decode())["SUMMARY"] == "Level 2 MAPPA meeting"


@pytest.mark.parametrize("person", ["outsider", "uninvited"])
def test_to_strangers_there_is_no_file(sign_in, request, invitation, meeting, person):
    client = sign_in(request.getfixturevalue(person))

    assert client.get(f"/meetings/{meeting.reference}/calendar.ics").status_code == 404
