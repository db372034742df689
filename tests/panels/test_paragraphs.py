"""Several paragraphs under one heading, each for its audience: who reads which, added, moved, taken out, put back."""

import pytest
from django.core.exceptions import ValidationError

from audit.models import AccessEvent
from panels import actions
from panels.models import Paragraph
from tests.conftest import member
from tests.panels.conftest import approve, countersign, write

HTMX = {"HX-Request": "true"}


@pytest.fixture
def risk(item, coordinator):
    return Paragraph.objects.visible_to(coordinator).get(item=item, section="14-risk")


@pytest.fixture
def for_housing(item, invitation, risk, coordinator):
    """Under one heading: for everyone, for the Responsible Authority, and for housing alone."""
    texts = {"everyone": "For all", "authority": "For us", "named": "For housing"}
    for number, (audience, text) in enumerate(texts.items()):
        row = risk if number == 0 else actions.add_paragraph(item=item, section="14-risk", by=coordinator)
        named = [invitation.agency] if audience == "named" else None
        answers = {"text": text, "audience": audience, "agencies": named, "version": 0}
        actions.save_paragraph(paragraph=row, **answers, by=coordinator)
    actions.take_attendance(invitation=invitation, attendance="present", by=coordinator)
    return item


def texts(user):
    return list(Paragraph.objects.visible_to(user).filter(section="14-risk").values_list("text", flat=True))


def test_each_reads_what_is_for_him_once_the_minutes_are_approved(
    for_housing, meeting, decided, coordinator, chair, practitioner, housing, outsider
):
    approve(meeting, chair)

    assert texts(coordinator) == ["For all", "For us", "For housing"]
    assert texts(practitioner) == ["For all", "For us"]
    assert texts(housing) == ["For all", "For housing"]
    assert texts(outsider) == []


def test_before_approval_a_named_agency_of_partners_reads_nothing(for_housing, coordinator, practitioner, housing):
    assert texts(housing) == []
    assert texts(practitioner) == ["For all", "For us"]


def test_the_copy_says_restricted_in_the_place_of_each_paragraph_left_out(
    sign_in, for_housing, meeting, decided, chair, housing
):
    approve(meeting, chair)

    page = sign_in(housing).get(f"/meetings/{meeting.reference}/minutes/").text

    part = page[page.index("Summary of the risk") : page.index("Risk management plan")]
    assert part.index("For all") < part.index("Restricted</strong>") < part.index("For housing")
    assert "For us" not in page


def test_who_left_for_a_conflict_of_interest_reads_nothing_that_was_said(
    item, invitation, meeting, decided, coordinator, chair, housing
):
    write(item, "14-risk", "He is his brother", by=coordinator)
    actions.send_information(
        invitation=invitation, text="In arrears", nothing_to_share=False, audience="everyone", by=housing
    )
    actions.take_attendance(invitation=invitation, attendance="conflict", who=housing.name, by=coordinator)
    approve(meeting, chair)
    colleague = member(invitation.agency, "practitioner", "hugo")

    reads = [(Paragraph.objects.visible_to(who).exists(), who) for who in (housing, colleague)]
    assert reads == [(False, housing), (True, colleague)]
    assert not type(decided).objects.visible_to(housing).exists()


@pytest.mark.parametrize(("was", "becomes", "reads"), [("present", "conflict", False), ("conflict", "present", True)])
def test_who_left_is_known_from_the_newest_version(
    item, invitation, meeting, decided, coordinator, chair, housing, was, becomes, reads
):
    write(item, "14-risk", "He is his brother", by=coordinator)
    actions.take_attendance(invitation=invitation, attendance=was, who=housing.name, by=coordinator)
    approve(meeting, chair)
    proposed = actions.amend(
        item=item,
        part="attendance",
        of=invitation,
        becomes=becomes,
        reason="It was recorded wrongly",
        version=1,
        by=coordinator,
    )

    countersign(proposed, chair)

    assert Paragraph.objects.visible_to(housing).exists() is reads


def test_named_agencies_must_be_named(sign_in, item, invitation, risk, coordinator):
    form = {"section": "14-risk", "text": "For one", "audience": "named", "version": "0"}
    client = sign_in(coordinator)

    refused = client.post(f"/paragraphs/{risk.reference}/", form, headers=HTMX)
    saved = client.post(f"/paragraphs/{risk.reference}/", form | {"agencies": [invitation.agency_id]}, headers=HTMX)

    assert (refused.status_code, "Choose which agencies may read it" in refused.text) == (409, True)
    assert saved.status_code == 200
    assert list(risk.agencies.all()) == [invitation.agency]


def test_an_agency_that_is_not_invited_cannot_be_named(sign_in, item, invitation, risk, health_agency, coordinator):
    form = {"section": "14-risk", "text": "x", "audience": "named", "version": "0", "agencies": [health_agency.pk]}

    answer = sign_in(coordinator).post(f"/paragraphs/{risk.reference}/", form, headers=HTMX)

    assert answer.status_code == 409
    assert not risk.agencies.exists()


def test_saving_over_in_place_keeps_the_agencies_that_are_named(sign_in, for_housing, invitation, coordinator):
    row = Paragraph.objects.visible_to(coordinator).get(audience="named")
    late = {"section": "14-risk", "text": "Mine", "audience": "everyone", "version": "0", "over": "1"}

    sign_in(coordinator).post(f"/paragraphs/{row.reference}/", late, headers=HTMX)

    row.refresh_from_db()
    assert (row.text, row.audience, list(row.agencies.all())) == ("Mine", "named", [invitation.agency])


def test_a_paragraph_is_added_in_place_and_alone(sign_in, item, coordinator):
    answer = sign_in(coordinator).post(f"/items/{item.reference}/paragraphs/", {"section": "14-risk"}, headers=HTMX)

    assert answer.text.count("<textarea") == 1
    assert Paragraph.objects.visible_to(coordinator).filter(section="14-risk").count() == 2


@pytest.mark.parametrize("section", ["16-actions", "19-review", "nonsense"])
def test_what_is_a_row_of_its_own_or_no_heading_takes_no_paragraph(item, coordinator, section):
    with pytest.raises(ValidationError, match="Choose a heading"):
        actions.add_paragraph(item=item, section=section, by=coordinator)


def test_a_paragraph_is_moved_under_its_heading(sign_in, for_housing, coordinator):
    row = Paragraph.objects.visible_to(coordinator).get(text="For housing")

    sign_in(coordinator).post(f"/paragraphs/{row.reference}/move/", {"way": "up"})

    assert texts(coordinator) == ["For all", "For housing", "For us"]


def test_words_are_taken_out_after_a_question_and_can_be_put_back(sign_in, item, risk, coordinator):
    write(item, "14-risk", "Said in error", by=coordinator)
    client = sign_in(coordinator)
    url = f"/paragraphs/{risk.reference}/remove/"

    asked = client.get(url)
    client.post(url, {"version": "1"})

    assert "Said in error" in asked.text
    assert texts(coordinator) == []
    assert AccessEvent.objects.get(event="paragraph.removed").detail["words"] == 3
    client.post(f"/items/{item.reference}/put-back/", {"paragraph": risk.reference})
    assert texts(coordinator) == ["Said in error"]


def test_words_that_someone_wrote_meanwhile_are_not_taken_out_unread(item, risk, coordinator, chair):
    write(item, "14-risk", "New", by=chair)

    with pytest.raises(ValidationError, match="Someone wrote in it meanwhile"):
        actions.remove_paragraph(paragraph=risk, version=0, by=coordinator)


def test_a_person_stays_on_the_agenda_while_words_about_him_were_taken_out(item, risk, coordinator):
    write(item, "14-risk", "Said in error", by=coordinator)
    actions.remove_paragraph(paragraph=risk, version=1, by=coordinator)

    with pytest.raises(ValidationError, match="the item stays"):
        actions.remove_item(item=item, by=coordinator)


def test_the_questions_of_the_workspace_do_not_grow_with_its_paragraphs(
    sign_in, item, invitation, coordinator, django_assert_max_num_queries
):
    client, url = sign_in(coordinator), f"/items/{item.reference}/"
    with django_assert_max_num_queries(72) as few:
        client.get(url)
    for number in range(5):
        row = actions.add_paragraph(item=item, section="14-risk", by=coordinator)
        named = {"audience": "named", "agencies": [invitation.agency]}
        actions.save_paragraph(paragraph=row, text=f"x{number}", version=0, **named, by=coordinator)

    with django_assert_max_num_queries(len(few)):
        client.get(url)
