"""What everybody on a board reads names no case: references are found and refused, for lay advisers read it too."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from mappa.reference_numbers import ALPHABET

_REFERENCE = re.compile(rf"\b([A-Z]{{2}})-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}\b", re.IGNORECASE)
# The board's own: members, advisers, groups, meetings, agenda, papers, decisions, plans, actions and questions; samples, audits
# and their findings; serious cases, what was found in them and is recommended.
OF_BOARDS = frozenset({"BM", "LA", "SG", "BD", "BI", "BP", "BK", "BZ", "BA", "BQ", "AS", "AU", "AF", "SC", "SF", "SR"})


def refuse_references(**texts: str) -> None:
    """Raise ValidationError beside each field whose text names a case, or a row of one."""
    wrong = {}
    for field, text in texts.items():
        found = [match for match in _REFERENCE.finditer(text) if match.group(1).upper() not in OF_BOARDS]
        if found:
            words = _("Take out %s: everybody on the board reads this, and lay advisers read of no case")
            wrong[field] = words % found[0].group(0)
    if wrong:
        raise ValidationError(wrong)
