"""The board's page: figures of the own area, and for the public's two nothing by which anybody could be known."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from reviews.board_page import sections, tiles
from reviews.board_questions import questions
from reviews.performance import KindAttendance, Period, Share, Waits

from reviews import board
from reviews.models import Board, BoardMeeting
from tests.factories import ActionFactory, AgencyFactory, LevelPeriodFactory, OffenderFactory, ReviewFactory, in_days

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def open_as(client, user, query=""):
    client.force_login(user, backend=BACKEND)
    return client.get(f"/board/{query}")


@pytest.fixture
def cases(offender):
    """Peter Ashdown at level 1, two people at level 2 and one restricted at level 3."""
    for level, more in [(2, {}), (2, {}), (3, {"restricted": True})]:
        case = OffenderFactory(area=offender.area, lead_agency=offender.lead_agency, level=level, **more)
        LevelPeriodFactory(offender=case, level=level)
        ReviewFactory(offender=case, level=level, due_on=in_days(-1))
    ActionFactory(offender=offender, due_on=in_days(-1))
    return offender.area


@pytest.mark.parametrize("person", ["coordinator", "chair", "board_member"])
def test_members_see_the_numbers_as_they_are(client, request, person, cases):
    response = open_as(client, request.getfixturevalue(person))

    assert [tile["number"] for tile in response.context["tiles"]] == ["3", "0%", "1", "none due"]
    assert "3 of 4 people are at level 2 or 3." in response.text
    assert "What to ask" not in response.text


@pytest.mark.parametrize("person", ["lay_adviser", "information_officer"])
def test_the_public_reads_no_small_number_and_no_person(client, request, person, cases):
    response = open_as(client, request.getfixturevalue(person))

    assert [tile["number"] for tile in response.context["tiles"]] == [
        "fewer than 5",
        "too few to show",
        "fewer than 5",
        "too few to show",
    ]
    assert "/people/" not in response.text
    assert response.text.count('<li class="govuk-body-l">') == 3


@pytest.mark.parametrize("person", ["practitioner", "housing", "victim_liaison", "administrator"])
def test_nobody_else_opens_it(client, request, person, cases):
    assert open_as(client, request.getfixturevalue(person)).status_code == 403


def test_another_areas_board_is_not_opened(client, board_member, other_area):
    assert open_as(client, board_member, "?area=north-wales").status_code == 403


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


def test_months_are_chosen(client, board_member, today):
    month = f"{today:%Y-%m}"

    response = open_as(client, board_member, f"?since={month}&until={month}")

    assert response.context["period"] == f"{today:%B %Y}"
    assert response.status_code == 200


@pytest.mark.parametrize("last", ["3", "6", "12", "x", "-1"])
def test_the_last_months_are_chosen_by_a_link(client, board_member, last):
    assert open_as(client, board_member, f"?last={last}").status_code == 200


def test_months_in_the_wrong_order_are_refused_and_kept(client, board_member, today):
    since, until = f"{today:%Y-%m}", f"{in_days(-70):%Y-%m}"

    response = open_as(client, board_member, f"?since={since}&until={until}")

    assert "The last month must not be before the first" in response.text
    assert f'<option value="{since}" selected>' in response.text


def test_the_next_meetings_of_the_board_are_listed(client, lay_adviser, area):
    found, _is_new = Board.objects.get_or_create(area=area, defaults={"name": "Board"})
    BoardMeeting.objects.create(board=found, starts_at=timezone.now() + timedelta(days=9), place="County Hall")
    BoardMeeting.objects.create(board=found, starts_at=timezone.now() - timedelta(days=9), place="Old Hall")

    text = open_as(client, lay_adviser).text

    assert "County Hall" in text
    assert "Old Hall" not in text


@pytest.mark.parametrize("person", ["board_member", "lay_adviser"])
def test_the_page_costs_the_same_however_many_cases(client, request, person, cases, django_assert_max_num_queries):
    for _each in range(10):
        LevelPeriodFactory(offender=OffenderFactory(area=cases, level=2), level=2)
    client.force_login(request.getfixturevalue(person), backend=BACKEND)

    with django_assert_max_num_queries(35):
        assert client.get("/board/").status_code == 200


TARGETS = dict.fromkeys(board.TARGETS, 85)


def made_up(today, counts=(40, 3, 12), **more):
    """Figures as the database might have counted them."""
    people = {(1, 2): counts[0], (2, 2): counts[1], (1, 3): counts[2]}
    blank = {
        "period": Period(today - timedelta(days=90), today),
        "people": people,
        "months": [(day, sum(counts)) for day in board.month_ends(today)],
        "active_before": 50,
        "reviews": {2: Share(86, 100), 3: Share(94, 100)},
        "reviews_before": {2: Share(80, 100)},
        "attendance": [
            KindAttendance("Police", is_authority=True, share=Share(99, 100)),
            KindAttendance("Housing", is_authority=False, share=Share(70, 100)),
        ],
        "overdue": [("Police", 3), ("Probation", 1)],
        "overdue_before": 7,
        "minutes": Share(9, 10),
        "minutes_before": Share(5, 10),
        "referrals": {"accepted": 9, "kept": 2, "": 1},
        "prompts": {"referred": 4, "reassessed": 2, "dismissed": 5, "": 1},
        "targets": TARGETS,
    }
    return board.Figures(**(blank | more))


def test_the_sentences_say_what_to_notice(today):
    said = {part.slug: part.summary for part in sections(made_up(today), plain=False)}

    assert said["attendance"] == "Housing came to 70% of the items they were invited to, the lowest of any."
    assert "Level 2 meets its target of 85%." in said["reviews"]
    assert said["overdue"] == "Police has the most, with 3 actions."
    assert said["referrals"] == "9 of 12 referrals were accepted."
    assert said["prompts"] == "6 of 12 prompts were followed by a referral or an assessment."


def test_how_long_referrals_waited_is_said_of_many_and_to_the_board_alone(today):
    found = made_up(today, waits=Waits(decided=(1, 2, 3, 8, 9), met=(12,)))
    said = {plain: {part.slug: part.summary for part in sections(found, plain=plain)} for plain in (False, True)}

    assert said[False]["referrals"] == "9 of 12 referrals were accepted. Half were decided within 3 working days."
    assert "working days" not in said[True]["referrals"]


def test_a_tile_says_how_it_moved_and_its_target(today):
    notes = [tile["note"] for tile in tiles(made_up(today), plain=False)]

    assert notes[0] == "up 5 since the period before"
    assert notes[1] == "target 85%, up 10 since the period before"
    assert notes[2] == "down 3 since the period before"


def test_what_misses_its_target_most_is_asked_first(today):
    asked = questions(made_up(today, minutes=Share(2, 10)))

    assert asked[0] == "Why were only 2 in 10 minutes approved on time?"
    assert asked[1] == "Why did Housing come to only 7 in 10 of the items they were invited to?"
    assert len(asked) == 3


def test_when_no_target_is_missed_there_are_still_three_questions(today):
    assert len(questions(made_up(today, attendance=[], overdue=[]))) == 3


def test_a_period_of_nothing_is_said_plainly(today):
    nothing = made_up(
        today,
        counts=(0, 0, 0),
        reviews={},
        reviews_before={},
        attendance=[],
        overdue=[],
        minutes=Share(0, 0),
        referrals={},
        prompts={},
    )

    for plain in (False, True):
        said = {part.slug: part.summary for part in sections(nothing, plain=plain)}
        assert said["attendance"] == "No attendance was taken in this period."
        assert said["overdue"] == "No action is overdue."
        assert said["prompts"] == "No prompt was made in this period."


@settings(deadline=None)
@given(st.lists(st.integers(0, 30), min_size=3, max_size=3), st.lists(st.integers(0, 9), min_size=4, max_size=4))
def test_no_small_number_is_on_the_plain_page(counts, outcomes):
    referrals = dict(zip(["accepted", "kept", "returned", ""], outcomes, strict=True))
    prompts = dict(zip(["referred", "reassessed", "dismissed", ""], outcomes, strict=True))
    figures = made_up(timezone.localdate(), counts=tuple(counts), referrals=referrals, prompts=prompts, active_before=2)

    said = [tile["number"] for tile in tiles(figures, plain=True)]
    for part in sections(figures, plain=True):
        said += [cell for row in (part.table or {"rows": []})["rows"] for cell in row[1:]]
        said += [str(value) for _label, value in (part.line.rows if part.line else [])]

    assert not {"1", "2", "3", "4"} & set(said)


@settings(deadline=None)
@given(st.lists(st.integers(5, 60), min_size=3, max_size=3), st.lists(st.integers(5, 60), min_size=4, max_size=4))
def test_two_plain_pages_never_differ_by_a_few(counts, outcomes):
    """Whoever reads a period and the same with one month more must not count the people of that month."""
    referrals = dict(zip(["accepted", "kept", "returned", ""], outcomes, strict=True))
    figures = made_up(
        timezone.localdate(),
        counts=tuple(counts),
        referrals=referrals,
        prompts=dict(zip(["referred", "reassessed", "dismissed", ""], outcomes, strict=True)),
        overdue=[("Police", outcomes[0])],
    )

    said = [tile["number"] for tile in tiles(figures, plain=True) if "in 10" not in tile["number"]]
    for part in sections(figures, plain=True):
        said += [cell for row in (part.table or {"rows": []})["rows"] for cell in row[1:]]
        said += [str(value) for _label, value in (part.line.rows if part.line else [])]

    assert {int(number) % 5 for number in said} == {0}


def test_a_plain_tile_says_about_how_it_moved(today):
    notes = {counts: tiles(made_up(today, counts=counts), plain=True)[0]["note"] for counts in ((40, 6, 5), (70, 6, 5))}

    assert notes == {
        (40, 6, 5): "about as many as in the period before",
        (70, 6, 5): "up 30 since the period before",
    }


def test_the_administrator_edits_boards_and_their_meetings(client, administrator, area):
    client.force_login(administrator, backend=BACKEND)

    answers = [client.get(f"/admin/reviews/{name}/").status_code for name in ("board", "boardmeeting")]

    assert answers == [200, 200]
