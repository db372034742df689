"""An invited agency says who comes, sends a deputy or declines, for one person or for all at once."""

from datetime import timedelta

import pytest

from agencies.models import OutboxMessage
from offenders.models import Offender
from panels import actions
from panels.models import Invitation, Meeting
from reviews.deadlines import BY_SLUG
from tests.conftest import member
from tests.factories import ExclusionFactory, MeetingFactory, OffenderFactory
from tests.panels.conftest import in_days


@pytest.fixture
def meeting(area, chair, coordinator):
    return MeetingFactory(area=area, chair=chair, arranged_by=coordinator)


@pytest.fixture
def hugo(housing_agency):
    """Harriet's colleague."""
    return member(housing_agency, "practitioner", "hugo")


@pytest.fixture
def url(invitation):
    return f"/invitations/{invitation.reference}/answer/"


def now(invitation, user):
    return Invitation.objects.visible_to(user).get(pk=invitation.pk)


def yes(who, *invitations, **more):
    return {
        "people": [row.reference for row in invitations],
        "response": "accepted",
        "representative": who.pk,
        "deputy_for": "",
        "reason": "",
    } | more


def no(*invitations):
    return {"people": [row.reference for row in invitations], "response": "declined", "reason": "We hold nothing"}


def test_the_contact_point_says_that_she_comes(sign_in, url, invitation, housing):
    sign_in(housing).post(url, yes(housing, invitation))

    row = now(invitation, housing)
    assert (row.response, row.representative, row.responded_by) == ("accepted", housing, housing)


def test_a_deputy_comes_in_the_place_of_a_colleague(sign_in, url, invitation, housing, hugo):
    sign_in(housing).post(url, yes(hugo, invitation, response="deputy", deputy_for=housing.pk))

    row = now(invitation, housing)
    assert (row.response, row.representative, row.deputy_for) == ("deputy", hugo, housing)


@pytest.fixture
def second(meeting, area, probation, housing_agency, coordinator):
    """Housing's invitation for another person of the same meeting."""
    case = OffenderFactory(surname="Okafor", area=area, lead_agency=probation, level=2)
    item = actions.add_item(meeting=meeting, offender=case, minutes=45, by=coordinator)
    actions.invite(item=item, agencies=[housing_agency], by=coordinator)
    return item.invitations.visible_to(coordinator).get()


def test_one_answer_is_for_everybody_ticked(sign_in, url, invitation, second, housing):
    page = sign_in(housing).get(url)
    sign_in(housing).post(url, yes(housing, invitation, second))

    assert page.context["form"].initial["people"] == [invitation.reference, second.reference]
    assert {now(row, housing).response for row in (invitation, second)} == {"accepted"}


def test_the_page_says_before_saving_what_declining_ends(sign_in, url, housing):
    assert "stops seeing the record" in sign_in(housing).get(url).text


def test_declining_ends_what_the_invitation_gave_for_that_person_alone(
    sign_in, url, invitation, second, meeting, housing
):
    answer = sign_in(housing).post(url, no(invitation))

    assert [case.surname for case in Offender.objects.visible_to(housing)] == ["Okafor"]
    assert answer.headers["Location"] == f"/meetings/{meeting.reference}/agency/"
    assert sign_in(housing).get(url).status_code == 404


def test_whoever_declines_for_everybody_reads_nothing_of_the_meeting(sign_in, url, invitation, meeting, housing):
    answer = sign_in(housing).post(url, no(invitation))

    assert answer.headers["Location"] == "/meetings/"
    assert sign_in(housing).get(f"/meetings/{meeting.reference}/minutes/").status_code == 404


def test_co_ordination_takes_a_no_back_and_the_agency_sees_the_person_again(
    sign_in, url, invitation, housing, coordinator
):
    sign_in(housing).post(url, no(invitation))

    sign_in(coordinator).post(url, yes(housing, invitation))

    assert Offender.objects.visible_to(housing).exists()
    assert now(invitation, coordinator).response == "accepted"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"representative": ""}, "Choose who comes"),
        ({"people": []}, "Choose for whom your agency answers"),
        ({"response": "deputy"}, "Choose for whom the deputy comes"),
        ({"response": "declined"}, "Enter the reason"),
        ({"response": ""}, "Say whether your agency comes"),
    ],
)
def test_half_an_answer_is_refused(sign_in, url, invitation, housing, change, words):
    page = sign_in(housing).post(url, yes(housing, invitation) | change)

    assert words in page.text
    assert now(invitation, housing).response == ""


def test_nobody_of_another_agency_is_sent(sign_in, url, invitation, housing, uninvited):
    page = sign_in(housing).post(url, yes(uninvited, invitation))

    assert page.status_code == 200
    assert now(invitation, housing).response == ""


def test_whoever_must_not_see_the_person_cannot_come_for_him(sign_in, url, invitation, level_2, housing, hugo):
    ExclusionFactory(offender=level_2, user=hugo)

    page = sign_in(housing).post(url, yes(hugo, invitation))

    assert "cannot come for everybody you chose" in page.text
    assert now(invitation, housing).response == ""


def test_nobody_comes_to_two_meetings_at_a_time(
    sign_in, url, invitation, meeting, area, chair, probation, housing_agency, housing, hugo, coordinator
):
    other = MeetingFactory(area=area, chair=chair, level=3, starts_at=meeting.starts_at + timedelta(minutes=10))
    case = OffenderFactory(surname="Vance", area=area, lead_agency=probation, level=3)
    item = actions.add_item(meeting=other, offender=case, minutes=30, by=coordinator)
    actions.invite(item=item, agencies=[housing_agency], by=coordinator)
    [there] = item.invitations.visible_to(coordinator)
    sign_in(housing).post(f"/invitations/{there.reference}/answer/", yes(housing, there))

    page = sign_in(housing).post(url, yes(housing, invitation)).text
    sign_in(housing).post(url, yes(hugo, invitation))

    assert f"comes to meeting {other.reference} from" in page
    assert now(invitation, housing).representative == hugo


def test_an_answer_is_changed_until_the_meeting_begins(sign_in, url, invitation, meeting, housing, hugo):
    sign_in(housing).post(url, yes(housing, invitation))
    sign_in(housing).post(url, yes(hugo, invitation))
    Meeting._base_manager.filter(pk=meeting.pk).update(starts_at=meeting.starts_at - timedelta(days=11))

    page = sign_in(housing).post(url, yes(housing, invitation)).text

    assert "has begun" in page
    assert now(invitation, housing).representative == hugo


def test_when_the_responsible_authority_declines_the_chair_hears_at_once(
    sign_in, invitation, item, level_2, practitioner, chair, coordinator, today
):
    theirs = item.invitations.visible_to(coordinator).get(agency__kind__code="probation")

    sign_in(practitioner).post(f"/invitations/{theirs.reference}/answer/", no(theirs))

    message = OutboxMessage.objects.get(to=chair)
    assert "does not come" in message.body
    assert "Lowe" not in message.subject + message.body
    assert level_2.reference not in message.body
    assert list(BY_SLUG["authority-declined"].mine(chair, today)) == [theirs]


def test_whoever_declined_has_no_part_in_the_case_any_more(sign_in, item, police, area_officer, level_2, coordinator):
    actions.invite(item=item, agencies=[police], by=coordinator)
    theirs = item.invitations.visible_to(coordinator).get(agency=police)
    before = level_2.why(area_officer)

    sign_in(area_officer).post(f"/invitations/{theirs.reference}/answer/", no(theirs))

    assert (before.name, bool(level_2.why(area_officer).ask)) == ("invited", True)


def test_when_another_agency_declines_the_chair_is_not_disturbed(sign_in, url, invitation, housing, chair):
    sign_in(housing).post(url, no(invitation))

    assert not OutboxMessage.objects.filter(to=chair).exists()


def test_an_agency_is_asked_once_a_meeting_to_answer(invitation, second, housing, today):
    kind = BY_SLUG["invitation"]

    assert list(kind.mine(housing, today)) == [invitation]
    assert today < invitation.answer_due_on <= in_days(10)


def test_whoever_comes_gets_the_times_of_what_names_him(sign_in, url, invitation, second, housing, hugo, coordinator):
    sign_in(housing).post(url, yes(hugo, second))
    actions.tell_invited(meeting=invitation.item.meeting, by=coordinator)

    assert "for 1 person" in OutboxMessage.objects.get(to=hugo).body
    assert "for 2 people" in OutboxMessage.objects.get(to=housing).body


@pytest.mark.parametrize(("person", "status"), [("area_officer", 403), ("outsider", 404), ("uninvited", 404)])
def test_others_do_not_answer(sign_in, request, url, invitation, housing, person, status):
    client = sign_in(request.getfixturevalue(person))

    assert client.post(url, yes(housing, invitation)).status_code == status
