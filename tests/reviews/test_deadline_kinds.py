"""The page of all kinds of deadline, which is read from the table itself."""

from html import unescape

import pytest

from agencies.models import Standard
from reviews.deadlines import KINDS
from reviews.deadlines.sources import figures_of
from reviews.views.deadlines import reminded_words
from tests.factories import AreaFactory


def test_every_kind_says_what_it_is_whence_its_day_comes_and_what_ends_it():
    assert len({str(kind.title) for kind in KINDS}) == len(KINDS)
    assert all(str(kind.standard) and str(kind.done) for kind in KINDS)


def test_every_figure_that_a_kind_names_is_a_standard(db, today):
    figures = figures_of(KINDS, None, today)

    missing = {name for kind in KINDS for name in kind.figures} - {
        each.name for rows in figures.values() for each in rows
    }
    assert missing == set()


def test_an_areas_own_figure_comes_before_the_national_one(area, today):
    elsewhere = AreaFactory(slug="elsewhere", name="Elsewhere")
    Standard.objects.create(name="screening_working_days", value=1, unit="working days", area=area, from_on=today)
    kind = next(kind for kind in KINDS if kind.slug == "referral")

    assert [figures_of([kind], where, today)["referral"][0].words for where in (area, elsewhere, None)] == [
        "1 working day",
        "10 working days",
        "10 working days",
    ]


@pytest.mark.parametrize(
    ("slug", "words"),
    [
        ("case-review", "20 and 5 working days before, on the day, 1 and 5 working days after"),
        ("minutes-to-read", "on the day"),
        ("board-attendance", "1 and 5 working days after"),
        ("warning", "not by mail"),
    ],
)
def test_when_a_kind_is_reminded_of_is_said_in_words(slug, words):
    assert reminded_words(next(kind for kind in KINDS if kind.slug == slug)) == words


def test_everybody_reads_every_kind_with_the_figures_of_his_area(client, housing, django_assert_max_num_queries):
    client.force_login(housing)

    with django_assert_max_num_queries(12):
        page = unescape(client.get("/deadlines/").content.decode())

    assert [kind.slug for kind in KINDS if str(kind.title) not in page or str(kind.done) not in page] == []
    assert "The figures are those of Bedfordshire today." in page
