"""PNC, CRO, CRN, prison, arrest summons and National Insurance numbers: canonical form and check letter.

CJS Data Standards Catalogue, HMPPS Integration API; HMRC NIM39110 for National Insurance numbers.
"""

import re
from dataclasses import dataclass

CHECK_LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"


KINDS = ("pnc", "cro", "crn", "noms", "asn")
WHAT_TO_DO = "Check each number; if its source writes it so, leave it out and ask the source"
CHECKED = "CJS Data Standards Catalogue 6, check letter modulo 23"
AUTHORITY = {
    "pnc": CHECKED,
    "cro": CHECKED,
    "crn": "nDelius case reference number (HMPPS Integration API)",
    "noms": "NOMIS number (HMPPS Integration API)",
    "asn": f"{CHECKED} (Bichard 7)",
}


class BadIdentifierError(ValueError):
    """The number cannot be right; the message says how to put it right.

    Where only the check letter is wrong, `expected_letter` is the right one and `written` the number in its canonical
    shape with the letter that it came with: a register that holds it so can be taken over, with a warning.
    """

    def __init__(self, message: str, expected_letter: str = "", written: str = "") -> None:
        super().__init__(message)
        self.expected_letter, self.written = expected_letter, written


@dataclass(frozen=True)
class IdentifierAnswer:
    """Is a number right, and how is it written?"""

    valid: bool
    canonical: str | None
    authority: str
    explanation: str
    expected_letter: str = ""


def check_letter(year: int, serial: str) -> str:
    """The letter that a two-digit year followed by the serial must end in: the number modulo 23."""
    return CHECK_LETTERS[int(f"{year % 100:02d}{serial}") % 23]


def pnc(typed: str, current_year: int) -> str:
    """A PNC number as YYYY/NNNNNNNL. Two-digit years are of this century up to the current one.

    Raises BadIdentifierError for a wrong shape or check letter.
    """
    text = _plain(typed)
    slashed = re.fullmatch(r"([0-9]{4}|[0-9]{2})/([0-9]{1,7})([A-Z])", text)
    parts = slashed.groups() if slashed else _unslashed_pnc(text)
    if parts is None:
        raise BadIdentifierError("PNC number must be a year, a slash, up to 7 numbers and a letter, like 2004/0712343W")
    year, serial, letter = parts
    full_year = _century(year, current_year)
    if int(full_year) > current_year:
        raise BadIdentifierError(f"PNC number must begin with a year up to {current_year}. Check each number")
    padded = serial.zfill(7)
    expected = check_letter(int(full_year), padded)
    written = f"{full_year}/{padded}{letter}"
    if letter != expected:
        raise BadIdentifierError(
            f"PNC number does not add up: the last letter would be {expected}, not {letter}. {WHAT_TO_DO}",
            expected,
            written,
        )
    return written


def _plain(typed: str) -> str:
    """Without spaces and in capitals."""
    return re.sub(r"\s", "", typed).upper()


def _unslashed_pnc(text: str) -> tuple[str, str, str] | None:
    """Year, serial and letter of a number without a slash: ten characters and more carry a four-digit year.

    Ten can also be a two-digit year and a full serial, which is taken only where its check letter alone is right.
    """
    if not re.fullmatch(r"[0-9]{3,11}[A-Z]", text):
        return None
    digits, letter = text[:-1], text[-1]
    short, long = (digits[:2], digits[2:], letter), (digits[:4], digits[4:], letter)
    if len(text) < 10:
        return short
    if len(text) > 10 or letter == check_letter(int(long[0]), long[1].zfill(7)):
        return long
    return short if letter == check_letter(int(short[0]), short[1]) else long


def _century(year: str, current_year: int) -> str:
    if len(year) == 4:
        return year
    return f"20{year}" if int(year) <= current_year % 100 else f"19{year}"


def cro(typed: str) -> str:
    """A CRO number as NNNNNN/YYL, or SFYY/NL for a short file, whose serial is never padded.

    Raises BadIdentifierError for a wrong shape or check letter.
    """
    text = _plain(typed)
    if short := re.fullmatch(r"SF([0-9]{2})/([0-9]{1,6})([A-Z])", text):
        year, serial, letter = short.groups()
        canonical = text
    elif standard := re.fullmatch(r"([0-9]{1,6})/([0-9]{2})([A-Z])", text):
        serial, year, letter = standard.groups()
        serial = serial.zfill(6)
        canonical = f"{serial}/{year}{letter}"
    else:
        raise BadIdentifierError("CRO number must look like 123456/99A or SF99/123456A")
    expected = check_letter(int(year), serial)
    if letter != expected:
        raise BadIdentifierError(
            f"CRO number does not add up: the last letter would be {expected}, not {letter}. {WHAT_TO_DO}",
            expected,
            canonical,
        )
    return canonical


def crn(typed: str) -> str:
    """A CRN: one or two letters and six numbers."""
    text = _plain(typed)
    if not re.fullmatch(r"[A-Z]{1,2}[0-9]{6}", text):
        raise BadIdentifierError("CRN must be 1 or 2 letters followed by 6 numbers, for example X123456")
    return text


def noms(typed: str) -> str:
    """A prison number: a letter, four numbers, two letters."""
    text = _plain(typed)
    if not re.fullmatch(r"[A-Z][0-9]{4}[A-Z]{2}", text):
        raise BadIdentifierError("Prison number must be a letter, 4 numbers and 2 letters, for example A1234AA")
    return text


def asn(typed: str) -> str:
    """An arrest summons number as YY/FFFF/SS/NNNNNNNNNNNL: year, force and unit, system, sequence and check letter.

    The letter is that of force, system, year and sequence, where a force or system that is not all numbers is left
    out, and the unit always (Bichard 7). Raises BadIdentifierError for a wrong shape or check letter.
    """
    text = _plain(typed)
    found = re.fullmatch(r"([0-9]{2})(/?)([A-Z0-9]{2})([A-Z0-9]{2})\2([A-Z0-9]{2})\2([0-9]{1,11})([A-Z])", text)
    if not found:
        raise BadIdentifierError(
            "Arrest summons number must be a year, 4 characters of force and unit, 2 of the system, up to 11 numbers "
            "and a letter, like 11/01ZD/01/00000448754K"
        )
    year, _slash, force, unit, system, serial, letter = found.groups()
    sequence = serial.zfill(11)
    counted = "".join(part for part in (force, system) if part.isdecimal())
    expected = CHECK_LETTERS[int(f"{counted}{year}{sequence}") % 23]
    written = f"{year}/{force}{unit}/{system}/{sequence}{letter}"
    if letter != expected:
        raise BadIdentifierError(
            f"Arrest summons number does not add up: the last letter would be {expected}, not {letter}. {WHAT_TO_DO}",
            expected,
            written,
        )
    return written


_NOT_ISSUED = ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ")


def ni(typed: str) -> str:
    """A National Insurance number as AB123456C: two letters, six numbers and a letter from A to D (HMRC NIM39110).

    D, F, I, Q, U and V are never among the first two letters, O is never the second, and some pairs are not issued.
    """
    text = _plain(typed)
    shaped = re.fullmatch(r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6}[A-D]", text)
    if not shaped or text.startswith(_NOT_ISSUED):
        raise BadIdentifierError(
            "National Insurance number must be 2 letters, 6 numbers and a letter from A to D, for example AA123456C"
        )
    return text


def visor(typed: str) -> str:
    """A ViSOR reference in capitals without spaces. Its format is not published: only what cannot be one is refused."""
    text = _plain(typed)
    if not re.fullmatch(r"[A-Z0-9][A-Z0-9/.-]{1,28}", text) or not re.search(r"[0-9]", text):
        raise BadIdentifierError("ViSOR reference must be up to 29 letters and numbers, with at least one number")
    return text


def canonical(kind: str, typed: str, current_year: int) -> str:
    """The canonical form of an identifier of a kind; raises BadIdentifierError."""
    if kind == "pnc":
        return pnc(typed, current_year)
    return {"cro": cro, "crn": crn, "noms": noms, "asn": asn, "ni": ni, "visor": visor}[kind](typed)


def judge(kind: str, typed: str, current_year: int) -> IdentifierAnswer:
    """Whether a number can be right, its one spelling, and the letter it should end in where that alone is wrong."""
    try:
        found = canonical(kind, typed, current_year)
    except BadIdentifierError as error:
        return IdentifierAnswer(
            valid=False,
            canonical=None,
            authority=AUTHORITY[kind],
            explanation=f"{error}.",
            expected_letter=error.expected_letter,
        )
    letter = " and its check letter is right" if AUTHORITY[kind].startswith(CHECKED) else ""
    why = f"The number has the right shape{letter}; it is written {found}."
    return IdentifierAnswer(valid=True, canonical=found, authority=AUTHORITY[kind], explanation=why)


def candidates(typed: str, current_year: int) -> list[str]:
    """Every canonical form that some words typed into a search box could stand for."""
    found = []
    for kind in ("pnc", "cro", "crn", "noms", "asn", "ni"):
        try:
            found.append(canonical(kind, typed, current_year))
        except BadIdentifierError:
            continue
    return found


# What stands before a number and says of what kind it is: parted from it by a space, or by a sign and no space.
_AFTER = r"(?:\s*(?:NUMBER|NUM|NO\.?|ID|REF\.?|REFERENCE))?(?:\s*[:#.=-]+\s*|\s+)"
_LABEL = re.compile(
    rf"^\W*(?:PNC|CRO|CRN|NOMS|NOMIS|PRISON|PRISONER|ASN|NI|NINO|NATIONAL INSURANCE){_AFTER}(?=.*[0-9])", re.IGNORECASE
)
_VISOR = re.compile(rf"^\W*VISOR{_AFTER}", re.IGNORECASE)
# Spaces, full stops, and dashes of every kind: hyphens, the one that does not break, en and em dash, minus, underscore.
_MARKS = re.compile(r"[\s.\\_\u2010-\u2015\u2212-]")
_AROUND = " \t\r\n\f\v.,;:()[]{}<>'\"‘’“”"


def spellings(typed: str, current_year: int) -> list[str]:
    """As `candidates`, however it is spaced and marked: "PNC:2004-0712343W", "x 12 34 56", "A1234-AA", "12345699L".

    Each reading that can be right is given: some hyphened numbers are a PNC number and a CRO number alike.
    """
    text = _LABEL.sub("", typed).strip(_AROUND)
    bare = _MARKS.sub("", text)
    forms = [text, bare, _MARKS.sub("/", text), *_with_slashes(bare.upper())]
    return list(dict.fromkeys(found for form in forms for found in candidates(form, current_year)))


def _with_slashes(bare: str) -> list[str]:
    """CRO numbers as they are where the slash was left out: a serial and a year, or a short file and its year."""
    if standard := re.fullmatch(r"([0-9]{1,6})([0-9]{2}[A-Z])", bare):
        return [f"{standard[1]}/{standard[2]}"]
    if short := re.fullmatch(r"(SF[0-9]{2})([0-9]{1,6}[A-Z])", bare):
        return [f"{short[1]}/{short[2]}"]
    return []


def visor_in(words: str) -> str:
    """The ViSOR reference that some words may be: one word with a number in it, or what follows the label."""
    text = _VISOR.sub("", words).strip(_AROUND)
    if text == words.strip(_AROUND) and re.search(r"\s", text):
        return ""
    try:
        return visor(text)
    except BadIdentifierError:
        return ""


def beginnings(typed: str, current_year: int) -> list[str]:
    """What the canonical form of a number begins with, of which only a part is known or whose letter is wrong."""
    text = _plain(_LABEL.sub("", typed).strip(_AROUND))
    if parts := re.fullmatch(r"([0-9]{4}|[0-9]{2})/([0-9]{3,7})[A-Z]?", text):
        year, serial = _century(parts[1], current_year), parts[2]
        return sorted({f"{year}/{serial}", f"{year}/{serial.zfill(7)}"} | _cro_beginning(text))
    if parts := re.fullmatch(r"((?:19|20)[0-9]{2})([0-9]{7})[A-Z]?", text):
        return [f"{parts[1]}/{parts[2]}"]
    if re.fullmatch(r"[A-Z]{1,2}[0-9]{3,5}|[A-Z]{2}[0-9]{6}|[A-Z][0-9]{4}[A-Z]|SF[0-9]{2}/[0-9]{1,6}", text):
        return [text]
    return sorted(_cro_beginning(text))


def _cro_beginning(text: str) -> set[str]:
    parts = re.fullmatch(r"([0-9]{3,6})/([0-9]{2})[A-Z]?", text)
    return {f"{parts[1].zfill(6)}/{parts[2]}"} if parts else set()
