"""My work in a browser: the list in sections, why a row is there, who stands in, and a manager's team."""

from datetime import date, timedelta

from tests.journeys.test_one_case import put_date

STANDS_IN = "probation-manager"


def test_an_officer_goes_on_leave_and_the_manager_stands_in(person):
    bob = person("probation")
    bob.opens("/")
    bob.is_well()
    bob.page.get_by_role("navigation", name="Your tasks by when they are due").get_by_role("link").nth(1).click()
    assert bob.page.locator("table").first.get_attribute("id") in {"overdue", "today", "week", "later"}
    bob.opens("/")
    bob.page.get_by_role("link", name="Why am I seeing this?").first.click()
    assert "Why you" in bob.text()
    bob.is_well()

    bob.opens("/away/arrange/")
    bob.press("Arrange")
    assert "Choose who stands in" in bob.text()
    bob.is_well()
    today = date.today()  # noqa: DTZ011  as the browser's user reads the calendar
    bob.page.select_option("[name=to]", value=f"{STANDS_IN}@demo.invalid")
    put_date(bob.page, "from_on", today)
    put_date(bob.page, "until", today + timedelta(days=7))
    bob.press("Arrange")
    assert "Whoever stands in is told by mail." in bob.text()
    bob.is_well()

    maya = person(STANDS_IN)
    maya.opens("/")
    assert "away until" in maya.text()
    maya.is_well()
    maya.follow("Your team")
    maya.is_well()
    while "Away until" not in maya.text():
        with maya.page.expect_navigation():
            maya.page.locator("a[rel=next]").click()
    maya.page.locator("#team tbody a").first.click()
    assert "Tasks of a colleague" in maya.text()
    maya.is_well()
    maya.opens("/away/")
    maya.follow("End it")
    maya.press("End it")
    assert "Ended." in maya.text()
    maya.opens("/")
    assert "away until" not in maya.text()
