"""A board in a browser: a paper is added, a lay adviser reads it and asks, and a member confirms a decision and answers."""

from tests.factories import in_days
from tests.journeys.test_one_case import put_date

QUESTION = "Papers in plain words"


def arrange(alice):
    """A meeting of the board with a line for everybody and one for members alone; its address."""
    page = alice.page
    alice.opens("/board/meetings/")
    alice.press("Arrange a meeting")
    alice.press("Arrange")
    assert "Enter the place" in alice.text()
    alice.is_well()
    put_date(page, "on", in_days(45))
    page.fill("[name=at]", "10am")
    page.fill("[name=place]", "Shire Hall")
    alice.press("Arrange")
    page.get_by_role("link", name="Open").nth(1).click()
    for title, is_closed in (("Audit of minutes", False), ("Review of one case", True)):
        alice.follow("Add a line")
        page.fill("[name=title]", title)
        page.locator("[name=purpose][value=discuss]").check()
        page.locator("[name=is_closed]").set_checked(is_closed)
        alice.press("Add")
    alice.is_well()
    return page.url


def test_a_board_meets_and_its_lay_adviser_asks(person):
    alice = person("coordinator")
    meeting = arrange(alice)
    alice.opens("/board/compliance/")
    assert "2 are appointed to each area" in alice.text()
    alice.is_well()

    # The public's member reads what is about nobody, and asks.
    lee = person("lay-adviser")
    lee.opens(meeting)
    assert "Audit of minutes" in lee.text()
    assert "Review of one case" not in lee.text()
    assert "1 more is for members alone, and is not shown." in lee.text()
    lee.is_well()
    lee.opens("/board/questions/")
    lee.press("Ask or tell the board")
    lee.page.locator("[name=kind][value=note]").check()
    lee.page.fill("[name=title]", QUESTION)
    lee.page.fill("[name=text]", "Please explain each chart in a sentence.")
    lee.press("Send to the board")

    # A member answers.
    bea = person("board")
    bea.opens("/")
    assert "Attendance of housing" in bea.text()
    bea.opens("/board/questions/")
    bea.page.get_by_role("link", name=f"Read {QUESTION}").click()
    bea.press("Answer")
    bea.page.fill("[name=answer]", "From the next meeting on.")
    bea.press("Answer")
    assert "From the next meeting on." in bea.text()
    bea.is_well()
