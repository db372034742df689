"""A record of disclosure is kept while it is typed: whoever is interrupted finds it again."""


def test_what_is_typed_is_there_on_another_machine(person, stack):
    draft = stack.cases(("draft", "DisclosureDraft", "drafted"))["draft"]
    address = f"/people/disclosures/drafts/{draft}/risk/"
    here = person("probation")
    assert here.opens(address) == 200

    with here.page.expect_response(lambda r: address in r.url and r.request.method == "POST"):
        here.page.locator("[name=risk]").fill("Half a sentence")
    here.page.locator(".app-saved", has_text="Saved at").wait_for()
    # It is saved: leaving the page warns of nothing.
    here.page.locator("form[data-autosave]:not([data-dirty])").wait_for()
    here.is_well()

    there = person("probation")
    assert there.opens(address) == 200
    assert there.page.locator("[name=risk]").input_value() == "Half a sentence"
