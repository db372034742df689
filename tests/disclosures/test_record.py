"""Recording a decision about telling a third party: every test is asked, kept as it is typed, checked and then fixed."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError

from audit.models import AccessEvent
from disclosures import actions
from disclosures.models import Disclosure, DisclosureDecision, DisclosureDraft
from tests.conftest import member
from tests.disclosures.writing import NO, NO_CHILDREN, NOBODY, PAGES, as_no, considered
from tests.factories import (
    AgencyFactory,
    DisclosureDecisionFactory,
    DisclosureDraftFactory,
    DisclosureFactory,
    OffenderFactory,
    PurposeFactory,
    in_days,
)
from tests.offenders.dates_typed import typed


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/disclosures/record/"


@pytest.fixture
def log(offender):
    return f"/people/{offender.reference}/disclosures/"


@pytest.fixture
def write(client, practitioner, url):
    """Answer page after page, as changed; where the last one led, and the draft."""
    client.force_login(practitioner)

    def through(**changes):
        at = client.post(url, {}).headers["Location"]
        for page, answers in (PAGES | changes).items():
            if f"/{page}/" not in at:
                continue
            at = client.post(at, answers).headers["Location"]
        return at

    return through


def test_every_page_leads_to_the_next_and_the_last_to_the_check(client, practitioner, write, log):
    at = write()

    assert at.endswith("/check/")
    page = client.get(at)
    for words in ("Jo Example", "He must not be alone with pupils", "Police with probation", "Disclose", "Yes"):
        assert words in page.text
    assert page.context["missing"] == []
    assert client.post(at).headers["Location"] == log


def test_the_record_holds_every_answer_and_waits_for_somebody_else(client, practitioner, write, offender):
    client.post(write())

    row = Disclosure.objects.visible_to(practitioner).select_related("entry").get()
    assert (row.recipient_name, row.information, row.harm) == (
        "Jo Example",
        "He must not be alone with pupils",
        "Others may learn of it",
    )
    assert (row.representations_sought, row.asked_for, row.presumption) == (True, False, True)
    assert (row.tell_by, row.review_on, row.author) == (in_days(5), in_days(60), practitioner)
    assert row.entry.to_whom == "Jo Example, Head teacher, Example School"
    assert row.entry.recorded_by == practitioner
    assert row.is_waiting
    assert row.authorise_by <= row.tell_by
    assert not DisclosureDraft.objects.visible_to(practitioner).exists()


def test_what_was_changed_after_it_was_shown_is_checked_again_before_it_is_recorded(client, practitioner, write):
    at = write()
    seen = client.get(at).context["seen"]
    client.post(at.replace("/check/", "/risk/"), PAGES["risk"] | {"risk": "From another window"})

    answer = client.post(at, {"seen": seen})

    assert "Check them again" in answer.text
    assert "From another window" in answer.text
    assert not Disclosure.objects.visible_to(practitioner).exists()
    client.post(at, {"seen": answer.context["seen"]})
    assert Disclosure.objects.visible_to(practitioner).get().risk == "From another window"


def test_the_timeline_names_no_recipient_and_no_reason(client, practitioner, write, offender):
    client.post(write())

    entry = offender.timeline.visible_to(practitioner).get()
    assert (entry.title, entry.text) == ("Disclosure considered", "Disclose")
    assert AccessEvent.objects.get(event="disclosure.recorded").detail == {"decision": "yes", "presumption": True}


def test_considered_and_no_is_a_record_that_waits_for_nobody(client, practitioner, write):
    client.post(write(decision=NO | {"against_presumption": ""}, children=NO_CHILDREN))

    row = Disclosure.objects.visible_to(practitioner).select_related("entry").get()
    assert (row.entry.decision, row.authorise_by, row.tell_by, row.review_on) == ("no", None, None, in_days(60))


def test_not_to_disclose_against_the_presumption_needs_reasons_and_somebody_else(client, practitioner, write):
    client.post(write(decision=NO))

    row = Disclosure.objects.visible_to(practitioner).select_related("entry").get()
    assert (row.entry.decision, row.against_presumption) == ("no", "Nothing is left to tell")
    assert row.is_waiting


def test_the_presumption_is_said_and_a_bare_no_against_it_is_refused(client, practitioner, offender):
    draft = DisclosureDraftFactory(offender=offender, user=practitioner, answers=PAGES)
    client.force_login(practitioner)
    url = f"/people/disclosures/drafts/{draft.reference}/decision/"

    assert "it is presumed, whether or not somebody asked. (Criminal Justice Act 2003 s.327A" in client.get(url).text
    response = client.post(url, NO | {"against_presumption": ""})

    assert response.context["form"].errors["against_presumption"] == [
        "Enter why the presumption to disclose does not hold here"
    ]


def test_disclosure_in_general_is_asked_fewer_questions(client, practitioner, write):
    at = write(recipient=NOBODY, proportionality=PAGES["proportionality"] | {"harm": ""}, decision=NO)

    assert "What exactly would they be told" not in client.get(at).text
    client.post(at)

    row = Disclosure.objects.visible_to(practitioner).select_related("entry").get()
    assert (row.recipient, row.entry.to_whom, row.information) == ("nobody", "", "")


WRONG = [
    ("risk", {"risk": " "}, "risk", "Enter an answer"),
    ("recipient", {"recipient": ""}, "recipient", "Choose who might be told"),
    ("recipient", {"recipient_name": ""}, "recipient_name", "Enter who might be told"),
    ("recipient", {"recipient_role": ""}, "recipient_role", "Enter what their role is"),
    ("recipient", {"recipient_address": ""}, "recipient_address", "Enter their address"),
    ("information", {"information": "x" * 4001}, "information", "at most 4000"),
    ("necessity", {"necessity": ""}, "necessity", "Enter an answer"),
    ("proportionality", {"harm": ""}, "harm", "Enter an answer"),
    ("alternatives", {"joint": ""}, "joint", "Enter an answer"),
    ("representations", {"representations_sought": ""}, "representations_sought", "Say whether"),
    ("representations", {"representations": ""}, "representations", "Enter what the person said"),
    ("representations", {"representations_sought": "no"}, "not_sought_because", "Enter why"),
    ("victim", {"victim": ""}, "victim", "Enter an answer"),
    ("children", {"asked_for": ""}, "asked_for", "Say whether somebody asked"),
    ("decision", {"decision": ""}, "decision", "Choose whether to disclose"),
    ("decision", typed("tell_by", None), "tell_by", "Enter the day by which"),
    ("decision", {"decision": "no"}, "tell_by", "Leave this empty"),
    ("decision", typed("review_on", None), "review_on", "Enter the day of the review"),
]


@pytest.mark.parametrize(("page", "change", "field", "message"), WRONG, ids=[f"{w[0]}-{w[2]}" for w in WRONG])
def test_a_missing_test_is_refused_on_its_page_and_nothing_typed_is_lost(
    client, practitioner, offender, page, change, field, message
):
    draft = DisclosureDraftFactory(offender=offender, user=practitioner, answers=PAGES)
    client.force_login(practitioner)
    url = f"/people/disclosures/drafts/{draft.reference}/"

    response = client.post(f"{url}{page}/", PAGES[page] | change)

    assert message in " ".join(response.context["form"].errors[field])
    kept = DisclosureDraft.objects.visible_to(practitioner).get().answers[page]
    assert kept == {name: str(value) for name, value in (PAGES[page] | change).items()}
    checked = client.post(f"{url}check/")
    assert "Answer first:" in checked.text
    assert not Disclosure.objects.visible_to(practitioner).exists()


TESTS = ["risk", "at_risk", "information", "necessity", "proportionality", "harm", "self_disclosure", "joint", "victim"]


@pytest.mark.parametrize("test", [*TESTS, "recipient_name", "recipient_address", "representations"])
@pytest.mark.parametrize("decision", ["yes", "no"])
def test_the_verb_itself_refuses_a_missing_test(offender, practitioner, test, decision):
    said = considered(**{test: ""}) if decision == "yes" else as_no(**{test: ""})

    with pytest.raises(ValidationError) as refusal:
        actions.record_disclosure(offender=offender, considered=said, decision=decision, reasons="x", by=practitioner)

    assert list(refusal.value.error_dict) == [test]
    assert not DisclosureDecision.objects.visible_to(practitioner).exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"representations_sought": None}, "representations_sought"),
        ({"representations_sought": False}, "not_sought_because"),
        ({"asked_for": None}, "asked_for"),
        ({"tell_by": in_days(-1)}, "tell_by"),
        ({"tell_by": None}, "tell_by"),
        ({"review_on": None}, "review_on"),
        ({"review_on": in_days(5)}, "review_on"),
        (NOBODY | {"recipient_organisation": ""}, "recipient"),
    ],
)
def test_the_verb_itself_refuses_what_makes_no_sense(offender, practitioner, change, field):
    with pytest.raises(ValidationError) as refusal:
        actions.record_disclosure(
            offender=offender, considered=considered(**change), decision="yes", reasons="x", by=practitioner
        )

    assert list(refusal.value.error_dict) == [field]


def test_the_verb_itself_refuses_a_no_against_the_presumption_without_reasons(offender, practitioner):
    with pytest.raises(ValidationError, match="presumption"):
        actions.record_disclosure(
            offender=offender, considered=as_no(against_presumption=""), decision="no", reasons="x", by=practitioner
        )


def test_the_verb_itself_refuses_a_decision_without_reasons(offender, practitioner):
    with pytest.raises(ValidationError, match="reasons"):
        actions.record_disclosure(
            offender=offender, considered=considered(), decision="yes", reasons=" ", by=practitioner
        )


@pytest.mark.parametrize("test", ["risk", "information", "victim", "recipient_name"])
def test_the_database_itself_refuses_a_missing_test(offender, test):
    with pytest.raises(IntegrityError):
        DisclosureFactory(offender=offender, **{test: ""})


def test_a_second_click_is_not_a_second_record(client, practitioner, write):
    at = write()

    assert [client.post(at).status_code, client.post(at).status_code] == [302, 404]
    assert Disclosure.objects.visible_to(practitioner).count() == 1


def test_the_verb_itself_refuses_to_record_it_twice(offender, practitioner):
    answers = {"offender": offender, "considered": considered(), "decision": "yes", "reasons": "x"}
    actions.record_disclosure(**answers, by=practitioner)

    with pytest.raises(ValidationError, match="recorded this already"):
        actions.record_disclosure(**answers, by=practitioner)


def test_what_a_meeting_decided_is_carried_out_by_one_record(client, practitioner, offender, url, log):
    decided = {"decision": "yes", "to_whom": "The school", "meeting_reference": "MT-2222-2222"}
    entry = DisclosureDecisionFactory(offender=offender, reasons="The meeting said so", **decided)
    client.force_login(practitioner)
    assert "No record carries it out yet" in client.get(log).text

    at = client.post(url, {"follows": entry.pk}).headers["Location"]
    for page, answers in PAGES.items():
        at = client.post(at.replace("/check/", f"/{page}/"), answers).headers["Location"]
    client.post(at)

    row = Disclosure.objects.visible_to(practitioner).get()
    assert row.follows == entry
    assert "No record carries it out yet" not in client.get(log).text
    assert "follows" not in client.get(url).context["form"].fields


def test_a_meetings_reasons_are_where_its_record_begins(client, practitioner, offender, url):
    entry = DisclosureDecisionFactory(
        offender=offender,
        decision="yes",
        to_whom="The school",
        reasons="As said there",
        meeting_reference="MT-2222-2222",
    )
    client.force_login(practitioner)

    client.post(url, {"follows": entry.pk})

    draft = DisclosureDraft.objects.visible_to(practitioner).get()
    assert draft.answers == {"decision": {"decision": "yes", "reasons": "As said there"}}


def test_only_a_meeting_decides_without_the_whole_record(offender, practitioner):
    with pytest.raises(ValidationError, match="Only a meeting"):
        actions.record_decision(
            offender=offender, decision="no", to_whom="", reasons="x", meeting_reference="", by=practitioner
        )


def test_what_a_meeting_decided_is_not_entered_twice(offender, practitioner):
    entry = {"decision": "no", "to_whom": "", "reasons": "x", "meeting_reference": "MT-2222-2222"}
    actions.record_decision(offender=offender, **entry, by=practitioner)

    with pytest.raises(ValidationError, match="recorded this already"):
        actions.record_decision(offender=offender, **entry, by=practitioner)


MEETINGS = {"decision": "yes", "to_whom": "The school", "meeting_reference": "MT-2222-2222"}


def test_not_to_carry_out_what_a_meeting_decided_waits_for_somebody_else(offender, practitioner):
    entry = DisclosureDecisionFactory(offender=offender, **MEETINGS)

    row = actions.record_disclosure(
        offender=offender,
        considered=as_no(serious_harm_to_children=False),
        decision="no",
        reasons="The school has closed",
        follows=entry,
        by=practitioner,
    )

    assert row.is_waiting


@pytest.mark.parametrize("wrong", [{"meeting_reference": ""}, {"decision": "no"}, {"offender": None}])
def test_only_what_a_meeting_decided_to_disclose_about_the_person_is_carried_out(offender, practitioner, wrong):
    other = {"offender": OffenderFactory(area=offender.area)} if "offender" in wrong else wrong
    entry = DisclosureDecisionFactory(**{"offender": offender, **MEETINGS, **other})

    with pytest.raises(ValidationError, match="a decision of a meeting about this person"):
        actions.record_disclosure(
            offender=offender, considered=considered(), decision="yes", reasons="x", follows=entry, by=practitioner
        )


def test_two_records_of_a_day_that_differ_in_one_answer_are_two(offender, practitioner):
    answers = {"offender": offender, "decision": "yes", "reasons": "x", "by": practitioner}

    actions.record_disclosure(considered=considered(), **answers)
    actions.record_disclosure(considered=considered(information="He must not be near the gates"), **answers)

    assert Disclosure.objects.visible_to(practitioner).count() == 2


VICTIM = {"recipient": "victim", "recipient_name": "the victim", "recipient_organisation": "", "recipient_address": ""}


def test_a_victim_who_is_told_is_not_named(client, practitioner, write):
    client.post(write(recipient=VICTIM | {"recipient_role": "VI-2222-2222"}))

    row = Disclosure.objects.visible_to(practitioner).select_related("entry").get()
    assert row.entry.to_whom == "the victim, VI-2222-2222"


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"recipient_name": "Jo Example"}, "recipient_name", "the name is with victim liaison"),
        ({"recipient_name": ""}, "recipient_name", "the name is with victim liaison"),
        ({"recipient_address": "1 School Lane"}, "recipient_address", "Leave this empty"),
        ({"recipient_organisation": "Example School"}, "recipient_organisation", "Leave this empty"),
    ],
)
def test_who_a_victim_is_and_where_is_refused_on_the_page_and_by_the_verb(
    client, practitioner, offender, change, field, message
):
    draft = DisclosureDraftFactory(offender=offender, user=practitioner)
    client.force_login(practitioner)
    url = f"/people/disclosures/drafts/{draft.reference}/recipient/"

    response = client.post(url, VICTIM | {"recipient_role": ""} | change)

    assert message in " ".join(response.context["form"].errors[field])
    with pytest.raises(ValidationError) as refusal:
        actions.record_disclosure(
            offender=offender,
            considered=considered(**VICTIM | {"recipient_role": ""} | change),
            decision="yes",
            reasons="x",
            by=practitioner,
        )
    assert list(refusal.value.error_dict) == [field]


def test_nobody_in_particular_has_no_name(client, practitioner, offender):
    draft = DisclosureDraftFactory(offender=offender, user=practitioner)
    client.force_login(practitioner)
    url = f"/people/disclosures/drafts/{draft.reference}/recipient/"

    response = client.post(url, NOBODY | {"recipient_name": "Jo Example"})

    assert "nobody in particular" in " ".join(response.context["form"].errors["recipient_name"])


@pytest.mark.parametrize("person", ["coordinator", "chair", "manager"])
def test_the_areas_co_ordination_and_chairs_may_record_too(client, request, url, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(url).status_code == 200


def test_the_police_of_the_area_may_and_its_prison_may_not(client, area, police, offender, url):
    constable = member(police, "practitioner", "connie")
    PurposeFactory(offender=offender, user=constable)
    officer = member(AgencyFactory(name="Prison", kind__code="prison", area=area), "practitioner", "prue")

    for user, status in ((constable, 200), (officer, 403)):
        client.force_login(user)
        assert client.get(url).status_code == status


@pytest.mark.parametrize("person", ["housing", "victim_liaison"])
def test_who_sees_the_case_but_may_not_is_refused(client, request, granted, url, log, person):
    client.force_login(request.getfixturevalue(person))

    assert [client.get(log).status_code, client.get(url).status_code, client.post(url, {}).status_code] == [
        200,
        403,
        403,
    ]


@pytest.mark.parametrize("person", ["outsider", "uninvited", "housing", "lay_adviser"])
def test_a_stranger_cannot_tell_that_it_exists(client, request, url, log, person):
    client.force_login(request.getfixturevalue(person))

    assert [client.get(log).status_code, client.get(url).status_code, client.post(url, {}).status_code] == [404] * 3


def test_the_verbs_themselves_refuse_those_who_may_not(offender, granted, housing):
    with pytest.raises(PermissionDenied):
        actions.record_disclosure(offender=offender, considered=considered(), decision="yes", reasons="x", by=housing)
    with pytest.raises(PermissionDenied):
        actions.begin_draft(offender=offender, by=housing)
    with pytest.raises(PermissionDenied):
        actions.record_decision(
            offender=offender, decision="no", to_whom="", reasons="x", meeting_reference="MT-2222-2222", by=housing
        )
    draft = DisclosureDraftFactory(offender=offender, user=housing, answers=PAGES)
    with pytest.raises(PermissionDenied):
        actions.keep_answers(draft=draft, step="risk", answers={}, by=housing)
    with pytest.raises(PermissionDenied):
        actions.add_answers(draft=draft, answers={}, by=housing)
    with pytest.raises(PermissionDenied):
        actions.record_draft(draft=draft, answers={}, by=housing)
    with pytest.raises(PermissionDenied):
        actions.discard_draft(draft=draft, by=housing)
