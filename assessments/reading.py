"""A version of the plan as one reader may read it, with what changed since the version before marked in it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from agencies.models import User
from assessments import terms
from assessments.marks import Mark, marks
from assessments.models import Heading, Measure, Plan, PlanSection, PlanTerm


@dataclass(frozen=True)
class MeasureLine:
    """A measure with its marked words; `gone` for one that the version before had and this one has not."""

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


def parts(plan: Plan, user: User) -> list[Part]:
    """The seven headings in their order. Both versions are read as this reader may read them."""
    now, before = _sections(plan, user), _sections(plan.previous, user) if plan.previous else {}
    there = plan.sections.outline_of(plan)
    lines = _measures(plan, user)
    read = {line.row.pk for found in lines.values() for line in found}
    kept = {pillar for pk, pillar in plan.measures.outline_of(plan).items() if pk not in read}
    answered = _by_heading(answers(plan, user))
    return [
        Part(
            key=heading.value,
            heading=str(heading.label),
            words=_marked(before.get(heading), now.get(heading)),
            restricted=heading in there and heading not in now,
            row=now.get(heading),
            measures=lines.get(heading, []),
            keeps_measures=heading.value in kept,
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


def _measures(plan: Plan, user: User) -> dict[str, list[MeasureLine]]:
    rows = list(_of(plan, user))
    before = {row.pk: row for row in _of(plan.previous, user)} if plan.previous else {}
    found: dict[str, list[MeasureLine]] = defaultdict(list)
    for row in rows:
        old = before.pop(row.continues_id, None) if row.continues_id else None
        was, was_checked = (old.text, old.checked_how) if old else (row.text, row.checked_how)
        found[row.pillar].append(
            MeasureLine(
                row,
                marks(was, row.text),
                marks(was_checked, row.checked_how),
                is_new=plan.previous is not None and row.continues_id is None,
            )
        )
    for row in before.values():
        if row.done_on is None:
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
