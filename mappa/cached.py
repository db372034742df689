"""How what is kept in Redis is written there: as JSON, since whoever writes a pickle into it would run in every process here."""

import json
from typing import Any


class Json:
    """Numbers as they are, so that Redis can count them; anything else as JSON, a tuple coming back as a list."""

    def dumps(self, kept: Any) -> int | bytes:
        return kept if type(kept) is int else json.dumps(kept).encode()

    def loads(self, found: bytes) -> Any:
        return json.loads(found)
