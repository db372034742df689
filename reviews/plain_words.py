"""What a board reads names no case and nobody at risk: references, and the last name of a person, are found and refused."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from agencies.models import User
from mappa.reference_numbers import ALPHABET
from offenders.models import Offender
from offenders.visibility import scope_of

# Word processors write other dashes than a keyboard has.
_DASH = "[-\u2010-\u2014]"
_REFERENCE = re.compile(rf"\b([A-Z]{{2}}){_DASH}[{ALPHABET}]{{4}}{_DASH}[{ALPHABET}]{{4}}\b", re.IGNORECASE)
# The board's own: members, advisers, groups, meetings, agenda, papers, decisions, plans, actions and questions.
OF_BOARDS = frozenset({"BM", "LA", "SG", "BD", "BI", "BP", "BK", "BZ", "BA", "BQ"})
# And of its audits and reviews: samples, audits, findings, serious cases, what they found and recommend.
OF_REVIEWS = OF_BOARDS | {"AS", "AU", "AF", "SC", "SF", "SR"}


def refuse_references(**texts: str) -> None:
    """Raise ValidationError beside each field whose text names a case, or a row of one."""
    words = _("Take out %s: everybody on the board reads this, and lay advisers read of no case")
    _refuse({field: words % found for field, text in texts.items() if (found := _reference_in(text, OF_BOARDS))})


def refuse_naming(offender: Offender | None, *, by: User, **texts: str) -> None:
    """The same for what is written about a case for readers who see none; and its person's last name is refused too.

    The name only to somebody who sees the case: to be refused would tell everybody else that he has guessed it.
    """
    name = offender.surname if offender is not None and scope_of(by).sees(offender) else ""
    wrong = {}
    for field, text in texts.items():
        found = _reference_in(text, OF_REVIEWS) or _name_in(text, name)
        if found:
            wrong[field] = _("Take out “%s”: whoever reads this sees no case, and must not learn whose it is") % found
    _refuse(wrong)


def _reference_in(text: str, allowed: frozenset[str]) -> str:
    found = (match for match in _REFERENCE.finditer(text) if match.group(1).upper() not in allowed)
    return next((match.group(0) for match in found), "")


def _name_in(text: str, name: str) -> str:
    """A name as a word of its own. Written small it is another word: many are called Young or Brown."""
    if not name:
        return ""
    found = re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE)
    return next((match.group(0) for match in found if not match.group(0).islower()), "")


def _refuse(wrong: dict[str, str]) -> None:
    if wrong:
        raise ValidationError(wrong)
