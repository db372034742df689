"""How far somebody is with a record: which pages are asked, what each was answered with, and what is missing."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from disclosures.actions import Considered, about_children
from disclosures.forms import STEPS, Facts, Step
from disclosures.models import Disclosure, DisclosureDecision, DisclosureDraft, Recipient
from mappa.templatetags.mappa import long_date

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


def typed_in(step: str, sent: Mapping[str, str]) -> dict[str, str]:
    """Of what was sent, the boxes of a page: a date has three. A NUL, which PostgreSQL cannot keep, is no text."""
    fields = STEPS[step].base_fields
    boxes = [name for name in sent if name in fields or name.rpartition("_")[0] in fields]
    return {name: sent[name].replace("\x00", "") for name in boxes}


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


def in_words(form: Step) -> list[tuple[str, str]]:
    """Each question of a page with its answer, as somebody reads them before they are recorded."""
    said = form.cleaned_data if form.is_valid() else {}
    return [(str(field.label), _said(field, said.get(name))) for name, field in form.fields.items()]


def _said(field: Any, answer: Any) -> str:
    if isinstance(answer, bool):
        return _("Yes") if answer else _("No")
    if isinstance(answer, date):
        return long_date(answer)
    labels = dict(getattr(field, "choices", ()))
    return str(labels.get(answer, answer or ""))


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
