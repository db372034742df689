"""Names of files, as people give them: shown to people, never used as a path."""

import unicodedata

LONGEST = 120
UNNAMED = "file"


def safe_name(given: str) -> str:
    """The name without folders, control and direction signs, and not longer than 120 characters, the ending kept.

    A right-to-left sign makes "exe.pdf" read as what it is not; a path or a NUL is what somebody tries on a server.
    """
    text = unicodedata.normalize("NFC", given).replace("\\", "/").rpartition("/")[2]
    kept = "".join(sign for sign in text if unicodedata.category(sign)[0] != "C")
    name = " ".join(kept.split()).lstrip(". ")
    stem, dot, ending = name.rpartition(".")
    if not dot:
        return name[:LONGEST] or UNNAMED
    ending = ending[:10]
    return f"{stem[: LONGEST - len(ending) - 1] or UNNAMED}.{ending}"


def ending_of(name: str) -> str:
    """The last ending, in small letters: "pdf". Empty without one."""
    return name.rpartition(".")[2].lower() if "." in name else ""
