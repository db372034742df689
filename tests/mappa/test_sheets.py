"""What goes to a spreadsheet is words and numbers, and nothing that it would run."""

import csv
from io import StringIO

import pytest

from mappa.paper import Table
from mappa.sheets import csv_of, harmless


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1+A1", "@SUM(A1)", "\t=1", "  =1", '=HYPERLINK("http://a.invalid")'])
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
