"""Building an agenda by keyboard, arranging it, and reading it as a guest, in a browser."""

import re

import pytest


@pytest.fixture
def meeting(stack):
    """The next level 2 meeting of Bedfordshire about several people of the demo, to which housing is invited."""
    ((reference,),) = stack.sql(
        "SELECT m.reference FROM panels_meeting m JOIN agencies_area a ON a.id = m.area_id "
        "JOIN panels_agendaitem i ON i.meeting_id = m.id JOIN offenders_offender o ON o.id = i.offender_id "
        "WHERE a.slug = 'bedfordshire' AND m.state = 'planned' AND m.level = 2 AND m.starts_at > now() "
        "AND EXISTS (SELECT 1 FROM panels_invitation n JOIN agencies_agency g ON g.id = n.agency_id "
        "JOIN panels_agendaitem other ON other.id = n.item_id "
        "WHERE other.meeting_id = m.id AND g.name = 'Housing, Bedfordshire') "
        "GROUP BY m.id HAVING count(*) > 1 AND bool_and(o.surname <> 'Formby') ORDER BY m.starts_at LIMIT 1"
    )
    return reference


def names(person):
    return person.page.locator(".app-agenda__item > div:nth-child(2) > strong:first-child").all_inner_texts()


def people(person):
    return [name.split(". ", 1)[1] for name in names(person) if name[0].isdigit()]


def add_four(alice):
    """Four of those proposed, for whom housing and health come by turns, so that both wait."""
    page = alice.page
    # Those of other tests are all called Formby.
    for item in page.locator(".govuk-checkboxes__item:has([name=people])").filter(has_not_text="Formby").all()[:4]:
        item.locator("[name=people]").check()
    alice.press("Add to the agenda")
    agenda = page.url
    links = page.get_by_role("link", name="Invite agencies").all()[-4:]
    for number, address in enumerate([link.get_attribute("href") for link in links]):
        alice.opens(address)
        for agency, comes in (
            ("Housing, Bedfordshire", number % 2 == 0),
            ("Bedfordshire Mental Health Trust", number % 2),
        ):
            page.get_by_label(agency, exact=True).set_checked(bool(comes))
        alice.press("Save invitations")
    page.goto(agenda)


def test_an_agenda_is_built_by_keyboard_and_arranged(person, meeting):
    alice = person("coordinator")
    page = alice.page
    alice.opens(f"/meetings/{meeting}/")
    add_four(alice)
    alice.is_well()
    first = people(alice)[0]

    # Down with the keyboard: the focus stays on the button, and the new place is read out.
    button = page.locator(".app-agenda__item", has_text=first).get_by_role("button", name=f"Down {first}")
    button.focus()
    page.keyboard.press("Enter")
    page.locator("#agenda [role=status]", has_text=f"{first} is now number 2 of").wait_for(state="attached")
    assert people(alice)[1] == first
    assert page.evaluate("document.activeElement.textContent").endswith(first)
    page.keyboard.press("Enter")
    page.locator("#agenda [role=status]", has_text=f"{first} is now number 3 of").wait_for(state="attached")
    assert people(alice)[2] == first

    # A person kept at the first place stays there.
    kept = people(alice)[0]
    page.locator(".app-agenda__item", has_text=kept).get_by_role("button", name="Keep at this place").click()
    page.locator(".app-agenda__item", has_text=kept).get_by_text("Stays here").wait_for()
    alice.is_well()
    before = people(alice)

    # Shown first, then taken, then taken back.
    alice.press("Arrange for me")
    alice.is_well()
    assert "minutes that they would wait in this order" in alice.text()
    alice.press("Take this order")
    page.get_by_text("The agenda is arranged.").wait_for()
    assert sorted(people(alice)) == sorted(before)
    assert people(alice) != before
    assert people(alice)[0] == kept
    alice.is_well()
    alice.press("Put back the order from before")
    page.get_by_text("The order from before is back.").wait_for()
    assert people(alice) == before

    # A colleague changed the order: the move on the old page is refused in words, and the order of now is there.
    other = person("chair")
    other.opens(f"/meetings/{meeting}/")
    other.page.get_by_role("button", name=f"Up {people(other)[1]}").click()
    other.page.locator("#agenda [role=status]", has_text="is now number 1").wait_for(state="attached")
    page.get_by_role("button", name=f"Up {people(alice)[2]}").click()
    page.get_by_text("Someone else changed the agenda meanwhile").wait_for()
    assert names(alice) == names(other)
    alice.is_well()


def test_the_agenda_works_without_javascript_and_on_a_phone(person, meeting):
    alice = person("coordinator", javascript=False, width=320)
    alice.opens(f"/meetings/{meeting}/")
    second = people(alice)[1]

    alice.press(f"Up {second}")
    assert people(alice)[0] == second
    alice.press("Arrange for me")
    assert "An agency waits while it is there" in alice.text()


def test_a_guest_sees_when_its_agency_is_needed_and_only_its_people(person, meeting, stack):
    harriet = person("housing")
    harriet.opens(f"/meetings/{meeting}/")

    ((invited,),) = stack.sql(
        "SELECT count(*) FROM panels_invitation n JOIN panels_agendaitem i ON i.id = n.item_id "
        "JOIN panels_meeting m ON m.id = i.meeting_id JOIN agencies_membership b ON b.agency_id = n.agency_id "
        "JOIN agencies_user u ON u.id = b.user_id WHERE u.email = 'housing@demo.invalid' AND m.reference = %s",
        meeting,
    )
    assert len(people(harriet)) == invited
    assert "Your agency is needed" in harriet.text()
    assert re.search(rf", {invited} (person|people)", harriet.text())
    assert harriet.page.get_by_role("button", name="Up").count() == 0
    harriet.is_well()
