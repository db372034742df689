"""Numbers in, geometry out."""

import pytest
from django.template.loader import render_to_string

from mappa.charts import Bars, Heat, Line, Stacked, Steps, nice_top

ATTENDED = Bars(
    title="Attendance", summary="Housing came least.", rows=[("Police", 100), ("Housing", 4)], unit="%", target=90
)
PEOPLE = Line(title="People", summary="It rose.", rows=[("Oct", 0), ("Nov", 58)])


@pytest.mark.parametrize(("highest", "top"), [(0, 1), (1, 1), (7, 8), (58, 60), (99, 100), (100, 100), (101, 150)])
def test_a_scale_ends_at_a_round_number(highest, top):
    assert nice_top(highest) == top


def test_the_longest_bar_stays_within_the_drawing():
    assert ATTENDED.bars[0]["length"] <= ATTENDED.width


def test_a_short_bar_carries_its_value_beside_it():
    long, short = ATTENDED.bars

    assert long["inside"]
    assert not short["inside"]
    assert short["value_x"] > short["length"]


def test_a_line_begins_at_the_left_and_ends_at_the_right():
    first, last = PEOPLE.points

    assert (first["x"], last["x"]) == (PEOPLE.left, PEOPLE.right)
    assert first["y"] > last["y"]


def test_a_chart_without_rows_or_with_one_is_still_drawn():
    assert Bars(title="None", summary="", rows=[]).bars == []
    assert Line(title="One", summary="", rows=[("Nov", 5)]).path == "M36.0,24.0"


@pytest.mark.parametrize(("template", "chart"), [("charts/bars.html", ATTENDED), ("charts/line.html", PEOPLE)])
def test_a_chart_says_its_title_its_sentence_and_all_its_numbers(template, chart):
    html = render_to_string(template, {"chart": chart})

    assert chart.summary in html
    assert f'aria-labelledby="{chart.slug}-title"' in html
    assert f'id="{chart.slug}-title"' in html
    assert all(f">{value}{chart.unit}</td>" in html for _label, value in chart.rows)


def test_two_charts_with_one_title_can_be_told_apart():
    assert Bars(title="People", summary="", rows=[], id="level-2").slug != PEOPLE.slug


LEVELS = ("Unknown", "Low", "Medium", "High")


def steps(*values):
    return Steps(title="Level", summary="It rose.", rows=[(f"M{n}", v) for n, v in enumerate(values)], words=LEVELS)


def test_a_level_holds_until_the_next_one_and_the_last_to_the_end():
    low, high = steps(1, 3).points

    assert steps(1, 3).path == f"M{low['x']},{low['y']} H{high['x']} V{high['y']} H{steps().right}"
    assert high["y"] < low["y"]


def test_where_the_level_is_not_known_there_is_no_line():
    assert steps(0, 0).path == ""
    assert steps(1, 0, 2).path.count("M") == 2


def test_levels_over_time_are_told_in_words_too():
    html = render_to_string("charts/steps.html", {"chart": steps(0, 3), "column": "Month", "column_level": "Level"})

    assert ">Unknown</td>" in html
    assert ">High</td>" in html
    assert 'aria-describedby="chart-level-summary"' in html


STACKED = Stacked(
    title="Overdue",
    summary="Housing has most.",
    rows=[("Housing", 12), ("Police", 1)],
    parts=["New", "Old"],
    numbers=[[11, 1], [0, 1]],
)
HEAT = Heat(
    title="Came",
    summary="Housing came least.",
    rows=[("Housing", 50)],
    unit="%",
    columns=["Sep", "Oct", "Nov"],
    cells=[[(95, "95"), (20, "20"), (None, "–")]],
)


def test_parts_of_a_bar_stand_side_by_side_and_end_within_the_drawing():
    first, second = STACKED.bars[0]["pieces"]

    assert second["x"] == first["width"]
    assert STACKED.bars[0]["end"] < STACKED.width
    assert len(STACKED.bars[1]["pieces"]) == 1


def test_a_part_too_narrow_for_its_number_has_none_and_the_sum_says_it():
    narrow = Stacked(title="", summary="", rows=[("A", 401)], parts=["New", "Old"], numbers=[[400, 1]])

    assert [piece["words"] for piece in narrow.bars[0]["pieces"]] == ["400", ""]
    assert narrow.bars[0]["words"] == "401"


def test_the_lower_a_share_the_darker_its_cell_and_each_says_its_number():
    high, low, none = HEAT.lines[0]["cells"]

    assert (high["fill"], low["fill"], none["fill"]) == ("#E3ECF4", "#12436D", "#ffffff")
    assert [cell["words"] for cell in HEAT.lines[0]["cells"]] == ["95", "20", "–"]
    assert len(HEAT.legend) == 4


def test_a_bar_that_is_known_roughly_has_an_outline_up_to_what_it_may_be():
    bars = Bars(title="Came", summary="", rows=[("Housing", 50)], upto=[70], said=["5 to 7 in 10"], full=100)

    [bar] = bars.bars
    assert (bar["length"], bar["end"]) == (185, 259)
    assert "5 to 7 in 10" in render_to_string(bars.drawing, {"chart": bars})


@pytest.mark.parametrize("chart", [STACKED, HEAT, PEOPLE, ATTENDED])
def test_a_drawing_on_paper_names_itself(chart):
    html = render_to_string(chart.drawing, {"chart": chart, "is_named": True})

    assert f"<title>{chart.title}. {chart.summary}</title>" in html
    assert "style=" not in html


def test_a_line_of_many_points_has_words_at_its_ends_alone():
    line = Line(title="People", summary="", rows=[(f"M{n}", n) for n in range(12)])

    assert [point["label"] for point in line.points if point["label"]] == ["M0", "M11"]
