"""What somebody has to do with it: no part in the case, a case that was kept from him, hours, and a last day that is near."""

from collections.abc import Iterator

from assurance.unusual.day import SAID, Day, Found


def without_part(day: Day) -> Iterator[Found]:
    """Many cases that he sees by the area rule alone."""
    cases = [case for case in day.opened if not day.has_part_in(case)]
    if len(cases) >= (limit := day.limit("unusual_without_part_people")):
        yield Found(numbers={"people": len(cases), "standard": limit})


def again_and_again(day: Day) -> Iterator[Found]:
    """The same case on many days, each time without a part in it."""
    cases = [case for case, acts in day.opened.items() if any(act.purpose in SAID for act in acts)]
    limit = day.limit("unusual_same_purpose_days")
    for case, days in day.said_before(cases).items() if cases else ():
        if days >= limit:
            yield Found(case, {"days": days, "standard": limit})


def kept_from(day: Day) -> Iterator[Found]:
    """He tried a case that is there, and that he does not see: restricted, of another area, or one he is excluded from."""
    for reference, case in day.kept_from.items():
        yield Found(case, {"times": day.refused.count(reference)})


def sought_after(day: Day) -> Iterator[Found]:
    """A case of which newspapers write, without a part in it."""
    for key, case in day.cases.items():
        if case.is_sought and not day.has_part_in(key):
            yield Found(key, {"times": len(day.opened[key])})


def odd_hours(day: Day) -> Iterator[Found]:
    """At night or at a weekend, by somebody who does not usually work then."""
    first, last = day.limit("unusual_night_from_hour"), day.limit("unusual_night_until_hour")
    people = {act.case for act in day.done if day.is_weekend or act.at.hour >= first or act.at.hour < last}
    if len(people) < day.limit("unusual_night_people"):
        return
    usual = day.nights_before(first, last)
    if usual < day.limit("unusual_night_usual_days"):
        yield Found(numbers={"people": len(people), "days": usual})


def leaving(day: Day) -> Iterator[Found]:
    """Copies taken by somebody whose last day is known and near."""
    left = day.days_left
    if left is None or left > day.limit("unusual_leaving_days"):
        return
    copies = len({act.request_id for act in day.acts if act.is_copy})
    if copies >= (limit := day.limit("unusual_leaving_copies")):
        yield Found(numbers={"copies": copies, "left": left, "standard": limit})
