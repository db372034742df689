"""A version of the plan as one reader may read it, with what changed since the last meeting marked in it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from agencies.models import User
from assessments import terms
from assessments.marks import Mark, marks
from assessments.models import Heading, Measure, Plan, PlanSection, PlanTerm
from mappa import dates

# Key, heading and what it continues of each measure, and nothing of what they say.
Outline = Sequence[tuple[int, str, int | None]]


@dataclass(frozen=True)
class MeasureLine:
    """A measure with its marked words; `gone` for one that the compared version had and this one has not."""

    row: Measure
    words: list[Mark]
    checked: list[Mark]
    is_new: bool = False
    gone: bool = False


@dataclass(frozen=True)
class Part:
    """One heading. `restricted` where a text stands that this reader may not read, and `keeps_measures` where a measure
    does: that is said, and not hidden."""

    key: str
    heading: str
    words: list[Mark]
    restricted: bool
    row: PlanSection | None
    measures: list[MeasureLine]
    keeps_measures: bool
    answers: list[str]


@dataclass(frozen=True)
class Answer:
    """A condition, order or flag, and what the plan says of it."""

    title: str
    heading: str
    left_out_reason: str


def compared(plan: Plan, user: User) -> Plan | None:
    """With which version this one is compared: that in force at the last meeting which the reader sees, else the one before."""
    base = plan.previous
    if base is None or base.previous_id is None:
        return base
    on = _last_meeting(plan, user)
    while on is not None and base.previous is not None and base.shared_at is not None and base.shared_at >= on:
        base = base.previous
    return base


def _last_meeting(plan: Plan, user: User) -> datetime | None:
    """When the last meeting about the person began before today. The rooms above are reached by name."""
    items = plan.offender.agenda_items.visible_to(user)
    held = items.filter(meeting__state__in=["held", "approved"], meeting__starts_at__date__lt=dates.today())
    found: datetime | None = held.order_by("-meeting__starts_at").values_list("meeting__starts_at", flat=True).first()
    return found


def parts(plan: Plan, user: User, base: Plan | None = None) -> list[Part]:
    """The seven headings in their order, compared with `base`. Both versions are read as this reader may read them."""
    base = base or compared(plan, user)
    now, before = _sections(plan, user), _sections(base, user) if base else {}
    there = plan.sections.outline_of(plan)
    outline = plan.measures.outline_of(plan)
    rows = list(_of(plan, user))
    lines = _measures(base, rows, _roots(plan, base, outline), user)
    held_back = _held_back(outline, rows)
    answered = _by_heading(answers(plan, user))
    return [
        Part(
            key=heading.value,
            heading=str(heading.label),
            words=_marked(before.get(heading), now.get(heading)),
            restricted=heading in there and heading not in now,
            row=now.get(heading),
            measures=lines.get(heading, []),
            keeps_measures=heading.value in held_back,
            answers=answered.get(str(heading.label), []),
        )
        for heading in Heading
    ]


def _sections(plan: Plan, user: User) -> dict[str, PlanSection]:
    return {row.heading: row for row in plan.sections.visible_to(user).select_related("saved_by")}


def _marked(before: PlanSection | None, now: PlanSection | None) -> list[Mark]:
    if now is None:
        return []
    # Without a version before that the reader may read, nothing is new to him and nothing is marked.
    return marks(before.text, now.text) if before else marks(now.text, now.text)


def _held_back(outline: Outline, rows: Iterable[Measure]) -> set[str]:
    """Under which headings stand measures that are not among those which this reader may read."""
    seen = {row.pk for row in rows}
    return {pillar for pk, pillar, _continues in outline if pk not in seen}


def _roots(plan: Plan, base: Plan | None, outline: Outline) -> dict[int, int | None]:
    """Of each measure, also of those that the reader may not read, which one of the compared version it goes on from."""
    found = {pk: continues for pk, _pillar, continues in outline}
    version = plan.previous
    while base is not None and version is not None and version.pk != base.pk:
        links = {pk: continues for pk, _pillar, continues in version.measures.outline_of(version)}
        found = {pk: links.get(before) if before else None for pk, before in found.items()}
        version = version.previous
    return found


def _measures(
    base: Plan | None, rows: Iterable[Measure], roots: Mapping[int, int | None], user: User
) -> dict[str, list[MeasureLine]]:
    before = {row.pk: row for row in _of(base, user)} if base else {}
    found: dict[str, list[MeasureLine]] = defaultdict(list)
    for row in rows:
        old = before.get(roots.get(row.pk) or 0)
        was, was_checked = (old.text, old.checked_how) if old else (row.text, row.checked_how)
        found[row.pillar].append(
            MeasureLine(
                row,
                marks(was, row.text),
                marks(was_checked, row.checked_how),
                is_new=base is not None and roots.get(row.pk) is None,
            )
        )
    kept = set(roots.values())
    for row in before.values():
        if row.done_on is None and row.pk not in kept:
            found[row.pillar].append(MeasureLine(row, marks(row.text, ""), [], gone=True))
    return found


def _of(plan: Plan, user: User) -> Iterable[Measure]:
    return plan.measures.visible_to(user).standing().select_related("agency", "saved_by", "overridden_by", "done_by")


def answers(plan: Plan, user: User) -> list[Answer]:
    """What the plan answers, and what it leaves out."""
    rows = plan.terms.visible_to(user).select_related("condition__wording", "order__kind", "flag__kind")
    return [Answer(_title(row), str(row.get_heading_display()), row.left_out_reason) for row in rows]


def _title(row: PlanTerm) -> str:
    kind = "condition" if row.condition_id else "order" if row.order_id else "flag"
    return terms.title_of(kind, row.about)


def _by_heading(found: Iterable[Answer]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = defaultdict(list)
    for answer in found:
        if answer.heading:
            grouped[answer.heading].append(answer.title)
    return grouped
