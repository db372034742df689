"""Breaks and standing items: on the agenda with the cases, counted in its times, and about nobody."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from panels import actions
from panels.agenda import times_of
from panels.models import Slot
from tests.factories import ActionFactory, MeetingFactory, OffenderFactory
from tests.panels.conftest import in_days


@pytest.fixture
def meeting(area, chair, coordinator):
    """Next week at 9:30am."""
    at = timezone.localtime().replace(hour=9, minute=30, second=0, microsecond=0) + timedelta(days=7)
    return MeetingFactory(area=area, chair=chair, arranged_by=coordinator, starts_at=at)


def names(meeting, user):
    lines = actions.order.lines_of(meeting, by=user)
    return [line.name if isinstance(line, Slot) else line.offender.surname for line in lines]


def test_the_usual_items_stand_before_and_after_the_people(sign_in, meeting, item, coordinator):
    sign_in(coordinator).post(f"/meetings/{meeting.reference}/slots/", {"usual": "yes"})

    opening = ["Welcome and confidentiality", "Review of actions outstanding"]
    assert names(meeting, coordinator) == [*opening, "Lowe", "Any other business"]


def test_added_again_they_are_not_added_twice(sign_in, meeting, coordinator):
    for _twice in range(2):
        page = sign_in(coordinator).post(f"/meetings/{meeting.reference}/slots/", {"usual": "yes"}, follow=True)

    assert "on the agenda already" in page.text
    assert meeting.slots.visible_to(coordinator).count() == 3


def test_what_is_missing_of_the_opening_comes_after_the_welcome(meeting, item, coordinator):
    actions.add_usual_slots(meeting=meeting, by=coordinator)
    actions.remove_slot(slot=meeting.slots.visible_to(coordinator).get(kind="actions"), by=coordinator)

    actions.add_usual_slots(meeting=meeting, by=coordinator)

    assert names(meeting, coordinator)[:3] == ["Welcome and confidentiality", "Review of actions outstanding", "Lowe"]


def test_a_person_added_later_comes_before_any_other_business(meeting, item, area, coordinator):
    actions.add_usual_slots(meeting=meeting, by=coordinator)
    case = OffenderFactory(surname="Okafor", area=area, level=2)

    actions.add_item(meeting=meeting, offender=case, minutes=30, by=coordinator)

    assert names(meeting, coordinator)[-3:] == ["Lowe", "Okafor", "Any other business"]


def test_times_count_breaks_and_standing_items(sign_in, meeting, item, coordinator):
    actions.add_usual_slots(meeting=meeting, by=coordinator)

    page = sign_in(coordinator).get(f"/meetings/{meeting.reference}/").text

    assert timezone.localtime(times_of(meeting)[0][item.pk]).strftime("%H:%M") == "09:50"
    assert "Ends at 10:25am." in page


def test_a_break_is_added_with_its_own_name_and_moved_up(sign_in, meeting, item, coordinator):
    client = sign_in(coordinator)
    form = {"slot-kind": "break", "slot-title": "Lunch", "slot-minutes": "45"}

    client.post(f"/meetings/{meeting.reference}/slots/", form)
    slot = meeting.slots.visible_to(coordinator).get()
    page = client.post(f"/slots/{slot.reference}/", {"way": "up"}, headers={"HX-Request": "true"})

    assert "Lunch is now at 9:30am" in page.text
    assert names(meeting, coordinator) == ["Lunch", "Lowe"]


def test_what_was_typed_wrong_is_kept_and_nothing_added(sign_in, meeting, coordinator):
    form = {"slot-kind": "other", "slot-title": "", "slot-minutes": "15"}

    page = sign_in(coordinator).post(f"/meetings/{meeting.reference}/slots/", form)

    assert "Enter what it is" in page.text
    assert not meeting.slots.visible_to(coordinator).exists()


def test_a_slot_gets_more_time_and_is_taken_off(sign_in, meeting, coordinator):
    slot = actions.add_slot(meeting=meeting, kind="break", minutes=15, by=coordinator)
    client = sign_in(coordinator)

    client.post(f"/slots/{slot.reference}/", {"minutes": "20"})
    assert meeting.slots.visible_to(coordinator).get().minutes == 20
    client.post(f"/slots/{slot.reference}/remove/")

    assert not meeting.slots.visible_to(coordinator).exists()


def test_a_practitioner_sees_the_break_but_may_not_change_it(sign_in, meeting, item, practitioner, coordinator):
    slot = actions.add_slot(meeting=meeting, kind="break", minutes=15, by=coordinator)
    client = sign_in(practitioner)

    assert "Break" in client.get(f"/meetings/{meeting.reference}/").text
    for path in (
        f"/slots/{slot.reference}/",
        f"/slots/{slot.reference}/remove/",
        f"/meetings/{meeting.reference}/slots/",
    ):
        assert client.post(path, {"way": "up"}).status_code == 403


@pytest.mark.parametrize("person", ["outsider", "uninvited"])
def test_to_strangers_a_break_does_not_exist(sign_in, request, meeting, coordinator, person):
    slot = actions.add_slot(meeting=meeting, kind="break", minutes=15, by=coordinator)

    assert sign_in(request.getfixturevalue(person)).post(f"/slots/{slot.reference}/", {"way": "up"}).status_code == 404


def test_a_guest_sees_what_lies_between_its_people_and_when_it_is_needed(
    sign_in, meeting, invitation, area, housing_agency, housing, coordinator
):
    case = OffenderFactory(surname="Okafor", area=area, level=2)
    other = OffenderFactory(surname="Hidden", area=area, level=2)
    actions.add_usual_slots(meeting=meeting, by=coordinator)
    actions.add_slot(meeting=meeting, kind="break", minutes=15, by=coordinator)
    second = actions.add_item(meeting=meeting, offender=case, minutes=20, by=coordinator)
    actions.add_item(meeting=meeting, offender=other, minutes=20, by=coordinator)
    actions.invite(item=second, agencies=[housing_agency], by=coordinator)

    page = sign_in(housing).get(f"/meetings/{meeting.reference}/").text

    assert f"{housing_agency.name}: 9:50am to 10:55am, 2 people" in page
    assert "Break" in page
    for hidden in ("Hidden", "Any other business", "Welcome and confidentiality", "Ends at"):
        assert hidden not in page


def test_open_actions_stand_under_their_item_by_agency(sign_in, meeting, item, level_2, housing_agency, coordinator):
    actions.add_usual_slots(meeting=meeting, by=coordinator)
    earlier = {"offender": level_2, "item": item, "agency": housing_agency}
    ActionFactory(**earlier, text="Find a flat", due_on=in_days(-12))
    ActionFactory(**earlier, text="Change the lock", due_on=in_days(5))

    page = sign_in(coordinator).get(f"/meetings/{meeting.reference}/").text

    assert "2 open actions" in page
    assert "1 late by 12 days" in page
    assert page.index(housing_agency.name) < page.index("Find a flat") < page.index("Change the lock")


def test_nothing_is_added_once_the_minutes_are_approved(meeting, coordinator, chair):
    type(meeting)._base_manager.update(state="approved", approved_at=timezone.now(), approved_by=chair)

    with pytest.raises(ValidationError, match="approved"):
        actions.add_slot(meeting=meeting, kind="break", minutes=15, by=coordinator)


def test_the_page_says_when_the_agenda_is_longer_than_the_meeting(sign_in, meeting, item, coordinator):
    client = sign_in(coordinator)
    type(meeting)._base_manager.filter(pk=meeting.pk).update(length=60)

    assert "The meeting is planned until 10:30am." in client.get(f"/meetings/{meeting.reference}/").text
    actions.give_time(item=item, minutes=85, by=coordinator)

    page = client.get(f"/meetings/{meeting.reference}/").text
    assert "Ends at 10:55am." in page
    assert "25 minutes after the planned end at 10:30am" in page
