"""Text that reads as it is written: one form of each letter, no sign that steers or hides, names in one alphabet.

Signs that nobody sees make two texts that look alike differ, turn round what is read, or hide a name from a search
(Unicode Technical Reports 36 and 39).
"""

import re
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LAYOUT = "\n\r\t"
# Signs of no category of their own that show nothing: letters and marks that only fill (Default_Ignorable_Code_Point of
# Unicode's DerivedCoreProperties.txt), and the blank of braille.
FILLERS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
# Between letters of scripts that need them these change what is read; elsewhere they only hide.
JOINERS = "\u200c\u200d"
# Arabic to Sinhala, Khmer and Mongolian.
SCRIPTS_THAT_JOIN = (("\u0600", "\u0dff"), ("\u1780", "\u18af"))
# Alphabets of which letters look like those of another.
ALIKE = {
    "LATIN": gettext_lazy("Latin"),
    "GREEK": gettext_lazy("Greek"),
    "CYRILLIC": gettext_lazy("Cyrillic"),
    "ARMENIAN": gettext_lazy("Armenian"),
    "CHEROKEE": gettext_lazy("Cherokee"),
}


def plain(text: str) -> str:
    """The text composed (NFC), without control and direction signs, and without signs of no width."""
    if text.isascii() and text.isprintable():
        return text
    composed = unicodedata.normalize("NFC", text)
    read = "".join(sign for sign in FILLERS.sub("", composed) if _is_read(sign))
    kept = re.sub(f"[{JOINERS}]+", _joined, read)
    return kept if kept == composed else unicodedata.normalize("NFC", kept)


def _is_read(sign: str) -> bool:
    return sign in LAYOUT or sign in JOINERS or unicodedata.category(sign) not in {"Cc", "Cf", "Cs"}


def _joined(found: re.Match[str]) -> str:
    """One of the joiners between two letters that may be joined."""
    start, end = found.span()
    beside = (found.string[max(start - 1, 0) : start], found.string[end : end + 1])
    return found[0][0] if all(sign and _may_be_joined(sign) for sign in beside) else ""


def _may_be_joined(sign: str) -> bool:
    is_of_a_word = unicodedata.category(sign)[0] in "LM"
    return is_of_a_word and any(first <= sign <= last for first, last in SCRIPTS_THAT_JOIN)


def one_alphabet(text: str) -> None:
    """Raise ValidationError for a word that mixes alphabets whose letters look alike: no search would find it."""
    for word in re.findall(r"\w+", text):
        found = sorted({alphabet for sign in word if (alphabet := _alphabet(sign))})
        if len(found) > 1:
            mixed = _(" and ").join(str(ALIKE[name]) for name in found)
            message = _("“%(word)s” mixes letters that only look alike (%(mixed)s). Delete it and type it again")
            raise ValidationError(message, code="mixed", params={"word": word, "mixed": mixed})


def _alphabet(sign: str) -> str:
    name = unicodedata.name(sign, "").partition(" ")[0] if sign.isalpha() else ""
    return name if name in ALIKE else ""


class NameField(models.CharField):  # type: ignore[type-arg]
    """A name of somebody: plain, and each word in one alphabet, whoever sends it. To migrations a CharField."""

    def to_python(self, value: Any) -> Any:
        return plain(value) if isinstance(value, str) else super().to_python(value)

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        one_alphabet(value or "")

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs
