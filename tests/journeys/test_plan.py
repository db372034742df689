"""Two people write one plan in a browser: what is typed is saved, and whoever comes second is shown both texts."""

from tests.journeys.record_forms import MANAGER


def heading(person, key):
    return person.page.locator(f"form:has([name=section][value='{key}'])")


def test_two_people_write_one_plan_and_neither_loses_a_word(person, stack):
    plan = stack.cases(("plan", "Plan", "whole-plan"))["plan"]
    bob, maya = person("probation"), person(MANAGER)
    for one in (bob, maya):
        assert one.opens(f"/people/plans/{plan}/write/") == 200

    theirs = heading(maya, "3-supervision")
    with maya.page.expect_response(lambda r: "/section/" in r.url and r.status == 200):
        theirs.locator("textarea").fill("Daily by telephone")
    theirs.locator(".app-saved", has_text="Saved at").wait_for()

    mine = heading(bob, "3-supervision")
    with bob.page.expect_response(lambda r: "/section/" in r.url and r.status == 409):
        mine.locator("textarea").fill("Weekly at home")
    mine.get_by_text("Daily by telephone").wait_for()
    assert mine.locator("textarea").input_value() == "Weekly at home"
    bob.is_well()
    asked = []
    bob.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    with bob.page.expect_navigation(), bob.page.expect_response(lambda r: "/section/" in r.url and r.status == 200):
        mine.get_by_role("button", name="I have read it: save my text").click()

    assert asked == []  # what is saved is not asked about
    said = "SELECT text FROM assessments_plansection s JOIN assessments_plan p ON p.id = s.plan_id"
    rows = stack.sql(f"{said} WHERE p.reference = %s AND heading = '3-supervision'", plan)
    assert rows == [("Weekly at home",)]
