"""Who has no part in a case is asked why; who may share it shares, names, restricts and excludes, in a browser."""

import pytest

from tests.journeys.test_one_case import next_working_day, put_date


@pytest.fixture
def case(stack):
    """A case of probation's at level 1, in which the police have no part."""
    rows = stack.sql(
        "SELECT o.reference, o.surname FROM offenders_offender o JOIN agencies_area r ON r.id = o.area_id "
        "JOIN agencies_agency a ON a.id = o.lead_agency_id JOIN agencies_agencykind k ON k.id = a.kind_id "
        "WHERE r.slug = 'bedfordshire' AND k.code = 'probation' AND o.level = 1 AND NOT o.restricted "
        "AND o.ended_on IS NULL AND NOT EXISTS (SELECT 1 FROM panels_agendaitem i WHERE i.offender_id = o.id) "
        "AND NOT EXISTS (SELECT 1 FROM offenders_exclusion e WHERE e.offender_id = o.id) ORDER BY o.id LIMIT 1"
    )
    return rows[0]


def test_an_officer_says_why_and_reads_on(person, case):
    reference, surname = case
    officer = person("police")

    officer.opens(f"/people/{reference}/timeline/")
    assert officer.page.url.partition("?")[0].endswith(f"/people/{reference}/reason/")
    assert surname not in officer.text()
    officer.is_well()
    officer.press("Open the record")
    assert officer.page.title().startswith("Error: ")
    officer.is_well()
    officer.page.get_by_label("Another reason").check()
    officer.page.locator("[name=words]").fill("Complaint of 3 May")
    officer.press("Open the record")

    assert officer.page.url.endswith(f"/people/{reference}/timeline/")
    assert surname in officer.text()


def test_a_coordinator_changes_who_can_see_a_case(person, case):
    reference, _surname = case
    alice, housing, officer = person("coordinator"), person("housing"), person("police")
    who = f"/people/{reference}/who-can-see/"
    assert housing.opens(f"/people/{reference}/") == 404

    # Shared with housing, and no longer.
    alice.opens(who)
    alice.is_well()
    alice.follow("Share with an agency")
    names = alice.page.locator("[name=agency] option").all_inner_texts()
    alice.page.select_option("[name=agency]", index=next(n for n, name in enumerate(names) if "Housing" in name))
    alice.press("Share the case")
    alice.is_well()
    alice.page.fill("[name=reason]", "A tenancy is asked for")
    put_date(alice.page, "until", next_working_day(30))
    alice.press("Share the case")
    assert housing.opens(f"/people/{reference}/") == 200
    alice.is_well()
    alice.follow("Stop sharing with an agency")
    alice.is_well()
    alice.page.locator("[name=agency]").first.check()
    alice.press("Stop sharing")
    assert housing.opens(f"/people/{reference}/") == 404

    # Restricted to her, and no longer.
    alice.follow("Name a person on the case")
    alice.is_well()
    alice.page.fill("[name=person]", "coordinator@demo.invalid")
    alice.page.fill("[name=reason]", "Keeper")
    alice.press("Name the person")
    alice.follow("Restrict the case")
    alice.is_well()
    alice.page.fill("[name=reason]", "A threat to life")
    alice.press("Restrict the case")
    assert officer.opens(f"/people/{reference}/") == 404
    alice.is_well()
    alice.follow("Lift the restriction")
    alice.is_well()
    alice.press("Lift the restriction")
    assert officer.opens(f"/people/{reference}/") == 200

    # One officer excluded, and no longer.
    alice.follow("Exclude a person")
    alice.is_well()
    alice.page.fill("[name=person]", "police@demo.invalid")
    alice.page.fill("[name=reason]", "A relative")
    alice.press("Exclude the person")
    assert officer.opens(f"/people/{reference}/") == 404
    alice.is_well()
    alice.follow("End an exclusion")
    alice.is_well()
    alice.page.locator("[name=person]").first.check()
    alice.press("End the exclusion")
    assert officer.opens(f"/people/{reference}/") == 200
