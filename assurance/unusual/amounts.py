"""How much: people opened in an hour and in a day, refusals, searches that lead nowhere, and walking through a list."""

from collections import deque
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from assurance.unusual.day import Day, Found

HOUR = timedelta(hours=1)


def many_in_an_hour(day: Day) -> Iterator[Found]:
    """More different people within sixty minutes than the standard."""
    most = most_in_an_hour([(act.at, act.case or 0) for act in day.done])
    if most > (limit := day.limit("unusual_people_hour")):
        yield Found(numbers={"people": most, "standard": limit})


def most_in_an_hour(opened: list[tuple[datetime, int]]) -> int:
    """The most different cases within any sixty minutes."""
    window: deque[tuple[datetime, int]] = deque()
    counts: dict[int, int] = {}
    most = 0
    for at, case in opened:
        window.append((at, case))
        counts[case] = counts.get(case, 0) + 1
        while at - window[0][0] >= HOUR:
            _then, left = window.popleft()
            counts[left] -= 1
            if not counts[left]:
                del counts[left]
        most = max(most, len(counts))
    return most


def many_in_a_day(day: Day) -> Iterator[Found]:
    """More people than the standard, or some times as many as the reader usually opens."""
    people = len(day.opened)
    if people < day.limit("unusual_people_least"):
        return
    limit, times = day.limit("unusual_people_day"), day.limit("unusual_median_times")
    usual = day.usual_people
    if people > limit or (usual and people > usual * times):
        yield Found(numbers={"people": people, "usual": usual, "standard": limit})


MISHAPS = frozenset({"file.refused", "request.refused"})


def many_denials(day: Day) -> Iterator[Found]:
    """Refused again and again: not a file, or a form that had grown old."""
    refused = sum(act.is_denied and act.event not in MISHAPS for act in day.acts)
    if refused >= (limit := day.limit("unusual_denials_day")):
        yield Found(numbers={"refused": refused, "standard": limit})


def searching(day: Day) -> Iterator[Found]:
    """Many searches, and hardly anybody opened. To be told of a record elsewhere opens nobody."""
    searches, people = _searches(day), len({act.case for act in day.done if not act.is_search})
    limit, per_cent = day.limit("unusual_searches_day"), day.limit("unusual_searches_opened_percent")
    if searches >= limit and people * 100 <= searches * per_cent:
        yield Found(numbers={"searches": searches, "people": people, "standard": limit})


def _searches(day: Day) -> int:
    """Requests that searched, one each, and besides them each record elsewhere that was told of: an import is one request."""
    looked = [act for act in day.acts if act.is_search]
    asked = {act.request_id for act in looked if act.case is None}
    told = {(act.request_id, act.case) for act in looked if act.request_id not in asked}
    return len(asked) + len(told)


def guessing(day: Day) -> Iterator[Found]:
    """Different references tried that were refused."""
    tried = set(day.refused)
    if len(tried) >= (limit := day.limit("unusual_guesses_day")):
        yield Found(numbers={"references": len(tried), "standard": limit})


def in_order(day: Day) -> Iterator[Found]:
    """One case after another in the order in which they were registered, as a program would go through them."""
    longest = longest_run(list(day.opened))
    if longest >= (limit := day.limit("unusual_in_order_people")):
        yield Found(numbers={"people": longest, "standard": limit})


def longest_run(cases: list[int]) -> int:
    """The longest stretch of cases each of which was registered later than the one before, or each earlier."""
    longest = run = min(len(cases), 1)
    is_up = None
    for earlier, later in pairwise(cases):
        run = run + 1 if is_up in {None, later > earlier} else 2
        is_up = later > earlier
        longest = max(longest, run)
    return longest
