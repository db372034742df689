"""How far a referral is: which pages are asked, what each was answered with, what is missing, and what the law says."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agencies.models import Agency, User
from mappa.typed import in_words
from offenders.law import level as law
from offenders.models import Offender
from panels.forms.referrals import QUESTIONS, SECTIONS, Facts, Question
from panels.models import Referral

LEVEL, CO_ORDINATION, SENIOR = "level", "co-ordination", "senior"


def was_at_level_3(offender: Offender, user: User) -> bool:
    """Was the case managed at level 3 before?"""
    return bool(offender.levels.visible_to(user).filter(level=Offender.Level.ENHANCED).exists())


def facts_of(referral: Referral, user: User) -> Facts:
    """What the record and the page about the level say that the other pages depend on."""
    offender = referral.offender
    levels = [(str(n), str(label)) for n, label in Offender.Level.choices if offender.can_be_referred_to(n)]
    agencies = Agency.objects.filter(area=offender.area_id, is_active=True).exclude(kind__code__in=NO_CASES)
    is_high = offender.rosh is not None and offender.rosh >= Offender.Rosh.HIGH
    return Facts(
        levels=levels,
        agencies=[(str(pk), name) for pk, name in agencies.order_by("name").values_list("pk", "name")],
        asks_exceptional=not is_high and not was_at_level_3(offender, user),
        asks_senior=str(referral.answers.get(LEVEL, {}).get("level")) == str(Offender.Level.ENHANCED.value),
        is_returned=referral.outcome == Referral.Outcome.RETURNED,
    )


# Kinds of agency that work no case.
NO_CASES = ("board", "service")


def pages_of(facts: Facts) -> list[str]:
    """The pages that are asked, in order."""
    return [page for _title, pages in SECTIONS for page in pages if QUESTIONS[page].is_asked(facts)]


def form_of(referral: Referral, page: str, facts: Facts, typed: Mapping[str, Any] | None = None) -> Question:
    """The form of a page, with what was typed now or is kept from before."""
    return QUESTIONS[page](typed if typed is not None else referral.answers.get(page), facts=facts)


def mark_of(referral: Referral, page: str) -> str:
    """Another one whenever what is kept of a page is another: who writes over words that he has not read is told."""
    kept = json.dumps(referral.answers.get(page), sort_keys=True)
    return hashlib.sha256(kept.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Reading:
    """A referral read whole: its answers, the pages that lack one, and each section's questions with their answers."""

    answers: Mapping[str, Any]
    missing: list[str]
    # Title of the section, the page, the question and the answer in words.
    said: list[tuple[str, str, str, str]]
    # Title of each section, its pages, and whether all are answered.
    sections: list[tuple[str, list[str], bool]]

    @property
    def completed(self) -> int:
        return sum(done for _title, _pages, done in self.sections)


def read(referral: Referral, user: User) -> Reading:
    """Every answer as its form reads it now: what the record has changed since may be missing again."""
    facts = facts_of(referral, user)
    answers: dict[str, Any] = {}
    missing, said, sections = [], [], []
    for title, names in SECTIONS:
        pages = [page for page in names if QUESTIONS[page].is_asked(facts)]
        forms = {page: form_of(referral, page, facts) for page in pages}
        lacking = [page for page, form in forms.items() if not form.is_valid()]
        for page, form in forms.items():
            answers |= form.cleaned_data if page not in lacking else {}
            lines = [line for line in in_words(form) if line[1] or page in lacking]
            said += [(str(title), page, label, answer) for label, answer in lines]
        missing += lacking
        sections.append((str(title), pages, not lacking))
    return Reading(answers, missing, said, sections)


def need_of(referral: Referral, *, by: User) -> law.Need:
    """What the law of levels asks, read from what the referral says and from its case."""
    offender = referral.offender
    return law.Need(
        meetings_add_value=bool(referral.added_value),
        rosh=offender.rosh,
        exceptional_co_ordination=referral.exceptional,
        was_at_level_3=was_at_level_3(offender, by),
        needs_senior_representation=referral.senior_needed,
    )


def fill(referral: Referral, reading: Reading) -> Referral:
    """Put what was answered into the columns that lists and the law go by. Not saved."""
    said = reading.answers
    referral.level = said.get("level")
    referral.reason = said.get("reason", "").strip()
    referral.added_value = said.get("added_value", "").strip()
    referral.exceptional = bool(said.get("exceptional"))
    referral.senior_needed = bool(said.get("senior_needed"))
    referral.urgent = bool(said.get("urgent"))
    referral.urgent_reason = said.get("urgent_reason", "").strip() if referral.urgent else ""
    referral.agencies = sorted(said.get("agencies", []))
    return referral
