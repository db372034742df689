"""What a published table shows: exact sums wherever they give nothing away, and no small cell, to whoever knows the rule."""

import csv
from itertools import product

import pytest

from reviews.annual.shown import Shown, _to_give, number, possible_values, publish, rounded
from reviews.annual.tables import numbers, rate_of
from tests.factories import AnnualReportFactory
from tests.factories.annual import COUNTED
from tests.reviews.attack import Knowledge, Page, learn_table, read_all

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"

FEWER, ABOUT_5, ABOUT_10 = rounded(0), rounded(5), rounded(10)


def seen(table):
    """Everything that a reader is told by a table."""
    cells = tuple(cell for row in table.cells for cell in row)
    return (cells, tuple(table.rows), tuple(table.columns), table.total)


def recovered(shape, known):
    """Small cells that a reader, who knows the rule and what each cell is rounded to, can work out in any table."""
    rows, columns = shape
    alike = {}
    for counts in product(*(range(cell.low, cell.high + 1) for cell in known)):
        table = tuple(counts[n * columns : (n + 1) * columns] for n in range(rows))
        alike.setdefault(seen(publish(table)), []).append(counts)
    small = [place for place, cell in enumerate(known) if cell.is_small]
    return [tables for tables in alike.values() for place in small if len({counts[place] for counts in tables}) == 1]


@pytest.mark.parametrize("shape", [(1, 2), (1, 3), (2, 1), (3, 1), (2, 2)], ids=str)
def test_no_small_cell_of_any_table_can_be_worked_out(shape):
    """Every table of the shape: also two that differ only in what they do not show are told apart by nothing."""
    kinds = product((FEWER, ABOUT_5, ABOUT_10), repeat=shape[0] * shape[1])

    assert [recovered(shape, known) for known in kinds if recovered(shape, known)] == []


def test_a_rule_that_gives_every_sum_of_rows_would_be_found_out(monkeypatch):
    """The attack itself works: were the sums given that are not, it would recover cells."""
    monkeypatch.setattr("reviews.annual.shown._differs", lambda row, sums: True)
    monkeypatch.setattr("reviews.annual.shown.as_given", lambda total, could_be: Shown(total, total))
    monkeypatch.setattr("reviews.annual.shown._to_give", _to_give.__wrapped__)
    monkeypatch.setitem(globals(), "publish", publish.__wrapped__)

    assert recovered((1, 2), (FEWER, FEWER))


def test_the_quarters_of_a_number_cannot_be_worked_out():
    for known in product((FEWER, ABOUT_5, ABOUT_10), repeat=4):
        alike = {}
        for counts in product(*(range(cell.low, cell.high + 1) for cell in known)):
            alike.setdefault(number(counts), []).append(counts)
        for tables in alike.values():
            assert all(len({counts[n] for counts in tables}) > 1 for n in range(4) if known[n].is_small)


def test_integer_programming_recovers_no_cell_of_a_published_report(client, lay_adviser, area):
    """The program that attacks the board's pages, on every table of the report and its file."""
    report = AnnualReportFactory(area=area, published=True)
    client.force_login(lay_adviser, backend=BACKEND)
    opened = read_all(client, begin=[report.get_absolute_url()])
    assert {f"{report.get_absolute_url()}tables.csv", "/board/reports/"} <= set(opened)

    known = Knowledge()
    for url in (report.get_absolute_url(), f"{report.get_absolute_url()}tables.csv"):
        kind, text = opened[url]
        for table in tables_of(kind, text):
            learn_table(known, "report", table["caption"], table["rows"])

    hidden = [cell for cell, (low, high) in known.cells.items() if low < high]
    assert len(hidden) > 20
    assert known.recovered() == {}


def tables_of(kind, text):
    if kind == "text/html":
        return Page(text).tables
    lines, found = list(csv.reader(text.splitlines())), []
    for before, caption, *_rest in zip([[], *lines], lines, lines[1:], strict=False):
        if not before and len(caption) == 1:
            start = lines.index(caption) + 1
            end = next((n for n, line in enumerate(lines) if n > start and not line), len(lines))
            found.append({"caption": caption[0], "rows": lines[start:end]})
    return found


def test_totals_are_exact_beside_small_cells():
    found = numbers(COUNTED)

    assert found["eligible", None, None].words == "816"
    assert found["eligible", 1, None].words == "568"
    assert found["eligible", 2, None].words == "240"
    assert found["eligible", 1, 1].words == "about 550"
    assert found["eligible", 1, 3].words == "fewer than 5"
    assert found["eligible", 3, None].words == "fewer than 9"
    assert found["eligible", None, 1].words == "781 to 793"
    assert found["shpo", None, None].words == "36"
    assert found["notification-orders", None, None].words == "fewer than 5"


def test_a_table_without_small_cells_is_exact_everywhere():
    table = publish(((1100, 50), (120, 9)))

    assert [[cell.words for cell in row] for row in table.cells] == [["1,100", "50"], ["120", "9"]]
    assert [sum_.words for sum_ in (*table.rows, *table.columns, table.total)] == [
        "1,150",
        "129",
        "1,220",
        "59",
        "1,279",
    ]


def test_a_small_category_is_summed_with_the_one_before():
    """Fewer than 5 in categories 3 and 4 together: that of category 2 is then not exact, the total is."""
    table = publish(((550, 14, 4), (235, 4, 1), (None, 1, 1), (0, 0, 0)))

    assert [row.words for row in table.rows] == ["568", "233 to 245", "fewer than 9", "fewer than 13"]
    assert table.total.words == "810"


def test_nobody_at_all_is_no_exact_nought():
    table = publish(((0, 0, 0), (0, 0, 0)))

    assert {sum_.words for sum_ in (*table.rows, *table.columns, table.total)} == {"fewer than 5"}
    assert number([0, 0, 0, 0]).words == "fewer than 5"


def test_the_ends_of_what_a_sum_could_be_are_not_told_apart():
    assert publish(((4, 4, 4),)).total == publish(((4, 4, 3),)).total == Shown(11, 12)
    assert publish(((6, 0, 0),)).total == publish(((5, 0, 0),)).total == Shown(5, 6)
    assert publish(((6, 1, 0),)).total.words == "7"


def test_known_values_follow_from_the_sum():
    assert list(possible_values(13, [FEWER, ABOUT_10], FEWER)) == [1, 2, 3, 4]
    assert list(possible_values(16, [FEWER, ABOUT_10], FEWER)) == [4]


def test_a_rate_is_of_exact_numbers_only():
    assert rate_of(Shown(3000, 3000), 2_040_816) == Shown(147, 147)  # West Yorkshire, 31 March 2021
    assert rate_of(Shown(816, 816), 816 * 1299) == Shown(77, 77)  # Hertfordshire: 1 per 1,299
    assert rate_of(rounded(3000), 2_040_816) is None
    assert rate_of(Shown(5, 5), None) is rate_of(Shown(5, 5), 0) is None
