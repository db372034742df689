"""A file of cases, line by line: never the whole of it in memory, and what is wrong with one line stays with it."""

import codecs
import csv
import hashlib
import io
from collections import deque
from collections.abc import Iterator
from typing import IO, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from offenders.imports.columns import BY_NAME, ONE_OF, REQUIRED, column_of

PIECE = 2**16
LONGEST_LINE = 10_000
MOST_LINES = 100  # of one row
MOST_ROWS = 200_000
ENCODINGS = ("utf-8", "cp1252")
DELIMITERS = {",": "comma", ";": "semicolon"}
FORMULA = tuple("=+-@\t\r")


class Reason(NamedTuple):
    """Why a row waits for a person: a code to count by, words, and the column they are about."""

    code: str
    words: str
    column: str = ""


class Layout(NamedTuple):
    """How a file is written, found out once before anything is read from it."""

    encoding: str
    delimiter: str
    columns: tuple[str, ...]  # by position; empty for one that is not known
    ignored: tuple[str, ...]
    rows: int
    sha256: str
    size: int


class Line(NamedTuple):
    """One row of the file: the number a spreadsheet shows, its cells by column, and what is wrong before any is judged."""

    number: int
    cells: dict[str, str]
    reasons: tuple[Reason, ...]


def survey(file: IO[bytes], *, encoding: str = "utf-8") -> Layout:
    """Read a file once, to its end, and say how it is written. Leaves it at its beginning.

    Raises ValidationError, in words that say how to put it right, for a file that is no CSV, is not in the encoding, is
    empty or too long, or lacks a column without which no row can be loaded.
    """
    sha256, size = _refuse_encoding(file, encoding)
    with _text(file, encoding) as lines:
        first, _is_whole = _line(lines)
        if first[:4].lower() == "sep=":
            first, _is_whole = _line(lines)
        delimiter, columns, ignored = _header(first)
        rows = sum(1 for text, _is_whole in _records(lines, delimiter) if not _is_empty(text, delimiter))
    if rows > MOST_ROWS:
        raise ValidationError(_("The file has %(rows)s rows. Split it: no more than %(most)s.") % _of(rows, MOST_ROWS))
    return Layout(encoding, delimiter, columns, ignored, rows, sha256, size)


def rows(file: IO[bytes], layout: Layout) -> Iterator[Line]:
    """The rows, one at a time, empty ones left out, each with the number that a spreadsheet shows."""
    with _text(file, layout.encoding) as lines:
        number = 1
        if _line(lines)[0][:4].lower() == "sep=":
            _line(lines)
            number = 2
        for text, is_whole in _records(lines, layout.delimiter):
            number += 1
            if not _is_empty(text, layout.delimiter):
                yield _row(number, text, layout, is_whole=is_whole)


def _is_empty(text: str, delimiter: str) -> bool:
    """A spreadsheet writes its empty rows as delimiters alone."""
    return not text.strip(f" {delimiter}")


def _of(rows: int, most: int) -> dict[str, str]:
    return {"rows": f"{rows:,}", "most": f"{most:,}"}


class _text:  # noqa: N801 - used as a word, in `with _text(file)`
    """The file as text, from its beginning; afterwards it is open still, and at its beginning again."""

    def __init__(self, file: IO[bytes], encoding: str) -> None:
        self.file, self.encoding = file, encoding

    def __enter__(self) -> io.TextIOWrapper:
        self.file.seek(0)
        name = "utf-8-sig" if self.encoding == "utf-8" else self.encoding
        self.wrapped = io.TextIOWrapper(self.file, encoding=name, newline=None)
        return self.wrapped

    def __exit__(self, *_error: object) -> None:
        self.wrapped.detach()
        self.file.seek(0)


def _line(lines: io.TextIOWrapper) -> tuple[str, bool]:
    """The next line, and whether it is whole: of a longer one the beginning is kept and the rest left out."""
    text = lines.readline(LONGEST_LINE + 1)
    is_whole = text.endswith("\n") or len(text) <= LONGEST_LINE
    rest = text
    while not rest.endswith("\n") and rest:
        rest = lines.readline(PIECE)
    return text, is_whole


def _lines(lines: io.TextIOWrapper) -> Iterator[tuple[str, bool]]:
    while (found := _line(lines))[0]:
        yield found[0].rstrip("\n"), found[1]


def _records(lines: io.TextIOWrapper, delimiter: str) -> Iterator[tuple[str, bool]]:
    """The rows as text: a line, or several where a quoted cell holds line breaks, as RFC 4180 lets it.

    Where a quotation mark is never closed, or not within LONGEST_LINE, its line is a row by itself, and so is each that
    follows: one mistake costs one row.
    """
    ahead: deque[tuple[str, bool]] = deque()
    more = _lines(lines)
    while first := ahead.popleft() if ahead else next(more, None):
        text, is_whole = first
        joined: list[tuple[str, bool]] = []
        while is_whole and (fault := _fault(text, delimiter)) == OPEN:
            following = ahead.popleft() if ahead else next(more, ("", False))
            joined.append(following)
            text, is_whole = f"{text}\n{following[0]}", following[1] and _is_short(text, following[0], joined)
        if not joined or (is_whole and not fault):
            yield text, is_whole
        else:
            ahead.extendleft(reversed([line for line in joined if line != ("", False)]))
            yield first


def _is_short(text: str, following: str, joined: list[tuple[str, bool]]) -> bool:
    return len(text) + len(following) < LONGEST_LINE and len(joined) < MOST_LINES


OPEN = "unexpected end of data"  # as the csv module says that a text ends inside a quoted cell


def _fault(text: str, delimiter: str) -> str:
    """Why a text is no row; empty for one that is."""
    if '"' not in text:
        return ""
    try:
        next(csv.reader([text], delimiter=delimiter, strict=True), None)
    except csv.Error as error:
        return str(error)
    return ""


def _refuse_encoding(file: IO[bytes], encoding: str) -> tuple[str, int]:
    """The file's SHA-256 and size. Raises ValidationError at the first line that is not in the encoding."""
    digest, size, line = hashlib.sha256(), 0, 1
    decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
    file.seek(0)
    while piece := file.read(PIECE):
        if not size:
            _refuse_other_kinds(piece)
        try:
            decoder.decode(piece)
        except UnicodeDecodeError as error:
            line += piece[: max(error.start, 0)].count(b"\n")
            raise _wrong_encoding(line, encoding) from None
        digest.update(piece)
        size += len(piece)
        line += piece.count(b"\n")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise _wrong_encoding(line, encoding) from None
    if not size:
        raise ValidationError(_("The file is empty. Choose another."))
    file.seek(0)
    return digest.hexdigest(), size


def _refuse_other_kinds(piece: bytes) -> None:
    if piece.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        raise ValidationError(
            _("This is a workbook and not a CSV file. In the spreadsheet, save it as “CSV UTF-8 (comma delimited)”.")
        )
    if piece.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ValidationError(_("The file is in UTF-16. Save it as “CSV UTF-8 (comma delimited)”."))


def _wrong_encoding(line: int, encoding: str) -> ValidationError:
    words = _(
        "Line %(line)s is not written in %(encoding)s. Nothing was read. In the spreadsheet, save the file as “CSV UTF-8 "
        "(comma delimited)”. Letters with accents would be wrong otherwise."
    )
    return ValidationError(words % {"line": line, "encoding": encoding.upper()})


def _header(first: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """The delimiter by which most titles are known, the columns, and the titles that are not known."""
    read = {mark: _cells(first.rstrip("\n"), mark) or [] for mark in DELIMITERS}
    delimiter = max(read, key=lambda mark: sum(bool(column_of(title)) for title in read[mark]))
    titles = read[delimiter]
    columns = tuple(column_of(title) for title in titles)
    missing = [name for name in REQUIRED if name not in columns]
    missing += [_(" or ").join(names) for names in ONE_OF if not set(names) & set(columns)]
    if missing:
        words = _("The first row lacks: %s. Download the template, and keep its first row.")
        raise ValidationError(words % ", ".join(missing))
    twice = sorted({name for name in columns if name and columns.count(name) > 1})
    if twice:
        raise ValidationError(_("The first row has two columns for: %s. Keep one of each.") % ", ".join(twice))
    ignored = [title.strip()[:60].replace("\x00", "") for title in titles if title.strip() and not column_of(title)]
    return delimiter, columns, tuple(ignored[:50])


def _cells(text: str, delimiter: str) -> list[str] | None:
    """The cells of a line; None when a quotation mark is not closed or stands where none may."""
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), [])
    except csv.Error:
        return None


def _row(number: int, text: str, layout: Layout, *, is_whole: bool) -> Line:
    if not is_whole:
        words = _("The row is longer than %s characters: its beginning is shown") % LONGEST_LINE
        return _broken(number, text, Reason("long", words))
    found = _cells(text, layout.delimiter)
    if found is None:
        words = _("A quotation mark in this row is not closed, or stands inside a cell. Double it there")
        return _broken(number, text, Reason("quote", words))
    if any(cell.strip() for cell in found[len(layout.columns) :]):
        words = _("The row has %(found)s cells, and the first row %(wanted)s: a comma too many?")
        return _broken(number, text, Reason("cells", words % {"found": len(found), "wanted": len(layout.columns)}))
    cells = {name: cell.strip(" \u00a0") for name, cell in zip(layout.columns, found, strict=False) if name}
    reasons = tuple(reason for name, cell in cells.items() if (reason := _wrong(name, cell)))
    return Line(number, {name: _shown(cell) for name, cell in cells.items() if cell}, reasons)


def _broken(number: int, text: str, reason: Reason) -> Line:
    """A row that cannot be taken apart is kept whole."""
    return Line(number, {"": _shown(text[:LONGEST_LINE])}, (reason,))


def wrong_cells(cells: dict[str, str]) -> list[Reason]:
    """What is wrong with cells before they are judged, of a file or typed on the page of a row."""
    return [reason for name, cell in cells.items() if (reason := _wrong(name, cell))]


def _wrong(name: str, cell: str) -> Reason | None:
    label = BY_NAME[name].label
    if "\n" in cell:
        return Reason("lines", _("%s: the cell holds more than one line") % label, name)
    if "\x00" in cell:
        return Reason("hidden", _("%s: there is a hidden character (NUL)") % label, name)
    if cell.startswith(FORMULA):
        return Reason("formula", _("%s: the cell begins like a formula (= + - @). Type the value itself") % label, name)
    if len(cell) > BY_NAME[name].longest:
        words = _("%(label)s: at most %(most)s characters")
        return Reason("long", words % {"label": label, "most": BY_NAME[name].longest}, name)
    return None


def _shown(cell: str) -> str:
    """The database keeps no NUL: a sign stands for it."""
    return cell.replace("\x00", "\u2400")
