"""The pack: what each reader may know before the meeting begins, on the page and to take away."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import AccessEvent
from panels import actions
from panels.models import Invitation, Meeting
from tests.factories import (
    ActionFactory,
    FlagFactory,
    FlagKindFactory,
    MeasureFactory,
    MeetingFactory,
    OffenderFactory,
    PlanFactory,
    PurposeFactory,
    TimelineEntryFactory,
)
from tests.panels.conftest import in_days
from tests.papers import READERS


@pytest.fixture
def meeting(area, chair, coordinator):
    return MeetingFactory(area=area, chair=chair, arranged_by=coordinator)


@pytest.fixture
def filled(meeting, invitation, item, level_2, housing, probation, coordinator):
    """Housing sent what it knows, and what it says of victims; probation sent nothing and is late."""
    actions.send_information(invitation=invitation, text="In arrears", victims="The neighbour", by=housing)
    Invitation._base_manager.filter(agency=probation).update(information_due_on=in_days(-3))
    plan = PlanFactory(offender=level_2, current=True)
    MeasureFactory(offender=level_2, plan=plan, text="Visit each week and report", audience="everyone")
    ActionFactory(offender=level_2, item=item, agency=probation, text="Find a new flat", due_on=in_days(-1))
    return meeting


def page(client, meeting, what="pack/"):
    return client.get(f"/meetings/{meeting.reference}/{what}")


def test_the_pack_puts_together_what_the_reader_may_know(sign_in, filled, practitioner):
    text = page(sign_in(practitioner), filled).text

    for words in ("Lowe", "In arrears", "The neighbour", "Visit each week", "Find a new flat", "Overdue by 1 day"):
        assert words in text, words
    assert "Probation, Bedfordshire: Has not said who comes" in text
    assert "has sent no information (overdue by 3 days)" in text


def test_what_is_not_for_the_reader_is_said_to_be_restricted(
    sign_in, filled, item, invitation, probation, health_agency, uninvited, coordinator
):
    actions.invite(item=item, agencies=[invitation.agency, probation, health_agency], by=coordinator)

    text = " ".join(page(sign_in(uninvited), filled).text.split())

    assert "In arrears" in text
    assert "The neighbour" not in text
    assert "Housing, Bedfordshire, victims:</strong> <strong" in text
    assert "Restricted</strong>" in text


def test_what_has_changed_is_what_happened_since_the_meeting_before(
    sign_in, filled, level_2, area, chair, practitioner, coordinator
):
    TimelineEntryFactory(offender=level_2, title="Moved to a hostel", by=practitioner)
    earlier = MeetingFactory(area=area, chair=chair, starts_at=timezone.now() - timedelta(days=30))
    actions.add_item(meeting=earlier, offender=level_2, minutes=30, by=coordinator)
    with time_machine.travel(timezone.now() - timedelta(days=60)):
        TimelineEntryFactory(offender=level_2, title="Old news", by=practitioner)
    Meeting._base_manager.filter(pk=earlier.pk).update(state="held")

    text = page(sign_in(practitioner), filled).text

    assert "What has changed since the meeting of" in text
    assert "Moved to a hostel" in text
    assert "Old news" not in text


def test_a_flag_that_warns_is_in_the_pack_in_full(sign_in, filled, level_2, practitioner):
    kind = FlagKindFactory(code="dogs", name="Dogs in the house", warns=True)
    FlagFactory(offender=level_2, notes="Never visit alone", kind=kind)

    assert "Dogs in the house. Never visit alone" in page(sign_in(practitioner), filled).text


def test_an_invited_agency_reads_of_its_own_people_alone(sign_in, filled, area, probation, housing, coordinator):
    case = OffenderFactory(surname="Okafor", area=area, lead_agency=probation, level=2)
    actions.add_item(meeting=filled, offender=case, minutes=30, by=coordinator)

    text = page(sign_in(housing), filled).text

    assert "Lowe" in text
    assert "Okafor" not in text


def test_whoever_has_no_part_in_a_case_says_why_before_he_reads_of_it(sign_in, filled, level_2, area_officer):
    client = sign_in(area_officer)
    before = page(client, filled).text
    PurposeFactory(offender=level_2, user=area_officer, purpose="records")

    after = page(client, filled).text

    assert ["In arrears" in before, "Lowe" in before] == [False, False]
    assert "In arrears" in after


def test_each_case_is_recorded_as_read(sign_in, filled, level_2, practitioner):
    page(sign_in(practitioner), filled)

    [event] = AccessEvent.objects.filter(event="pack.read", actor_id=practitioner.pk)
    assert event.case_id == level_2.pk


@pytest.mark.parametrize(("kind", "read"), READERS)
def test_the_pack_is_taken_away_with_a_number_of_its_own(sign_in, filled, level_2, housing, kind, read):
    answer = page(sign_in(housing), filled, f"pack.{kind}")
    _document, words = read(answer)

    assert f"pack-{filled.reference}.{kind}" in answer.headers["Content-Disposition"]
    for wanted in ("OFFICIAL-SENSITIVE", "Lowe", "In arrears", "Find a new flat", "Copy ", f"for {housing.name}"):
        assert wanted in words, wanted
    assert AccessEvent.objects.filter(event="pack.downloaded", case_id=level_2.pk).exists()


def test_one_person_has_a_pack_of_his_own(sign_in, filled, item, area, probation, practitioner, coordinator):
    case = OffenderFactory(surname="Okafor", area=area, lead_agency=probation, level=2)
    actions.add_item(meeting=filled, offender=case, minutes=30, by=coordinator)
    client = sign_in(practitioner)

    text = client.get(f"/items/{item.reference}/pack/").text
    word = client.get(f"/items/{item.reference}/pack.docx")

    assert "Lowe" in text
    assert "Okafor" not in text
    assert word.status_code == 200


@pytest.mark.parametrize("person", ["outsider", "uninvited"])
@pytest.mark.parametrize("what", ["pack/", "pack.pdf", "pack.docx"])
def test_to_strangers_there_is_no_pack(sign_in, request, filled, person, what):
    assert page(sign_in(request.getfixturevalue(person)), filled, what).status_code == 404


def questions(client, meeting):
    with CaptureQueriesContext(connection) as asked:
        page(client, meeting)
    return len(asked)


def test_a_longer_agenda_asks_no_more_than_that_each_case_read_is_recorded(
    sign_in, filled, area, probation, housing_agency, practitioner, coordinator
):
    client = sign_in(practitioner)
    of_one = questions(client, filled)
    for number in range(5):
        case = OffenderFactory(surname=f"Okafor{number}", area=area, lead_agency=probation, level=2)
        item = actions.add_item(meeting=filled, offender=case, minutes=30, by=coordinator)
        actions.invite(item=item, agencies=[housing_agency, probation], by=coordinator)
        MeasureFactory(offender=case, plan=PlanFactory(offender=case, current=True))

    assert questions(client, filled) - of_one <= 4 * 5
    assert of_one < 40
