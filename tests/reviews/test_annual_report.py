"""An annual report from draft to publication and correction: who does what, who reads what, and what never changes."""

import csv
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from agencies.models import OutboxMessage, Role
from agencies.models.user import system_user
from audit.models import AccessEvent
from mappa import dates
from reviews.annual import actions
from reviews.models import AnnualReport, Snapshot
from reviews.models.annual import last_day, year_before
from tests.conftest import member
from tests.factories import (
    AnnualReportFactory,
    LevelPeriodFactory,
    MembershipFactory,
    PublishedTotalFactory,
    SnapshotFactory,
)
from tests.papers import needs_pango, read_pdf, tags_of

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
WORDS = {"foreword": "", "arrangements": "Three agencies.", "work": "", "commentary": "Fewer people.", "plans": ""}


@pytest.fixture
def sign_in(client):
    def as_user(user):
        client.force_login(user, backend=BACKEND)
        return client

    return as_user


@pytest.fixture
def year(today):
    return year_before(today)


@pytest.fixture
def second_member(board_agency):
    """Ben, who also sits on the board."""
    return member(board_agency, Role.Code.BOARD_MEMBER, "ben")


@pytest.fixture
def draft(area):
    return AnnualReportFactory(area=area)


@pytest.fixture
def published(area):
    return AnnualReportFactory(area=area, published=True)


def fresh(report, user):
    return AnnualReport.objects.visible_to(user).get(pk=report.pk)


def test_the_coordinator_drafts_the_year_that_has_ended(sign_in, coordinator, lay_adviser, offender, year):
    LevelPeriodFactory._meta.model._base_manager.update(from_on=last_day(year))

    response = sign_in(coordinator).post("/board/reports/draft/", {"year": year})

    report = AnnualReport.objects.visible_to(coordinator).get()
    assert response.headers["Location"] == report.get_absolute_url()
    assert (report.year, report.state, report.revision) == (year, "draft", 1)
    assert report.content["eligible"] == {"2-1": 1}
    assert report.figures.is_intact()
    assert report.due_on == dates.add_months(last_day(year), 7)
    [mail] = OutboxMessage.objects.all()
    assert mail.to == lay_adviser
    assert report.reference in mail.subject


def test_a_year_to_come_is_refused_and_says_which_can_be_drafted(coordinator, area, year):
    with pytest.raises(ValidationError, match="has not ended"):
        actions.draft_report(area=area, year=year + 1, by=coordinator)
    with pytest.raises(ValidationError, match="from 2001-02 on"):
        actions.draft_report(area=area, year=1999, by=coordinator)


def test_a_year_is_drafted_once_and_not_beside_entered_totals(sign_in, coordinator, draft, area, year):
    response = sign_in(coordinator).post("/board/reports/draft/", {"year": year})
    assert "has been drafted already" in response.text

    PublishedTotalFactory(area=area, year=year - 1)
    response = sign_in(coordinator).post("/board/reports/draft/", {"year": year - 1})
    assert "Remove them first" in response.text


@pytest.mark.parametrize("person", ["chair", "lay_adviser", "information_officer", "practitioner", "outsider"])
def test_others_draft_nothing(request, area, year, person):
    with pytest.raises(PermissionDenied):
        actions.draft_report(area=area, year=year, by=request.getfixturevalue(person))


def test_the_board_writes_and_whoever_read_an_old_version_keeps_his_text(sign_in, board_member, draft):
    client, url = sign_in(board_member), f"/board/reports/{draft.reference}/write/"

    assert client.post(url, WORDS | {"version": 0}).status_code == 302
    late = client.post(url, WORDS | {"version": 0, "plans": "My plans"})

    assert "Someone else changed this report" in late.text
    assert "My plans" in late.text
    report = fresh(draft, board_member)
    assert (report.arrangements, report.plans) == ("Three agencies.", "")
    assert list(report.writers.all()) == [board_member]


def test_the_lay_advisers_write_their_own_part_and_nobody_else_does(sign_in, lay_adviser, coordinator, draft):
    url = f"/board/reports/{draft.reference}/contribute/"
    assert sign_in(lay_adviser).post(url, {"lay_words": "We looked.", "version": 0}).status_code == 302
    assert fresh(draft, lay_adviser).lay_words == "We looked."

    assert "Only the lay advisers" in sign_in(coordinator).get(url).text
    assert sign_in(coordinator).post(url, {"lay_words": "For them", "version": 1}).status_code == 403
    assert fresh(draft, lay_adviser).lay_words == "We looked."


def test_a_member_who_wrote_none_of_it_approves_and_it_is_published(
    sign_in, coordinator, board_member, second_member, draft
):
    actions.write_report(report=draft, version=0, by=board_member, **WORDS)
    url = f"/board/reports/{draft.reference}/"
    signed = {"version": 1, "is_read": "on"}

    assert "You wrote a part" in sign_in(board_member).post(f"{url}approve/", signed).text
    assert sign_in(coordinator).post(f"{url}approve/", signed).status_code == 403
    assert "Tick this once you have read" in sign_in(second_member).post(f"{url}approve/", {"version": 1}).text
    assert "approves the report first" in sign_in(coordinator).post(f"{url}publish/").text
    assert sign_in(second_member).post(f"{url}approve/", signed).status_code == 302
    assert sign_in(coordinator).post(f"{url}publish/").status_code == 302

    report = fresh(draft, coordinator)
    assert (report.state, report.approved_by, report.published_by) == ("published", second_member, coordinator)
    assert {mail.to for mail in OutboxMessage.objects.filter(key__contains=":approved:")} == {board_member}


def test_nothing_unwritten_is_approved(second_member, area):
    report = AnnualReportFactory(area=area, arrangements="")

    with pytest.raises(ValidationError, match="Not written yet: How the arrangements work here"):
        actions.approve_report(report=report, version=0, by=second_member)


def test_figures_that_were_tampered_with_are_not_approved(second_member, draft, monkeypatch):
    monkeypatch.setattr(Snapshot, "is_intact", lambda snapshot: False)  # the database lets nobody tamper with one

    with pytest.raises(ValidationError, match="not those that were counted"):
        actions.approve_report(report=draft, version=0, by=second_member)


def test_an_approved_report_is_sent_back_with_a_reason_and_its_writers_read_why(
    sign_in, board_member, coordinator, area
):
    report = AnnualReportFactory(area=area, approved=True)
    report.writers.add(coordinator)

    sign_in(board_member).post(f"/board/reports/{report.reference}/send-back/", {"reason": "The year is wrong"})

    assert fresh(report, coordinator).state == "draft"
    assert "The year is wrong" in sign_in(coordinator).get(report.get_absolute_url()).text
    assert OutboxMessage.objects.get().to == coordinator


@pytest.mark.parametrize("state", ["approved", "published"])
def test_the_database_itself_refuses_to_change_what_was_approved(area, state):
    report = AnnualReportFactory(area=area, **{state: True})
    rows = AnnualReport._base_manager.filter(pk=report.pk)

    for change in (
        {"figures": SnapshotFactory(area=area)},
        {"arrangements": "Other words"},
        {"lay_words": "Other words"},
    ):
        with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
        rows.delete()


def test_a_published_report_is_corrected_by_a_revision_and_both_are_read(sign_in, coordinator, board_member, published):
    client = sign_in(coordinator)
    client.post(f"/board/reports/{published.reference}/revise/", {"reason": "Two cases came late"})
    revision = AnnualReport.objects.visible_to(coordinator).get(revision=2)
    assert (revision.state, revision.corrects, revision.arrangements) == ("draft", published, published.arrangements)
    assert "This report was corrected" not in client.get(published.get_absolute_url()).text
    with pytest.raises(ValidationError, match="later revision"):
        actions.revise_report(report=published, reason="Again", by=coordinator)

    revision.writers.clear()
    actions.approve_report(report=revision, version=0, by=board_member)
    actions.publish_report(report=revision, by=coordinator)

    assert "This report was corrected" in client.get(published.get_absolute_url()).text
    assert "Two cases came late" in client.get(revision.get_absolute_url()).text


def test_lay_advisers_read_a_drafts_words_and_no_number_of_it(sign_in, lay_adviser, information_officer, draft):
    page = sign_in(lay_adviser).get(f"{draft.get_absolute_url()}?numbers=all").text

    assert "The numbers are much as they were." in page
    assert "The tables are shown here once the report is published" in page
    assert "568" not in page
    assert sign_in(information_officer).get(draft.get_absolute_url()).status_code == 404


def test_small_numbers_of_a_published_report_are_read_by_nobody(sign_in, lay_adviser, coordinator, published):
    for person, query in ((lay_adviser, "?numbers=all"), (coordinator, "")):
        page = sign_in(person).get(published.get_absolute_url() + query).text
        assert "816" in page
        assert "fewer than 9" in page
        assert "550</td>" not in page.replace("about 550</td>", "")


def test_members_read_a_draft_as_it_was_counted_and_that_is_recorded(sign_in, board_member, draft):
    page = sign_in(board_member).get(f"{draft.get_absolute_url()}?numbers=all").text

    assert '<td class="govuk-table__cell">550</td>' in page
    assert AccessEvent.objects.filter(event="annual_report.numbers_read", actor_id=board_member.pk).exists()


def test_another_area_cannot_tell_that_there_is_a_report(sign_in, outsider, published):
    for page in ("", "report.pdf", "tables.csv", "revise/"):
        assert sign_in(outsider).get(published.get_absolute_url() + page).status_code == 404


def test_the_spreadsheet_says_what_the_page_says_and_runs_no_formula(sign_in, lay_adviser, published, area):
    PublishedTotalFactory(area=area, year=2020, source="=HYPERLINK(1)")

    response = sign_in(lay_adviser).get(f"{published.get_absolute_url()}tables.csv")

    rows = list(csv.reader(StringIO(response.content.decode("utf-8-sig"))))
    assert ["Level 1", "about 550", "about 235", "–", "fewer than 5", "781 to 793"] in rows
    assert ["Total", "568", "240", "fewer than 9", "fewer than 13", "816"] in rows
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


@needs_pango
def test_the_pdf_is_tagged_and_says_what_the_page_says(sign_in, lay_adviser, published):
    document, words = read_pdf(sign_in(lay_adviser).get(f"{published.get_absolute_url()}report.pdf"))

    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert document.trailer["/Root"]["/Lang"] == "en"
    found, figures = tags_of(document)
    assert {"/Table", "/TH", "/H2", "/Figure"} <= set(found)
    assert any("Most were in category 1: 568." in name for name in figures)
    assert "816 people were managed under MAPPA" in words
    assert "fewer than 9" in words


def test_a_draft_is_handed_out_to_nobody(sign_in, coordinator, draft):
    for page in ("report.pdf", "tables.csv"):
        response = sign_in(coordinator).get(draft.get_absolute_url() + page)
        assert response.headers["Location"] == draft.get_absolute_url()


def test_a_draft_is_counted_again_and_the_figures_before_are_kept(sign_in, coordinator, draft):
    before = draft.figures

    sign_in(coordinator).post(f"/board/reports/{draft.reference}/count-again/", {"version": 0})

    report = fresh(draft, coordinator)
    assert report.content["eligible"] == {}
    assert report.figures.corrects == before


def test_the_clock_opens_what_is_due_once_and_only_for_a_board_with_members(board_member, coordinator, outsider, year):
    assert actions.open_due_reports(by=system_user()) == 1
    assert actions.open_due_reports(by=system_user()) == 0

    report = AnnualReport.objects.visible_to(coordinator).get()
    assert (report.state, report.year) == ("due", year)
    with pytest.raises(PermissionDenied):
        actions.open_due_reports(by=coordinator)
    drafted = actions.draft_report(area=report.area, year=year, by=coordinator)
    assert drafted == report


def test_the_list_asks_as_much_of_one_report_as_of_many(sign_in, board_member, area, django_assert_max_num_queries):
    for year in range(2015, 2023):
        AnnualReportFactory(area=area, year=year, published=True)
    client = sign_in(board_member)
    client.get("/board/reports/")

    with django_assert_max_num_queries(20):
        response = client.get("/board/reports/")

    assert response.text.count("Annual report 20") >= 8


def test_a_board_of_two_areas_drafts_of_the_one_it_means(sign_in, coordinator, other_area, year):
    MembershipFactory(user=coordinator, agency__area=other_area, role_id=Role.Code.COORDINATOR)
    client = sign_in(coordinator)

    assert "Choose an area" in client.post("/board/reports/draft/", {"year": year}).text
    client.post("/board/reports/draft/", {"year": year, "area": other_area.pk})

    assert AnnualReport.objects.visible_to(coordinator).get().area == other_area


def test_an_adviser_with_a_closed_account_contributes_nothing(lay_adviser, draft):
    lay_adviser.is_active = False

    with pytest.raises(PermissionDenied):
        actions.contribute(report=draft, lay_words="We looked.", version=0, by=lay_adviser)
