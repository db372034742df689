"""By when a registered sexual offender must notify, and may ask for review (Sexual Offences Act 2003 ss.83 to 91B)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from offenders.law.periods import ONE_DAY, Length, in_words

ACT = "Sexual Offences Act 2003"
THREE_DAYS = Length(days=3)
A_YEAR = Length(years=1)
# What happened, and the provision that gives three days.
CHANGES = {
    "conviction": ("the conviction, finding or caution", f"{ACT} s.83(1)"),
    "release": ("the release", f"{ACT} s.84(1)(d)"),
    "change_of_name": ("the first use of the name", f"{ACT} s.84(1)(a)"),
    "change_of_address": ("the change of home address", f"{ACT} s.84(1)(b)"),
}
# What happened on the record and is no event of the API: of the same three days.
CIRCUMSTANCES = (
    "the change of circumstances",
    f"{ACT} s.84(1)(ca); SI 2012/1876",
)
# By event: the facts it needs, and those it may be given besides.
FACTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    **dict.fromkeys(CHANGES, (("on",), ())),
    "periodic": (("last_notified_on",), ("released_on", "no_fixed_abode")),
    "advance_notice": (("expected_on",), ("happened_on", "not_happened_by")),
    "indefinite_review": (("first_notified_on", "under_18"), ()),
    "indefinite_review_refused": (("on",), ()),
}
EVENTS = tuple(FACTS)
ONE_OF_TWO = "Give the day on which it happened, or the last day on which it had not happened, and not both."


@dataclass(frozen=True)
class Deadline:
    """The last day for doing something; for the review of indefinite requirements, the first day for asking."""

    due_on: date
    authority: str
    explanation: str


@dataclass(frozen=True)
class AdvanceNotice:
    """Does a notice given before the event stand, and by when must the person come again? None: nothing more."""

    notice_valid: bool
    due_on: date | None
    authority: str
    explanation: str


def due(event: str, facts: dict[str, Any]) -> Deadline | AdvanceNotice:
    """The answer for an event, from the facts that `FACTS` names for it."""
    if event in CHANGES:
        return of_event(event, facts["on"])
    if event == "indefinite_review_refused":
        return next_review(facts["on"])
    answers: dict[str, Callable[..., Deadline | AdvanceNotice]] = {
        "periodic": periodic,
        "advance_notice": advance_notice,
        "indefinite_review": first_review,
    }
    return answers[event](**facts)


def of_event(event: str, on: date) -> Deadline:
    """Within three days beginning with the event (s.83(1), s.84(1)): the day itself is the first of them.

    Days in custody, in hospital or abroad do not count (s.83(6), which s.84(5) applies): ask again with the release or return.
    """
    return _three_days(*CHANGES[event], on)


def of_circumstances(on: date) -> Deadline:
    """Within three days beginning with a prescribed change: a household with a child, a bank account, a passport."""
    return _three_days(*CIRCUMSTANCES, on)


def of_terrorist(on: date) -> Deadline:
    """Within three days beginning with the day dealt with (Counter-Terrorism Act 2008 s.47)."""
    return _three_days("the day dealt with", "Counter-Terrorism Act 2008 s.47", on)


def _three_days(what: str, authority: str, on: date) -> Deadline:
    due_on = THREE_DAYS.ends(on)
    why = f"The person must notify within 3 days beginning with {what} on {in_words(on)}, so by {in_words(due_on)}."
    return Deadline(due_on, authority, why)


def by_standard(what: str, length: Length, since: date, citation: str, *, beginning: bool = False) -> Deadline:
    """A length after a day, or `beginning` with it: for figures that are data (agencies.Standard) and not code."""
    due_on = length.ends(since) if beginning else length.after(since)
    counted = "beginning with" if beginning else "after"
    why = f"The person must notify within {length} {counted} {what} on {in_words(since)}, so by {in_words(due_on)}."
    return Deadline(due_on, citation, why)


def before_leaving(leaves_on: date, days: int, citation: str) -> Deadline:
    """So many days before leaving the United Kingdom (s.86)."""
    due_on = leaves_on - timedelta(days=days)
    unit = "day" if days == 1 else "days"
    why = (
        f"The person must give notice at least {days} {unit} before leaving on {in_words(leaves_on)}, so by "
        f"{in_words(due_on)}."
    )
    return Deadline(due_on, citation, why)


def periodic(last_notified_on: date, *, released_on: date | None = None, no_fixed_abode: bool = False) -> Deadline:
    """Within a year after the last notification (s.85(1)), or 7 days without a sole or main residence (s.85(5) and SI
    2012/1876); where that ends in custody, within three days beginning with the release (s.85(3))."""
    due_on = (Length(days=7) if no_fixed_abode else A_YEAR).after(last_notified_on)
    span = "7 days, having no sole or main residence," if no_fixed_abode else "a year"
    homeless = "; SI 2012/1876" if no_fixed_abode else ""
    if released_on and released_on > due_on:
        late = THREE_DAYS.ends(released_on)
        why = (
            f"The {span} after {in_words(last_notified_on)} ended in custody, so the time runs on for 3 days beginning "
            f"with the release, to {in_words(late)}."
        )
        return Deadline(late, f"{ACT} s.85(1){', (3) and (5)' if no_fixed_abode else ' and (3)'}{homeless}", why)
    why = f"The person must notify within {span} after the last notification, so by {in_words(due_on)}."
    return Deadline(due_on, f"{ACT} s.85(1){' and (5)' if no_fixed_abode else ''}{homeless}", why)


def advance_notice(
    expected_on: date, *, happened_on: date | None = None, not_happened_by: date | None = None
) -> AdvanceNotice:
    """A notice given before a change (s.84(2) to (4)).

    It is void where the change comes more than two days before the date it gave, or has not come within three days
    beginning with that date; then the person must say so within six days beginning with it.
    """
    last = THREE_DAYS.ends(expected_on)
    say_by = Length(days=6).ends(expected_on)
    if happened_on is None:
        return _not_yet(not_happened_by, last, say_by)
    again = in_words(THREE_DAYS.ends(happened_on))
    if happened_on < expected_on - timedelta(days=2):
        why = f"The change came more than 2 days before the date given, so it must be notified anew by {again}."
        return AdvanceNotice(
            notice_valid=False, due_on=THREE_DAYS.ends(happened_on), authority=f"{ACT} s.84(1) and (3)", explanation=why
        )
    if happened_on > last:
        why = (
            f"The change did not come within 3 days beginning with the date given, so the person must say so by "
            f"{in_words(say_by)}, and notify the change itself by {again}."
        )
        return AdvanceNotice(notice_valid=False, due_on=say_by, authority=f"{ACT} s.84(1) and (4)", explanation=why)
    why = "The change came no more than 2 days before the date given and within 3 days beginning with it: nothing more."
    return AdvanceNotice(notice_valid=True, due_on=None, authority=f"{ACT} s.84(2)", explanation=why)


def _not_yet(by: date | None, last: date, say_by: date) -> AdvanceNotice:
    if by is not None and by >= last:
        why = (
            f"The change had not come within 3 days beginning with the date given, so the notice has no effect and the "
            f"person must say so by {in_words(say_by)}."
        )
        return AdvanceNotice(notice_valid=False, due_on=say_by, authority=f"{ACT} s.84(4)", explanation=why)
    why = f"The notice stands while the change may still come, to {in_words(last)}."
    return AdvanceNotice(notice_valid=True, due_on=None, authority=f"{ACT} s.84(2) to (4)", explanation=why)


def first_review(first_notified_on: date, *, under_18: bool) -> Deadline:
    """The first day for asking that indefinite requirements end: the day after 15 years, or 8 for whoever was under 18
    on the relevant date, beginning with the first notification after release (s.91B(2))."""
    years = Length(years=8 if under_18 else 15)
    due_on = years.ends(first_notified_on) + ONE_DAY
    why = (
        f"An application may be made from the day after {years} beginning with the notification on "
        f"{in_words(first_notified_on)}, so from {in_words(due_on)}."
    )
    return Deadline(due_on, f"{ACT} s.91B(2)({'b' if under_18 else 'a'})", why)


def next_review(refused_on: date) -> Deadline:
    """After a refusal: the day after 8 years beginning with the determination (s.91B(3)), which may set more, to 15."""
    due_on = Length(years=8).ends(refused_on) + ONE_DAY
    why = (
        f"After a refusal an application may be made from the day after 8 years beginning with the determination, so "
        f"from {in_words(due_on)}, unless the determination set a later day."
    )
    return Deadline(due_on, f"{ACT} s.91B(3)", why)
