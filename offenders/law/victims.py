"""Whose victims must be offered contact (Domestic Violence, Crime and Victims Act 2004 ss.35 and 36)."""

from collections.abc import Iterable
from datetime import date

from offenders.law.disposals import HOSPITAL
from offenders.law.eligibility import HERE, INSANITY, Dealt
from offenders.law.notification import is_trigger

# Guardianship is a route into category 2, and none into the scheme: the Act speaks of hospital orders.
GUARDIANSHIP = "guardianship_order"
AUTHORITY = "Domestic Violence, Crime and Victims Act 2004 ss.35 and 36"
# The scheme is for sentences since it began; for hospital orders with restrictions since 2005, without since 2008.
BEGAN = date(2001, 4, 1)
RESTRICTED_SINCE, UNRESTRICTED_SINCE = date(2005, 7, 1), date(2008, 11, 3)


def qualifying(convictions: Iterable[Dealt]) -> list[Dealt]:
    """For the victims of which of these is the Victim Contact Scheme: a specified violent or sexual offence with
    12 months' custody or more, or a hospital order, by a court of England and Wales since the scheme began (MAPPA
    website, Victim Contact Scheme)?

    Specified is what Schedule 15 to the CJA 2003 lists in Part 1 or 2, murder, and what Schedule 3 to the SOA 2003
    lists (2004 Act s.45).
    """
    return [dealt for dealt in convictions if _counts(dealt)]


def _counts(dealt: Dealt) -> bool:
    offence, sentence = dealt
    kind = sentence.disposal.kind
    specified = offence.murder or offence.schedule_15_part in {1, 2} or offence.schedule_3
    if not specified or sentence.jurisdiction != HERE or sentence.outcome == "cautioned" or kind == GUARDIANSHIP:
        return False
    if sentence.outcome in INSANITY and kind not in HOSPITAL:
        return False
    return sentence.dealt_with_on >= _since(kind) and is_trigger(sentence.disposal)


def _since(kind: str) -> date:
    if kind not in HOSPITAL:
        return BEGAN
    return RESTRICTED_SINCE if kind == "restricted_hospital_order" else UNRESTRICTED_SINCE
