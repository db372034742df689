"""A record is never changed: a later one stands in its place."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from disclosures import actions
from disclosures.models import Disclosure, DisclosureDraft
from tests.disclosures.writing import as_no, considered
from tests.factories import DisclosureFactory, OffenderFactory

REASON = {"reason": "The school has another head teacher"}


@pytest.fixture
def row(offender):
    return DisclosureFactory(offender=offender)


@pytest.fixture
def url(row):
    return f"/people/disclosures/{row.reference}/correct/"


def test_a_correction_begins_with_what_the_record_says_and_stands_in_its_place(client, practitioner, row, url):
    client.force_login(practitioner)

    at = client.post(url, REASON).headers["Location"]
    draft = DisclosureDraft.objects.visible_to(practitioner).get()
    name = draft.answers["recipient"] | {"recipient_name": "Sam Example"}
    client.post(at.replace("/check/", "/recipient/"), name)
    page = client.get(at)
    assert page.context["missing"] == []
    assert f"This will stand in place of {row.reference}" in page.text
    client.post(at)

    later = Disclosure.objects.visible_to(practitioner).get(corrects=row)
    assert (later.recipient_name, later.information, later.correction_reason) == (
        "Sam Example",
        row.information,
        REASON["reason"],
    )
    before = Disclosure.objects.visible_to(practitioner).get(pk=row.pk)
    assert before.recipient_name == "Jo Example"
    assert later.is_waiting
    text = client.get(row.get_absolute_url()).text
    assert f"{later.reference} stands in its place" in text
    assert "/authorise/" not in text
    assert "Corrected" in client.get(f"/people/{row.offender.reference}/disclosures/").text


def test_a_slip_is_corrected_on_the_same_day_whatever_was_decided(offender, practitioner):
    answers = {"offender": offender, "decision": "yes", "reasons": "All tests are met", "by": practitioner}
    first = actions.record_disclosure(considered=considered(), **answers)

    later = actions.record_disclosure(
        considered=considered(information="He must not be near the gates"),
        corrects=first,
        correction_reason="What they are told",
        **answers,
    )

    assert later.corrects == first


def test_what_somebody_else_had_to_answer_is_not_put_aside_by_correcting_it(offender, practitioner):
    first = actions.record_disclosure(
        offender=offender, considered=as_no(), decision="no", reasons="x", by=practitioner
    )

    later = actions.record_disclosure(
        offender=offender,
        considered=as_no(necessary_for_children=False),
        decision="no",
        reasons="x",
        corrects=first,
        correction_reason="It is not necessary",
        by=practitioner,
    )

    assert (later.presumption, later.is_waiting) == (False, True)


def test_what_was_told_is_told_also_after_it_was_corrected(client, practitioner, offender):
    told = DisclosureFactory(offender=offender, delivered=True)
    DisclosureFactory(offender=offender, corrects=told, correction_reason="A name")
    client.force_login(practitioner)

    assert "Told, then corrected" in client.get(f"/people/{offender.reference}/disclosures/").text
    assert "Told, then corrected" in client.get(told.get_absolute_url()).text


def test_a_record_of_another_person_is_not_corrected_here(offender, practitioner):
    other = DisclosureFactory(offender=OffenderFactory(area=offender.area, lead_agency=offender.lead_agency))

    with pytest.raises(ValidationError, match="about this person"):
        actions.record_disclosure(
            offender=offender,
            considered=considered(),
            decision="yes",
            reasons="x",
            corrects=other,
            correction_reason="A name",
            by=practitioner,
        )


@pytest.mark.parametrize("verb", ["authorise", "deliver", "review", "correct"])
def test_what_was_corrected_is_done(client, offender, chair, row, verb):
    DisclosureFactory(offender=offender, corrects=row, correction_reason="A name")
    client.force_login(chair)

    assert "This record was corrected" in client.get(f"/people/disclosures/{row.reference}/{verb}/").text


def test_what_was_corrected_waits_for_nobody(offender, chair, row):
    later = DisclosureFactory(offender=offender, corrects=row, correction_reason="A name")

    assert list(Disclosure.objects.visible_to(chair).awaiting_authorisation()) == [later]
    assert list(Disclosure.objects.visible_to(chair).to_review()) == [later]


def test_the_verbs_themselves_refuse_a_second_correction_and_one_without_a_reason(offender, practitioner, row):
    answers = {"offender": offender, "considered": considered(), "decision": "yes", "reasons": "x", "by": practitioner}
    with pytest.raises(ValidationError, match="what is corrected"):
        actions.record_disclosure(corrects=row, **answers)
    actions.record_disclosure(corrects=row, correction_reason="A name", **answers)

    with pytest.raises(ValidationError, match="corrected already"):
        actions.record_disclosure(corrects=row, correction_reason="Again", **answers | {"reasons": "y"})
    with pytest.raises(ValidationError, match="corrected already"):
        actions.begin_correction(disclosure=row, reason="Again", answers={}, by=practitioner)


def test_a_correction_says_why(client, practitioner, url):
    client.force_login(practitioner)

    assert "reason" in client.post(url, {"reason": ""}).context["form"].errors
    assert not DisclosureDraft.objects.visible_to(practitioner).exists()


@pytest.mark.parametrize(("person", "status"), [("housing", 403), ("outsider", 404)])
def test_nobody_else_corrects_it(client, request, granted, row, url, person, status):
    user = request.getfixturevalue(person)
    client.force_login(user)

    assert client.get(url).status_code == client.post(url, REASON).status_code == status
    with pytest.raises(PermissionDenied):
        actions.begin_correction(disclosure=row, reason="x", answers={}, by=user)
