"""An action from the meeting to its confirmation, as the people who own and settle it see it in a browser."""

from datetime import date, timedelta

import pytest

# Of the agency of a user, of a case that the agency sees.
OPEN = (
    "SELECT x.reference FROM panels_action x JOIN agencies_agency a ON a.id = x.agency_id "
    "JOIN agencies_membership m ON m.agency_id = a.id JOIN agencies_user u ON u.id = m.user_id "
    "JOIN offenders_offendergroupobjectpermission g ON g.content_object_id = x.offender_id AND g.group_id = a.group_id "
    "WHERE u.email = 'housing@demo.invalid' AND x.state = 'open' AND g.until >= current_date ORDER BY x.id LIMIT 1"
)


def state(stack, reference):
    return stack.sql("SELECT state FROM panels_action WHERE reference = %s", reference)[0][0]


@pytest.fixture
def reference(stack):
    """An action of the housing officer that is three days late."""
    ((found,),) = stack.sql(OPEN)
    stack.sql(
        "UPDATE panels_action SET due_on = current_date - 3, "
        "officer_id = (SELECT id FROM agencies_user WHERE email = 'housing@demo.invalid') WHERE reference = %s",
        found,
    )
    return found


def test_a_housing_officer_updates_in_two_clicks_and_co_ordination_confirms(person, stack, reference):
    harriet = person("housing")
    harriet.opens("/")
    harriet.page.locator(f"a[href='/actions/{reference}/']").first.click()
    harriet.page.wait_for_load_state()
    assert "Late" in harriet.text()
    harriet.is_well()
    harriet.press("It is done")
    assert harriet.page.title().startswith("Error: ")
    harriet.is_well()
    harriet.page.fill("[name=text]", "Visited on Monday; the door was changed.")
    harriet.press("It is done")
    assert state(stack, reference) == "done"
    harriet.is_well()

    alice = person("coordinator")
    alice.opens("/actions/?show=all&state=confirm")
    alice.is_well()
    alice.opens(f"/actions/{reference}/")
    alice.press("Send it back")
    assert alice.page.title().startswith("Error: ")
    alice.is_well()
    alice.page.fill("[name=answer-text]", "Who was there?")
    alice.press("Send it back")
    assert state(stack, reference) == "open"

    harriet.opens(f"/actions/{reference}/")
    assert "Who was there?" in harriet.text()
    harriet.page.fill("[name=text]", "He was, with his brother.")
    harriet.press("It is done")
    alice.opens(f"/actions/{reference}/")
    alice.is_well()
    alice.press("Confirm that it is done")
    assert state(stack, reference) == "confirmed"
    alice.is_well()


def test_everything_else_is_a_page_of_one_question(person, stack):
    ((reference,),) = stack.sql(
        "SELECT x.reference FROM panels_action x JOIN agencies_area a ON a.id = x.area_id "
        "JOIN agencies_agency o ON o.id = x.agency_id JOIN agencies_agencykind k ON k.id = o.kind_id "
        "WHERE a.slug = 'bedfordshire' AND x.state = 'open' AND k.code <> 'housing' ORDER BY x.due_on DESC, x.id LIMIT 1"
    )
    ((meeting,),) = stack.sql(
        "SELECT m.reference FROM panels_action x JOIN panels_agendaitem i ON i.id = x.item_id "
        "JOIN panels_meeting m ON m.id = i.meeting_id WHERE x.reference = %s",
        reference,
    )
    alice = person("coordinator")
    for page in ("postpone", "assign", "evidence", "evidence/upload", "reassign", "withdraw"):
        assert alice.opens(f"/actions/{reference}/{page}/") == 200
        alice.is_well()
    for path in ("/actions/", "/actions/?show=all&state=late", f"/meetings/{meeting}/actions/"):
        assert alice.opens(path) == 200
        alice.is_well()
    alice.opens(f"/actions/{reference}/withdraw/")
    alice.press("Withdraw the action")
    assert alice.page.title().startswith("Error: ")
    alice.is_well()
    alice.page.fill("[name=reason]", "He has moved away.")
    alice.press("Withdraw the action")
    assert state(stack, reference) == "withdrawn"
    alice.is_well()


def test_an_action_is_followed_up_on_a_telephone_without_javascript(person, stack, reference):
    harriet = person("housing", javascript=False, width=320)
    harriet.opens(f"/actions/{reference}/")
    harriet.page.fill("[name=text]", "Rang twice, nobody in.")
    harriet.press("Save as progress")
    assert "Rang twice, nobody in." in harriet.text()
    harriet.follow("It needs more time")
    due = date.today() + timedelta(days=200)  # noqa: DTZ011  as the browser's user reads the calendar
    for part in ("day", "month", "year"):
        harriet.page.fill(f"[name=due_on_{part}]", str(getattr(due, part)))
    harriet.page.fill("[name=reason]", "The tenant is away.")
    harriet.press("Give it the new date")
    assert stack.sql("SELECT due_on FROM panels_action WHERE reference = %s", reference) == [(due,)]
    assert state(stack, reference) == "open"


def test_commitments_are_recorded_and_reviewed(person, stack):
    ((reference,),) = stack.sql(
        "SELECT i.reference FROM panels_agendaitem i JOIN panels_meeting m ON m.id = i.meeting_id "
        "JOIN agencies_area a ON a.id = m.area_id WHERE a.slug = 'bedfordshire' AND m.level = 3 AND m.state <> 'approved' "
        "ORDER BY i.id LIMIT 1"
    )
    alice = person("coordinator")
    alice.opens(f"/items/{reference}/commitments/")
    alice.is_well()
    alice.press("Record a commitment")
    alice.press("Record the commitment")
    assert alice.page.title().startswith("Error: ")
    alice.is_well()
    alice.page.select_option("[name=agency]", index=1)
    alice.page.fill("[name=what]", "A key worker")
    alice.page.fill("[name=how_much]", "one day a week")
    for part, value in (("day", 1), ("month", 2), ("year", 2027)):
        alice.page.fill(f"[name=from_on_{part}]", str(value))
    alice.page.fill("[name=committed_by]", "R. Example, head of service")
    alice.press("Record the commitment")
    assert "A key worker" in alice.text()
    alice.is_well()
    alice.page.get_by_role("link", name="Strike out A key worker").click()
    alice.page.wait_for_load_state()
    alice.is_well()
    alice.press("Strike it out")
    assert "A key worker" not in alice.text()


def test_the_level_3_day_shows_who_is_missing(person, stack):
    ((reference,),) = stack.sql(
        "SELECT m.reference FROM panels_meeting m JOIN agencies_area a ON a.id = m.area_id "
        "WHERE a.slug = 'bedfordshire' AND m.level = 3 AND m.state <> 'cancelled' "
        "AND EXISTS (SELECT FROM panels_agendaitem i WHERE i.meeting_id = m.id) ORDER BY m.starts_at DESC LIMIT 1"
    )
    chris = person("chair")
    assert chris.opens(f"/meetings/{reference}/level-3/") == 200
    assert "Agencies over the day" in chris.text()
    chris.is_well()
