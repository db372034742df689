"""What each reader may read of approved minutes, on the page and in the PDF."""

import io

import pytest

from audit.models import AccessEvent
from mappa import paper
from mappa.paper import PangoMissingError
from panels import actions
from panels.models import Action, AgendaItem, Decision, InformationPart, Invitation, MinutesCopy, Paragraph
from tests.factories import GroupGrantFactory, OffenderFactory, PurposeFactory
from tests.panels.conftest import approve, in_days, write
from tests.papers import has_pango, needs_pango, read_pdf, read_word


@pytest.fixture
def draft(meeting, invitation, item, decided, coordinator, housing):
    write(item, "09-agencies", "Two calls were reported", by=coordinator)
    write(item, "14-risk", "An informant is at risk", "authority", by=coordinator)
    actions.send_information(
        invitation=invitation, text="In arrears", nothing_to_share=False, audience="everyone", by=housing
    )
    actions.add_action(item=item, text="Visit the address", agency=invitation.agency, due_on=in_days(9), by=coordinator)
    return meeting


@pytest.fixture
def final(draft, area, probation, coordinator, chair):
    """With a second person, about whom housing is not asked."""
    case = OffenderFactory(surname="Okafor", area=area, lead_agency=probation, level=2, level_period=True)
    other = actions.add_item(meeting=draft, offender=case, minutes=30, by=coordinator)
    actions.decide(
        item=other,
        level=2,
        rationale="Stays",
        disclosure="no",
        disclosure_reasons="Nobody",
        disclosure_to="",
        child_sex_offender=False,
        next_review_on=in_days(60),
        version=0,
        by=coordinator,
    )
    return approve(draft, chair)


def page(client, meeting):
    return client.get(f"/meetings/{meeting.reference}/minutes/").text


def pdf(client, meeting):
    pypdf = pytest.importorskip("pypdf")
    answer = client.get(f"/meetings/{meeting.reference}/minutes.pdf")
    return pypdf.PdfReader(io.BytesIO(answer.content))


def test_the_responsible_authority_reads_everything(sign_in, final, practitioner):
    text = page(sign_in(practitioner), final)

    assert "Two calls were reported" in text
    assert "An informant is at risk" in text
    assert "Okafor" in text
    assert "Visit the address" in text
    assert final.digest in text


def test_an_invited_agency_reads_its_item_with_a_placeholder_for_the_rest(sign_in, final, housing):
    text = page(sign_in(housing), final)

    assert "Two calls were reported" in text
    assert "In arrears" in text
    assert "An informant is at risk" not in text
    assert text.count("Restricted</strong>") == 1
    assert "Okafor" not in text


def test_whoever_has_no_part_in_a_case_says_why_before_he_reads_of_it(sign_in, final, level_2, area_officer):
    client = sign_in(area_officer)
    before = page(client, final)
    back = f"/meetings/{final.reference}/minutes/"

    answer = client.post(f"/people/{level_2.reference}/reason/?next={back}", {"purpose": "records", "words": ""})

    after = page(client, final)
    assert answer.headers["Location"] == back
    assert [before.count("You have no part in this case yet"), after.count("You have no part in this case yet")] == [
        2,
        1,
    ]
    assert ["Lowe" in before, "Two calls" in before, "Okafor" in before] == [False, False, False]
    assert ["Lowe" in after, "Two calls" in after, "Okafor" in after] == [True, True, False]


def test_each_case_is_recorded_as_read_with_its_purpose_or_as_asked_for(sign_in, final, level_2, area_officer):
    PurposeFactory(offender=level_2, user=area_officer, purpose="records")

    page(sign_in(area_officer), final)

    events = AccessEvent.objects.filter(actor_id=area_officer.pk, case_id__isnull=False).order_by("pk")
    assert [(e.event, e.detail, e.purpose) for e in events] == [
        ("minutes.read", {"version": 1}, "records"),
        ("purpose.asked", {"before": "minutes.read"}, ""),
    ]


@pytest.mark.parametrize("person", ["outsider", "uninvited"])
@pytest.mark.parametrize("address", ["minutes/", "minutes.pdf"])
def test_to_strangers_the_minutes_do_not_exist(sign_in, request, final, person, address):
    client = sign_in(request.getfixturevalue(person))

    assert client.get(f"/meetings/{final.reference}/{address}").status_code == 404


def test_seeing_the_case_later_does_not_open_the_minutes(
    sign_in, final, level_2, uninvited, health_agency, coordinator
):
    GroupGrantFactory(content_object=level_2, group=health_agency.group, given_by=coordinator)
    client = sign_in(uninvited)

    assert client.get(level_2.get_absolute_url()).status_code == 200
    assert client.get(f"/meetings/{final.reference}/minutes/").status_code == 404
    for model in (AgendaItem, Invitation, Paragraph, InformationPart, Decision, Action):
        assert not model.objects.visible_to(uninvited).exists()


@pytest.mark.parametrize("model", [Paragraph, Decision])
def test_what_is_not_approved_is_seen_by_the_responsible_authority_alone(draft, model, housing, practitioner):
    assert not model.objects.visible_to(housing).exists()
    assert model.objects.visible_to(practitioner).exists()


@pytest.mark.parametrize("person", ["housing", "practitioner"])
def test_a_draft_is_read_only_by_those_who_write_it(sign_in, request, draft, person):
    text = page(sign_in(request.getfixturevalue(person)), draft)

    assert "not approved yet" in text
    assert "Two calls were reported" not in text


def test_a_draft_says_so_to_those_who_write_it(sign_in, draft, coordinator):
    text = page(sign_in(coordinator), draft)

    assert "Draft, not approved." in text
    assert "Two calls were reported" in text


def test_every_read_and_download_is_recorded_for_each_case(sign_in, final, housing, item, monkeypatch):
    monkeypatch.setattr("panels.views.copies.pdf_of", lambda template, context: b"%PDF")
    client = sign_in(housing)

    page(client, final)
    client.get(f"/meetings/{final.reference}/minutes.pdf")

    events = AccessEvent.objects.filter(actor_id=housing.pk, case_id=item.offender_id)
    assert {"minutes.read", "minutes.downloaded"} <= set(events.values_list("event", flat=True))


@needs_pango
def test_the_pdf_names_its_reader_and_is_marked_on_every_page(sign_in, final, housing):
    document = pdf(sign_in(housing), final)

    for number, sheet in enumerate(document.pages, start=1):
        text = sheet.extract_text()
        assert "OFFICIAL-SENSITIVE" in text
        assert "for Harriet, Housing, Bedfordshire" in text
        assert MinutesCopy.objects.visible_to(housing).get().reference in text
        assert f"{number} / {len(document.pages)}" in text


@needs_pango
def test_the_pdf_holds_what_its_reader_may_read_and_no_more(sign_in, final, housing, practitioner):
    theirs = " ".join(sheet.extract_text() for sheet in pdf(sign_in(housing), final).pages)
    ours = " ".join(sheet.extract_text() for sheet in pdf(sign_in(practitioner), final).pages)

    assert "Restricted" in theirs
    assert "informant" not in theirs
    assert "Okafor" not in theirs
    assert "informant" in ours
    assert "Okafor" in ours


@needs_pango
def test_the_pdf_is_tagged_for_screen_readers(sign_in, final, housing):
    root = pdf(sign_in(housing), final).trailer["/Root"]

    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"


@needs_pango
@pytest.mark.parametrize("address", ["http://example.invalid/x.png", "file:///etc/passwd"])
def test_the_pdf_fetches_nothing(address):
    with pytest.raises(ValueError, match="disallowed protocol"):
        paper.nothing_fetched().fetch(address)


def test_without_pango_a_plain_page_says_so(sign_in, final, housing, monkeypatch):
    def missing(template, context):
        raise PangoMissingError("libpango")

    monkeypatch.setattr("panels.views.copies.pdf_of", missing)

    answer = sign_in(housing).get(f"/meetings/{final.reference}/minutes.pdf")

    assert answer.status_code == 503
    assert "Read or print the minutes as a page" in answer.text


def test_the_copy_asks_a_bounded_number_of_questions(sign_in, final, practitioner, django_assert_max_num_queries):
    client = sign_in(practitioner)

    with django_assert_max_num_queries(57):
        page(client, final)


@pytest.fixture
def said(draft, item, invitation, probation, health_agency, coordinator, chair):
    """With what health is not to read, what nobody but housing is, a dissent, and a proposal to another body."""
    actions.invite(item=item, agencies=[invitation.agency, probation, health_agency], by=coordinator)
    theirs = item.invitations.visible_to(coordinator).get(agency=health_agency)
    for row in (invitation, theirs):
        actions.take_attendance(invitation=row, attendance="present", who=f"Visitor of {row.agency}", by=coordinator)
    write(item, "11-accommodation", "A flat is kept", "named", agencies=[invitation.agency], by=coordinator)
    dissent = {"agency": invitation.agency, "words": "Housing wants level 3"}
    actions.record_dissent(item=item, **dissent, audience="authority", by=coordinator)
    asked = {"kind": "conditions", "body": "Probation", "what": "Add a curfew", "reasons": "He walks at night"}
    actions.propose(item=item, **asked, due_on=in_days(20), by=coordinator)
    return approve(draft, chair)


EVERYONE = ["Two calls were reported", "Add a curfew", "He walks at night", "Visitor of Housing", "Dissent"]
KEPT = {
    "coordinator": [],
    "practitioner": ["A flat is kept"],
    "housing": ["An informant is at risk", "Housing wants level 3"],
    "uninvited": ["A flat is kept", "An informant is at risk", "Housing wants level 3"],
}


@pytest.mark.parametrize("person", KEPT)
def test_each_reader_s_page_pdf_and_word_hold_what_is_for_him(sign_in, request, uninvited, said, person):
    client, address = sign_in(request.getfixturevalue(person)), f"/meetings/{said.reference}/minutes"
    word = read_word(client.get(f"{address}.docx"))[1]
    copies = [client.get(f"{address}/").text, word]
    if has_pango():
        copies.append(read_pdf(client.get(f"{address}.pdf"))[1])

    everything = {word for words in KEPT.values() for word in words}
    for copy in copies:
        assert [words for words in EVERYONE if words not in copy] == []
        assert {words for words in everything if words not in copy} == set(KEPT[person])
        assert ("Restricted" in copy) == bool(KEPT[person])


def test_who_left_for_a_conflict_of_interest_reads_nothing_of_that_person(
    sign_in, draft, item, invitation, coordinator, chair, housing
):
    actions.take_attendance(invitation=invitation, attendance="conflict", who=housing.name, by=coordinator)
    final = approve(draft, chair)

    text = page(sign_in(housing), final)

    assert "were not sent to your agency" in text
    assert "Two calls were reported" not in text
