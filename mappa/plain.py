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
# Between letters of scripts that need them these change what is read; between Latin letters they only hide.
JOINERS = "\u200c\u200d"
BEYOND_LATIN = "\u0250"
# Alphabets of which letters look like those of another.
ALIKE = {"LATIN": gettext_lazy("Latin"), "GREEK": gettext_lazy("Greek"), "CYRILLIC": gettext_lazy("Cyrillic")}


def plain(text: str) -> str:
    """The text composed (NFC), without control and direction signs, and without signs of no width."""
    composed = unicodedata.normalize("NFC", text)
    kept = "".join(sign for at, sign in enumerate(composed) if _is_read(composed, at))
    return kept if kept == composed else unicodedata.normalize("NFC", kept)


def _is_read(text: str, at: int) -> bool:
    sign = text[at]
    if sign in JOINERS:
        return at > 0 and text[at - 1] >= BEYOND_LATIN and text[at + 1 : at + 2] >= BEYOND_LATIN
    return sign in LAYOUT or unicodedata.category(sign) not in {"Cc", "Cf", "Cs"}


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
