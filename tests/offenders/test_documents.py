"""The list of documents, one document, its versions, and withdrawing it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from audit.models import AccessEvent
from offenders.models import Document, DocumentAgency
from tests.factories import DocumentAgencyFactory, DocumentFactory, a_pdf, in_days


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/documents/"


def dated(day):
    return {"dated_on_day": day.day, "dated_on_month": day.month, "dated_on_year": day.year}


def test_the_list_shows_marking_and_readers(client, practitioner, offender, url):
    DocumentFactory(offender=offender, marking="official", handling="For the chair", by=practitioner)
    client.force_login(practitioner)

    text = client.get(url).text

    assert "OASys, full assessment" in text
    assert "OFFICIAL For the chair" in text
    assert "by Bob" in text


def test_an_empty_list_says_so(client, practitioner, url):
    client.force_login(practitioner)

    assert "There is no document on this case." in client.get(url).text


@pytest.mark.parametrize("query", [{}, {"kind": "letter"}, {"words": "nothing like it"}])
def test_a_document_for_others_is_a_placeholder_and_never_a_blank(client, granted, housing, offender, url, query):
    DocumentFactory(offender=offender, title="Source debrief", audience="authority")
    client.force_login(housing)

    text = client.post(url, query, follow=True).text

    assert "Source debrief" not in text
    assert "A document for the Responsible Authority only." in text
    assert "Restricted" in text


def test_a_document_for_named_agencies_is_a_placeholder_for_the_area(client, practitioner, offender, police, url):
    row = DocumentFactory(offender=offender, title="Source debrief", audience="agencies")
    DocumentAgencyFactory(offender=offender, document=row, agency=police)
    client.force_login(practitioner)

    text = client.get(url).text

    assert "Source debrief" not in text
    assert "A document for named agencies only." in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"kind": "letter"}, {"Letter from housing"}),
        ({"words": "housing"}, {"Letter from housing"}),
        ({"words": "FROM letter"}, {"Letter from housing"}),
        ({"words": "%"}, set()),
        ({"kind": "nonsense"}, {"Letter from housing", "OASys, full assessment"}),
        ({"words": "x" * 200}, {"Letter from housing", "OASys, full assessment"}),
    ],
)
def test_filters_leave_out_what_was_not_asked_for(client, practitioner, offender, url, query, found):
    DocumentFactory(offender=offender)
    DocumentFactory(offender=offender, kind="letter", title="Letter from housing")
    client.force_login(practitioner)

    rows = client.post(url, query, follow=True).context["rows"]

    assert {row["title"] for row in rows} == found


def test_many_documents_are_paged_and_each_is_shown_once(client, practitioner, offender, url):
    for number in range(30):
        DocumentFactory(offender=offender, title=f"Letter {number}", kind="letter")
    client.force_login(practitioner)

    first = client.get(f"{url}?kind=letter").context
    second = client.get(first["next"]).context

    titles = [row["title"] for page in (first, second) for row in page["rows"]]
    assert (len(first["rows"]), len(titles), len(set(titles))) == (25, 30, 30)
    assert second["next"] == ""


@pytest.mark.parametrize("place", ["nonsense", "2026-01-01", "~", "2026-01-01T00:00:00Z~-1", "\u202e"])
def test_a_place_that_is_none_is_the_beginning(client, practitioner, offender, url, place):
    DocumentFactory(offender=offender)
    client.force_login(practitioner)

    answer = client.get(url, {"from": place})

    assert [row["title"] for row in answer.context["rows"]] == ["OASys, full assessment"]


def test_the_page_costs_the_same_for_one_document_and_for_many(
    client, practitioner, offender, url, django_assert_max_num_queries
):
    for number in range(20):
        DocumentFactory(offender=offender, title=f"Letter {number}", audience="authority" if number % 2 else "everyone")
    client.force_login(practitioner)
    client.get(url)

    with django_assert_max_num_queries(24):
        client.get(url)


def test_one_document_says_whom_it_names_and_that_it_was_not_scanned(client, practitioner, offender, police):
    row = DocumentFactory(offender=offender, audience="agencies", by=practitioner)
    DocumentAgencyFactory(offender=offender, document=row, agency=police)
    client.force_login(practitioner)

    text = client.get(f"/people/documents/{row.reference}/").text

    assert "Police, Bedfordshire" in text
    assert "Not scanned for viruses" in text
    assert "Your copy carries the marking, your name, your agency and the time on every page." in text
    assert row.stored_as not in text


def test_a_new_version_stands_in_its_place_with_the_same_readers(client, practitioner, offender, police, url):
    first = DocumentFactory(offender=offender, audience="agencies", by=practitioner)
    DocumentAgencyFactory(offender=offender, document=first, agency=police)
    client.force_login(practitioner)

    answer = client.post(
        f"/people/documents/{first.reference}/version/",
        dated(in_days(-1)) | {"file": SimpleUploadedFile("new.pdf", a_pdf(2))},
    )

    assert answer.headers["Location"] == f"/people/documents/{first.reference}/"
    second = Document.objects.visible_to(practitioner).get(supersedes=first)
    assert (second.title, second.audience, second.dated_on) == (first.title, "agencies", in_days(-1))
    assert [n.agency for n in DocumentAgency.objects.visible_to(practitioner).filter(document=second)] == [police]
    assert [row["url"] for row in client.get(url).context["rows"]] == [second.get_absolute_url()]
    assert "There is a newer version" in client.get(answer.headers["Location"]).text
    assert first.reference in client.get(second.get_absolute_url()).text


def test_a_document_is_superseded_once(client, practitioner, offender):
    first = DocumentFactory(offender=offender)
    DocumentFactory(offender=offender, supersedes=first)
    client.force_login(practitioner)

    answer = client.post(
        f"/people/documents/{first.reference}/version/",
        dated(in_days(-1)) | {"file": SimpleUploadedFile("new.pdf", a_pdf(2))},
    )

    assert "There is a newer one already" in answer.text
    assert Document.objects.visible_to(practitioner).count() == 2


def withdraw(client, row):
    client.post(f"/people/documents/{row.reference}/withdraw/", {"reason": "Another person's"})


def bring_version(client, row, content):
    sent = dated(in_days(-1)) | {"file": SimpleUploadedFile("new.pdf", content)}
    return client.post(f"/people/documents/{row.reference}/version/", sent)


def test_a_version_that_is_withdrawn_leaves_its_place_to_the_one_before(client, practitioner, offender, url):
    first = DocumentFactory(offender=offender, by=practitioner)
    wrong = DocumentFactory(offender=offender, by=practitioner, supersedes=first)
    client.force_login(practitioner)

    withdraw(client, wrong)

    rows = client.get(url).context["rows"]
    assert {row["url"]: row["withdrawn"] for row in rows} == {
        first.get_absolute_url(): False,
        wrong.get_absolute_url(): True,
    }
    page = client.get(first.get_absolute_url())
    assert page.context["can_version"]
    assert "which is withdrawn" in page.text
    assert bring_version(client, first, a_pdf(3)).status_code == 302


def test_a_withdrawn_version_that_was_superseded_gives_nothing_back(client, practitioner, offender, url):
    first = DocumentFactory(offender=offender)
    wrong = DocumentFactory(offender=offender, supersedes=first)
    third = DocumentFactory(offender=offender, supersedes=wrong)
    client.force_login(practitioner)

    withdraw(client, wrong)
    assert [row["url"] for row in client.get(url).context["rows"]] == [third.get_absolute_url()]
    assert "There is a newer one already" in bring_version(client, first, a_pdf(3)).text

    withdraw(client, third)
    assert first.get_absolute_url() in [row["url"] for row in client.get(url).context["rows"]]


def test_what_was_superseded_may_be_brought_again(client, practitioner, offender):
    content = a_pdf(4)
    first = DocumentFactory(offender=offender, content=content, by=practitioner)
    wrong = DocumentFactory(offender=offender, supersedes=first, by=practitioner)
    client.force_login(practitioner)

    answer = bring_version(client, wrong, content)

    assert answer.status_code == 302


def test_whoever_brought_a_document_keeps_it_in_sight_when_a_newer_one_is_for_others(
    client, granted, housing, offender, url
):
    first = DocumentFactory(offender=offender, audience="authority", by=housing)
    DocumentFactory(offender=offender, audience="authority", supersedes=first)
    client.force_login(housing)

    rows = client.get(url).context["rows"]
    page = client.get(first.get_absolute_url())

    assert [row.get("url") for row in rows] == [None, first.get_absolute_url()]
    assert "There is a newer version of this document, for others." in page.text
    assert not page.context["can_version"]


@pytest.fixture
def brought_by_housing(offender, granted, housing):
    return DocumentFactory(offender=offender, by=housing)


@pytest.mark.parametrize("person", ["housing", "practitioner", "coordinator"])
def test_whoever_brought_it_or_edits_the_record_withdraws_it(
    client, request, offender, brought_by_housing, url, person
):
    user = request.getfixturevalue(person)
    client.force_login(user)

    answer = client.post(f"/people/documents/{brought_by_housing.reference}/withdraw/", {"reason": "Another person's"})

    assert answer.status_code == 302
    row = Document.objects.visible_to(user).get()
    assert (row.withdrawn_by, row.withdrawal_reason) == (user, "Another person's")
    assert "Withdrawn" in client.get(url).text
    assert AccessEvent.objects.get(event="document.withdrawn").detail == {"kind": "oasys"}


def test_no_copy_of_what_is_withdrawn_is_handed_out(client, practitioner, offender, brought_by_housing):
    client.force_login(practitioner)
    client.post(f"/people/documents/{brought_by_housing.reference}/withdraw/", {"reason": "Another person's"})

    answer = client.get(f"/people/documents/{brought_by_housing.reference}/download/")

    assert answer.headers["Location"] == f"/people/documents/{brought_by_housing.reference}/"
    assert "no copy of it is handed out" in client.get(answer.headers["Location"]).text
    assert not AccessEvent.objects.filter(event="document.downloaded").exists()


def test_who_neither_brought_it_nor_edits_the_record_may_not(client, chair, offender, brought_by_housing):
    client.force_login(chair)
    client.post(f"/people/{offender.reference}/reason/", {"purpose": "meeting", "words": ""})

    answer = client.post(f"/people/documents/{brought_by_housing.reference}/withdraw/", {"reason": "x"})

    assert answer.status_code == 403
    assert Document.objects.visible_to(chair).get().withdrawn_at is None


def test_a_withdrawal_says_why(client, practitioner, brought_by_housing):
    client.force_login(practitioner)

    answer = client.post(f"/people/documents/{brought_by_housing.reference}/withdraw/", {"reason": " "})

    assert answer.context["form"].errors["reason"] == ["Enter why it is withdrawn"]


def test_a_second_withdrawal_changes_nothing(client, practitioner, brought_by_housing):
    client.force_login(practitioner)
    address = f"/people/documents/{brought_by_housing.reference}/withdraw/"
    client.post(address, {"reason": "First"})

    answer = client.post(address, {"reason": "Second"})

    assert "withdrawn already" in answer.text
    assert Document.objects.visible_to(practitioner).get().withdrawal_reason == "First"


@pytest.mark.parametrize("page", ["", "version/", "withdraw/", "download/"])
def test_to_who_is_not_meant_it_does_not_exist(client, granted, housing, offender, page):
    row = DocumentFactory(offender=offender, audience="authority")
    client.force_login(housing)

    assert client.get(f"/people/documents/{row.reference}/{page}").status_code == 404
