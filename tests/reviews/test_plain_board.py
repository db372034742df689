"""The board's page as lay readers read it: published quarters, and nothing by which anybody could be known."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.urls import reverse

from reviews import quarters, tasks
from reviews.dashboard import plain, plain_words
from reviews.measures import MEASURES
from reviews.models import CountedMonth, PublishedQuarter
from reviews.rounding import share_of
from tests.reviews.test_board import BACKEND, figure, open_as

ON = date(2026, 11, 27)
SUMMER, SPRING = date(2026, 7, 1), date(2026, 4, 1)


def published(area, first=SUMMER, **families):
    """A quarter with these families; the others have no groups."""
    empty = {family.slug: [] for family in quarters.FAMILIES}
    given = {slug.replace("_", "-"): groups for slug, groups in families.items()}
    return PublishedQuarter.objects.create(area=area, first=first, figures=empty | given, published_on=ON)


def look_at(area, quarter, earlier=(), others=()):
    return plain.PlainLook(area, quarter, earlier, others, frozenset({"Police"}))


@pytest.mark.parametrize("person", ["lay_adviser", "information_officer"])
def test_lay_readers_read_rounded_quarters_and_no_person(client, request, person, area):
    published(
        area, attendance=[["Police", [45, 5]], ["Housing", [10, 0]]], referrals=[["accepted", [0]], ["kept", [15]]]
    )

    response = open_as(client, request.getfixturevalue(person))

    assert "July to September 2026" in response.text
    assert "Police" in response.text
    assert "fewer than 5" in response.text
    assert "about 15" in response.text
    assert "/people/" not in response.text
    assert f"{reverse('reviews:annual_reports')}?area=" in response.text
    assert reverse("reviews:behind") not in response.text


def test_another_quarter_is_chosen_and_no_other_period(client, lay_adviser, area):
    published(area)
    published(area, SPRING)

    spring = open_as(client, lay_adviser, "?quarter=2026-04")
    other = open_as(client, lay_adviser, "?quarter=2026-05")
    months = open_as(client, lay_adviser, "?since=2026-11&until=2026-11")

    assert spring.context["report"].period == "April to June 2026"
    assert "Choose one of the published quarters" in other.text
    assert months.context["report"].period == "July to September 2026"


def test_before_the_first_quarter_is_published_the_page_says_so(client, lay_adviser, area):
    response = open_as(client, lay_adviser)

    assert "No quarter is published yet." in response.text
    for file in ("figures.csv", "figures.pdf"):
        assert client.get(f"/board/{file}").url == "/board/?area=bedfordshire"


def test_lay_readers_have_no_way_behind_a_figure(client, lay_adviser, information_officer):
    for person in (lay_adviser, information_officer):
        client.force_login(person, backend=BACKEND)
        assert client.get("/board/behind/?measure=people").status_code == 403


def test_the_file_and_the_pdf_are_of_the_same_quarter(client, lay_adviser, area):
    published(area, attendance=[["Police", [45, 5]]])
    client.force_login(lay_adviser, backend=BACKEND)

    file, paper = (client.get(f"/board/figures.{kind}?quarter=2026-07") for kind in ("csv", "pdf"))

    assert '"Police","about 45","about 5","9 in 10"' in file.content.decode("utf-8-sig")
    assert paper.content.startswith(b"%PDF")


def test_who_came_least_is_said_only_where_it_is_certain(area):
    clear = published(area, attendance=[["Police", [90, 5]], ["Housing", [50, 40]]])
    close = published(area, SPRING, attendance=[["Police", [90, 10]], ["Housing", [85, 10]]])

    assert plain.attendance(look_at(area, clear)).chart.summary == (
        "Housing came to 5 to 6 in 10 of what they were invited for, the lowest of any."
    )
    assert "No agency is certain to have come least" in plain.attendance(look_at(area, close)).chart.summary


def test_better_and_worse_are_said_only_where_they_are_certain(area):
    before = published(area, SPRING, minutes_on_time=[["", [20, 20]]])
    now = published(area, minutes_on_time=[["", [40, 0]]])

    notes = {tile["text"]: tile["note"] for tile in plain.tiles(look_at(area, now, [before]))}

    assert notes["of minutes approved on time"] == "better than the quarter before (4 to 6 in 10)"
    assert notes["of actions done on time"] == "cannot be compared with the quarter before"


def test_a_target_is_missed_met_or_too_close_to_tell(area):
    rows = [["1", [40, 40]], ["2", [200, 0]], ["3", [45, 5]]]
    quarter = published(area, reviews_on_time=rows)

    said = plain.reviews(look_at(area, quarter)).chart.summary
    just_below = plain_words.against("Level 3", share_of([35], [5]), 90)

    assert "Level 1: 5 in 10, below the target" in said
    assert "Level 2: 10 in 10, which meets the target" in said
    assert "Level 3: 9 in 10, close to the target" in said
    assert just_below == "Level 3: 8 to 9 in 10, just below the target of 90%."


def test_questions_ask_only_about_what_certainly_misses_its_target(area):
    quarter = published(area, reviews_on_time=[["2", [40, 40]], ["3", [35, 5]]])

    asked = plain.to_ask(look_at(area, quarter))

    assert asked[0] == "Why were only 5 in 10 reviews held on time at level 2?"
    assert not any("level 3" in question for question in asked[:1] + asked[2:])
    assert len(asked) == 3


def test_other_areas_are_compared_with_from_three_on_and_none_is_named(area, other_area):
    quarter = published(area, minutes_on_time=[["", [40, 40]]])
    others = [
        PublishedQuarter(area=other_area, first=SUMMER, figures={"minutes-on-time": [["", [met, 20]]]})
        for met in (20, 40, 80)
    ]

    part = plain.minutes(look_at(area, quarter, others=others))

    assert "3 other areas: from about 5 in 10 to about 8 in 10, half of them 7 in 10 or more." in part.notes
    assert plain.minutes(look_at(area, quarter, others=others[:2])).notes == part.notes[1:]


def mark_counted(at="2026-11-27T04:10:00Z", months=(7, 8, 9)):
    CountedMonth.objects.bulk_create(
        CountedMonth(measure=slug, month=date(2026, month, 1), counted_at=at) for slug in MEASURES for month in months
    )


def test_a_quarter_is_published_for_every_area_once_and_hidden(area, other_area):
    figure(area, "minutes-on-time", 16, 9, month=date(2026, 8, 1), level=2)
    figure(area, "minutes-on-time", 2, 1, month=date(2026, 10, 1), level=2)
    mark_counted()

    made = quarters.publish(on=ON)
    figure(area, "minutes-on-time", 90, 9, month=date(2026, 9, 1), level=2)
    again = quarters.publish(on=ON)

    row = PublishedQuarter.objects.get(area=area)
    assert (row.first, row.figures["minutes-on-time"]) == (SUMMER, [["", [10, 5]]])
    assert (made >= 2, again) == (True, 0)


@time_machine.travel(datetime(2026, 11, 27, 5, 20, tzinfo=UTC))
def test_the_clock_publishes_each_night_what_has_settled(area):
    mark_counted()

    tasks.publish_quarters()

    assert PublishedQuarter.objects.get(area=area).first == SUMMER


def test_a_quarter_that_was_not_counted_since_its_end_is_not_published(area):
    assert quarters.publish(on=ON) == 0

    mark_counted(at="2026-09-30T04:10:00Z")
    assert quarters.publish(on=ON) == 0


@pytest.mark.parametrize(("on", "newest"), [(date(2026, 10, 28), SPRING), (date(2026, 10, 29), SUMMER)])
def test_a_quarter_settles_four_weeks(on, newest):
    assert quarters.ready(on)[0].first == newest


def test_a_published_quarter_never_changes(area):
    row = published(area)

    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        PublishedQuarter.objects.filter(pk=row.pk).update(figures={})
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        row.delete()


def test_the_plain_page_costs_the_same_however_many_areas(
    client, lay_adviser, area, other_area, django_assert_max_num_queries
):
    for where in (area, other_area):
        published(where, attendance=[["Police", [45, 5]]])
    client.force_login(lay_adviser, backend=BACKEND)

    with django_assert_max_num_queries(30):
        assert client.get("/board/").status_code == 200
