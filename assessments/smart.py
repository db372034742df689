"""Whether an action or a measure is SMART: somebody's, by a day, in words that can be checked.

The Guidance asks for actions that monitor and change behaviour and for decisions that can be defended (12.2, 12.4:
domain.md 5.3). It lists no words: those below are the service's own, and so is the rule that saying how a thing
is checked mends them.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class Fault(NamedTuple):
    """What is not SMART, beside the field of the form that says it. `may_stand` with a reason: words, not owner or day."""

    field: str
    words: str
    may_stand: bool


class Vague(NamedTuple):
    """A manner of speaking that nobody can check, and why."""

    pattern: re.Pattern[str]
    why: str | Promise


def _any_of(*phrases: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{'|'.join(phrases)})(?![\w-])", re.IGNORECASE)


VAGUE = (
    Vague(
        # Electronic monitoring is a thing that is fitted, and can be checked.
        _any_of(
            r"(?<!electronic )(?<!electronically )monitor(?:s|ed|ing)?",
            r"keep(?:s|ing)? an eye",
            r"keep(?:s|ing)? under review",
            "(?:be|stay|remain) (?:aware|alert|vigilant)",
        ),
        gettext_lazy("“%(said)s” has no result that anybody could see: write who looks at what, and how often"),
    ),
    Vague(
        _any_of(
            "(?:as|if|when|where)(?: and when| and where)? "
            "(?:it is |they are )?(?:necessary|needed|required|appropriate|possible|able|relevant)"
        ),
        gettext_lazy(
            "“%(said)s” leaves open whether it has to be done: write what has to happen first, or leave it out"
        ),
    ),
    Vague(
        _any_of(
            "tr(?:y|ies|ying) to",
            r"attempt(?:s|ing)? to",
            r"aim(?:s|ing)? to",
            r"consider(?:s|ing)?",
            r"explor(?:e|es|ing)",
            r"encourag(?:e|es|ing)",
            r"look(?:s|ing)? into",
            r"liais(?:e|es|ing)",
        ),
        gettext_lazy("“%(said)s” promises an attempt and no result: write what will have been done"),
    ),
    Vague(
        _any_of(
            "ongoing",
            "on-going",
            "asap",
            "as soon as possible",
            "in due course",
            "from time to time",
            "regular(?:ly)?",
            "periodically",
            "routinely",
            "tbc",
            "to be confirmed",
        ),
        gettext_lazy("“%(said)s” gives no day and no number: write how often, or until when"),
    ),
)


# What people type into a box that must not be empty.
EMPTY = {"na", "none", "nothing", "no", "yes", "not applicable", "not known", "unknown", "see above", "as above", "tbd"}


def says_nothing(text: str) -> bool:
    """No words at all, signs only, or what stands for no words."""
    plain = re.sub(r"[^\w\s]|_", "", text)
    return " ".join(plain.lower().split()) in EMPTY | {""}


def vague_words(text: str) -> list[str]:
    """Why the words of a text cannot be checked, a sentence for each manner of speaking; none when they can."""
    plain = " ".join(text.split())
    found = [(vague, vague.pattern.search(plain)) for vague in VAGUE]
    return [str(vague.why) % {"said": match.group()} for vague, match in found if match]


def faults(*, owner: object, due_on: date | None, text: str, checked_how: str) -> list[Fault]:
    """What keeps a promise from being SMART.

    Words that cannot be checked may stand where it is said how it is checked, in words that can be.
    """
    found = []
    if not owner:
        found.append(Fault("agency", _("Choose who does it: what is nobody’s is not done"), may_stand=False))
    if due_on is None:
        found.append(
            Fault("due_on", _("Enter the day by which it is done: without one it is never late"), may_stand=False)
        )
    if not text.strip():
        found.append(Fault("text", _("Enter what will be done"), may_stand=False))
    if not says_nothing(checked_how):
        found += [Fault("checked_how", why, may_stand=True) for why in vague_words(checked_how)]
    else:
        found += [Fault("text", why, may_stand=True) for why in vague_words(text)]
    return found


def refuse(found: Sequence[Fault], *, override_reason: str) -> bool:
    """Raise ValidationError for faults beside their fields, unless a reason lets them stand. True when one did."""
    standing = [fault for fault in found if not (fault.may_stand and override_reason.strip())]
    if standing:
        by_field: dict[str, list[str]] = {}
        for fault in standing:
            by_field.setdefault(fault.field, []).append(fault.words)
        raise ValidationError(by_field)
    return bool(found)
