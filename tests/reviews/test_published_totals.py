"""Totals of earlier years: entered one by one, brought as a file, removed; and what is refused."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from audit.models import AccessEvent
from reviews.models import PublishedTotal
from tests.factories import AnnualReportFactory, PublishedTotalFactory

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
GOOD = {"year": 2022, "table": "eligible", "category": "", "level": "", "number": 816, "source": "Report, page 9"}
HEADER = "year,table,category,level,number,source\n"


@pytest.fixture
def signed_in(client, coordinator):
    client.force_login(coordinator, backend=BACKEND)
    return client


def entered(user):
    return PublishedTotal.objects.visible_to(user)


def test_the_coordinator_enters_what_was_published(signed_in, coordinator):
    response = signed_in.post("/board/totals/enter/", GOOD)

    assert response.headers["Location"] == "/board/totals/"
    row = entered(coordinator).get()
    assert (row.year, row.number, row.category, row.entered_by) == (2022, 816, None, coordinator)
    assert "816" in signed_in.get("/board/totals/").text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"year": 2099}, "Enter a year from 2001"),
        ({"table": "shpo", "category": 1}, "This table has no categories"),
        ({"table": "returned-licence", "level": 1}, "does not have that level"),
        ({"number": "about 5"}, "Enter a whole number"),
        ({"source": ""}, "Enter where the number was published"),
    ],
    ids=str,
)
def test_what_cannot_be_is_refused_in_words(signed_in, coordinator, wrong, words):
    response = signed_in.post("/board/totals/enter/", GOOD | wrong)

    assert words in response.text
    assert not entered(coordinator).exists()


def test_a_total_is_entered_once_and_not_beside_a_report_of_that_year(signed_in, coordinator, area):
    PublishedTotalFactory(area=area, year=2022)
    assert "is entered already" in signed_in.post("/board/totals/enter/", GOOD).text

    AnnualReportFactory(area=area, year=2021)
    assert "is made here" in signed_in.post("/board/totals/enter/", GOOD | {"year": 2021}).text
    assert entered(coordinator).count() == 1


def bring(client, text):
    data = text if isinstance(text, bytes) else text.encode()
    return client.post("/board/totals/bring/", {"file": SimpleUploadedFile("totals.csv", data)})


def test_a_file_is_brought_whole(signed_in, coordinator):
    rows = '2021,eligible,,,"1,244",Cambrian News\n2022,eligible,1,,568,=1+1\n\n2022,managed,,2,40,Report\n'

    response = bring(signed_in, "\ufeff" + HEADER + rows)

    assert response.headers["Location"] == "/board/totals/"
    found = {(row.year, row.table, row.category, row.level, row.number) for row in entered(coordinator)}
    assert found == {
        (2021, "eligible", None, None, 1244),
        (2022, "eligible", 1, None, 568),
        (2022, "managed", None, 2, 40),
    }


def test_of_a_file_with_mistakes_nothing_is_entered_and_each_row_is_named(signed_in, coordinator):
    rows = "2022,eligible,,,816,Report\n2022,people,,,5,Report\n2022,eligible,9,,=5,Report\n2022,shpo,,,5,\n2022,eligible,,,816,Report\n"

    page = bring(signed_in, HEADER + rows).text

    assert "Row 3: “people” is no table" in page
    assert "Row 4: Write one of these in “category”" in page
    assert "Row 5: Write in “source”" in page
    assert "Row 6: This total is entered already" in page
    assert not entered(coordinator).exists()


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("a,b\n1,2\n", "must have these columns"),
        (HEADER, "has no rows"),
        (b"\xff\xfe\x00", "not a CSV file in UTF-8"),
        (b"year," * 30_000, "too large"),
    ],
    ids=["columns", "empty", "encoding", "size"],
)
def test_a_file_that_is_none_says_how_to_save_it(signed_in, file, words):
    assert words in bring(signed_in, file).text


def test_a_mistake_is_removed_and_the_record_keeps_what_it_was(signed_in, coordinator, area):
    row = PublishedTotalFactory(area=area)

    signed_in.post(f"/board/totals/{row.reference}/remove/")

    assert not entered(coordinator).exists()
    assert AccessEvent.objects.get(event="published_total.removed").detail["number"] == 827


def test_lay_advisers_read_totals_and_enter_none(client, lay_adviser, area):
    row = PublishedTotalFactory(area=area)
    client.force_login(lay_adviser, backend=BACKEND)

    assert "827" in client.get("/board/totals/").text
    assert client.post("/board/totals/enter/", GOOD).status_code == 403
    assert client.post(f"/board/totals/{row.reference}/remove/").status_code == 403


def test_another_area_cannot_tell_that_there_is_a_total(client, outsider, area):
    row = PublishedTotalFactory(area=area)
    client.force_login(outsider, backend=BACKEND)

    assert client.get(f"/board/totals/{row.reference}/remove/").status_code == 404


def test_the_regions_answer_for_a_year_without_reports(client, lay_adviser):
    client.force_login(lay_adviser, backend=BACKEND)

    page = client.get("/board/regions/?year=nonsense").text

    assert "Not published yet: 4 of 4 areas." in page
