"""Lengths of sentences as people write them: "2 years and 6 months", "18m", one a line."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from offenders.law.periods import Length

_UNITS = {"y": "years", "m": "months", "w": "weeks", "d": "days"}
_PART = r"(\d{1,3})\s*(years?|yrs?|y|months?|mths?|m|weeks?|wks?|w|days?|d)"
_WHOLE = re.compile(rf"{_PART}(?:(?:\s*,\s*|\s+and\s+|\s*){_PART})*", re.IGNORECASE)
_EACH = re.compile(_PART, re.IGNORECASE)
MOST_TERMS = 20


class BadLengthError(ValueError):
    """What was typed is no length."""


def read(text: str) -> Length:
    """Years, months, weeks (of 7 days) and days, each once and in any order. Raises BadLengthError."""
    typed = text.strip()
    if not _WHOLE.fullmatch(typed):
        raise BadLengthError(typed)
    found: dict[str, int] = {}
    for number, word in _EACH.findall(typed):
        unit = _UNITS[word[0].lower()]
        if unit in found:
            raise BadLengthError(typed)
        found[unit] = int(number)
    days = found.get("days", 0) + 7 * found.get("weeks", 0)
    length = Length(found.get("years", 0), found.get("months", 0), days)
    if not length:
        raise BadLengthError(typed)
    return length


def words(length: Length) -> str:
    """2 years 6 months; nothing for no length. Can be read back."""
    parts = (
        (length.years, ngettext("%(number)s year", "%(number)s years", length.years)),
        (length.months, ngettext("%(number)s month", "%(number)s months", length.months)),
        (length.days, ngettext("%(number)s day", "%(number)s days", length.days)),
    )
    return " ".join(unit % {"number": number} for number, unit in parts if number)


def counted(length: Length) -> str:
    """What is left of lengths after taking others off: 2 years 6 months less 10 days."""
    months, days = length.in_months, length.days
    there = words(Length(*divmod(max(months, 0), 12), max(days, 0)))
    off = words(Length(*divmod(max(-months, 0), 12), max(-days, 0)))
    return _("%(there)s less %(off)s") % {"there": there, "off": off} if off else there


def together(lengths: list[Length]) -> str:
    """2 years 6 months, then 6 months."""
    return str(_(", then ")).join(words(length) for length in lengths)
