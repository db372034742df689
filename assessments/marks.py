"""What changed between two texts, word by word."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

# A word with the space behind it, so that what is put together again reads as it was written.
WORD = re.compile(r"\S+\s*")
SAME, ADDED, REMOVED = "same", "added", "removed"
# Beyond this many words comparing takes longer than anybody waits for a page: the whole text counts as changed.
LONGEST = 6000


class Mark(NamedTuple):
    """Words that stayed, came or went."""

    kind: str
    words: str


def marks(before: str, after: str) -> list[Mark]:
    """`after` as it reads, with what was added and what was taken out since `before`."""
    if before == after:
        return [Mark(SAME, after)] if after else []
    found = [(kind, words) for kind, words in _compared(WORD.findall(before), WORD.findall(after)) if words]
    # The last word of either text has no space behind it, and may stand before others here.
    apart = [words if words[-1].isspace() else f"{words} " for _kind, words in found[:-1]] + [w for _k, w in found[-1:]]
    return [Mark(kind, words) for (kind, _words), words in zip(found, apart, strict=True)]


def _compared(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    if len(old) + len(new) > LONGEST:
        yield REMOVED, "".join(old)
        yield ADDED, "".join(new)
        return
    matcher = SequenceMatcher(None, [word.strip() for word in old], [word.strip() for word in new], autojunk=False)
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if tag == "equal":
            yield SAME, "".join(new[new_from:new_to])
        else:
            yield REMOVED, "".join(old[old_from:old_to])
            yield ADDED, "".join(new[new_from:new_to])
