"""JSON as strangers send it: read within limits, refused with a hint."""

import json
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from rest_framework.exceptions import ValidationError
from rest_framework.parsers import JSONParser

LONGEST = 200_000
BODY = "body"


def refuse(words: str) -> NoReturn:
    """What is wrong with the request as a whole stands under "body"."""
    raise ValidationError({BODY: [words]})


class BoundedJSONParser(JSONParser):
    """UTF-8 JSON of a bounded size, without NaN and without the depth or the digits that break a parser."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        sent = stream.read(LONGEST + 1)
        if len(sent) > LONGEST:
            refuse(f"The request is longer than {LONGEST:,} bytes: ask about fewer things at once.")
        try:
            found = json.loads(sent.decode("utf-8"), parse_constant=_no_constant)
            # Half of a surrogate pair is no character: neither the database nor an answer could hold it.
            json.dumps(found, ensure_ascii=False).encode("utf-8")
        except (ValueError, RecursionError):
            refuse("This is not JSON: send one object in UTF-8, without NaN or Infinity.")
        return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def dotted(detail: Any, path: str = "") -> dict[str, list[str]]:
    """Errors of any depth as {"disposal.terms.0.months": ["…"]}: the path of each field, numbered from 0 in lists."""
    if isinstance(detail, Mapping):
        pairs = [(str(name), inner) for name, inner in detail.items()]
    elif any(isinstance(inner, Mapping | list) for inner in detail):
        pairs = [(str(number), inner) for number, inner in enumerate(detail)]
    else:
        return {path or BODY: [str(words) for words in detail]} if detail else {}
    found: dict[str, list[str]] = {}
    for name, inner in pairs:
        for where, words in dotted(inner, _joined(path, name)).items():
            found.setdefault(where, []).extend(words)
    return found


def _joined(path: str, name: str) -> str:
    if name in {"non_field_errors", BODY}:
        return path or BODY
    return f"{path}.{name}" if path else name
