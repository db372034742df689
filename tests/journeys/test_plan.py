"""A plan in a browser: written by two at once, and from the draft through each hand to the agencies that act by it."""

from tests.journeys.filling import InBrowser, answer
from tests.journeys.record_forms import MANAGER, days


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


def fill_in(person, address, **fill):
    """Answer a form of the plan and send it; what else it asks gets anything fitting."""
    assert person.opens(address) == 200, address
    form = InBrowser(person)
    answer(form, fill, None)
    form.send()
    assert form.errors() == ""


def test_a_plan_goes_from_its_writers_to_the_agencies_that_act_by_it(person, stack):
    plan = stack.cases(("plan", "Plan", "partnered-plan"))["plan"]
    [(case,)] = stack.sql(
        "SELECT o.reference FROM offenders_offender o JOIN assessments_plan p ON p.offender_id = o.id "
        "WHERE p.reference = %s",
        plan,
    )
    bob, maya, officer, harriet = (person(who) for who in ("probation", MANAGER, "police", "housing"))

    # Housing words what housing will do, and reads nothing else of a draft.
    assert harriet.opens(f"/people/plans/{plan}/") == 404
    fill_in(
        harriet,
        f"/people/{case}/plan/propose/",
        text="Offer him a tenancy away from the school",
        checked_how="The tenancy is signed",
        due_on=days(20),
    )

    # The writer sends, and another person, of rank, countersigns.
    fill_in(bob, f"/people/plans/{plan}/send/")
    assert bob.opens(f"/people/plans/{plan}/countersign/") == 403
    fill_in(maya, f"/people/plans/{plan}/countersign/")
    fill_in(bob, f"/people/plans/{plan}/share/")
    bob.is_well()

    # Each agency that was given it reads it, housing without what is not for it, and says so.
    for reader in (officer, harriet):
        assert reader.opens(f"/people/{case}/plan/") == 200
        if "/reason/" in reader.page.url:
            reader.page.get_by_label("Another reason").check()
            reader.page.locator("[name=words]").fill("Given the plan")
            reader.press("Open the record")
        assert "Offer him a tenancy" in reader.text()
        reader.is_well()
        reader.follow("Acknowledge")
        InBrowser(reader).send()
    assert harriet.opens(f"/people/{case}/plan/") == 200
    assert "Restricted" in harriet.text()
    said = (
        "SELECT k.code FROM assessments_planshare s JOIN assessments_plan p ON p.id = s.plan_id "
        "JOIN agencies_agency a ON a.id = s.agency_id JOIN agencies_agencykind k ON k.id = a.kind_id "
        "WHERE p.reference = %s AND s.acknowledged_at IS NOT NULL ORDER BY 1"
    )
    assert {"police", "housing"} <= {kind for (kind,) in stack.sql(said, plan)}

    # And what housing did stands in the plan.
    harriet.page.get_by_role("link", name="Report").first.click()
    form = InBrowser(harriet)
    answer(form, {"outcome": "The tenancy was signed"}, None)
    form.send()
    bob.opens(f"/people/{case}/plan/")
    assert "The tenancy was signed" in bob.text()
    bob.is_well()
