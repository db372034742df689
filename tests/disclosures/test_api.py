"""Other systems read records of disclosure, and record, draft, tell and review for people who may."""

from dataclasses import asdict

import pytest

from disclosures.models import Disclosure, DisclosureDraft
from tests.disclosures.writing import as_no, considered
from tests.factories import (
    DisclosureDecisionFactory,
    DisclosureDraftFactory,
    DisclosureFactory,
    DisclosureReviewFactory,
    in_days,
)

pytestmark = pytest.mark.usefixtures("every_scope")


def sent(said, **change):
    """What the verb is given, as a system sends it."""
    words = {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in asdict(said).items()}
    return {name: value for name, value in words.items() if value is not None} | change


YES = sent(considered(), decision="yes", reasons="All tests are met")
NO = sent(as_no(), decision="no", reasons="The school knows already")


@pytest.mark.parametrize("said", [YES, NO], ids=["to disclose", "not to"])
def test_a_decision_is_recorded_either_way_and_waits_to_be_authorised(call, practitioner, said):
    made = call("disclosures/", said, practitioner)["reference"]

    row = Disclosure.objects.visible_to(practitioner).select_related("entry").get()
    assert (row.reference, row.author, row.entry.decision) == (made, practitioner, said["decision"])
    assert (row.is_waiting, row.presumption) == (True, True)
    (listed,) = call("disclosures/")["results"]
    assert listed == call(f"disclosures/{made}/")
    assert {name: listed[name] for name in said} == said


@pytest.mark.parametrize("test", ["risk", "victim", "harm", "necessity", "recipient_address", "review_on", "tell_by"])
def test_a_test_that_is_missing_is_refused_by_its_name(call, practitioner, test):
    refused = call("disclosures/", {name: YES[name] for name in YES if name != test}, practitioner, status=400)

    assert list(refused["errors"]) == [test]
    assert not Disclosure.objects.visible_to(practitioner).exists()


def test_a_record_is_corrected_by_another_and_says_so(call, offender, practitioner):
    first = DisclosureFactory(offender=offender)
    why = {"corrects": first.reference, "correction_reason": "The name was wrong"}

    call("disclosures/", YES | {"corrects": first.reference}, practitioner, status=400)
    made = call("disclosures/", YES | why, practitioner)["reference"]
    wrong = call("disclosures/", YES | why | {"corrects": "DS-2222-2222"}, practitioner, status=400)

    assert call(f"disclosures/{made}/")["corrects"] == first.reference
    assert call(f"disclosures/{first.reference}/")["corrected_by"] == made
    assert list(wrong["errors"]) == ["corrects"]


def test_what_a_meeting_decided_is_carried_out_once(call, offender, practitioner):
    entry = DisclosureDecisionFactory(
        offender=offender, decision="yes", to_whom="School", meeting_reference="ME-2222-2222"
    )
    said = YES | {"follows_meeting": "ME-2222-2222"}

    made = call("disclosures/", said, practitioner)["reference"]
    again = call("disclosures/", said, practitioner, status=400)

    assert Disclosure.objects.visible_to(practitioner).get().follows == entry
    assert call(f"disclosures/{made}/")["follows_meeting"] == "ME-2222-2222"
    assert list(again["errors"]) == ["follows_meeting"]


def test_of_several_decisions_of_a_meeting_the_page_asks_which(call, offender, practitioner):
    for name in ("School", "Club"):
        DisclosureDecisionFactory(offender=offender, decision="yes", to_whom=name, meeting_reference="ME-2222-2222")

    refused = call("disclosures/", YES | {"follows_meeting": "ME-2222-2222"}, practitioner, status=400)

    assert "several people" in refused["errors"]["follows_meeting"][0]


TOLD = {
    "delivered_on": in_days(0).isoformat(),
    "delivered_how": "in-person",
    "delivered_by": "PC Example, police",
    "undertaking_on": in_days(0).isoformat(),
    "person_told": True,
    "person_told_words": "The day before",
}


def test_it_is_told_with_a_dated_undertaking(call, offender, practitioner):
    row = DisclosureFactory(offender=offender, authorised=True)
    there = f"disclosures/{row.reference}/deliver/"

    undated = call(there, TOLD | {"undertaking_on": None}, practitioner, status=400)
    call(there, TOLD, practitioner)

    assert list(undated["errors"]) == ["undertaking_on"]
    assert call(f"disclosures/{row.reference}/")["delivery_recorded_by"] == "Bob"


def test_nobody_is_told_before_it_is_authorised(call, offender, practitioner):
    row = DisclosureFactory(offender=offender)

    assert "Nobody is told" in str(call(f"disclosures/{row.reference}/deliver/", TOLD, practitioner, status=400))


def test_a_decision_is_looked_at_again(call, offender, practitioner):
    row = DisclosureFactory(offender=offender, delivered=True)
    found = {"reviewed_on": in_days(0).isoformat(), "found": "The school keeps to it"}

    call(f"disclosures/{row.reference}/review/", found, practitioner)

    read = call(f"disclosures/{row.reference}/")
    assert ([review["found"] for review in read["reviews"]], read["review_on"]) == (["The school keeps to it"], None)


def test_reviews_are_read_with_the_record(call, offender):
    review = DisclosureReviewFactory(offender=offender)

    assert call(f"disclosures/{review.disclosure.reference}/")["reviews"][0]["by"] == review.by.name


@pytest.mark.parametrize("verb", ["", "authorise/", "deliver/", "review/"])
def test_a_partner_agency_reads_and_may_do_nothing(call, granted, housing_system, housing, offender, verb):
    row = DisclosureFactory(offender=offender)
    said = {"": YES, "authorise/": {"outcome": "authorised", "authorised_on": "2026-01-01", "authorised_reasons": "x"}}
    said |= {"deliver/": TOLD, "review/": {"reviewed_on": "2026-01-01", "found": "x"}}

    call(f"disclosures/{row.reference}/", None, housing)
    call(f"disclosures/{row.reference}/{verb}" if verb else "disclosures/", said[verb], housing, status=403)

    assert Disclosure.objects.visible_to(housing).count() == 1


def test_a_record_of_another_case_is_not_there(call, other_case, manager):
    row = DisclosureFactory(offender=other_case)

    call(f"disclosures/{row.reference}/", status=404)
    call(f"disclosures/{row.reference}/authorise/", {}, manager, status=404)


def test_a_draft_is_begun_gone_on_with_and_recorded(call, practitioner):
    half = ("risk", "at_risk", "recipient", "recipient_name", "recipient_role", "recipient_address", "tell_by")
    made = call("disclosure-drafts/", {name: YES[name] for name in half}, practitioner)["reference"]
    there = f"disclosure-drafts/{made}/"

    missing = call(f"{there}record/", {}, practitioner, status=400)
    call(there, {name: YES[name] for name in YES if name not in half}, practitioner)
    (draft,) = call("disclosure-drafts/", None, practitioner)["results"]
    recorded = call(f"{there}record/", {}, practitioner)["reference"]

    assert {"information", "victim", "child_sex_offender"} <= missing["errors"].keys()
    assert (draft["reference"], draft["missing"], draft["answers"]["risk"]["risk"]) == (made, [], YES["risk"])
    read = call(f"disclosures/{recorded}/")
    assert {name: read[name] for name in YES} == YES
    assert not DisclosureDraft.objects.visible_to(practitioner).exists()


def test_a_draft_of_a_correction_begins_with_what_the_other_says(call, offender, practitioner):
    first = DisclosureFactory(offender=offender)
    why = {"corrects": first.reference, "correction_reason": "The name was wrong"}

    made = call("disclosure-drafts/", why | {"recipient_name": "Jo Sample"}, practitioner)["reference"]

    (draft,) = call("disclosure-drafts/", None, practitioner)["results"]
    assert (draft["reference"], draft["corrects"], draft["missing"]) == (made, first.reference, [])
    assert draft["answers"]["recipient"]["recipient_name"] == "Jo Sample"
    assert draft["answers"]["risk"]["risk"] == first.risk


def test_a_draft_may_carry_out_what_a_meeting_decided(call, offender, practitioner):
    entry = DisclosureDecisionFactory(
        offender=offender, decision="yes", to_whom="School", meeting_reference="ME-2222-2222"
    )

    call("disclosure-drafts/", {"follows_meeting": "ME-2222-2222"}, practitioner)

    draft = DisclosureDraft.objects.visible_to(practitioner).get()
    assert (draft.follows, draft.answers["decision"]["decision"]) == (entry, "yes")


def test_a_draft_is_its_writers_alone(call, offender, practitioner, manager):
    row = DisclosureDraftFactory(offender=offender, user=practitioner)

    assert call("disclosure-drafts/")["results"] == call("disclosure-drafts/", None, manager)["results"] == []
    call(f"disclosure-drafts/{row.reference}/", {"risk": "x"}, manager, status=404)
    call(f"disclosure-drafts/{row.reference}/record/", {}, manager, status=404)


def test_who_may_not_record_disclosure_begins_no_draft(call, granted, housing_system, housing):
    call("disclosure-drafts/", {"risk": "x"}, housing, status=403)

    assert not DisclosureDraft.objects.visible_to(housing).exists()
