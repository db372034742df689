"""Building an agenda: suggestions, order, times, and taking people off."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from agencies.access import Perm, allowed
from audit.models import AccessEvent
from offenders.models import Offender
from panels import actions
from panels.models import AgendaItem, Paragraph
from tests.factories import EmergencyAccessFactory, ExclusionFactory, MeetingFactory, OffenderFactory, ReferralFactory
from tests.panels.conftest import in_days, write


@pytest.fixture
def second(meeting, area, probation, practitioner, coordinator):
    case = OffenderFactory(surname="Okafor", forenames="Daniel", area=area, lead_agency=probation, level=2)
    return actions.add_item(meeting=meeting, offender=case, minutes=45, by=coordinator)


def order(meeting, user):
    return [row.offender.surname for row in meeting.items.visible_to(user).select_related("offender")]


def test_people_who_are_due_or_new_are_suggested_with_the_reason(sign_in, area, chair, level_2, coordinator):
    Offender._base_manager.filter(pk=level_2.pk).update(next_review_on=in_days(-3))
    new = OffenderFactory(surname="Newman", area=area, level=2, next_review_on=in_days(110))
    ReferralFactory(offender=new, outcome="accepted", decided_at=timezone.now(), decided_by=chair)
    meeting = MeetingFactory(area=area, chair=chair)

    page = sign_in(coordinator).get(f"/meetings/{meeting.reference}/").text

    assert "Lowe" in page
    assert "overdue by 3 days" in page
    assert "New: accepted at level 2" in page


def test_nobody_of_another_level_or_area_is_suggested(sign_in, area, chair, offender, other_case, coordinator):
    meeting = MeetingFactory(area=area, chair=chair)

    page = sign_in(coordinator).get(f"/meetings/{meeting.reference}/").text

    assert "Ashdown" not in page
    assert "Elsewhere" not in page


def test_a_suggested_person_is_put_on_the_agenda(sign_in, meeting, level_2, coordinator):
    Offender._base_manager.filter(pk=level_2.pk).update(next_review_on=in_days(7))
    form = {"people": [level_2.reference], "minutes": "30"}

    sign_in(coordinator).post(f"/meetings/{meeting.reference}/add/", form)

    item = AgendaItem.objects.visible_to(coordinator).get()
    assert (item.offender, item.minutes) == (level_2, 30)
    assert item.paragraphs.visible_to(coordinator).count() == len(Paragraph.WRITTEN)


def test_someone_else_is_added_by_reference(sign_in, meeting, level_2, coordinator):
    form = {"person": level_2.reference.lower(), "minutes": "20"}

    sign_in(coordinator).post(f"/meetings/{meeting.reference}/add/", form)

    assert order(meeting, coordinator) == ["Lowe"]


@pytest.mark.parametrize(
    ("who", "words"),
    [("offender", "managed at level 1. Refer to level 2 first"), ("other_case", "No person you can see")],
)
def test_whom_the_meeting_cannot_discuss_is_refused(sign_in, request, meeting, coordinator, who, words):
    form = {"person": request.getfixturevalue(who).reference, "minutes": "20"}

    page = sign_in(coordinator).post(f"/meetings/{meeting.reference}/add/", form)

    assert words in page.text
    assert form["person"] in page.text
    assert order(meeting, coordinator) == []
    tried = AccessEvent.objects.filter(event="case.reference_refused", reference=form["person"], outcome="N")
    assert tried.exists() == (who == "other_case")


def test_a_person_is_on_an_agenda_once(sign_in, meeting, item, coordinator):
    form = {"person": item.offender.reference, "minutes": "20"}

    assert "already on the agenda" in sign_in(coordinator).post(f"/meetings/{meeting.reference}/add/", form).text


def test_up_and_down_work_without_javascript(sign_in, meeting, item, second, coordinator):
    response = sign_in(coordinator).post(f"/items/{second.reference}/move/", {"way": "up"})

    assert response.headers["Location"] == f"/meetings/{meeting.reference}/"
    assert order(meeting, coordinator) == ["Okafor", "Lowe"]


def test_htmx_gets_the_agenda_with_the_move_said_and_the_focus_kept(sign_in, item, second, coordinator):
    client = sign_in(coordinator)

    page = client.post(f"/items/{second.reference}/move/", {"way": "up"}, headers={"HX-Request": "true"}).text

    assert "Okafor, Daniel is now number 1 of 2" in page
    assert page.count("data-focus-me") == 1
    assert "<html" not in page


def test_the_first_stays_first(item, second, meeting, coordinator):
    assert actions.move(item=item, way="up", by=coordinator) == 1
    assert order(meeting, coordinator) == ["Lowe", "Okafor"]


def test_times_follow_the_minutes(sign_in, area, chair, level_2, coordinator):
    meeting = MeetingFactory(area=area, chair=chair, starts_at=timezone.localtime().replace(hour=9, minute=30))
    item = actions.add_item(meeting=meeting, offender=level_2, minutes=30, by=coordinator)

    sign_in(coordinator).post(f"/items/{item.reference}/move/", {"minutes": "45"})

    page = sign_in(coordinator).get(f"/meetings/{meeting.reference}/").text
    assert "9:30am" in page
    assert "Ends at 10:15am." in page


def test_a_person_is_taken_off_and_what_invitations_gave_ends(sign_in, invitation, meeting, coordinator, housing):
    sign_in(coordinator).post(f"/items/{invitation.item.reference}/remove/")

    assert order(meeting, coordinator) == []
    assert not Offender.objects.visible_to(housing).exists()


def test_nobody_is_taken_off_once_something_is_minuted(sign_in, item, meeting, coordinator):
    write(item, "06-relevant", "Two breaches", by=coordinator)

    page = sign_in(coordinator).post(f"/items/{item.reference}/remove/", follow=True)

    assert "Something is recorded" in page.text
    assert order(meeting, coordinator) == ["Lowe"]


@pytest.mark.parametrize("route", ["move", "remove", "invite"])
def test_a_practitioner_sees_the_agenda_but_may_not_build_it(sign_in, item, practitioner, route):
    client = sign_in(practitioner)

    assert client.post(f"/items/{item.reference}/{route}/", {"way": "up"}).status_code == 403
    assert "Suggested people" not in client.get(f"/meetings/{item.meeting.reference}/").text


@pytest.mark.parametrize("person", ["outsider", "uninvited"])
def test_to_strangers_the_meeting_does_not_exist(sign_in, request, invitation, meeting, person):
    client = sign_in(request.getfixturevalue(person))

    assert client.get(f"/meetings/{meeting.reference}/").status_code == 404
    assert client.get(f"/items/{invitation.item.reference}/").status_code == 404
    assert client.post(f"/items/{invitation.item.reference}/move/", {"way": "up"}).status_code == 404


def test_a_housing_officer_sees_only_the_item_housing_is_invited_to(sign_in, invitation, second, meeting, housing):
    page = sign_in(housing).get(f"/meetings/{meeting.reference}/").text

    assert "Lowe" in page
    assert "Okafor" not in page


def test_the_chair_must_be_able_to_see_the_person(meeting, level_2, coordinator, chair):
    ExclusionFactory(offender=level_2, user=chair)

    with pytest.raises(Exception, match="may not see this person"):
        actions.add_item(meeting=meeting, offender=level_2, minutes=30, by=coordinator)


def test_the_agenda_asks_a_bounded_number_of_questions(
    sign_in, area, meeting, coordinator, django_assert_max_num_queries
):
    for _n in range(10):
        actions.add_item(meeting=meeting, offender=OffenderFactory(area=area, level=2), minutes=10, by=coordinator)
    client = sign_in(coordinator)

    with django_assert_max_num_queries(35):
        client.get(f"/meetings/{meeting.reference}/")


def test_a_restricted_case_opened_in_an_emergency_is_put_on_no_agenda(meeting, area, level_2, coordinator):
    Offender._base_manager.filter(pk=level_2.pk).update(restricted=True)
    EmergencyAccessFactory(offender=level_2, user=coordinator)

    with pytest.raises(ValidationError, match="in an emergency, to read it"):
        actions.add_item(meeting=meeting, offender=level_2, minutes=30, by=coordinator)


def test_an_emergency_gives_nothing_to_do_with_an_item_that_is_on_it(item, level_2, coordinator):
    assert allowed(coordinator, Perm.SCHEDULE, on=item)
    Offender._base_manager.filter(pk=level_2.pk).update(restricted=True)
    EmergencyAccessFactory(offender=level_2, user=coordinator)

    assert not allowed(coordinator, Perm.SCHEDULE, on=item)
