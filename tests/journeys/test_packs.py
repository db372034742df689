"""A board pack in a browser: made once, read with its checksum, corrected, and not shown to the public's two."""


def test_a_pack_is_made_read_and_corrected(person, stack):
    alice = person("coordinator")
    alice.opens("/board/packs/")
    alice.is_well()
    alice.press("Make a board pack")
    alice.is_well()
    alice.press("Make the pack")
    assert "There is a pack of these months already." in alice.text()
    alice.is_well()
    alice.page.select_option("[name=since]", index=1)
    alice.page.select_option("[name=until]", index=0)
    alice.press("Make the pack")
    assert "Pack made. It never changes" in alice.text()

    alice.page.get_by_role("link", name="Open").first.click()
    alice.page.locator("summary").first.click()
    assert "Checked now: the figures are as they were." in alice.text()
    alice.is_well()
    alice.follow("Correct this pack")
    alice.page.fill("[name=reason]", "A review was recorded late.")
    alice.press("Make the corrected pack")
    assert "Corrected by a later one" in alice.text()
    alice.is_well()

    alice.opens("/board/measures/")
    alice.page.locator("summary").first.click()
    alice.is_well()

    lee = person("lay-adviser", width=320)
    lee.opens("/board/packs/")
    assert "Packs hold small numbers" in lee.text()
    lee.is_well()
