"""What goes to a spreadsheet is words and numbers, and nothing that it would run."""

import csv
import re
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mappa.paper import Table
from mappa.sheets import csv_of, csv_of_rows, harmless

ROOT = Path(__file__).parents[2]
NASTY = some.text() | some.sampled_from(
    ["=1+1", "+1", "-A1", "@x", "\t=1", "\r", "\n=1", "a;=1", '"=1', "\ufeff=1", "\0"]
).flatmap(lambda start: some.text().map(lambda rest: start + rest))


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+1",
        "-1+A1",
        "@SUM(A1)",
        "\t=1",
        "\tx",
        "  =1",
        "\0=1",
        "\xa0=1",
        "\u200b=1",
        "\ufeff@SUM(A1)",
        " \t-A1",
        '=HYPERLINK("http://a.invalid")',
    ],
)
def test_a_cell_that_would_run_is_shown_instead(cell):
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["Housing", "12", "-5", "-0.5", "9 in 10", "", "fewer than 5"])
def test_words_and_numbers_stay_as_they_are(cell):
    assert harmless(cell) == cell


def test_a_file_has_its_opening_and_every_table_under_its_caption():
    made = csv_of([Table("Attendance", ["Agency", "Came"], [["=Pólice", "9"]])], [("Area", "Bedfordshire")])

    assert made.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(StringIO(made.decode("utf-8-sig")))) == [
        ["Area", "Bedfordshire"],
        [],
        ["Attendance"],
        ["Agency", "Came"],
        ["'=Pólice", "9"],
    ]


@given(some.lists(some.lists(NASTY, min_size=3, max_size=3), min_size=1, max_size=5))
def test_whatever_is_in_it_a_file_runs_nothing_and_loses_nothing(rows):
    made = csv_of_rows(rows).decode("utf-8-sig")
    tables = csv_of([Table("A table", ["a", "b", "c"], rows)], [(rows[0][0], rows[0][1])]).decode("utf-8-sig")

    back = list(csv.reader(StringIO(made, newline="")))
    assert [[cell.removeprefix("'") for cell in row] for row in back] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]
    for row in [*back, *csv.reader(StringIO(tables, newline=""))]:
        for cell in row:
            bare = re.sub(r"^[\s\u200b-\u206f\ufeff]+", "", cell)
            assert not bare.startswith(("=", "+", "@", "＝", "＋", "＠"))
            assert not bare.startswith("-") or re.fullmatch(r"-[0-9]*\.?[0-9]*", cell)
            assert not cell.startswith(("\t", "\r", "\n", "\0"))


def test_a_cell_is_one_cell_wherever_it_is_opened():
    assert csv_of_rows([["a;=1+1", 'b"c', "d"]]) == b'\xef\xbb\xbf"a;=1+1","b""c","d"\r\n'


def test_nothing_else_writes_files_for_a_spreadsheet():
    code = [path for room in ROOT.glob("*/__init__.py") for path in room.parent.rglob("*.py")]
    writers = {
        str(path.relative_to(ROOT))
        for path in code
        if path.parts[len(ROOT.parts)] not in {"tests", "bench", "docs"}
        and re.search(r"csv\.(writer|DictWriter)|openpyxl|xlsxwriter", path.read_text())
    }

    assert writers == {
        "mappa/sheets.py",
        "offenders/imports/columns.py",  # the template: words of ours
        "offenders/management/commands/import_cases.py",  # each cell by `harmless`
    }
