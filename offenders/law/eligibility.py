"""Who is eligible for MAPPA and under which limb (Criminal Justice Act 2003 ss.325 and 327)."""

from dataclasses import dataclass
from datetime import date

from offenders.law import notification
from offenders.law.periods import Length

CUSTODIAL = {"imprisonment", "detention"}
INDETERMINATE = {"life", "imprisonment_for_public_protection"}
HOSPITAL = {"hospital_order", "restricted_hospital_order", "guardianship_order"}
INSANITY = {"not_guilty_by_reason_of_insanity", "under_a_disability_did_the_act"}


@dataclass(frozen=True)
class OffenceFlags:
    """Which schedules an offence is in."""

    schedule_3: bool = False
    schedule_15_part: int | None = None
    murder: bool = False
    section_327_4a: bool = False
    relevant_terrorist: bool = False

    @property
    def counts_for_category_2(self) -> bool:
        return self.murder or self.schedule_15_part in {1, 2} or self.section_327_4a


NO_TERM = Length()


@dataclass(frozen=True)
class Sentence:
    """What a court decided: the outcome, what was imposed and for how long."""

    outcome: str
    dealt_with_on: date
    disposal: str
    term: Length = NO_TERM
    licence_ends_on: date | None = None


@dataclass(frozen=True)
class Basis:
    """One limb that makes a person eligible, with its authority and one sentence of reasoning."""

    category: int
    limb: str
    authority: str
    explanation: str
    starts_on: date
    ends_on: date | None


def bases(offence: OffenceFlags, sentence: Sentence, born_on: date) -> list[Basis]:
    """Every limb that one conviction, caution or finding satisfies, in the order 1, 2, 4."""
    found = [
        _registered(offence, sentence, born_on),
        _violent(offence, sentence),
        _terrorist(offence, sentence),
    ]
    return [basis for basis in found if basis is not None]


def recorded_category(found: list[Basis], on: date) -> int | None:
    """The one category recorded: the first of 1, 2, 4 with a basis in force (domain.md 1.3)."""
    live = [basis.category for basis in found if basis.ends_on is None or basis.ends_on >= on]
    return min(live) if live else None


def _registered(offence: OffenceFlags, sentence: Sentence, born_on: date) -> Basis | None:
    """Subject to the notification requirements of SOA 2003 Part 2 (CJA 2003 s.327(2))."""
    if not offence.schedule_3:
        return None
    ends_on = notification.last_day(
        disposal=sentence.disposal, term=sentence.term, dealt_with_on=sentence.dealt_with_on, born_on=born_on
    )
    return Basis(
        category=1,
        limb="s.327(2)",
        authority="Criminal Justice Act 2003 s.327(2); Sexual Offences Act 2003 ss.80-82",
        explanation="A Schedule 3 offence makes the person subject to the notification requirements.",
        starts_on=sentence.dealt_with_on,
        ends_on=ends_on,
    )


def _violent(offence: OffenceFlags, sentence: Sentence) -> Basis | None:
    """Murder, Schedule 15 Part 1 or 2, or s.327(4A), with a qualifying sentence (s.327(3) and (4))."""
    if not offence.counts_for_category_2 or sentence.outcome == "cautioned":
        return None
    if sentence.outcome in INSANITY and sentence.disposal not in HOSPITAL:
        return None
    if not _qualifying(sentence):
        return None
    limb = "s.327(4)" if sentence.outcome in INSANITY else "s.327(3)"
    return Basis(
        category=2,
        limb=limb,
        authority=f"Criminal Justice Act 2003 {limb}, Schedule 15",
        explanation="A specified violent or sexual offence with 12 months’ custody or more, or a hospital order.",
        starts_on=sentence.dealt_with_on,
        ends_on=sentence.licence_ends_on,
    )


def _terrorist(offence: OffenceFlags, sentence: Sentence) -> Basis | None:
    """A relevant terrorist offence dealt with in a way described in CTA 2008 s.45 (s.327(4D))."""
    if not offence.relevant_terrorist or not _qualifying(sentence):
        return None
    return Basis(
        category=4,
        limb="s.327(4D)",
        authority="Criminal Justice Act 2003 s.327(4D); Counter-Terrorism Act 2008 s.45",
        explanation="A relevant terrorist offence with 12 months’ custody or more, or a hospital order.",
        starts_on=sentence.dealt_with_on,
        ends_on=sentence.licence_ends_on,
    )


def _qualifying(sentence: Sentence) -> bool:
    """Not for a term of less than 12 months, or indeterminate, or a hospital or guardianship order."""
    if sentence.disposal in CUSTODIAL:
        return sentence.term.is_at_least_months(12)
    return sentence.disposal in INDETERMINATE | HOSPITAL
