"""What the record keeps of a conviction, as the law asks for it (offenders/law)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from offenders.law import eligibility, notification
from offenders.law.disposals import CUSTODY, NONE
from offenders.law.disposals import Disposal as Imposed
from offenders.law.periods import Length
from offenders.licence_ends import LicenceEnds
from offenders.models import Conviction, Disposal, Offence

ALWAYS = date.max
NOWHERE_ELSE = LicenceEnds()
TERRORIST = "CTA2008"


def dealt(conviction: Conviction) -> eligibility.Dealt:
    """The schedules of the offence, and the disposal that counts: of several, the one by which SOA 2003 s.82(1)
    gives the longest period, an indefinite one before all. Needs `with_sentence`, and one disposal at least."""
    return max(dealts(conviction), key=lambda one: _reach(conviction, one))


def dealts(conviction: Conviction, ends: LicenceEnds = NOWHERE_ELSE) -> list[eligibility.Dealt]:
    """One question for each disposal, the terms of custody together in one.

    Consecutive and partly concurrent terms count as their aggregate or effective length (SOA 2003 s.82(3) and (4);
    domain.md 6.1); other disposals are rows of the table in s.82(1) of their own. Needs `with_sentence`. Empty while
    nothing is recorded as imposed. `ends` says when the licence ends, for whom that matters.
    """
    rows = list(conviction.disposals.all())
    custody = [row for row in rows if row.kind in CUSTODY]
    others = [row for row in rows if row.kind not in CUSTODY]
    counted = [(_together(custody), _last_end([ends.of(row) for row in custody]))] if custody else []
    counted += [(imposed(row), ends.of(row)) for row in others]
    return [_dealt(conviction, disposal, ends_on) for disposal, ends_on in counted]


def bases_of(conviction: Conviction, ends: LicenceEnds = NOWHERE_ELSE) -> list[eligibility.Basis]:
    """Every limb that the conviction satisfies, once each: by the disposal that makes it last longest."""
    longest: dict[str, eligibility.Basis] = {}
    for flags, sentence in dealts(conviction, ends):
        for basis in eligibility.bases(flags, sentence, conviction.offender.born_on):
            kept = longest.get(basis.limb)
            if kept is None or (basis.ends_on or ALWAYS) > (kept.ends_on or ALWAYS):
                longest[basis.limb] = basis
    return list(longest.values())


def relevant_day(conviction: Conviction, regime: str) -> date:
    """Since when a conviction makes somebody notify: since it (SOA 2003 s.82(6)), or since it was dealt with by what was
    imposed (CTA 2008 ss.45 and 53), of several terms of custody the first. Needs `with_sentence`."""
    if regime != TERRORIST:
        return conviction.dealt_with_on
    counted = dealt(conviction)[1].disposal.kind
    rows = list(conviction.disposals.all())
    days = [row.imposed_on for row in rows if row.kind == counted or {row.kind, counted} <= CUSTODY]
    return min(days, default=conviction.dealt_with_on)


def passed_together(convictions: Iterable[Conviction]) -> list[date]:
    """Days on which custody with an end was imposed for several Schedule 3 offences: the Act adds up what is consecutive
    among them (SOA 2003 s.82(3) and (4)), and `dealts` adds up within one conviction. Needs `with_sentence`."""
    days: dict[date, set[int]] = {}
    for conviction in convictions:
        if not conviction.offence.schedule_3 or conviction.schedule_3_met is False:
            continue
        for row in conviction.disposals.all():
            if row.kind in CUSTODY:
                days.setdefault(row.imposed_on, set()).add(conviction.pk)
    return sorted(day for day, of_day in days.items() if len(of_day) > 1)


def imposed_words(conviction: Conviction) -> str:
    """What was imposed, in a few words. Needs `with_sentence`."""
    return ", ".join(row.get_kind_display() for row in conviction.disposals.all())


def imposed(disposal: Disposal) -> Imposed:
    """One stored disposal as the law reads it. Needs its terms loaded (`with_sentence`)."""
    return Imposed(
        kind=disposal.kind,
        terms=tuple(term.length for term in disposal.terms.all()),
        overlap=disposal.overlap,
        suspended=disposal.suspended,
        extension=disposal.extension,
        discharge=disposal.discharge,
    )


def _together(custody: list[Disposal]) -> Imposed:
    """Several sentences of custody for one conviction: what was imposed in addition is consecutive."""
    parts = [imposed(row) for row in custody]
    return Imposed(
        kind=parts[0].kind,
        terms=tuple(term for part in parts for term in part.terms),
        overlap=_sum(part.overlap for part in parts),
        suspended=all(part.suspended for part in parts),
        extension=_sum(part.extension for part in parts),
    )


def _sum(lengths: Iterable[Length]) -> Length:
    return sum(lengths, NONE)


def _last_end(days: list[date | None]) -> date | None:
    """When the last licence ends; none while one of them has no end."""
    ends = [day for day in days if day]
    return max(ends) if ends and len(ends) == len(days) else None


def _dealt(conviction: Conviction, disposal: Imposed, ends_on: date | None) -> eligibility.Dealt:
    flags = flags_of(conviction.offence)
    if conviction.schedule_3_met is False:
        flags = replace(flags, schedule_3=False)
    return (
        flags,
        eligibility.Sentence(
            outcome=conviction.outcome,
            dealt_with_on=conviction.dealt_with_on,
            disposal=disposal,
            licence_ends_on=ends_on,
            jurisdiction=conviction.jurisdiction,
            was_running_in_1997=bool(conviction.schedule_3_met),
        ),
    )


def flags_of(offence: Offence) -> eligibility.OffenceFlags:
    """The schedules of an offence of the list, as the law asks for them."""
    return eligibility.OffenceFlags(
        schedule_3=offence.schedule_3,
        schedule_15_part=offence.schedule_15_part,
        murder=offence.murder,
        section_327_4a=offence.section_327_4a,
        relevant_terrorist=offence.relevant_terrorist,
    )


def _reach(conviction: Conviction, one: eligibility.Dealt) -> tuple[date, bool]:
    _flags, sentence = one
    period = notification.period(
        regime="SOA2003",
        born_on=conviction.offender.born_on,
        relevant_on=sentence.dealt_with_on,
        disposal=sentence.disposal,
    )
    return period.last_day or ALWAYS, notification.is_trigger(sentence.disposal)
