"""The letter and the undertaking: only what was authorised, in the file itself, and only once it is."""

import pytest

from audit.models import AccessEvent
from mappa.paper import PangoMissingError
from tests.factories import DisclosureFactory
from tests.papers import READERS, needs_pango, read_pdf, read_word

IN = ("Jo Example", "1 School Lane", "He must not be alone with pupils", "Tell nobody else", "Undertaking", "Signature")
NOT_IN = ("Others may learn", "Contact with children", "Police with probation", "He agrees", "All tests are met")


@pytest.fixture
def row(offender):
    return DisclosureFactory(offender=offender, authorised=True)


def address(row, ending):
    return f"/people/disclosures/{row.reference}/letter.{ending}"


@pytest.mark.parametrize(("ending", "read"), READERS)
def test_it_holds_what_was_authorised_marked_and_for_its_recipient_and_no_more(
    client, practitioner, offender, row, ending, read
):
    client.force_login(practitioner)

    _document, text = read(client.get(address(row, ending)))

    for words in (*IN, "OFFICIAL-SENSITIVE", "For Jo Example", row.reference):
        assert words in text
    for words in (*NOT_IN, offender.surname, offender.reference):
        assert words not in text


@needs_pango
def test_the_pdf_is_tagged_and_has_a_title(client, practitioner, row):
    client.force_login(practitioner)

    document, _text = read_pdf(client.get(address(row, "pdf")))

    assert document.metadata.title == "Information given in confidence"
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_without_pango_the_letter_is_offered_as_word(client, practitioner, row, monkeypatch):
    def missing(template, context):
        raise PangoMissingError("libpango")

    monkeypatch.setattr("offenders.views.paper.pdf_of", missing)
    client.force_login(practitioner)

    answer = client.get(address(row, "pdf"))

    assert (answer.status_code, address(row, "docx") in answer.text) == (503, True)


def test_the_word_file_has_a_title_and_real_headings_and_names_no_program(client, practitioner, row):
    client.force_login(practitioner)

    document, _text = read_word(client.get(address(row, "docx")))

    assert (document.core_properties.title, document.core_properties.author) == ("Information given in confidence", "")
    headings = [p.text for p in document.paragraphs if p.style.name.startswith("Heading")]
    assert headings == [
        "Information given in confidence",
        "What you are told",
        "What you may do with it",
        "Undertaking",
    ]


def test_without_an_undertaking_there_is_none_to_sign(client, practitioner, offender):
    row = DisclosureFactory(
        offender=offender, authorised=True, needs_undertaking=False, no_undertaking_because="The public is told"
    )
    client.force_login(practitioner)

    assert "Signature" not in read_word(client.get(address(row, "docx")))[1]


def test_what_no_paper_can_show_is_left_out_and_no_two_words_become_one(client, practitioner, offender):
    words = "One\x0bline\nand <another> & more on 3\u00a0December\x01"
    row = DisclosureFactory(offender=offender, authorised=True, information=words)
    client.force_login(practitioner)

    assert "One line and <another> & more on 3 December" in read_word(client.get(address(row, "docx")))[1]


@pytest.mark.parametrize(("ending", "read"), READERS)
def test_a_recipient_pasted_with_signs_that_have_no_shape_gets_a_letter(client, practitioner, offender, ending, read):
    row = DisclosureFactory(offender=offender, authorised=True, recipient_name="Jo\x01 Example", information="A\x01B")
    client.force_login(practitioner)

    assert "Head teacher" in read(client.get(address(row, ending)))[1]


@pytest.mark.parametrize(("ending", "read"), READERS)
def test_each_download_is_recorded_under_the_number_of_the_copy(client, practitioner, row, ending, read):
    client.force_login(practitioner)

    _document, text = read(client.get(address(row, ending)))

    event = AccessEvent.objects.get(event="disclosure.letter_downloaded")
    assert event.detail == {"kind": ending}
    assert f"Copy {event.request_id[:12]}, made by Bob" in text


@pytest.mark.parametrize("ending", ["pdf", "docx"])
def test_what_was_not_authorised_or_was_corrected_has_no_letter(client, practitioner, offender, row, ending):
    waiting = DisclosureFactory(offender=offender, corrects=row, correction_reason="A name")
    refused = DisclosureFactory(offender=offender, authorised=True, outcome="refused")
    client.force_login(practitioner)

    for each in (waiting, refused, row):
        assert client.get(address(each, ending)).headers["Location"] == each.get_absolute_url()
        assert address(each, ending) not in client.get(each.get_absolute_url()).text


@pytest.mark.parametrize(("person", "status"), [("housing", 403), ("outsider", 404)])
@pytest.mark.parametrize("ending", ["pdf", "docx"])
def test_nobody_else_makes_one(client, request, granted, row, ending, person, status):
    client.force_login(request.getfixturevalue(person))

    assert client.get(address(row, ending)).status_code == status
