"""The decision on an application, the disclosure that follows on the case, and what the applicant is told."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from agencies.models import Rank
from disclosures import actions
from disclosures.models import Disclosure, DisclosureDraft, SchemeApplication, SchemeEntry
from disclosures.telling import NEITHER, words_for
from mappa import dates
from tests.conftest import member
from tests.disclosures import writing
from tests.factories import (
    DisclosureFactory,
    PurposeFactory,
    RankFactory,
    SchemeApplicationFactory,
)
from tests.offenders.dates_typed import typed

Outcome = SchemeApplication.Outcome
GOOD = {"outcome": "disclose", "reasons": "The mother can keep him out", "decided_with": "Children’s services"}
TOLD = {"told_how": "in-person", "told_words": ""} | typed("told_on", dates.today())


@pytest.fixture
def assessed(offender, area_officer):
    """Olive assessed the risk of a person who has a case."""
    PurposeFactory(offender=offender, user=area_officer)
    return SchemeApplicationFactory(offender=offender, officer=area_officer, assessed=True)


@pytest.fixture
def decided(offender, area_officer, chair):
    """It is to be disclosed by a record on the case."""
    PurposeFactory(offender=offender, user=area_officer)
    return SchemeApplicationFactory(offender=offender, officer=area_officer, decided=True, decided_by=chair)


def fresh(row):
    return SchemeApplication._base_manager.get(pk=row.pk)


def url(row, page):
    return f"{row.get_absolute_url()}{page}/"


def told_by(row, disclosure, **more):
    """The application with the record by which it is disclosed."""
    row.disclosure = disclosure
    for name, value in more.items():
        setattr(row, name, value)
    row.save()
    return row


def test_a_chair_decides_with_rank_and_law(client, chair, assessed):
    client.force_login(chair)
    page = client.get(url(assessed, "decide"))

    client.post(url(assessed, "decide"), GOOD)

    assert "s.327A" in page.text
    row = fresh(assessed)
    assert (row.stage, row.outcome, row.decided_by) == ("telling", "disclose", chair)
    assert row.decided_rank == "Superintendent, Police, Bedfordshire"
    assert row.due_on == row.whole_due_on


def test_a_manager_of_the_force_decides(client, police, offender, assessed):
    inspector = member(police, "practitioner", "ivy", rank=RankFactory(name="Inspector", order=Rank.MANAGER))
    PurposeFactory(offender=offender, user=inspector)
    client.force_login(inspector)

    assert client.post(url(assessed, "decide"), GOOD).status_code == 302
    assert fresh(assessed).decided_by == inspector


@pytest.mark.parametrize("person", ["area_officer", "coordinator"])
def test_below_that_rank_it_is_seen_and_not_decided(client, request, assessed, person):
    client.force_login(request.getfixturevalue(person))

    assert [
        client.get(url(assessed, "decide")).status_code,
        client.post(url(assessed, "decide"), GOOD).status_code,
    ] == [
        403,
        403,
    ]


@pytest.mark.parametrize("person", ["manager", "practitioner", "outsider", "housing"])
def test_others_cannot_tell_that_it_exists(client, request, assessed, person):
    client.force_login(request.getfixturevalue(person))

    assert client.post(url(assessed, "decide"), GOOD).status_code == 404


def test_nobody_decides_on_a_risk_that_he_assessed(client, chair, offender):
    row = SchemeApplicationFactory(offender=offender, officer=chair, assessed=True)
    client.force_login(chair)

    assert "Somebody else of manager rank" in client.get(url(row, "decide")).text
    assert client.post(url(row, "decide"), GOOD).status_code == 403
    with pytest.raises(PermissionDenied):
        actions.decide_application(application=row, by=chair, **GOOD)
    with pytest.raises(IntegrityError), transaction.atomic():
        SchemeApplicationFactory(offender=offender, officer=chair, decided=True, decided_by=chair)


def test_whoever_assessed_sees_that_a_manager_decides(client, area_officer, assessed):
    client.force_login(area_officer)

    response = client.get(assessed.get_absolute_url())

    assert response.context["step"] is None
    assert "A manager who did not assess" in response.text


@pytest.mark.parametrize("name", GOOD)
def test_every_answer_is_needed(client, chair, assessed, name):
    client.force_login(chair)

    response = client.post(url(assessed, "decide"), GOOD | {name: ""})

    assert list(response.context["form"].errors) == [name]
    assert fresh(assessed).stage == "decision"


@pytest.mark.parametrize("outcome", ["children", "no-disclosure", "no-concern"])
def test_a_no_against_the_presumption_says_why(client, chair, assessed, outcome):
    client.force_login(chair)
    answers = GOOD | {"outcome": outcome, "passed_to": "Luton, 3pm"}

    refused = client.post(url(assessed, "decide"), answers)
    client.post(url(assessed, "decide"), answers | {"against_presumption": "The child was moved away"})

    assert "presumption" in " ".join(refused.context["form"].errors["against_presumption"])
    assert fresh(assessed).outcome == outcome


def test_concerns_passed_to_childrens_services_say_to_whom(client, chair, assessed):
    client.force_login(chair)

    response = client.post(url(assessed, "decide"), GOOD | {"outcome": "children", "against_presumption": "Moved"})

    assert list(response.context["form"].errors) == ["passed_to"]


def test_a_disclosure_about_nobody_on_record_is_the_forces_own(client, chair, police, area_officer):
    row = SchemeApplicationFactory(unmatched=True, agency=police, officer=area_officer, assessed=True)
    client.force_login(chair)

    refused = client.post(url(row, "decide"), GOOD)
    client.post(url(row, "decide"), GOOD | {"outcome": "elsewhere"})

    assert "Match the person to a case first" in " ".join(refused.context["form"].errors["outcome"])
    assert fresh(row).outcome == "elsewhere"


@pytest.mark.parametrize("how", ["in-person", "not-told"])
def test_a_disclosure_that_has_no_record_on_a_case_says_to_whom_before_it_is_closed(client, area_officer, police, how):
    row = SchemeApplicationFactory(unmatched=True, agency=police, officer=area_officer, decided=True,
                                   outcome="elsewhere")  # fmt: skip
    client.force_login(area_officer)
    answers = TOLD | {"is_recipient": "no", "told_how": how}

    refused = client.post(url(row, "close"), answers)
    assert "Enter to whom it was disclosed" in " ".join(refused.context["form"].errors["told_words"])
    assert fresh(row).is_open

    client.post(url(row, "close"), answers | {"told_words": "The mother, today, by Olive"})
    assert not fresh(row).is_open


def test_about_somebody_with_a_case_it_is_recorded_there(client, chair, assessed):
    client.force_login(chair)

    response = client.post(url(assessed, "decide"), GOOD | {"outcome": "elsewhere"})

    assert "has a case here" in " ".join(response.context["form"].errors["outcome"])


# The record of disclosure


def test_it_is_written_on_the_case_with_what_was_assessed_and_nothing_of_the_applicant(client, area_officer, decided):
    client.force_login(area_officer)

    response = client.post(url(decided, "disclose"))

    draft = DisclosureDraft.objects.visible_to(area_officer).get()
    assert response.headers["Location"] == f"/people/disclosures/drafts/{draft.reference}/risk/"
    assert draft.answers["children"] == {
        "child_sex_offender": "yes",
        "serious_harm_to_children": "yes",
        "necessary_for_children": "yes",
        "asked_for": "yes",
    }
    assert not {word for word in ("Gwen", "Toby", "mother", "01632") if word in str(draft.answers)}


def test_the_application_knows_the_record_and_the_record_not_the_application(
    client, area_officer, practitioner, decided
):
    draft = actions.draft_disclosure(application=decided, by=area_officer)
    type(draft)._base_manager.filter(pk=draft.pk).update(answers=writing.PAGES)
    client.force_login(area_officer)

    client.post(f"/people/disclosures/drafts/{draft.reference}/check/")

    disclosure = Disclosure.objects.visible_to(area_officer).get()
    assert fresh(decided).disclosure == disclosure
    assert disclosure.reference in client.get(decided.get_absolute_url()).text
    client.force_login(practitioner)
    text = client.get(disclosure.get_absolute_url()).text
    assert not {word for word in (decided.reference, "Gwen Grandmother", "Toby") if word in text}


def test_a_record_that_was_begun_is_gone_on_with(client, area_officer, decided):
    client.force_login(area_officer)

    first, second = (client.post(url(decided, "disclose")).headers["Location"] for _click in range(2))

    assert first == second


def test_one_record_answers_an_application(area_officer, chair, decided):
    first, second = (actions.draft_disclosure(application=decided, by=person) for person in (area_officer, chair))
    said = {**vars(writing.considered()), "decision": "yes", "reasons": "All tests are met"}

    actions.record_draft(draft=first, answers=said, by=area_officer)

    with pytest.raises(ValidationError, match="meanwhile"):
        actions.record_draft(draft=second, answers=said | {"reasons": "Other reasons"}, by=chair)
    with pytest.raises(ValidationError, match="exists already"):
        actions.draft_disclosure(application=decided, by=area_officer)


def test_before_it_is_decided_no_record_is_begun(client, area_officer, assessed):
    client.force_login(area_officer)

    assert "not decided that this is disclosed" in client.get(url(assessed, "disclose")).text
    with pytest.raises(ValidationError, match="not decided"):
        actions.draft_disclosure(application=assessed, by=area_officer)


def test_where_the_disclosure_was_refused_it_is_decided_again(client, chair, offender, decided):
    told_by(decided, DisclosureFactory(offender=offender, authorised=True, outcome="refused"))
    client.force_login(chair)

    assert "Decide again" in client.get(decided.get_absolute_url()).text
    client.post(url(decided, "decide"), GOOD | {"outcome": "no-disclosure", "against_presumption": "He is in custody"})

    row = fresh(decided)
    assert (row.outcome, row.disclosure) == ("no-disclosure", None)
    entry = SchemeEntry.objects.visible_to(chair).get()
    assert entry.kind == "decided-again"
    for words in (decided.reasons, decided.decided_with, decided.decided_by.name, decided.decided_rank):
        assert words in entry.text


@pytest.mark.parametrize("state", [{}, {"authorised": True}, {"delivered": True}])
def test_while_its_disclosure_stands_it_is_not_decided_again(client, chair, offender, decided, state):
    told_by(decided, DisclosureFactory(offender=offender, **state))
    client.force_login(chair)

    assert "decided already" in client.get(url(decided, "decide")).text
    assert "decided already" in client.post(url(decided, "decide"), GOOD).text


# Telling the applicant


@pytest.mark.parametrize("state", [None, {}, {"authorised": True}])
def test_it_is_not_closed_before_the_disclosure_was_made(client, area_officer, offender, decided, state):
    if state is not None:
        told_by(decided, DisclosureFactory(offender=offender, **state))
    client.force_login(area_officer)

    assert "Record first, on the case" in client.get(url(decided, "close")).text
    response = client.post(url(decided, "close"), TOLD | {"is_recipient": "no"})
    assert "Record first, on the case" in response.text
    assert fresh(decided).is_open


def test_a_correction_of_the_record_counts_as_the_record(client, area_officer, offender, decided):
    first = DisclosureFactory(offender=offender, authorised=True)
    told_by(decided, first)
    DisclosureFactory(offender=offender, delivered=True, corrects=first, correction_reason="Name")

    actions.close_application(
        application=decided, told_on=dates.today(), told_how="letter", is_recipient=False, by=area_officer
    )

    assert not fresh(decided).is_open


def test_it_is_closed_with_how_the_applicant_was_told(client, area_officer, offender, decided):
    told_by(decided, DisclosureFactory(offender=offender, delivered=True))
    client.force_login(area_officer)

    response = client.post(url(decided, "close"), TOLD | {"is_recipient": "yes"})

    assert response.headers["Location"] == decided.get_absolute_url()
    row = fresh(decided)
    assert (row.stage, row.due_on, row.is_recipient, row.told_by) == ("closed", None, True, area_officer)


def test_to_whoever_proved_no_identity_nothing_is_disclosed(client, area_officer, offender, decided):
    told_by(decided, DisclosureFactory(offender=offender, delivered=True), is_identified=False)
    client.force_login(area_officer)

    response = client.post(url(decided, "close"), TOLD | {"is_recipient": "yes"})

    assert "identity was not proven" in " ".join(response.context["form"].errors["is_recipient"])


def test_the_words_are_the_same_whatever_is_known(offender, area_officer, police):
    """A "no" that differs from the "no" of somebody about whom something is known would tell it."""
    said = {
        words_for(SchemeApplication(outcome=outcome, offender=case, presumption=presumption))
        for outcome in SchemeApplication.DECIDED
        for case in (None, offender)
        for presumption in (True, False)
    }

    assert said == {str(NEITHER)}


@pytest.mark.parametrize("outcome", ["no-concern", "no-disclosure", "children", "elsewhere"])
def test_the_page_gives_the_words_and_how_they_are_safely_said(client, area_officer, police, outcome):
    row = SchemeApplicationFactory(unmatched=True, agency=police, officer=area_officer, decided=True, outcome=outcome,
                                   against_presumption="Moved")  # fmt: skip
    client.force_login(area_officer)

    text = client.get(url(row, "close")).text

    assert str(NEITHER)[:60] in text
    assert "Weekday mornings only" in text


@pytest.mark.parametrize("outcome", SchemeApplication.EARLY)
def test_an_early_end_speaks_of_the_application_and_of_nobody(outcome):
    words = words_for(SchemeApplication(outcome=outcome))

    assert "That says nothing about anybody" in words


def test_who_cannot_be_told_is_not_told_and_it_is_said_why(client, area_officer, police):
    row = SchemeApplicationFactory(
        unmatched=True, agency=police, officer=area_officer, decided=True, outcome="no-concern", against_presumption="x"
    )
    client.force_login(area_officer)

    refused = client.post(url(row, "close"), TOLD | {"told_how": "not-told"})
    client.post(url(row, "close"), TOLD | {"told_how": "not-told", "told_words": "Gave no name"})

    assert "why the applicant was not told" in " ".join(refused.context["form"].errors["told_words"])
    assert fresh(row).stage == "closed"


def test_a_closed_one_is_changed_by_nothing_but_notes(client, area_officer, police):
    row = SchemeApplicationFactory(
        unmatched=True,
        agency=police,
        officer=area_officer,
        decided=True,
        outcome="no-concern",
        against_presumption="x",
    )
    actions.close_application(application=row, told_on=dates.today(), told_how="letter", by=area_officer)
    client.force_login(area_officer)

    for page in ("immediate-risk", "end", "close", "match", "put-off", "hand-over"):
        assert "closed" in client.get(url(row, page)).text or "ended" in client.get(url(row, page)).text
    client.post(url(row, "note"), {"text": "She called again"})
    text = client.get(row.get_absolute_url()).text
    assert "She called again" in text
    assert client.get(row.get_absolute_url()).context["step"] is None
    with pytest.raises(ValidationError, match="closed"):
        actions.report_immediate_risk(application=row, words="x", by=area_officer)
