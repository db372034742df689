"""The law is asked in a browser, with and without JavaScript."""

import pytest

RULES = ("category", "notification-period", "level", "identifiers", "working-days")


def test_every_check_is_well_also_when_it_is_refused(person):
    bob = person("probation")
    for address in ("/check/", *(f"/check/{rule}/" for rule in RULES), "/check/deadlines/?event=advance_notice"):
        assert bob.opens(address) == 200
        bob.is_well()
        if address != "/check/":
            bob.press("Check", exact=True)
            assert "There is a problem" in bob.text()
            bob.is_well()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_deadline_is_found_with_and_without_javascript(person, javascript):
    bob = person("probation", javascript=javascript)
    bob.opens("/")
    bob.follow("Check", exact=True)
    bob.follow("Notification deadlines")
    bob.page.check("[name=event][value=conviction]")
    bob.press("Continue")
    for part, text in (("day", "1"), ("month", "3"), ("year", "2026")):
        bob.page.fill(f"[name=on_{part}]", text)
    bob.press("Check", exact=True)

    assert "Due by 3 March 2026" in bob.text()
    assert bob.page.input_value("[name=on_year]") == "2026"
    bob.is_well()
