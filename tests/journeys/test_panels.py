"""A panel and its meetings in a browser: set up, arranged, moved, observed without names, and called off."""

from tests.journeys.test_one_case import next_working_day, put_date

PANEL = "Leighton Buzzard panel"


def chair_of(stack):
    ((key,),) = stack.sql("SELECT id FROM agencies_user WHERE email = 'chair@demo.invalid'")
    return str(key)


def set_up(alice, stack):
    """A level 2 panel by video with housing as a core member."""
    page = alice.page
    alice.opens("/meetings/panels/")
    alice.is_well()
    alice.press("Set up a panel")
    page.locator("[name=level][value='2']").check()
    page.fill("[name=name]", PANEL)
    page.locator("[name=mode][value=hybrid]").check()
    page.fill("[name=place]", "Town Hall")
    page.fill("[name=length]", "60")
    page.select_option("[name=chair]", chair_of(stack))
    alice.press("Set up the panel")
    assert "Enter the joining link" in alice.text()
    alice.is_well()
    page.fill("[name=link]", "https://video.example/leighton")
    alice.press("Set up the panel")
    alice.follow("Add a core member")
    names = page.locator("[name=agency] option").all_inner_texts()
    page.select_option("[name=agency]", label=next(name for name in names if name.startswith("Housing")))
    alice.press("Add the agency")
    page.locator("a[href*='/meetings/panels/members/']").first.click()
    page.select_option("[name=representative]", index=1)
    alice.is_well()
    alice.press("Save")
    alice.is_well()


def arrange(alice, stack):
    """The next meetings of the panel, shown before they are saved; the reference of the first."""
    page = alice.page
    alice.press("Arrange its meetings")
    page.select_option("[name=often]", "every-2")
    put_date(page, "start", next_working_day(5))
    page.fill("[name=at]", "2:30pm")
    page.fill("[name=count]", "4")
    alice.press("Show the dates")
    alice.is_well()
    page.locator("[name=days]:checked").last.uncheck()
    alice.press("Arrange these meetings")
    assert "3 meetings are arranged." in alice.text()
    rows = stack.sql(
        "SELECT m.reference FROM panels_meeting m JOIN panels_panel p ON p.id = m.panel_id WHERE p.name = %s "
        "ORDER BY m.starts_at",
        PANEL,
    )
    assert len(rows) == 3
    return rows[0][0]


def test_a_panel_meets_moves_is_observed_and_is_called_off(person, stack):
    alice = person("coordinator")
    set_up(alice, stack)
    meeting = arrange(alice, stack)

    # Somebody is put on the agenda, and a lay adviser is asked to observe.
    alice.opens(f"/meetings/{meeting}/")
    alice.page.locator("[name=people]").first.check()
    name = alice.page.locator("label:has(+ .govuk-hint)").first.inner_text()
    alice.press("Add to the agenda")
    alice.follow("Invite a lay adviser")
    alice.page.select_option("[name=adviser]", index=1)
    alice.is_well()
    alice.press("Invite")

    # The room is flooded: everybody is told where it is now, and nobody is named.
    alice.follow("Move the meeting")
    alice.page.fill("[name=at]", "2:45pm")
    alice.page.fill("[name=place]", "Library")
    alice.page.fill("[name=reason]", "The room is flooded")
    alice.is_well()
    alice.press("Move the meeting")
    assert "Library" in alice.text()
    alice.is_well()
    bodies = stack.sql("SELECT body FROM agencies_outboxmessage WHERE subject LIKE %s", f"%moved: {meeting}%")
    assert bodies
    assert not [body for (body,) in bodies if name in body or "video.example" in body]

    # The lay adviser reads when and where, and an agenda without anybody.
    lee = person("lay-adviser", width=320)
    lee.opens("/observing/")
    lee.is_well()
    ((observation,),) = stack.sql(
        "SELECT o.reference FROM panels_observation o JOIN panels_meeting m ON m.id = o.meeting_id "
        "WHERE m.reference = %s",
        meeting,
    )
    lee.page.locator(f"a[href='/observing/{observation}/']").click()
    lee.page.locator("#slots").wait_for()
    assert "Library" in lee.text()
    assert name not in lee.text()
    lee.is_well()
    assert lee.opens(f"/meetings/{meeting}/") == 404

    # Called off, it stands among the cancelled and nowhere else.
    alice.opens(f"/meetings/{meeting}/")
    alice.follow("Cancel the meeting")
    alice.page.fill("[name=reason]", "The chair is ill")
    alice.is_well()
    alice.press("Cancel the meeting")
    alice.opens("/meetings/")
    assert meeting not in alice.text()
    alice.follow("Cancelled")
    assert meeting in alice.text()
    alice.is_well()
