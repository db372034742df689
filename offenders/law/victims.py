"""Whose victims must be offered contact (Domestic Violence, Crime and Victims Act 2004 ss.35 and 36)."""

from collections.abc import Iterable

from offenders.law.eligibility import INSANITY, Dealt
from offenders.law.notification import is_trigger

# Guardianship is a route into category 2, and none into the scheme: the Act speaks of hospital orders.
GUARDIANSHIP = "guardianship_order"
AUTHORITY = "Domestic Violence, Crime and Victims Act 2004 ss.35 and 36"


def in_contact_scheme(convictions: Iterable[Dealt]) -> bool:
    """Is the Victim Contact Scheme for the victims of one of these: a specified violent or sexual offence with
    12 months' custody or more, or a hospital order (MAPPA website, Victim Contact Scheme)?

    Specified is what Schedule 15 to the CJA 2003 lists in Part 1 or 2, murder, and what Schedule 3 to the SOA 2003
    lists (2004 Act s.45).
    """
    return any(_counts(dealt) for dealt in convictions)


def _counts(dealt: Dealt) -> bool:
    offence, sentence = dealt
    specified = offence.murder or offence.schedule_15_part in {1, 2} or offence.schedule_3
    if not specified or sentence.outcome == "cautioned" or sentence.disposal.kind == GUARDIANSHIP:
        return False
    if sentence.outcome in INSANITY and "hospital" not in sentence.disposal.kind:
        return False
    return is_trigger(sentence.disposal)
