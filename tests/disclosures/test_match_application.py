"""An application is matched to a record and taken from it, handed over, and put off."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from agencies.models import Role
from audit.models import AccessEvent
from disclosures import actions
from disclosures.models import SchemeApplication, SchemeEntry
from mappa import dates
from offenders.models import Offender
from tests.conftest import member
from tests.factories import (
    AgencyFactory,
    EmergencyAccessFactory,
    ExclusionFactory,
    MergeFactory,
    PersonalGrantFactory,
    PurposeFactory,
    SchemeApplicationFactory,
)
from tests.offenders.dates_typed import typed


@pytest.fixture
def row(police, area_officer):
    return SchemeApplicationFactory(unmatched=True, agency=police, officer=area_officer, checked=True)


@pytest.fixture
def good(offender):
    return {"case": offender.reference, "identified_by": "Date of birth and address"}


def fresh(row):
    return SchemeApplication._base_manager.get(pk=row.pk)


def url(row, page):
    return f"{row.get_absolute_url()}{page}/"


def test_it_is_matched_to_a_record_that_whoever_matches_sees(client, area_officer, offender, row, good):
    client.force_login(area_officer)

    client.post(url(row, "match"), good | {"case": f" {offender.reference.lower()} "})

    assert fresh(row).offender == offender
    entry = SchemeEntry.objects.visible_to(area_officer).get()
    assert (entry.kind, entry.text) == ("matched", "Date of birth and address")
    assert AccessEvent.objects.get(event="scheme.matched").case_id == offender.pk


def test_the_case_learns_nothing_of_it(client, area_officer, practitioner, offender, row, good):
    client.force_login(area_officer)
    client.post(url(row, "match"), good)
    client.force_login(practitioner)

    for page in ("", "timeline/", "disclosures/", "who/"):
        text = client.get(f"{offender.get_absolute_url()}{page}").text
        assert not {word for word in (row.reference, "Gwen Grandmother", "Toby Child") if word in text}


@pytest.mark.parametrize("reference", ["MA-2222-2222", "", "Ashdown"])
def test_a_case_that_is_not_seen_and_no_case_are_refused_alike(client, area_officer, other_case, row, good, reference):
    client.force_login(area_officer)

    invented = client.post(url(row, "match"), good | {"case": reference})
    real = client.post(url(row, "match"), good | {"case": other_case.reference})

    assert real.context["form"].errors["case"] == [
        "Enter the reference of a case that you see, for example MA-7Q2F-K9XD"
    ]
    assert list(invented.context["form"].errors) == ["case"]
    assert fresh(row).offender is None


def test_a_restricted_case_is_matched_by_whoever_is_named_who_then_deals_with_it(
    client, area_officer, chair, offender, row, good
):
    Offender._base_manager.update(restricted=True)
    client.force_login(area_officer)
    assert "that you see" in client.post(url(row, "match"), good).text

    PersonalGrantFactory(content_object=offender, user=chair)
    client.force_login(chair)
    client.post(url(row, "match"), good)

    assert fresh(row).officer == chair
    client.force_login(area_officer)
    assert client.get(row.get_absolute_url()).status_code == 404


def test_the_officer_stays_who_still_sees_it(client, area_officer, chair, row, good):
    client.force_login(chair)

    client.post(url(row, "match"), good)

    assert fresh(row).officer == area_officer


@pytest.mark.parametrize("outcome", ["no-concern", "elsewhere"])
def test_what_was_decided_about_nobody_on_record_is_decided_anew_once_it_is_matched(
    client, area_officer, chair, police, good, outcome
):
    row = SchemeApplicationFactory(
        unmatched=True,
        agency=police,
        officer=area_officer,
        decided=True,
        outcome=outcome,
        against_presumption="He is nobody known",
    )
    client.force_login(area_officer)

    client.post(url(row, "match"), good)

    found = fresh(row)
    assert (found.stage, found.outcome, found.decided_by, found.due_on) == ("decision", "", None, found.decision_due_on)
    kept = SchemeEntry.objects.visible_to(area_officer).get(kind="decided-again")
    for words in (row.get_outcome_display(), row.reasons, "He is nobody known", row.decided_by.name):
        assert words in kept.text
    client.force_login(chair)
    assert "Decide" in client.get(f"/people/disclosure-scheme/applications/{row.reference}/", follow=True).text


def test_what_was_decided_about_another_person_is_decided_anew(client, area_officer, offender):
    row = SchemeApplicationFactory(
        offender=offender, officer=area_officer, decided=True, outcome="no-concern", against_presumption="Another man"
    )
    client.force_login(area_officer)

    client.post(url(row, "unmatch"), {"reason": "Another man of that name"})

    assert (fresh(row).offender, fresh(row).stage) == (None, "decision")


def test_what_ended_early_stays_ended_when_it_is_matched(client, area_officer, police, good):
    row = SchemeApplicationFactory(
        unmatched=True, agency=police, officer=area_officer, decided=True, outcome="withdrawn"
    )
    client.force_login(area_officer)

    client.post(url(row, "match"), good)

    assert (fresh(row).stage, fresh(row).outcome) == ("telling", "withdrawn")


def test_the_old_reference_of_a_merged_record_leads_to_the_one_that_stands(client, area_officer, offender, row, good):
    MergeFactory(offender=offender, merged_reference="MA-2345-6789")
    client.force_login(area_officer)

    client.post(url(row, "match"), good | {"case": "MA-2345-6789"})

    assert fresh(row).offender == offender


def test_it_is_matched_to_one_record(client, area_officer, offender, row, good):
    row.offender = offender
    row.save()
    client.force_login(area_officer)

    assert "matched already" in client.get(url(row, "match")).text
    assert "matched already" in client.post(url(row, "match"), good).text


def test_the_wrong_record_is_taken_back_with_a_reason(client, area_officer, offender, row):
    row.offender = offender
    row.save()
    client.force_login(area_officer)

    assert client.post(url(row, "unmatch"), {"reason": ""}).status_code == 200
    client.post(url(row, "unmatch"), {"reason": "Another man of that name"})

    assert fresh(row).offender is None
    assert AccessEvent.objects.get(event="scheme.unmatched").case_id == offender.pk


def test_what_is_to_be_disclosed_about_a_person_is_not_taken_from_the_record(client, area_officer, offender):
    row = SchemeApplicationFactory(offender=offender, officer=area_officer, decided=True)
    client.force_login(area_officer)

    assert "Correct the record of disclosure" in client.get(url(row, "unmatch")).text
    with pytest.raises(ValidationError, match="Correct the record"):
        actions.unmatch_application(application=row, reason="x", by=area_officer)


def test_where_nothing_is_matched_nothing_is_taken_back(client, area_officer, row):
    client.force_login(area_officer)

    assert "matched to no record" in client.get(url(row, "unmatch")).text


@pytest.mark.parametrize("page", ["match", "unmatch", "hand-over", "put-off", "note", "disclose"])
@pytest.mark.parametrize("person", ["practitioner", "outsider", "housing", "victim_liaison"])
def test_others_cannot_tell_that_it_exists(client, request, row, page, person):
    client.force_login(request.getfixturevalue(person))

    assert [client.get(url(row, page)).status_code, client.post(url(row, page)).status_code] == [404, 404]


# Handing over


def test_it_is_given_to_another_officer_of_the_force(client, area_officer, police, row):
    colleague = member(police, "practitioner", "cora")
    client.force_login(area_officer)

    client.post(url(row, "hand-over"), {"officer": colleague.pk})

    assert fresh(row).officer == colleague
    assert SchemeEntry.objects.visible_to(colleague).get().text == "Cora"


@pytest.mark.parametrize("person", ["practitioner", "outsider", "information_officer", "area_officer"])
def test_it_is_given_to_nobody_who_does_not_deal_with_applications(client, request, area_officer, row, person):
    to = request.getfixturevalue(person)
    client.force_login(area_officer)

    response = client.post(url(row, "hand-over"), {"officer": to.pk})

    assert list(response.context["form"].errors) == ["officer"]
    with pytest.raises(ValidationError, match=r"Choose"):
        actions.hand_over_application(application=row, officer=to, by=area_officer)
    assert fresh(row).officer == area_officer


def test_it_is_not_given_to_somebody_who_is_excluded_from_the_case(area_officer, police, offender, row):
    row.offender = offender
    row.save()
    colleague = member(police, "practitioner", "cora")
    ExclusionFactory(offender=offender, user=colleague)

    with pytest.raises(ValidationError, match="who may see"):
        actions.hand_over_application(application=row, officer=colleague, by=area_officer)


# Putting off


def test_what_is_due_is_put_off_for_a_reason_and_what_was_due_is_kept(client, area_officer, row):
    until = row.due_on + timedelta(days=40)
    client.force_login(area_officer)

    client.post(url(row, "put-off"), {"reason": "She is in hospital", **typed("until", until)})

    found = fresh(row)
    assert (found.due_on, found.meeting_due_on, found.whole_due_on) == (until, until, until)
    assert "She is in hospital" in SchemeEntry.objects.visible_to(area_officer).get().text


@pytest.mark.parametrize(("off", "field"), [(0, "until"), (-100, "until"), (40, "reason")])
def test_it_is_put_off_to_a_later_day_and_with_a_reason(client, area_officer, row, off, field):
    client.force_login(area_officer)
    answers = {"reason": "" if field == "reason" else "Away", **typed("until", row.due_on + timedelta(days=off))}

    response = client.post(url(row, "put-off"), answers)

    assert list(response.context["form"].errors) == [field]


def test_the_checks_of_the_first_day_are_not_put_off(client, area_officer, police):
    row = SchemeApplicationFactory(unmatched=True, agency=police, officer=area_officer)
    client.force_login(area_officer)

    assert "not put off" in client.get(url(row, "put-off")).text
    with pytest.raises(ValidationError, match="not put off"):
        actions.put_off_application(
            application=row, until=dates.today() + timedelta(days=9), reason="x", by=area_officer
        )


def test_where_the_case_is_not_seen_any_more_another_writes_the_disclosure(area_officer, other_area, offender):
    PurposeFactory(offender=offender, user=area_officer)
    row = SchemeApplicationFactory(offender=offender, officer=area_officer, decided=True)
    Offender._base_manager.update(area=other_area)

    with pytest.raises(ValidationError, match="You do not see the person"):
        actions.draft_disclosure(application=row, by=area_officer)


def test_a_note_is_added_once(client, area_officer, row):
    client.force_login(area_officer)
    client.post(url(row, "note"), {"text": "She called again"})

    assert "recorded this already" in client.post(url(row, "note"), {"text": "She called again"}).text
    assert SchemeEntry.objects.visible_to(area_officer).count() == 1


def test_a_case_opened_in_an_emergency_is_matched_to_nothing(other_area, offender, good):
    sam = member(AgencyFactory(kind__code="police", area=other_area), Role.Code.PRACTITIONER, "sam")
    agency = sam.memberships.get().agency
    row = SchemeApplicationFactory(unmatched=True, agency=agency, officer=sam, checked=True)
    EmergencyAccessFactory(offender=offender, user=sam)

    with pytest.raises(ValidationError, match="in an emergency, to read it"):
        actions.match_application(application=row, by=sam, **good)

    assert fresh(row).offender is None
