"""Fields that take exactly one type of JSON and say how to put right what is not it."""

import datetime
import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

FIRST, LAST = datetime.date(1900, 1, 1), datetime.date(2100, 12, 31)
MISSING = "This field is missing. "
NULL = "This may not be null. "


def said(hint: str, **more: str) -> Any:
    """Messages of a field that knows one hint for every mistake."""
    return {"required": MISSING + hint, "null": NULL + hint, "invalid": hint, "blank": hint, **more}


class Day(serializers.DateField):
    """YYYY-MM-DD, from 1900 to 2100."""

    HINT = f"Give a real date as YYYY-MM-DD, from {FIRST} to {LAST}."

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(error_messages=said(self.HINT), **kwargs)

    def to_internal_value(self, value: Any) -> datetime.date:
        if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            self.fail("invalid")
        try:
            day = datetime.date.fromisoformat(value)
        except ValueError:
            self.fail("invalid")
        if not FIRST <= day <= LAST:
            self.fail("invalid")
        return day


class Whole(serializers.IntegerField):
    """A whole number between two others; true, "1" and 1.0 are none."""

    def __init__(self, first: int, last: int, **kwargs: Any) -> None:
        super().__init__(error_messages=said(f"Give a whole number from {first} to {last}."), **kwargs)
        self.first, self.last = first, last

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int or not self.first <= data <= self.last:
            self.fail("invalid")
        return data


class YesNo(serializers.BooleanField):
    """true or false, and no other word for them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(error_messages=said("Give true or false."), **kwargs)

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid")
        return data


class OneOf(serializers.ChoiceField):
    """One of a few words or numbers, of just that type."""

    def __init__(self, choices: Iterable[str | int], **kwargs: Any) -> None:
        self.known = tuple(choices)
        hint = f"Give one of: {', '.join(str(each) for each in self.known)}."
        super().__init__(choices=list(self.known), error_messages=said(hint, invalid_choice=hint), **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, bool) or not any(type(data) is type(each) and data == each for each in self.known):
            self.fail("invalid_choice")
        return data


class Words(serializers.CharField):
    """Text that says something, of a bounded length."""

    def __init__(self, longest: int, **kwargs: Any) -> None:
        hint = f"Give text of up to {longest} characters."
        super().__init__(max_length=longest, error_messages=said(hint, max_length=hint), trim_whitespace=True, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Several(serializers.ListSerializer[Any]):
    """A list of objects, of a bounded length."""

    LONGEST = 500
    HINT = f"Give a list of up to {LONGEST} objects."

    default_error_messages: ClassVar[dict[str, Any]] = said(HINT, not_a_list=HINT, max_length=HINT)

    def to_internal_value(self, data: Any) -> list[Any]:
        if not isinstance(data, list) or len(data) > self.LONGEST:
            raise ValidationError([self.HINT])
        found: list[Any] = []
        wrong: dict[Any, Any] = {}
        for number, each in enumerate(data):
            try:
                found.append(self.child.run_validation(each))  # type: ignore[union-attr]
            except ValidationError as error:
                wrong[number] = error.detail
        if wrong:
            raise ValidationError(wrong)
        return found


class Asked(serializers.Serializer[Any]):
    """An object with no other fields than its own; what may be left out may also be null."""

    HINT = "Give an object with these fields."

    default_error_messages: ClassVar[dict[str, Any]] = said(HINT)

    class Meta:
        list_serializer_class = Several

    def to_internal_value(self, data: Any) -> Any:
        known = self.fields
        if not isinstance(data, Mapping):
            raise ValidationError([f"Give an object with the fields {', '.join(known)}."])
        unknown = [name for name in data if name not in known]
        wrong: dict[str, Any] = {
            plain(name): [f"There is no such field here: take it out, or give one of {', '.join(known)}."]
            for name in unknown[:20]
        }
        try:
            found = super().to_internal_value(
                {
                    name: data[name]
                    for name in data
                    if name in known and (data[name] is not None or known[name].required)
                }
            )
        except ValidationError as error:
            wrong |= error.detail if isinstance(error.detail, dict) else {}
        if wrong:
            raise ValidationError(wrong)
        return found


def plain(name: str) -> str:
    """A stranger's field name as it can be sent back."""
    return name[:60].encode("ascii", "backslashreplace").decode("ascii")
