"""An attack on hidden numbers: read everything that a reader can open, write it down as equations, and solve them.

Each number on a page is a cell: known, or between two values. What the pages say of several cells (sums, shares) and what
is so by the nature of things (stock and flow) are linear conditions on them. A hidden cell is recovered when the
whole numbers that fit all conditions leave it one value (found by integer programming: its least and its greatest).
"""

import csv
import re
from collections import defaultdict
from dataclasses import dataclass, field
from html.parser import HTMLParser
from io import StringIO
from urllib.parse import urldefrag, urljoin

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

FEW = 5
ENDLESS = 10_000
SUMS = {"All", "Total"}


@dataclass
class Knowledge:
    """Cells with their bounds, and conditions: a sum of cells times factors, between two values."""

    cells: dict = field(default_factory=dict)
    conditions: list = field(default_factory=list)

    def learn(self, cell, low, high):
        """One more thing known of a cell; what was known stays known."""
        was = self.cells.get(cell, (0, ENDLESS))
        self.cells[cell] = (max(was[0], low), min(was[1], high))

    def relate(self, factors, low=0, high=0):
        for cell in factors:
            self.cells.setdefault(cell, (0, ENDLESS))
        self.conditions.append((dict(factors), low, high))

    def recovered(self):
        """Hidden cells of which only one value is left, with it."""
        found = {}
        for cells, conditions in self._parts():
            place = {cell: number for number, cell in enumerate(cells)}
            bounds = Bounds(*zip(*(self.cells[cell] for cell in cells), strict=True))
            matrix = np.zeros((len(conditions), len(cells)))
            for row, (factors, _low, _high) in enumerate(conditions):
                for cell, factor in factors.items():
                    matrix[row, place[cell]] = factor
            limits = LinearConstraint(matrix, *zip(*((low, high) for _f, low, high in conditions), strict=True))
            for cell in cells:
                if self.cells[cell][0] == self.cells[cell][1]:
                    continue  # never hidden
                least, most = (self._end(place[cell], len(cells), bounds, limits, sign) for sign in (1, -1))
                if least == most:
                    found[cell] = least
        return found

    @staticmethod
    def _end(number, count, bounds, limits, sign):
        goal = np.zeros(count)
        goal[number] = sign
        answer = milp(goal, integrality=np.ones(count), bounds=bounds, constraints=limits)
        assert answer.success, "what was read contradicts itself: the attack reads it wrongly"
        return round(answer.x[number])

    def _parts(self):
        """Cells that conditions tie together, apart from the others: a cell in no condition keeps all its values."""
        tied = defaultdict(set)
        for number, (factors, _low, _high) in enumerate(self.conditions):
            for cell in factors:
                tied[cell].add(number)
        done = set()
        for start in tied:
            if start in done:
                continue
            cells, numbers, queue = {}, set(), [start]
            while queue:
                cell = queue.pop()
                if cell in cells:
                    continue
                cells[cell] = True
                for number in tied[cell] - numbers:
                    numbers.add(number)
                    queue += self.conditions[number][0]
            done |= set(cells)
            yield list(cells), [self.conditions[number] for number in sorted(numbers)]


class Page(HTMLParser):
    """Its links, the choices of its forms, its headings, and its tables."""

    def __init__(self, html):
        super().__init__()
        self.links, self.choices, self.tables, self.words = [], [], [], []
        self._form, self._select, self._cell, self._caption = None, None, None, None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        self._in_a_form(tag, given)
        self._in_a_table(tag)

    def _in_a_form(self, tag, given):
        if tag == "form":
            self._form = {"action": given.get("action", ""), "get": given.get("method", "get") == "get", "fields": {}}
        elif tag == "input" and self._form is not None and given.get("type") == "hidden":
            self._form["fields"][given.get("name")] = given.get("value", "")
        elif tag == "select":
            self._select = given.get("name")
        elif tag == "option" and self._form and self._select:
            self.choices.append((self._form, self._select, given.get("value", "")))

    def _in_a_table(self, tag):
        if tag == "table":
            self.tables.append({"caption": "", "rows": []})
        elif tag == "caption":
            self._caption = []
        elif tag == "tr" and self.tables:
            self.tables[-1]["rows"].append([])
        elif tag in {"td", "th"}:
            self._cell = []

    def handle_endtag(self, tag):
        if tag in {"td", "th"} and self._cell is not None:
            self.tables[-1]["rows"][-1].append(" ".join("".join(self._cell).split()))
            self._cell = None
        elif tag == "caption":
            self.tables[-1]["caption"] = " ".join("".join(self._caption).split())
            self._caption = None
        elif tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data):
        self.words.append(data)
        for kept in (self._cell, self._caption):
            if kept is not None:
                kept.append(data)

    def addresses(self, here):
        """Everything that a click or a choice on this page opens."""
        found = [urljoin(here, link) for link in self.links]
        for form, name, value in self.choices:
            if form["get"]:
                query = "&".join(f"{key}={given}" for key, given in {**form["fields"], name: value}.items())
                found.append(f"{urljoin(here, form['action'] or here).split('?')[0]}?{query}")
        return found


# What one did oneself, and when, is of no case, and differs with each look.
LEAVES = ("/sign-out", "/account", "/access-log/", "/admin", "/components", "/static", "/api")


def read_all(client, *, begin, most=400):
    """Every page and file that can be opened from these: address -> (kind, text)."""
    queue, seen, opened = list(begin), set(), {}
    while queue:
        url = urldefrag(queue.pop(0)).url
        if url in seen or not url.startswith("/") or url.startswith(LEAVES) or ".pdf" in url:
            continue
        seen.add(url)
        assert len(seen) < most, "the pages do not end"
        response = client.get(url, follow=True)
        if response.status_code != 200:
            continue
        kind = response["Content-Type"].split(";")[0]
        text = response.content.decode("utf-8-sig")
        opened[url] = (kind, text)
        if kind == "text/html":
            queue += Page(text).addresses(url)
    return opened


COUNT = re.compile(r"^(about )?([\d,]+)$")
FEWER = re.compile(r"^fewer than (\d+)$")
RANGE = re.compile(r"^([\d,]+) to ([\d,]+)$")
TENTHS = re.compile(r"^(?:(\d+) to )?(\d+) in 10$")


def number(words):
    return int(words.replace(",", ""))


def bounds_of(words):
    """What a cell's words say: a number, one that is rounded, small, or between two. Nothing where it is no number."""
    if found := FEWER.match(words):
        return 0, int(found[1]) - 1
    if found := RANGE.match(words):
        return number(found[1]), number(found[2])
    if not (found := COUNT.match(words)):
        return None
    count = number(found[2])
    if not found[1]:
        return count, count
    return (FEW, FEW + 2) if count == FEW else (count - 2, count + 2)


def learn_table(known, where, caption, rows):
    """The numbers of a table as cells; its sums, and the shares of a row of what was met and what was not."""
    if not rows:
        return
    columns, lines = rows[0], rows[1:]
    counts = defaultdict(dict)
    for row in lines:
        for column, words in zip(columns[1:], row[1:], strict=False):
            if (between := bounds_of(words)) is not None:
                cell = (where, caption, row[0], column)
                known.learn(cell, *between)
                counts[row[0]][column] = cell
    for name, cells in counts.items():
        _sum_up(known, cells)
        shares = [TENTHS.match(words) for row in lines if row[0] == name for words in row[1:]]
        if len(cells) == 2 and (share := next(filter(None, shares), None)):
            _relate_share(known, *cells.values(), share)
    for column in columns[1:]:
        _sum_up(known, {name: cells[column] for name, cells in counts.items() if column in cells})


def _sum_up(known, cells):
    """What "All" or "Total" says is the sum of the others."""
    whole = next((cells[name] for name in cells if name in SUMS), None)
    if whole is not None:
        parts = [cell for name, cell in cells.items() if name not in SUMS]
        known.relate({whole: -1, **dict.fromkeys(parts, 1)})


def _relate_share(known, met, missed, share):
    """So many in 10 is said of the share itself: it lies within half a tenth of what is said."""
    high = int(share[2])
    low = int(share[1] or high)
    known.relate({met: 20 - (2 * low - 1), missed: -(2 * low - 1)}, 0, np.inf)
    known.relate({met: 20 - (2 * high + 1), missed: -(2 * high + 1)}, -np.inf, 0)


def gather(opened):
    """Everything that was read, as equations. The same cell on a page and in its file is one cell."""
    known = Knowledge()
    for url, (kind, text) in opened.items():
        if kind == "text/csv":
            lines = list(csv.reader(StringIO(text)))
            said = dict(line for line in lines if len(line) == 2)
            where = (said["Area"], said["Period"]) if "Period" in said else _place(url)
            for caption, rows in _tables_of(lines):
                learn_table(known, where, caption, rows)
        elif kind == "text/html":
            page = Page(text)
            for table in page.tables:
                learn_table(known, _where(url, page), table["caption"], table["rows"])
    return known


def _place(url):
    """A page and its file are one place."""
    return url.split("?")[0].removesuffix("csv/")


def _where(url, page):
    """A board's page says of which area and quarter it is; any other page is a place of its own."""
    caption = re.search(r"Strategic Management Board, ([^,\n]+), (\w+ to \w+ \d{4})", " ".join(page.words))
    return (caption[1], caption[2]) if caption else _place(url)


def tie_years_to_days(known):
    """Whoever is at level 2 or 3 on 31 March (table 1 of a report) was managed so in its year (table 2), as high or higher."""
    cells = {(where, caption[:8], row, column): cell for cell in known.cells for where, caption, row, column in [cell]}
    for (where, caption, row, column), cell in cells.items():
        if caption == "Table 1:" and row == "Level 3" and column not in SUMS:
            [two, three] = [cells[where, "Table 2:", f"Level {level}", column] for level in (2, 3)]
            known.relate({three: 1, cell: -1}, 0, np.inf)
            known.relate({two: 1, three: 1, cell: -1, cells[where, caption, "Level 2", column]: -1}, 0, np.inf)


def _tables_of(lines):
    block = []
    for line in [*lines, []]:
        if line:
            block.append(line)
            continue
        if len(block) > 1 and len(block[0]) == 1:
            yield block[0][0], block[1:]
        block = []
