"""The board's page as members read it: every number of the own area, with its sentence, its table and what it compares with."""

from datetime import date

import pytest

from mappa import dates
from reviews import board
from reviews.dashboard import page
from reviews.dashboard.look import Look
from reviews.measures import MEASURES
from reviews.models import CountedMonth, Figure
from reviews.period import Period
from tests.factories import AgencyFactory, AuditFactory, AuditFindingFactory, AuditScoreFactory, in_days

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ON = date(2026, 11, 27)
PERIOD = Period(date(2026, 8, 1), date(2026, 10, 31))
LAST = date(2026, 10, 1)


def figure(area, measure, whole, part=0, month=LAST, **kept):
    return Figure._base_manager.create(measure=measure, area=area, month=month, part=part, whole=whole, **kept)


def counted(*months):
    CountedMonth.objects.bulk_create(
        CountedMonth(measure=slug, month=month, counted_at="2026-11-27T10:00:00Z")
        for slug in MEASURES
        for month in months
    )


def open_as(client, user, query=""):
    client.force_login(user, backend=BACKEND)
    return client.get(f"/board/{query}")


def said(parts):
    return {part.chart.id: part.chart.summary for part in parts}


@pytest.fixture
def look(area, other_area):
    return Look(area, PERIOD, ON)


@pytest.mark.parametrize("person", ["coordinator", "chair", "board_member"])
def test_members_read_the_numbers_as_they_are(client, request, person, area, today):
    last_month = dates.add_months(today.replace(day=1), -1)
    figure(area, "people", 3, month=last_month, level=2, category=2)

    response = open_as(client, request.getfixturevalue(person))

    assert response.context["report"].tiles[0]["number"] == "3"
    assert "3 of 3 people managed are at level 2 or 3." in response.text


@pytest.mark.parametrize("person", ["practitioner", "housing", "victim_liaison", "administrator"])
def test_nobody_else_opens_it(client, request, person, area):
    user = request.getfixturevalue(person)

    assert open_as(client, user).status_code == 403
    assert client.get("/board/figures.csv").status_code == 403
    assert client.get("/board/behind/?measure=people").status_code == 403


def test_another_areas_board_is_not_opened(client, board_member, other_area):
    assert open_as(client, board_member, "?area=north-wales").status_code == 403
    assert client.get("/board/figures.csv?area=north-wales").status_code == 403


def test_a_member_of_two_boards_chooses(client, board_member, area, other_area):
    agency = AgencyFactory(name="Board, North Wales", kind__code="board", area=other_area)
    board_member.memberships.create(agency=agency, role_id="board-member", from_on=in_days(-9))

    first, second = open_as(client, board_member), open_as(client, board_member, "?area=north-wales")

    assert (first.context["area"], second.context["area"]) == (area, other_area)
    assert 'href="?area=north-wales"' in first.text


def test_a_lay_adviser_of_one_area_reads_hidden_numbers_there_though_a_member_elsewhere(lay_adviser, area, other_area):
    agency = AgencyFactory(name="Board, North Wales", kind__code="board", area=other_area)
    lay_adviser.memberships.create(agency=agency, role_id="board-member", from_on=in_days(-9))

    assert not board.reads_all(lay_adviser, area)
    assert board.reads_all(lay_adviser, other_area)


def test_the_usual_months_are_over_and_others_are_chosen(client, board_member, today):
    month = f"{today:%Y-%m}"

    usual, chosen = open_as(client, board_member), open_as(client, board_member, f"?since={month}&until={month}")

    assert f"{today:%B}" not in usual.context["report"].period
    assert chosen.context["report"].period == f"{today:%B %Y}"
    assert f"{today:%B %Y} is not over" in chosen.text
    assert open_as(client, board_member, "?last=x").status_code == 200


def test_months_in_the_wrong_order_are_refused_and_kept(client, board_member, today):
    since, until = f"{today:%Y-%m}", f"{in_days(-70):%Y-%m}"

    response = open_as(client, board_member, f"?since={since}&until={until}")

    assert "The last month must not be before the first" in response.text
    assert f'<option value="{since}" selected>' in response.text


def test_the_page_costs_the_same_however_many_figures(client, board_member, area, today, django_assert_max_num_queries):
    month = dates.add_months(today.replace(day=1), -1)
    for _each in range(8):
        figure(area, "attendance", 9, 4, month=month, agency=AgencyFactory(area=area), level=2)
    client.force_login(board_member, backend=BACKEND)

    with django_assert_max_num_queries(90):
        assert client.get("/board/").status_code == 200


def test_a_tile_says_of_how_many_how_it_moved_and_its_target(look, area):
    figure(area, "people", 8, level=2)
    figure(area, "people", 6, month=date(2026, 7, 1), level=2)
    figure(area, "minutes-on-time", 10, 9)
    figure(area, "minutes-on-time", 10, 8, month=date(2026, 7, 1))
    counted(date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1))

    tiles = {tile["text"]: tile for tile in page.tiles(look)}

    assert tiles["people at level 2 or 3"]["note"] == "up 2 since the period before"
    assert tiles["of minutes on time"]["number"] == "90%"
    assert tiles["of minutes on time"]["note"] == "of 10, target 90%, up 10 points since the period before"


def test_months_that_were_never_counted_are_compared_with_nothing(look, area):
    figure(area, "people", 8, level=2)
    figure(area, "minutes-on-time", 10, 9)
    counted(date(2026, 7, 1))

    tiles = {tile["text"]: tile["note"] for tile in page.tiles(look)}
    [minutes] = [part for part in page.parts(look) if part.chart.id == "minutes-on-time"]

    assert tiles["people at level 2 or 3"] == "up 8 since the period before"  # what there was at the end of July
    assert tiles["of minutes on time"] == "of 10, target 90%, the period before was not all counted"
    assert [name for name, _percent in minutes.chart.rows] == ["This period"]


def test_nobody_is_called_the_lowest_who_is_not_alone_in_it(look, area):
    for code in ("police", "housing"):
        agency = AgencyFactory(area=area, kind__code=code)
        figure(area, "attendance", 10, 7, agency=agency, level=2, detail="present")
    figure(area, "information-on-time", 4, 3, agency=agency, level=2)

    found = said(page.parts(look))

    assert found["attendance"].endswith("came to 7 of 10 cases they were invited for (70%).")
    assert found["information"] == f"{agency.kind.name} sent 3 of 4 on time (75%)."


def test_the_sentences_say_what_to_notice(look, area):
    police, housing = (AgencyFactory(area=area, kind__code=code) for code in ("police", "housing"))
    figure(area, "attendance", 10, 10, agency=police, level=2, detail="present")
    figure(area, "attendance", 10, 7, agency=housing, level=2, detail="deputy")
    figure(area, "actions-overdue", 3, agency=police, detail="over-84")
    figure(area, "actions-overdue", 1, agency=housing, detail="to-28")
    figure(area, "referrals", 9, detail="accepted")
    figure(area, "referrals", 3, detail="kept")

    found = said(page.parts(look))

    assert (
        found["attendance"]
        == f"{housing.kind.name} came to 7 of 10 cases they were invited for (70%), the lowest of any."
    )
    assert (
        found["overdue"] == f"{police.name} has the most, 3 of 4 actions; 3 of all are overdue by more than 12 weeks."
    )
    assert found["referrals"] == "9 of 12 referrals were accepted."


def test_a_figure_is_compared_with_the_other_areas_of_which_none_is_named(look, area, other_area):
    third, fourth = (AgencyFactory(area__slug=name, area__name=name.title()).area for name in ("essex", "kent"))
    for where, part in ((area, 5), (other_area, 9), (third, 7), (fourth, 8)):
        figure(where, "minutes-on-time", 10, part, level=2)

    [minutes] = [part for part in page.parts(look) if part.chart.id == "minutes-on-time"]

    assert minutes.notes == ["3 other areas: from 70% to 90%, half of them 80% or more."]
    assert minutes.chart.summary == "This period: 50% (5 of 10), 40 points below its target of 90%."


def test_a_month_of_few_invitations_is_shown_as_its_numbers(look, area):
    agency = AgencyFactory(area=area)
    figure(area, "attendance", 4, 3, agency=agency, level=2)
    figure(area, "attendance", 20, 5, agency=agency, level=2, month=date(2026, 9, 1))

    [heat] = [part.chart for part in page.parts(look) if part.chart.id == "attendance-months"]

    assert heat.cells == [[(None, "–"), (25, "25"), (75, "3/4")]]
    assert heat.summary == f"{agency.name} missed most, 16 of 24, in 2 of 3 months."


def test_what_misses_its_target_most_is_asked_first(look, area):
    figure(area, "minutes-on-time", 10, 2)
    figure(area, "disclosure-considered", 10, 9, level=2)

    asked = page.to_ask(look)

    assert asked[0] == "Why were only 20% of minutes approved on time?"
    assert asked[1] == "Why do only 90% of cases discussed have a recorded decision on disclosure?"
    assert len(asked) == 3


def test_an_area_with_nothing_has_a_page_without_a_percentage(client, board_member, area):
    response = open_as(client, board_member)

    assert response.status_code == 200
    assert "No attendance was taken in this period." in response.text
    assert "0%" not in "".join(tile["number"] for tile in response.context["report"].tiles)
    assert "Not counted yet:" in response.text


def test_a_line_leaves_out_months_that_were_never_counted(look, area):
    figure(area, "people", 8, level=2)
    counted(LAST)

    [months] = [part for part in page.parts(look) if part.chart.id == "months"]

    assert months.chart.rows == [("Oct", 8)]


def test_the_file_for_a_spreadsheet_has_every_table_and_runs_nothing(client, board_member, area, today):
    agency = AgencyFactory(area=area, name="=cmd()")
    figure(area, "attendance", 4, 3, month=dates.add_months(today.replace(day=1), -1), agency=agency, level=2)
    client.force_login(board_member, backend=BACKEND)

    response = client.get("/board/figures.csv")

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert '\n"\'=cmd()",' in response.content.decode("utf-8-sig")


def test_the_pdf_names_its_reader_and_has_the_numbers_open(client, board_member, area):
    client.force_login(board_member, backend=BACKEND)

    response = client.get("/board/figures.pdf")

    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")


def test_signed_audits_say_their_weakest_question_and_what_is_still_open(look, offender):
    signed = AuditFactory(offender=offender, signed=True, sample__area=look.area, sample__month=LAST)
    first, second = signed.sample.form.questions.all()[:2]
    AuditScoreFactory(offender=offender, audit=signed, question=first, score=3)
    AuditScoreFactory(offender=offender, audit=signed, question=second, score=1)
    AuditFindingFactory(offender=offender, audit=signed)

    [audits] = [part for part in page.parts(look) if part.chart.id == "audits"]

    assert audits.chart.summary == f"Weakest in 1 signed audit: {second.text} (0 of 1 satisfactory)."
    assert audits.chart.rows == [("Cases", 50)]
    assert audits.notes == ["Findings open today: 1, of which 0 are late."]
