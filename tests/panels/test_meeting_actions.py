"""What one meeting agreed and how it stands, for each reader what is his."""

from panels import actions
from tests.factories import OffenderFactory
from tests.panels.conftest import in_days


def test_everything_a_meeting_agreed_stands_person_by_person(sign_in, action, meeting, area, coordinator, housing):
    other = OffenderFactory(surname="Fell", forenames="Ada", area=area, level=2, level_period=True)
    second = actions.add_item(meeting=meeting, offender=other, minutes=20, by=coordinator)
    agency = coordinator.memberships.get().agency
    actions.add_action(item=second, text="Ring the school", agency=agency, due_on=in_days(3), by=coordinator)
    url = f"/meetings/{meeting.reference}/actions/"

    page = sign_in(coordinator).get(url)
    theirs = sign_in(housing).get(url).text

    found = [(one["person"].surname, [line.row.text for line in one["lines"]]) for one in page.context["people"]]
    assert found == [("Lowe", ["Visit the address"]), ("Fell", ["Ring the school"])]
    assert "Print this page" in page.text
    assert ["Visit the address" in theirs, "Ring the school" in theirs, "Fell" in theirs] == [True, False, False]


def test_of_a_person_with_whom_he_has_no_part_the_reader_says_first_why(sign_in, action, meeting, area_officer):
    page = sign_in(area_officer).get(f"/meetings/{meeting.reference}/actions/").text

    assert "Say why you need the record" in page
    assert ["Visit the address" in page, "Lowe" in page] == [False, False]


def test_a_meeting_without_actions_says_so(sign_in, item, meeting, coordinator):
    assert "agreed no action" in sign_in(coordinator).get(f"/meetings/{meeting.reference}/actions/").text


def test_the_list_of_a_meeting_asks_no_more_for_more(
    sign_in, action, item, invitation, meeting, coordinator, django_assert_max_num_queries
):
    for number in range(12):
        actions.add_action(
            item=item, text=f"Visit {number}", agency=invitation.agency, due_on=in_days(9), by=coordinator
        )
    client = sign_in(coordinator)

    with django_assert_max_num_queries(18):
        client.get(f"/meetings/{meeting.reference}/actions/")
