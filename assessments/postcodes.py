"""How near two addresses are, as far as postcodes tell. Pure functions: this service has no map.

"LS6 3HN" is, from the widest to the narrowest: the district LS6, the sector LS6 3, the postcode itself.
"""

import re

# The form of postcodes of the United Kingdom, as people write them.
PATTERN = r"[A-Z]{1,2}[0-9][A-Z0-9]?\s*[0-9][A-Z]{2}"
_POSTCODE = re.compile(rf"\b{PATTERN}\b", re.IGNORECASE)

# How many letters and digits of the end do not have to be the same, by how many parts of the postcode must be.
DISTRICT, SECTOR, WHOLE = 1, 2, 3
_LEFT_OFF = {DISTRICT: 3, SECTOR: 2, WHOLE: 0}


def postcodes_in(text: str) -> set[str]:
    """The postcodes that stand in a text, in capitals and without spaces."""
    return {"".join(found.split()).upper() for found in _POSTCODE.findall(text)}


def part_of(postcode: str, parts: int) -> str:
    """The district, sector or whole of a postcode in capitals and without spaces."""
    return postcode[: len(postcode) - _LEFT_OFF[parts]]


def are_near(one: str, other: str, parts: int) -> bool:
    """Do two texts hold postcodes of the same district, sector or whole?"""
    mine, theirs = ({part_of(code, parts) for code in postcodes_in(text)} for text in (one, other))
    return not mine.isdisjoint(theirs)
