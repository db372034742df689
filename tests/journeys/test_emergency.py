"""At night an officer of another area opens a record in an emergency, reads it, ends that, and is reviewed."""

WORDS = "Brought in at night without a name. Does he harm himself or others?"
FINDS = """
    SELECT o.reference, i.value, o.surname FROM offenders_offender o
    JOIN offenders_identifier i ON i.offender_id = o.id AND i.kind = 'crn' AND i.withdrawn_at IS NULL
    JOIN agencies_area a ON a.id = o.area_id AND a.slug = 'bedfordshire'
    JOIN agencies_agency l ON l.id = o.lead_agency_id AND l.area_id = a.id
    WHERE NOT o.restricted AND o.ended_on IS NULL AND o.merged_into_id IS NULL
        AND NOT EXISTS (SELECT FROM offenders_offendergroupobjectpermission g WHERE g.content_object_id = o.id)
    ORDER BY o.id DESC LIMIT 1
"""


def test_a_record_is_opened_in_an_emergency_and_that_is_reviewed(person, stack):
    [(reference, crn, surname)] = stack.sql(FINDS)
    sam = person("nw-police")
    sam.opens("/people/")
    sam.page.fill("[name=words]", crn)
    sam.press("Search", exact=True)
    assert surname not in sam.text()
    sam.follow("open the record in an emergency")
    assert sam.page.input_value("[name=number]") == crn
    sam.is_well()

    sam.press("Open the record")
    assert "Select what the emergency is" in sam.text()
    sam.is_well()
    sam.page.locator("[name=category][value=present]").check()
    sam.page.fill("[name=words]", WORDS)
    sam.press("Open the record")

    assert surname in sam.text()
    for address in ("", "identity/", "why/"):
        assert sam.opens(f"/people/{reference}/{address}") == 200
        assert "Everything is recorded and will be reviewed." in sam.text()
        sam.is_well()
    sam.press("End now")
    assert "Your emergency access has ended." in sam.text()
    assert sam.opens(f"/people/{reference}/") == 404

    ingrid = person("information-officer", width=320)
    ingrid.opens("/assurance/emergency/")
    ingrid.is_well()
    [(access,)] = stack.sql("SELECT reference FROM offenders_emergencyaccess WHERE words = %s", WORDS)
    ingrid.follow(access)
    assert surname not in ingrid.text()
    assert "Identity, opened" in ingrid.text()
    ingrid.is_well()
    ingrid.press("Record the review")
    assert "Select what you find" in ingrid.text()
    ingrid.is_well()
    ingrid.page.locator("[name=finding][value=justified]").check()
    ingrid.page.fill("[name=words]", "The custody record shows that he was there.")
    ingrid.press("Record the review")
    assert "Your review is recorded." in ingrid.text()
