"""Who is eligible for MAPPA and under which limb (Criminal Justice Act 2003 ss.325 and 327)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from offenders.law import notification
from offenders.law.disposals import HOSPITAL, Disposal
from offenders.law.notification import is_trigger
from offenders.law.periods import ONE_DAY, in_words

CJA = "Criminal Justice Act 2003"
INSANITY = frozenset({"not_guilty_by_reason_of_insanity", "under_a_disability_did_the_act"})
OUTCOMES = ("convicted", "cautioned", *sorted(INSANITY))
HERE = "england_and_wales"
JURISDICTIONS = (HERE, "elsewhere")
# Which of several limbs is recorded: category 3 is what is left (domain.md 1.3). Where 4 ranks is an open question.
ORDER = (1, 2, 4, 3)
RESIDUE = 3
# What was dealt with before counts for registration only under a condition (SOA 2003 s.81).
REGISTER_BEGAN = date(1997, 9, 1)
# What the Responsible Authority may decide, and the limb that lets it.
DECISIONS = {
    "dangerous": (
        3,
        "s.325(2)(b)",
        "The Responsible Authority considers that the person may cause serious harm to the public.",
    ),
    "terrorism_risk": (
        4,
        "s.325(2)(c)",
        "The Responsible Authority considers the person to be at risk of involvement in terrorism-related activity.",
    ),
}


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


@dataclass(frozen=True)
class Sentence:
    """What a court or the police decided: the outcome, what was imposed, and where."""

    outcome: str
    dealt_with_on: date
    disposal: Disposal
    licence_ends_on: date | None = None
    jurisdiction: str = HERE
    # On the day when the register began: not yet dealt with for it, serving, detained, supervised or under its order.
    was_running_in_1997: bool = False

    @property
    def is_before_the_register(self) -> bool:
        """SOA 2003 s.81(3) to (5): a conviction or finding of then counts only where it still ran, a caution never."""
        return self.dealt_with_on < REGISTER_BEGAN and not (self.was_running_in_1997 and self.outcome != "cautioned")

    @property
    def ends_on(self) -> date | None:
        """When the licence or order ended; a day before this sentence is that of another one."""
        ended = self.licence_ends_on
        return ended if ended and ended >= self.dealt_with_on else None


@dataclass(frozen=True)
class Basis:
    """One limb that makes a person eligible, with its authority and one sentence of reasoning."""

    category: int
    limb: str
    authority: str
    explanation: str
    starts_on: date
    ends_on: date | None
    automatic: bool = True

    def in_force(self, on: date) -> bool:
        return self.starts_on <= on and (self.ends_on is None or self.ends_on >= on)


@dataclass(frozen=True)
class Decision:
    """The Responsible Authority's decision that a person belongs to category 3, or to 4 for the risk of terrorism."""

    kind: str
    on: date


@dataclass(frozen=True)
class Eligibility:
    """Every limb, also those that have ended; the one category recorded; and what the Authority could decide."""

    bases: tuple[Basis, ...]
    recorded_category: int | None
    selectable: tuple[int, ...]
    authority: str
    explanation: str


Dealt = tuple[OffenceFlags, Sentence]


def bases(offence: OffenceFlags, sentence: Sentence, born_on: date) -> list[Basis]:
    """Every limb that one conviction, caution or finding satisfies, in the order 1, 2, 4.

    All of them ask for a court or the police of England and Wales: what was done elsewhere counts through a
    notification order, or by decision (s.325(2)(b) and (c), "wherever committed").
    """
    if sentence.jurisdiction != HERE:
        return []
    found = [
        _registered(offence, sentence, born_on),
        _violent(offence, sentence),
        _terrorist(offence, sentence),
    ]
    return [basis for basis in found if basis is not None]


def recorded_category(found: Iterable[Basis], on: date, order: Sequence[int] = ORDER) -> int | None:
    """The one category recorded: the first in order with a basis in force (domain.md 1.3)."""
    live = {basis.category for basis in found if basis.in_force(on)}
    return next((category for category in order if category in live), None)


def order(category_4_rank: int) -> tuple[int, ...]:
    """The order in which categories are recorded, when category 4 is the first, second or third of 1, 2 and 4.

    Category 3 is last whatever is set: it is for those who are in no other (CJA 2003 s.325(2)(b); domain.md 1.3).
    Raises ValueError for any other rank.
    """
    if not 1 <= category_4_rank <= 3:
        raise ValueError("category 4 is first, second or third")
    first = [1, 2]
    first.insert(category_4_rank - 1, 4)
    return (*first, RESIDUE)


def judge(
    *,
    born_on: date,
    on: date,
    convictions: Sequence[Dealt],
    sexual_notification: bool = False,
    terrorism_notification: bool = False,
    decision: Decision | None = None,
    order: Sequence[int] = ORDER,
) -> Eligibility:
    """Everything that makes a person eligible on a day, by law and by decision (ss.325(2) and 327).

    `order` is that of an area or of the whole country (`order` below), by which one category is recorded.
    """
    found = [basis for offence, sentence in convictions for basis in bases(offence, sentence, born_on)]
    found += _subject(found, on, sexual=sexual_notification, terrorism=terrorism_notification)
    automatic = tuple(sorted(found, key=lambda basis: (order.index(basis.category), basis.starts_on)))
    decided = _decided(decision, automatic, convictions, on)
    together = (*automatic, *decided)
    recorded = recorded_category(together, on, order)
    return Eligibility(
        bases=together,
        recorded_category=recorded,
        selectable=(3, 4) if may_be_decided(automatic, convictions, on) else (),
        authority=f"{CJA} ss.325(2) and 327",
        explanation=_why(together, recorded, on, decision if decision and not decided else None),
    )


def _subject(found: Sequence[Basis], on: date, *, sexual: bool, terrorism: bool) -> list[Basis]:
    """Subject to notification requirements by an order or for a reason not given here: since when is not known."""
    more = []
    if sexual and not any(basis.category == 1 and basis.in_force(on) for basis in found):
        why = "The person is subject to the notification requirements of the Sexual Offences Act 2003 Part 2."
        more.append(Basis(1, "s.327(2)", f"{CJA} s.327(2)", why, on, None))
    if terrorism:
        why = "The person is subject to the notification requirements of the Counter-Terrorism Act 2008 Part 4."
        more.append(Basis(4, "s.327(4C)", f"{CJA} s.327(4C)", why, on, None))
    return more


def may_be_decided(automatic: Iterable[Basis], convictions: Iterable[Dealt], on: date) -> bool:
    """Categories 3 and 4 by decision are for "other persons" who have committed offences, wherever (s.325(2)(b), (c)):
    somebody only charged or suspected is not one, nor is anybody who is eligible by law."""
    return _offended(convictions, on) and not any(basis.in_force(on) for basis in automatic)


def _offended(convictions: Iterable[Dealt], on: date) -> bool:
    return any(sentence.dealt_with_on <= on for _offence, sentence in convictions)


def _decided(
    decision: Decision | None, automatic: Sequence[Basis], convictions: Sequence[Dealt], on: date
) -> tuple[Basis, ...]:
    """The basis that a decision gives, if an offence had been dealt with by its day; it stays beside a later one by law.

    Whoever is eligible by law is nobody else's to decide about. What was decided then, as at the last meeting before a
    licence ends, counts from the day on which the last limb by law is gone.
    """
    if decision is None or not _offended(convictions, decision.on):
        return ()
    starts_on = _free_from(decision.on, automatic)
    if starts_on is None or starts_on > max(on, decision.on):
        return ()
    category, limb, why = DECISIONS[decision.kind]
    return (Basis(category, limb, f"{CJA} {limb}", why, starts_on, None, automatic=False),)


def _free_from(day: date, automatic: Sequence[Basis]) -> date | None:
    """The first day from this one on which nobody is eligible by law; none while a limb has no end."""
    while running := [basis for basis in automatic if basis.in_force(day)]:
        ends = [basis.ends_on for basis in running if basis.ends_on]
        if len(ends) < len(running):
            return None
        day = max(ends) + ONE_DAY
    return day


def _why(found: Sequence[Basis], recorded: int | None, on: date, without_effect: Decision | None) -> str:
    refused = (
        "; the decision has no effect, because it needs an offence dealt with by its day and, since, a day without eligibility by law"
        if without_effect
        else ""
    )
    if recorded is None:
        return f"Nothing makes the person eligible on {in_words(on)}{refused}."
    limbs = ", ".join(dict.fromkeys(basis.limb for basis in found if basis.in_force(on)))
    return f"On {in_words(on)} the person is eligible under {limbs}, and category {recorded} is recorded{refused}."


def subject_to(regime: str, why: str, starts_on: date, ends_on: date | None) -> Basis:
    """The limb of somebody who must notify for another reason than a conviction of England and Wales: an order, or the
    terrorism Act, whose requirements are a limb of their own (s.327(2) and (4C)). `why` says what they rest on."""
    if regime == "CTA2008":
        words = "The person is subject to the notification requirements of the Counter-Terrorism Act 2008 Part 4"
        return Basis(4, "s.327(4C)", f"{CJA} s.327(4C)", f"{words}: {why}.", starts_on, ends_on)
    words = "The person is subject to the notification requirements of the Sexual Offences Act 2003 Part 2"
    return Basis(1, "s.327(2)", f"{CJA} s.327(2)", f"{words}: {why}.", starts_on, ends_on)


def _registered(offence: OffenceFlags, sentence: Sentence, born_on: date) -> Basis | None:
    """Subject to the notification requirements of SOA 2003 Part 2 (CJA 2003 s.327(2))."""
    if not offence.schedule_3 or sentence.is_before_the_register:
        return None
    period = notification.period(
        regime="SOA2003", born_on=born_on, relevant_on=sentence.dealt_with_on, disposal=sentence.disposal
    )
    return Basis(
        category=1,
        limb="s.327(2)",
        authority=f"{CJA} s.327(2); Sexual Offences Act 2003 ss.80-82",
        explanation="A Schedule 3 offence makes the person subject to the notification requirements.",
        starts_on=sentence.dealt_with_on,
        ends_on=period.last_day,
    )


def _violent(offence: OffenceFlags, sentence: Sentence) -> Basis | None:
    """Murder, Schedule 15 Part 1 or 2, or s.327(4A), with a qualifying sentence (s.327(3) and (4))."""
    if not offence.counts_for_category_2 or sentence.outcome == "cautioned":
        return None
    if sentence.outcome in INSANITY and sentence.disposal.kind not in HOSPITAL:
        return None
    if not is_trigger(sentence.disposal):
        return None
    limb = "s.327(4)" if sentence.outcome in INSANITY else "s.327(3)"
    return Basis(
        category=2,
        limb=limb,
        authority=f"{CJA} {limb}, Schedule 15",
        explanation="A specified violent or sexual offence with 12 months’ custody or more, or a hospital order.",
        starts_on=sentence.dealt_with_on,
        ends_on=sentence.ends_on,
    )


def _terrorist(offence: OffenceFlags, sentence: Sentence) -> Basis | None:
    """A relevant terrorist offence dealt with in a way described in CTA 2008 s.45 (s.327(4D))."""
    if not offence.relevant_terrorist or sentence.outcome == "cautioned" or not is_trigger(sentence.disposal):
        return None
    if sentence.outcome in INSANITY and sentence.disposal.kind not in HOSPITAL:
        return None
    return Basis(
        category=4,
        limb="s.327(4D)",
        authority=f"{CJA} s.327(4D); Counter-Terrorism Act 2008 s.45",
        explanation="A relevant terrorist offence with 12 months’ custody or more, or a hospital order.",
        starts_on=sentence.dealt_with_on,
        ends_on=sentence.ends_on,
    )
