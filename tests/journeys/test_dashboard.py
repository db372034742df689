"""The board's page in a browser: as a member reads it and looks behind it, and as a lay adviser does."""

QUIET = "/people/"


def test_a_member_and_a_lay_adviser_read_the_same_board(person):
    coordinator = person("coordinator")
    coordinator.opens("/board/")
    coordinator.is_well()
    assert coordinator.page.locator("figure.app-chart svg").count() > 5
    coordinator.page.locator("summary", has_text="Show the numbers").first.click()
    coordinator.is_well()
    coordinator.follow("See which cases are behind: reviews held on time, by level")
    coordinator.is_well()
    assert "Reviews held on time" in coordinator.text()

    lay = person("lay-adviser")
    lay.opens("/board/")
    lay.is_well()
    assert "fewer than 5" in lay.page.content()
    assert QUIET not in lay.page.locator("main").inner_html()
    quarters = lay.page.locator("[name=quarter] option").all_inner_texts()
    lay.page.select_option("[name=quarter]", label=quarters[-1])
    lay.press("Show this quarter")
    assert quarters[-1] in lay.text()
