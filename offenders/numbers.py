"""Telephone numbers and registration marks in one spelling each, so that they are found however they were typed."""

import re

_SIGNS = re.compile(r"[\s().\-–]")
# Current marks (2001), prefix (1983), suffix (1963) and the older ones, Northern Ireland's too (DVLA INF104).
_MARK = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z]{3}|[A-Z][0-9]{1,3}[A-Z]{3}|[A-Z]{3}[0-9]{1,3}[A-Z]")
_OLD_MARK = re.compile(r"[A-Z]{1,3}[0-9]{1,4}|[0-9]{1,4}[A-Z]{1,3}")
_FOREIGN_MARK = re.compile(r"[0-9A-Z]{3,12}")


class BadNumberError(ValueError):
    """It cannot be right; the message says how to put it right."""


def telephone(typed: str) -> str:
    """A telephone number with its country, as +447700900123 (ITU-T E.164); without one it is a British number."""
    text = _SIGNS.sub("", typed.replace("(0)", ""))
    if text.startswith("00"):
        text = f"+{text[2:]}"
    if re.fullmatch(r"0[1-9][0-9]{8,9}", text):
        return f"+44{text[1:]}"
    if re.fullmatch(r"\+44[1-9][0-9]{8,9}|\+(?!44|0)[0-9]{7,15}", text):
        return text
    raise BadNumberError("Enter a telephone number, like 01632 960 001, 07700 900 982 or +33 1 99 00 12 34")


def mark(typed: str) -> str:
    """A registration mark in capitals without spaces. Foreign ones are taken as they are."""
    text = re.sub(r"[\s\-–.]", "", typed).upper()
    if not _FOREIGN_MARK.fullmatch(text):
        raise BadNumberError("Enter a registration number, like AB12 CDE")
    return text


def telephone_in(words: str) -> str:
    """The telephone number that the words of a search are; empty when they are none."""
    if not re.fullmatch(r"[+0(][0-9\s().\-–]{9,24}", words.strip()):
        return ""
    try:
        return telephone(words)
    except BadNumberError:
        return ""


def mark_in(words: str) -> str:
    """The British registration mark that the words of a search are; empty when they are none."""
    text = re.sub(r"\s", "", words).upper()
    return text if _MARK.fullmatch(text) or (_OLD_MARK.fullmatch(text) and len(text) > 3) else ""
