"""Approved minutes in a browser: read, amended, sent on, summed up, and who has read them."""

from types import SimpleNamespace

import pytest

from tests.papers import needs_pango, read_pdf


@pytest.fixture
def minutes(stack):
    """The addresses of approved minutes and of their one item."""
    meeting, _slash, item = stack.cases(("minutes", "Meeting", "minuted"))["minutes"].partition("/")
    return f"/meetings/{meeting}/", f"/items/{item}/"


def taken(person, address):
    """A file, as the person's browser fetches it."""
    answer = person.context.request.get(address)
    answer.content = answer.body()
    return answer


@needs_pango
def test_minutes_are_amended_sent_on_and_summed_up(person, minutes):
    meeting, item = minutes
    coordinator, chair, housing, health = (person(who) for who in ("coordinator", "chair", "housing", "health"))
    assert housing.opens(f"{meeting}minutes/") == 200
    assert "Two calls were reported" in housing.text()
    assert "informant" not in housing.text()
    housing.is_well()

    # Co-ordination finds a mistake, and the chair countersigns what it should say.
    assert coordinator.opens(f"{item}amend/") == 200
    coordinator.is_well()
    assert coordinator.opens(f"{item}amend/?part=paragraph-09-agencies") == 200
    coordinator.page.locator("[name=becomes]").fill("Three calls were reported")
    coordinator.page.locator("[name=reason]").fill("One call was left out")
    coordinator.press("Propose the amendment")
    assert chair.opens(f"{meeting}receipts/") == 200
    chair.page.locator("#amendments a").first.click()
    chair.page.locator("[name=outcome][value=accepted]").check()
    chair.is_well()
    chair.press("Decide")
    assert "Version 2, amended on" in chair.text()
    chair.is_well()

    # Housing reads both, and asks that health gets them; the chair permits it.
    assert housing.opens(f"{meeting}minutes/") == 200
    housing.follow("Ask to send these on")
    housing.page.locator("[name=agency]").select_option(label="Bedfordshire Mental Health Trust")
    housing.page.locator("[name=reason]").fill("It treats the person from Monday")
    housing.press("Ask the chair")
    assert chair.opens(f"{meeting}receipts/") == 200
    chair.is_well()
    chair.page.locator("#requests a").first.click()
    chair.page.locator("[name=outcome][value=permitted]").check()
    chair.page.locator("[name=reason]").fill("It needs to know")
    chair.press("Decide")
    assert health.opens("/sent-on/") == 200
    health.page.locator("#minutes a").first.click()
    health.page.get_by_text("Three calls were reported").first.wait_for()
    health.is_well()
    assert "informant" not in health.text()

    # The summary is for the person: nobody else, and no word of the minutes.
    assert chair.opens(f"{item}summary/") == 200
    chair.is_well()
    chair.press("Release the summary")
    chair.follow("Executive summary")
    chair.is_well()
    _document, words = read_pdf(taken(chair, f"{chair.page.url}summary.pdf"))
    assert "calls" not in words
    assert "Level 2" in words

    # What each takes away names him on every sheet.
    document, words = read_pdf(taken(housing, f"{meeting}minutes.pdf"))
    assert "Version 2" in words
    assert "informant" not in words
    assert all("Copy CP-" in sheet.extract_text() for sheet in document.pages)
    assert housing.opens(f"{meeting}minutes/") == 200
    printed, _words = read_pdf(SimpleNamespace(content=housing.page.pdf(format="A4", prefer_css_page_size=True)))
    assert len(printed.pages) > 1
    assert all("Copy CP-" in sheet.extract_text() for sheet in printed.pages)
