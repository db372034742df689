"""A public protection officer brings the cases of another system, puts right what was wrong, and works on one."""

import csv
import io
import time

BELL = {
    "surname": "Bellweather",
    "forenames": "Anthea",
    "born_on": "27/03/1981",
    "crn": "J900001",
    "area": "bedfordshire",
    "lead_agency": "probation",
    "offence_code": "OAPA18",
    "dealt_with_on": "01/03/2024",
    "disposal": "imprisonment",
    "term_months": "18",
    "mappa": "CAT 2 / LEVEL 1",
}
CROFT = BELL | {"surname": "Croftersly", "forenames": "Dai", "born_on": "soon", "crn": "J900002"}


def a_file():
    out = io.StringIO()
    writer = csv.DictWriter(out, list(BELL))
    writer.writeheader()
    writer.writerows([BELL, CROFT])
    return {"name": "cases.csv", "mimeType": "text/csv", "buffer": out.getvalue().encode()}


def until(officer, words):
    """Read the page again until the worker has come so far."""
    for _attempt in range(60):
        if words in officer.text():
            return
        time.sleep(0.5)
        officer.page.reload()
    raise AssertionError(officer.text())


def test_an_officer_moves_in(person):
    officer = person("probation")

    officer.opens("/import/")
    officer.page.locator("[name=file]").set_input_files(a_file())
    officer.press("Check the file")
    until(officer, "Checked: nothing is loaded yet")
    officer.is_well()
    officer.press("Load")
    until(officer, "Loaded")
    officer.is_well()

    # One row waits: its date of birth is no date.
    officer.page.get_by_role("link", name="3", exact=True).click()
    officer.is_well()
    officer.page.fill("[name=born_on]", "01/05/1970")
    officer.press("Load the row")
    assert "the person is registered" in officer.text()
    officer.is_well()

    # The other one is found by a misspelt name, and the record is gone on with.
    officer.opens("/people/")
    officer.page.fill("[name=words]", "Belwether Anthea")
    officer.page.keyboard.press("Enter")
    officer.page.wait_for_load_state()
    officer.page.get_by_role("link", name="Bellweather", exact=False).first.click()
    assert "Category 2" in officer.text()
    officer.is_well()
    officer.follow("Record")
    officer.is_well()
