"""The workspace in two browsers: nothing typed is lost, whoever else writes and whatever becomes of the line."""

import pytest

STORED = """async () => [
    localStorage.length, sessionStorage.length, (await indexedDB.databases()).length, (await caches.keys()).length
]"""


@pytest.fixture
def sitting(stack):
    """The addresses of a meeting that is going on, and of its one item."""
    meeting, _slash, item = stack.cases(("sitting", "Meeting", "sitting"))["sitting"].partition("/")
    return f"/meetings/{meeting}/", f"/items/{item}/"


def box(person, heading):
    return person.page.locator(f"#section-{heading} textarea").first


def said(person, heading):
    return person.page.locator(f"#section-{heading} .app-saved").first


def saving(person, status):
    return person.page.expect_response(lambda answer: "/paragraphs/" in answer.url and answer.status == status)


def written(stack, item, heading):
    found = stack.sql(
        "SELECT p.text FROM panels_paragraph p JOIN panels_agendaitem i ON i.id = p.item_id "
        "WHERE i.reference = %s AND p.section = %s",
        item.split("/")[2],
        heading,
    )
    return [text for (text,) in found]


def test_two_write_one_item_and_one_loses_the_line_and_nothing_is_lost(person, stack, sitting):
    _meeting, item = sitting
    alice, chris = person("coordinator"), person("chair")
    assert alice.opens(item) == 200
    alice.press("Start this item")
    assert "Minutes used: 0 of 30" in alice.text()
    alice.is_well()
    assert chris.opens(item) == 200

    # Both in one paragraph: the second reads the other's words beside his own, and saves both.
    with saving(alice, 200):
        box(alice, "09-agencies").press_sequentially("Police: two calls.")
    with saving(chris, 409):
        box(chris, "09-agencies").press_sequentially("Housing: quiet.")
    said(chris, "09-agencies").get_by_text("Police: two calls.").wait_for()
    assert box(chris, "09-agencies").input_value() == "Housing: quiet."
    with saving(chris, 409):
        box(chris, "09-agencies").fill("Police: two calls. Housing: quiet.")
    with saving(chris, 200):
        chris.page.get_by_role("button", name="I have read it: save my text").click()
    assert written(stack, item, "09-agencies") == ["Police: two calls. Housing: quiet."]

    # Alice loses the line: her words stay on the page and nowhere else in the browser, and are saved when it is back.
    alice.context.set_offline(True)
    box(alice, "14-risk").press_sequentially("High: he drinks again.")
    said(alice, "14-risk").get_by_text("Not saved. Trying again").wait_for()
    assert alice.page.locator("form[data-autosave][data-dirty]").count() == 1
    assert alice.page.evaluate(STORED) == [0, 0, 0, 0]
    alice.context.set_offline(False)
    said(alice, "14-risk").get_by_text("Saved at").wait_for()
    assert written(stack, item, "14-risk") == ["High: he drinks again."]
    assert alice.page.evaluate(STORED) == [0, 0, 0, 0]
    alice.problems.clear()  # that the line was gone

    # A second paragraph under the heading, for fewer; the list of what is missing; the screen in the room.
    with alice.page.expect_response(lambda answer: answer.url.endswith("/paragraphs/")):
        alice.page.locator("#section-14-risk").get_by_role("button", name="Add a paragraph").click()
    second = alice.page.locator("#section-14-risk .app-paragraph").nth(1)
    second.locator("[name=audience]").select_option("authority")
    with saving(alice, 200):
        second.locator("textarea").fill("From an informant.")
    alice.press("Finish this item")
    assert "This item cannot be finished yet" in alice.text()
    alice.is_well()
    assert alice.opens(f"{item}share/") == 200
    assert "High: he drinks again." in alice.text()
    assert "informant" not in alice.text()
    alice.is_well()


def test_a_representative_agrees_to_the_statement_without_javascript_on_a_phone(person, sitting):
    meeting, _item = sitting
    harriet = person("housing", javascript=False, width=320)
    assert harriet.opens(f"{meeting}confidentiality/") == 200

    harriet.press("I agree to this statement")

    assert "You agreed for" in harriet.text()
