"""Areas side by side: chance is told from difference, nobody is ranked, and only a national role looks."""

import itertools
from datetime import date
from math import comb

import pytest

from mappa import dates
from mappa.funnel import Funnel, Limits, Point, binomial_limits, poisson_limits, sizes_up_to
from reviews.measures import MEASURES
from reviews.models import CountedMonth, Population
from reviews.national import BY_SLUG, VIEWS, compared, months_ended
from tests.factories import AreaFactory, FigureFactory

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def period(today):
    return months_ended(12, today)


@pytest.fixture
def signed_in(client, national):
    client.force_login(national, backend=BACKEND)
    return client


def counted(period, slug="attendance", **areas):
    """So many of so many, by area, in the last month of the period."""
    for name, (part, whole) in areas.items():
        area = AreaFactory(slug=name, name=name.title())
        FigureFactory(area=area, measure=slug, month=period.starts[-1], part=part, whole=whole)


def test_the_limits_of_a_share_are_those_of_the_binomial_distribution():
    size, share, tail = 20, 0.8, 0.025

    def at_most(k):
        return sum(comb(size, n) * share**n * (1 - share) ** (size - n) for n in range(k + 1))

    low, high = binomial_limits(size, share, tail)

    assert at_most(low - 1) < tail <= at_most(low)
    assert 1 - at_most(high) < tail <= 1 - at_most(high - 1)
    assert (low, high) == (12, 19)


@pytest.mark.parametrize(("share", "limits"), [(0, (0, 0)), (1, (30, 30))])
def test_where_nobody_or_everybody_does_it_there_is_no_chance(share, limits):
    assert binomial_limits(30, share, 0.001) == limits


def test_the_limits_of_a_count_are_those_of_poisson():
    assert poisson_limits(100, 0.025) == (81, 120)  # as in printed tables
    assert poisson_limits(0, 0.025) == (0, 0)
    low, high = poisson_limits(100_000, 0.001)
    assert 99_000 < low < 100_000 < high < 101_000


def test_a_large_area_that_differs_is_named_and_a_small_one_that_differs_as_much_is_not(db, period):
    counted(period, kent=(850, 1000), essex=(880, 1000), surrey=(600, 1000), dorset=(6, 10))

    found = compared(BY_SLUG["attendance"], period)

    assert {each.area: each.side for each in found.standings} == {"Dorset": 0, "Essex": 1, "Kent": 1, "Surrey": -1}
    assert [each.area for each in found.standings] == ["Dorset", "Essex", "Kent", "Surrey"]  # by name, not by rank
    assert found.funnel.summary == (
        "Of 4 areas, lower than chance explains: Surrey; higher: Essex, Kent. The others differ by no more than chance. "
        "Ask why before saying better or worse."
    )
    assert "London" in found.left_out


def test_where_all_differ_by_chance_alone_nobody_is_named(db, period):
    counted(period, kent=(80, 100), essex=(84, 100), surrey=(76, 100))

    found = compared(BY_SLUG["attendance"], period)

    assert found.funnel.summary == "None of 3 areas differs from the others by more than chance explains."
    assert not [dot for dot in found.funnel.dots if dot["outside"]]


def test_people_are_compared_by_how_many_live_there(db, period):
    for name, cases, people in (("kent", 1470, 1_000_000), ("essex", 1900, 1_000_000), ("surrey", 1500, 1_000_000)):
        area = AreaFactory(slug=name, name=name.title())
        FigureFactory(area=area, measure="people", category=1, level=1, month=period.starts[-1], whole=cases)
        Population.objects.create(area=area, year=period.last.year - 1, people=people, source="Test")

    found = compared(BY_SLUG["rate"], period)

    assert ["Essex", "1,900", "1,000,000", "190", "higher than chance explains"] in [
        list(row) for row in found.table.rows
    ]
    assert found.funnel.full is None


def test_only_whole_months_are_compared():
    assert months_ended(3, date(2026, 11, 27)).first == date(2026, 8, 1)
    assert months_ended(3, date(2026, 11, 27)).last == date(2026, 10, 31)
    assert months_ended(1, date(2026, 3, 1)).last == date(2026, 2, 28)


def test_the_scale_begins_at_nothing_and_names_stand_apart():
    points = [Point(f"Area {n}", 100, 60.0, -1) for n in range(3)]
    funnel = Funnel("T", "S", [], "%", points=points, limits=[Limits("x", [(1, 0, 100), (100, 70, 90)])], full=100)

    assert [rule["label"] for rule in funnel.grid] == ["0%", "50%", "100%"]
    heights = sorted(dot["label_y"] for dot in funnel.dots)
    assert all(b - a >= funnel.LINE for a, b in itertools.pairwise(heights))
    assert sizes_up_to(3) == [1, 2, 3]


def test_the_national_team_reads_every_view_also_with_nothing_counted(signed_in, period):
    for view in VIEWS:
        page = signed_in.get(f"/national/?by={view.slug}&last=3")
        assert page.status_code == 200
        assert str(MEASURES[view.measure].how) in page.text.replace("&#x27;", "'")

    assert "Nothing was counted in these months" in signed_in.get("/national/?by=nonsense&last=999").text


def test_the_page_says_when_it_was_counted_and_the_file_holds_the_same_numbers(signed_in, period):
    counted(period, kent=(80, 100), essex=(84, 100))
    CountedMonth.objects.create(measure="attendance", month=period.starts[-1], counted_at=f"{dates.today()}T10:00Z")

    page = signed_in.get("/national/?by=attendance")
    file = signed_in.get("/national/figures.csv?by=attendance").content.decode("utf-8-sig")

    assert "Counted on" in page.text
    assert '"Kent","80","100","80%","no more than chance"' in file


@pytest.mark.parametrize("person", ["coordinator", "board_member", "lay_adviser", "administrator"])
def test_nobody_else_compares_areas(client, request, person):
    client.force_login(request.getfixturevalue(person), backend=BACKEND)

    assert client.get("/national/").status_code == 403
    assert "/national/" not in client.get("/").text


def test_the_national_team_is_led_to_its_page_and_sees_no_case(signed_in, offender):
    page = signed_in.get("/").text

    assert "Go to National" in page
    assert signed_in.get(f"/people/{offender.reference}/").status_code == 404


def test_areas_cost_no_more_queries_than_one(signed_in, period, django_assert_max_num_queries):
    counted(period, **{f"area-{n}": (8, 10) for n in range(20)})
    signed_in.get("/national/?by=attendance")

    with django_assert_max_num_queries(14):
        signed_in.get("/national/?by=attendance")
