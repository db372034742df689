"""Plans and assessments on paper: what the page would show the reader, marked, numbered, and recorded."""

import pytest

from assessments.models import Heading
from audit.models import AccessEvent
from mappa.paper import PangoMissingError
from tests.factories import (
    AssessmentFactory,
    FlagFactory,
    MeasureFactory,
    OrderFactory,
    PlanFactory,
    PlanSectionFactory,
    PlanShareFactory,
    PlanTermFactory,
    ToolResultFactory,
    in_days,
)
from tests.papers import READERS, needs_pango, read_pdf, read_word, tags_of

OPEN = ("Weekly at the office", "See the person at the office", "The manager reads the record", "Two missed visits")
SECRET = ("Her new school", "Check the marker on her address")


@pytest.fixture
def plan(offender, manager, practitioner, housing_agency, housing):
    """In force, with something of everything."""
    plan = PlanFactory(offender=offender, current=True, number=3, signed_by=manager, shared_by=practitioner)
    about = {"offender": offender, "plan": plan}
    PlanSectionFactory(**about)
    PlanSectionFactory(**about, heading=Heading.VICTIM_SAFETY, text="Her new school", audience="authority")
    PlanSectionFactory(
        **about, heading=Heading.CONTINGENCY, text="Two missed visits: recall\x0b is considered\u00a0soon"
    )
    MeasureFactory(**about)
    MeasureFactory(**about, pillar=Heading.VICTIM_SAFETY, text="Check the marker on her address", audience="authority")
    PlanTermFactory(**about, order=OrderFactory(offender=offender), heading=Heading.MONITORING)
    PlanTermFactory(
        **about, order=None, flag=FlagFactory(offender=offender), heading="", left_out_reason="The press office answers"
    )
    PlanShareFactory(**about, agency=housing_agency, acknowledged_at=plan.shared_at, acknowledged_by=housing)
    PlanShareFactory(**about, agency=offender.lead_agency)
    return plan


@pytest.fixture
def assessment(offender, practitioner):
    AssessmentFactory(offender=offender, assessed_on=in_days(-90), children=2, public=2, superseded_on=in_days(-10))
    ToolResultFactory(offender=offender, band="Very high")
    return AssessmentFactory(
        offender=offender, assessed_by=practitioner, staff=None, unknown_plan="Ask the hostel", change="changed",
        change_reason="Moved out",
    )  # fmt: skip


def plan_address(plan, ending):
    return f"/people/plans/{plan.reference}/plan.{ending}"


def assessment_address(row, ending):
    return f"/people/assessments/{row.reference}/assessment.{ending}"


@pytest.mark.parametrize(("ending", "read"), READERS)
def test_the_copy_of_a_plan_holds_all_of_it(client, practitioner, offender, plan, ending, read):
    client.force_login(practitioner)

    _document, text = read(client.get(plan_address(plan, ending)))

    assert [words for words in (*OPEN, *SECRET, *(str(label) for label in Heading.labels)) if words not in text] == []
    assert [words for words in (offender.surname, offender.reference) if words not in text] == []
    assert "recall is considered soon" in text
    assert "Version 3: Current. This version is in force." in text
    assert "Countersigned by: Maya" in text
    assert "Left out: The press office answers" in text
    assert "Monitoring and control" in text[text.index("Where the plan answers each") :]
    given = text[text.index("Agencies that were given this version") :] if ending == "pdf" else text
    assert "Harriet" in given
    assert "Not acknowledged" in given


@pytest.mark.parametrize(("ending", "read"), READERS)
def test_what_is_not_for_the_reader_is_not_in_his_copy(client, housing, granted, plan, ending, read):
    client.force_login(housing)

    _document, text = read(client.get(plan_address(plan, ending)))

    assert [words for words in SECRET if words in text] == []
    assert [words for words in OPEN if words not in text] == []
    assert "Measures that are not for you: Restricted" in text


def test_the_page_and_the_copy_keep_the_same_back(client, housing, granted, plan):
    client.force_login(housing)

    page = client.get(plan.get_absolute_url()).text

    assert [words for words in SECRET if words in page] == []
    assert page.count("Restricted</strong>") == 2
    assert "Measures that are not for you:" in page


@pytest.mark.parametrize(("ending", "read"), READERS)
def test_what_is_for_some_readers_alone_says_so_beside_the_words(client, practitioner, offender, ending, read):
    plan = PlanFactory(offender=offender, current=True)
    MeasureFactory(offender=offender, plan=plan)
    MeasureFactory(offender=offender, plan=plan, text="Check the marker", audience="authority")
    client.force_login(practitioner)

    _document, text = read(client.get(plan_address(plan, ending)))

    for shown in (text, client.get(plan.get_absolute_url()).text):
        assert shown.count("Responsible Authority and lead agency only") == 1


@needs_pango
def test_a_word_longer_than_the_page_is_broken_and_not_cut_off(client, practitioner, offender):
    plan = PlanFactory(offender=offender, current=True)
    word = "https://example.gov.uk/" + "a1b2c3d4e5" * 20
    PlanSectionFactory(offender=offender, plan=plan, text=word)
    MeasureFactory(offender=offender, plan=plan, checked_how=word)
    client.force_login(practitioner)

    document, _text = read_pdf(client.get(plan_address(plan, "pdf")))

    lines = [line for sheet in document.pages for line in sheet.extract_text().splitlines()]
    assert "".join(lines).count(word) >= 1
    assert max(len(line) for line in lines if "a1b2" in line) < 120


@pytest.mark.parametrize("state", ["draft", "sent", "signed"])
def test_a_version_that_is_not_in_force_says_so(client, practitioner, offender, state):
    plan = PlanFactory(offender=offender, **({} if state == "draft" else {state: True}))
    client.force_login(practitioner)

    text = read_word(client.get(plan_address(plan, "docx")))[1]

    assert f"{plan.get_state_display()}. This version is not in force: do not act by it." in text
    assert "This version was not shared." in text


def test_a_measure_that_is_done_says_who_did_it_and_what_came_of_it(client, practitioner, offender):
    plan = PlanFactory(offender=offender, current=True)
    MeasureFactory(
        offender=offender,
        plan=plan,
        done_on=in_days(-1),
        done_by=practitioner,
        outcome="Booked for May",
        override_reason="As the court said it",
        overridden_by=practitioner,
    )
    client.force_login(practitioner)

    text = read_word(client.get(plan_address(plan, "docx")))[1]

    assert "Booked for May" in text
    assert "Words stand because: As the court said it (Bob)" in text


@pytest.mark.parametrize(("ending", "read"), READERS)
def test_the_copy_of_an_assessment_holds_levels_words_tools_and_the_levels_over_time(
    client, practitioner, assessment, ending, read
):
    client.force_login(practitioner)

    _document, text = read(client.get(assessment_address(assessment, ending)))

    for words in (
        "Overall level: High in the community, Low in custody",
        "Known adult",
        "Unknown",
        "Who is at risk: Strangers",
        "Ask the hostel",
        "Moved out",
        "ARMS Very high" if ending == "docx" else "ARMS",
        "The overall level rose from medium to high",
        "Waiting to be countersigned",
    ):
        assert words in text


def test_the_first_assessment_has_nothing_to_draw(client, practitioner, offender):
    row = AssessmentFactory(offender=offender)
    client.force_login(practitioner)

    text = read_word(client.get(assessment_address(row, "docx")))[1]

    assert "Overall level over time" not in text
    assert "No result of a tool has been recorded." in text


@pytest.mark.parametrize("what", ["plan", "assessment"])
@pytest.mark.parametrize(("ending", "read"), READERS)
def test_each_copy_is_marked_names_its_reader_and_bears_the_number_under_which_it_is_recorded(
    client, request, practitioner, what, ending, read
):
    row = request.getfixturevalue(what)
    address = {"plan": plan_address, "assessment": assessment_address}[what](row, ending)
    client.force_login(practitioner)

    answer = client.get(address)

    _document, text = read(answer)
    event = AccessEvent.objects.get(event=f"{what}.downloaded")
    assert (event.actor_id, event.case_id, event.detail) == (practitioner.pk, row.offender_id, {"kind": ending})
    assert f"Copy {event.request_id[:12]} of {row.reference} for Bob, " in text
    assert "OFFICIAL-SENSITIVE" in text
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{what}-{row.reference}.{ending}"'
    assert answer.headers["Cache-Control"] == "no-store"


@needs_pango
@pytest.mark.parametrize("what", ["plan", "assessment"])
def test_every_page_of_a_pdf_is_marked_named_and_counted(client, request, practitioner, what):
    row = request.getfixturevalue(what)
    client.force_login(practitioner)

    document, _text = read_pdf(client.get({"plan": plan_address, "assessment": assessment_address}[what](row, "pdf")))

    for number, sheet in enumerate(document.pages, start=1):
        text = sheet.extract_text()
        assert "OFFICIAL-SENSITIVE" in text
        assert f"of {row.reference} for Bob" in text
        assert f"{number} / {len(document.pages)}" in text


@needs_pango
def test_the_pdf_is_tagged_with_a_language_headings_tables_and_a_drawing_in_words(client, practitioner, assessment):
    client.force_login(practitioner)

    document, _text = read_pdf(client.get(assessment_address(assessment, "pdf")))

    tags, names = tags_of(document)
    root = document.trailer["/Root"]
    assert (root["/Lang"], bool(root["/MarkInfo"]["/Marked"])) == ("en", True)
    assert document.metadata.title.startswith("Assessment of risk, ")
    assert tags["/H1"] == 1
    assert tags["/Table"] == 3
    assert tags["/Figure"] == 1
    assert names == [next(name for name in names if name.startswith("Overall level over time. The overall level rose"))]


def test_the_word_file_has_real_headings_and_tables_that_repeat_theirs(client, practitioner, plan):
    client.force_login(practitioner)

    document, _text = read_word(client.get(plan_address(plan, "docx")))

    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 2"]
    assert headings[1:8] == [str(label) for label in Heading.labels]
    assert all("w:tblHeader" in table.rows[0]._tr.xml for table in document.tables)
    assert 'w:val="en-US"' not in document.styles.element.xml


@pytest.mark.parametrize("ending", ["pdf", "docx"])
def test_to_strangers_there_is_nothing_to_download(client, outsider, uninvited, plan, assessment, ending):
    for person in (outsider, uninvited):
        client.force_login(person)
        for address in (plan_address(plan, ending), assessment_address(assessment, ending)):
            assert client.get(address).status_code == 404
    assert not AccessEvent.objects.filter(event__endswith=".downloaded").exists()


@pytest.mark.parametrize("ending", ["pdf", "docx"])
def test_a_draft_is_copied_by_those_who_write_it_alone(client, housing, granted, offender, ending):
    draft = PlanFactory(offender=offender)
    client.force_login(housing)

    assert client.get(plan_address(draft, ending)).status_code == 404


def test_the_pages_offer_both_kinds(client, practitioner, plan, assessment):
    client.force_login(practitioner)

    for page, address in ((plan, plan_address), (assessment, assessment_address)):
        text = client.get(page.get_absolute_url()).text
        assert address(page, "pdf") in text
        assert address(page, "docx") in text


@pytest.mark.parametrize("what", ["plan", "assessment"])
def test_without_pango_the_page_itself_is_offered(client, request, practitioner, monkeypatch, what):
    def missing(template, context):
        raise PangoMissingError("libpango")

    row = request.getfixturevalue(what)
    monkeypatch.setattr("offenders.views.paper.pdf_of", missing)
    client.force_login(practitioner)

    answer = client.get({"plan": plan_address, "assessment": assessment_address}[what](row, "pdf"))

    assert (answer.status_code, row.get_absolute_url() in answer.text) == (503, True)
    assert not AccessEvent.objects.filter(event=f"{what}.downloaded").exists()
