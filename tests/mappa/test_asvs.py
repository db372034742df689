"""The table of OWASP ASVS 5.0 names every requirement once, with a test that is there or a reason."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLE = (ROOT / "docs" / "asvs.md").read_text()
ROWS = re.findall(r"^\| ([\d.–]+) \| ([123]) \| (.+?) \| (.+) \|$", TABLE, re.M)
# How many requirements each section of the standard has (5.0.0).
SECTIONS = {
    1: (2, 10, 12, 3, 3), 2: (3, 3, 5, 2), 3: (1, 3, 5, 8, 8, 1, 5), 4: (5, 5, 2, 4), 5: (1, 6, 3, 3),
    6: (3, 12, 8, 6, 8, 4, 2, 4), 7: (3, 4, 2, 5, 3, 2), 8: (4, 4, 3, 2), 9: (3, 4), 10: (2, 3, 5, 16, 5, 2, 3),
    11: (4, 5, 5, 4, 2, 2, 2), 12: (5, 2, 5), 13: (4, 6, 4, 7), 14: (2, 8, 3), 15: (5, 5, 7, 4), 16: (1, 5, 4, 3, 4), 17: (2, 8, 2),
}  # fmt: skip
REASONS = ("Not applicable:", "Reason:", "Deployment:", "Not yet:")


def each(row):
    """ "1.4.1–1.4.3" is three requirements."""
    first, _dash, last = row.partition("–")
    section, number = first.rsplit(".", 1)
    until = int((last or first).rsplit(".", 1)[1])
    assert (last or first).rsplit(".", 1)[0] == section
    return [f"{section}.{count}" for count in range(int(number), until + 1)]


def test_every_requirement_stands_in_it_once():
    listed = [one for row, _level, _what, _how in ROWS for one in each(row)]

    wanted = [
        f"{chapter}.{section}.{number}"
        for chapter, counts in SECTIONS.items()
        for section, count in enumerate(counts, start=1)
        for number in range(1, count + 1)
    ]
    assert len(wanted) == 345
    assert listed == wanted


def test_each_has_a_test_or_a_reason():
    assert [
        row
        for row, _level, _what, how in ROWS
        if "`tests/" not in how and not how.startswith(REASONS) and "ruff" not in how
    ] == []


def test_every_test_it_names_is_there():
    named = sorted(set(re.findall(r"`(tests/[^`]*)`", TABLE)))

    def is_there(name):
        path, _colons, test = name.partition("::")
        place = ROOT / path
        return place.is_dir() or (place.exists() and (not test or f"def {test}(" in place.read_text()))

    assert len(named) > 60
    assert [name for name in named if not is_there(name)] == []


def test_no_row_of_authorisation_or_logging_waits():
    assert [
        row for row, _level, _what, how in ROWS if row.startswith(("8.", "16.")) and how.startswith("Not yet:")
    ] == []
