"""How a file is refused: with what is wrong, and how to put it right."""

from typing import NoReturn

from django.core.exceptions import ValidationError


def refuse(words: str, why: str = "contents") -> NoReturn:
    """Raise ValidationError beside the question for the file; `why` is the kind of reason, for the record."""
    raise ValidationError({"file": ValidationError(words, code=why)})


def why_refused(refusal: ValidationError) -> str:
    """The kind of reason with which a file was refused."""
    return str(refusal.error_dict["file"][0].code)
