"""How a file is refused: with what is wrong, and how to put it right."""

from typing import NoReturn

from django.core.exceptions import ValidationError


def refuse(words: str) -> NoReturn:
    """Raise ValidationError beside the question for the file."""
    raise ValidationError({"file": words})
