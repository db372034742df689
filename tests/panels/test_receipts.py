"""Who was sent the minutes, who has opened them, and every copy that was taken."""

import hashlib

import pytest

from panels.models import Distribution, MinutesCopy
from tests.panels.conftest import amend, countersign


@pytest.fixture
def url(sent):
    return f"/meetings/{sent.reference}/receipts/"


def test_who_has_not_opened_them_is_shown(sign_in, url, coordinator):
    page = sign_in(coordinator).get(url).text

    assert "Housing, Bedfordshire" in page
    assert "Not opened" in page


def test_who_opened_what_and_when_is_shown(sign_in, url, sent, housing, coordinator):
    sign_in(housing).get(f"/meetings/{sent.reference}/minutes/")

    copy = MinutesCopy.objects.visible_to(coordinator).get()
    page = sign_in(coordinator).get(url).text
    assert copy.reference in page
    assert 'Harriet<br><span class="govuk-body-s app-quiet">Housing, Bedfordshire</span>' in page
    assert "Not opened" not in page


def test_a_new_version_is_to_be_opened_anew(
    sign_in, sent, item, paragraph, housing, housing_agency, coordinator, chair
):
    sign_in(housing).get(f"/meetings/{sent.reference}/minutes/")

    countersign(amend(item, paragraph, by=coordinator), chair)

    row = Distribution.objects.visible_to(chair).get(agency=housing_agency)
    assert (row.read_by, row.read_version, row.version) == (housing, 1, 2)
    assert Distribution.objects.visible_to(chair).unread().exists()


def test_each_copy_has_a_number_of_its_own_that_stands_in_it(sign_in, sent, housing):
    client = sign_in(housing)
    pages = [client.get(f"/meetings/{sent.reference}/minutes/").text for _each in range(2)]

    numbers = list(MinutesCopy.objects.visible_to(housing).order_by("at").values_list("reference", flat=True))
    assert len(set(numbers)) == 2
    assert [number in page for number, page in zip(numbers, pages, strict=True)] == [True, True]


def test_a_copy_keeps_the_digest_of_the_file_that_was_handed_out(sign_in, sent, housing):
    answer = sign_in(housing).get(f"/meetings/{sent.reference}/minutes.docx")

    copy = MinutesCopy.objects.visible_to(housing).get()
    assert copy.digest == hashlib.sha256(answer.content).hexdigest()
    assert copy.reference in answer["Content-Disposition"]


def test_a_reader_sees_his_own_copies_and_no_others(sign_in, sent, housing, practitioner):
    sign_in(housing).get(f"/meetings/{sent.reference}/minutes/")

    assert MinutesCopy.objects.visible_to(housing).exists()
    assert not MinutesCopy.objects.visible_to(practitioner).exists()


@pytest.mark.parametrize(("person", "status"), [("practitioner", 403), ("housing", 403), ("uninvited", 404)])
def test_only_those_who_minute_read_the_receipts(sign_in, request, url, person, status):
    assert sign_in(request.getfixturevalue(person)).get(url).status_code == status
