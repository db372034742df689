"""A housing officer's ten minutes: the mail, her page, who comes, what she knows, the file for her calendar, the pack."""

import time

from tests.panels.calendar_files import read_calendar

PLANNED = (
    "SELECT m.reference, i.reference FROM panels_meeting m JOIN panels_agendaitem i ON i.meeting_id = m.id "
    "JOIN agencies_area a ON a.id = m.area_id WHERE a.slug = 'bedfordshire' AND m.state = 'planned' "
    "AND m.starts_at > now() + interval '2 days' ORDER BY m.starts_at, i.position LIMIT 1"
)


def told(stack, meeting):
    """The words of the mail to housing, once it has gone out."""
    asked = (
        "SELECT o.body FROM agencies_outboxmessage o JOIN agencies_user u ON u.id = o.to_id "
        "WHERE u.email = 'housing@demo.invalid' AND o.key LIKE %s AND o.state = 'sent' ORDER BY o.id DESC"
    )
    for _second in range(40):
        if rows := stack.sql(asked, f"invited:{meeting}:%"):
            return rows[0][0]
        time.sleep(1)
    raise AssertionError("housing was told nothing")


def test_a_housing_officer_does_her_part_from_the_mail_to_the_pack(person, stack):
    ((meeting, item),) = stack.sql(PLANNED)
    alice, harriet = person("coordinator"), person("housing")

    # Co-ordination invites housing for one person (perhaps it was already), and everything goes out in one mail.
    alice.opens(f"/items/{item}/invite/")
    alice.page.locator(".govuk-checkboxes__item label", has_text="Housing").first.locator("xpath=../input").check()
    alice.press("Save invitations")
    words = told(stack, meeting)
    link = words.strip().splitlines()[-1]
    assert link.endswith(f"/meetings/{meeting}/agency/")

    # The link leads to her page. She comes to everything, and takes the times along.
    assert harriet.page.goto(link).status == 200
    harriet.is_well()
    harriet.press("Say who comes")
    harriet.is_well()
    harriet.press("Save the answer")
    assert harriet.page.title().startswith("Error: ")
    harriet.page.get_by_label("Yes", exact=True).check()
    harriet.press("Save the answer")
    assert "comes" in harriet.text()
    calendar = harriet.context.request.get(f"/meetings/{meeting}/calendar.ics")
    assert read_calendar(calendar.body().decode())["CLASS"] == "PRIVATE"

    # She types; it is kept while she is called away, and there when she comes back.
    harriet.page.get_by_role("link", name="Send information").first.click()
    harriet.page.wait_for_load_state()
    address = harriet.page.url
    with harriet.page.expect_response(lambda r: r.url.endswith("/draft/") and r.status == 200):
        harriet.page.fill("[name=text]", "The tenancy ends in June.")
    harriet.page.locator(".app-saved", has_text="Saved at").wait_for()
    harriet.page.goto(link)
    harriet.page.goto(address)
    assert harriet.page.locator("[name=text]").input_value() == "The tenancy ends in June."
    harriet.is_well()
    harriet.page.fill("[name=victims]", "The neighbour upstairs is afraid.")
    harriet.press("Send information")
    assert "Version 1" in harriet.text()
    harriet.is_well()

    # The pack has it, and co-ordination sees what is missing.
    harriet.opens(f"/meetings/{meeting}/pack/")
    assert "The tenancy ends in June." in harriet.text()
    harriet.is_well()
    alice.opens(f"/meetings/{meeting}/replies/")
    assert "Accepted" in alice.text()
    alice.is_well()
