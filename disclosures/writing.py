"""How far somebody is with a record: which pages are asked, what each was answered with, and what is missing."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from disclosures.actions import Considered, about_children
from disclosures.forms import STEPS, Facts, Step
from disclosures.models import Disclosure, DisclosureDecision, DisclosureDraft, Recipient

CHILDREN = "children"


def steps_of(draft: DisclosureDraft) -> list[str]:
    """The pages that are asked: some only about somebody in particular."""
    somebody = _somebody(draft)
    return [step for step, form in STEPS.items() if somebody or not form.of_somebody]


def form_of(draft: DisclosureDraft, step: str, typed: Mapping[str, str] | None = None) -> Step:
    """The form of a page, with what was typed now or is kept from before."""
    return STEPS[step](typed if typed is not None else draft.answers.get(step), facts=_facts(draft))


def _somebody(draft: DisclosureDraft) -> bool:
    return bool(draft.answers.get("recipient", {}).get("recipient") != Recipient.NOBODY)


def _facts(draft: DisclosureDraft) -> Facts:
    form = STEPS[CHILDREN](draft.answers.get(CHILDREN), facts=Facts())
    law = about_children(Considered(**form.cleaned_data)) if form.is_valid() else None
    return Facts(_somebody(draft), law)


def answers_of(draft: DisclosureDraft) -> tuple[dict[str, Any], list[str]]:
    """Every answer, and the pages that are not answered yet, or not as they must be."""
    answers: dict[str, Any] = {}
    missing = []
    for step in steps_of(draft):
        form = form_of(draft, step)
        if form.is_valid():
            answers |= form.cleaned_data
        else:
            missing.append(step)
    return answers, missing


def typed_of(row: Disclosure) -> dict[str, dict[str, str]]:
    """A record as it would be typed, for another that corrects it. Needs `entry` loaded."""
    return {step: _boxes({name: _answer(row, name) for name in form.base_fields}) for step, form in STEPS.items()}


def _answer(row: Disclosure, name: str) -> Any:
    return getattr(row.entry if name in {"decision", "reasons"} else row, name)


def typed_of_meeting(entry: DisclosureDecision) -> dict[str, dict[str, str]]:
    """What a meeting decided, as far as it answers questions of the record."""
    children = _boxes({name: getattr(entry, name) for name in STEPS[CHILDREN].base_fields})
    decision = {"decision": entry.decision, "reasons": entry.reasons}
    return {"decision": decision} | ({CHILDREN: children} if children else {})


def typed_from(said: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Answers by their names as they would be typed; only the pages of which there is one."""
    found = {
        step: _boxes({name: said[name] for name in form.base_fields if name in said}) for step, form in STEPS.items()
    }
    return {step: boxes for step, boxes in found.items() if boxes}


def _boxes(answers: Mapping[str, Any]) -> dict[str, str]:
    boxes: dict[str, str] = {}
    for name, value in answers.items():
        if isinstance(value, date):
            boxes |= {f"{name}_{part}": str(getattr(value, part)) for part in ("day", "month", "year")}
        elif isinstance(value, bool):
            boxes[name] = "yes" if value else "no"
        elif value is not None:
            boxes[name] = value
    return boxes
