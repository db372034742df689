"""Has a case drifted from its level or its assessment? What the rules find is put before people once, and answered.

The rules are in assessments/drift_rules.py. By night they are asked of every case; the one whose fact an assessment
makes is asked at once. Nothing here changes a level or an assessment.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from agencies import working_days
from agencies.models import Area, User
from agencies.models.standard import UnknownStandardError
from assessments.drift_rules import FINDERS, Figures, Finder, Found, Look, Rule, batches
from assessments.models import DriftPrompt
from audit.record import record
from mappa import dates
from offenders.actions import lock
from offenders.models import Offender

Outcome = DriftPrompt.Outcome


def look_at_all(*, on: date, by: User) -> int:
    """Every rule over every case: put before people what is new, and close what no longer holds. How many were made.

    Run again on the same day it makes nothing new. Raises ValidationError at the end, naming the areas whose standards
    are missing or wrong: none of them keeps the others from being looked at.
    """
    groups, failed = _areas_by_figures(on)
    made = 0
    for figures, areas in groups.items():
        made += _look(Look(on, by, figures, tuple(areas)), FINDERS)
    if failed:
        raise ValidationError(failed)
    return made


def look_at(offender: Offender, rule: Rule, *, by: User) -> int:
    """One rule over one case, at once after the deed that makes its fact. The caller holds the case's lock.

    Where a standard is missing it finds nothing: the night says so, and the deed is not refused for it.
    """
    on = dates.today()
    try:
        figures = Figures.of(offender.area, on)
    except UnknownStandardError:
        return 0
    look = Look(on, by, figures, (offender.area_id,), offender.pk)
    return _put(look, [finder for finder in FINDERS if finder.rule == rule])


def _areas_by_figures(on: date) -> tuple[dict[Figures, list[int]], list[str]]:
    """Areas with the same figures are asked together: mostly that is the whole country."""
    groups: dict[Figures, list[int]] = {}
    failed = []
    for area in Area.objects.order_by("pk"):
        try:
            groups.setdefault(Figures.of(area, on), []).append(area.pk)
        except ValidationError as refusal:
            failed.append(f"{area}: {'; '.join(refusal.messages)}")
    return groups, failed


def _look(look: Look, finders: Iterable[Finder]) -> int:
    _close(look, finders)
    return _put(look, finders)


def _put(look: Look, finders: Iterable[Finder]) -> int:
    """Make the prompts that the rules ask for."""
    days = timedelta(days=2 * look.figures.answer_working_days + 30)
    closed = working_days.closed_days_of_areas(look.on, look.on + days)
    return sum(_made(look, finder.rule, found, closed) for finder in finders for found in finder.found(look))


def _made(look: Look, rule: Rule, found: Found, closed: Any) -> bool:
    """Make one, with its case locked. False when another run was first, or the case was merged meanwhile."""
    try:
        with transaction.atomic():
            offender = Offender.objects.visible_to(look.by).get(pk=found.offender)
            offender = lock(offender, by=look.by)
            row = DriftPrompt(
                offender=offender,
                area=offender.area,
                rule=rule,
                fact=found.fact,
                besides=found.besides,
                fact_on=found.on,
                words=found.words,
                due_on=working_days.step(look.on, look.figures.answer_working_days, closed[offender.area_id]),
            )
            row.save(force_insert=True)
            record("drift.prompted", by=look.by, about=row, **named(row))
    except (IntegrityError, ValidationError, Offender.DoesNotExist):
        return False
    return True


def named(prompt: DriftPrompt) -> dict[str, Any]:
    """What the audit says of a prompt: its rule, but not one that tells of a victim."""
    return {} if prompt.rests_on_a_victim else {"rule": prompt.rule}


def _close(look: Look, finders: Iterable[Finder]) -> None:
    """Answer the open prompts whose fact no longer stands: it was withdrawn, ended, settled, or the case has ended."""
    for rule in {finder.rule for finder in finders}:
        rows = look.prompts(rule).open().filter(offender__area__in=look.areas)
        for finder in finders:
            if finder.rule == rule:
                rows = rows.exclude(finder.holds(look))
        for batch in batches(rows.select_related("offender")):
            for row in batch:
                _gone(row, by=look.by)


@transaction.atomic
def _gone(prompt: DriftPrompt, *, by: User) -> None:
    """Answer it, unless somebody did meanwhile."""
    try:
        lock(prompt.offender, by=by)
    except ValidationError:
        return  # merged meanwhile: its prompts have their turn with the record that stands
    row = DriftPrompt.objects.visible_to(by).open().filter(pk=prompt.pk).first()
    if row is not None:
        answer(row, Outcome.GONE, by=by)


def answer(prompt: DriftPrompt, outcome: str, *, reason: str = "", by: User) -> None:
    """Write what became of a prompt. The caller has asked whether `by` may."""
    prompt.outcome, prompt.answer_reason = outcome, reason
    prompt.answered_at, prompt.answered_by = timezone.now(), by
    prompt.validate_constraints()
    prompt.save(update_fields=["outcome", "answer_reason", "answered_at", "answered_by"])
    record("drift.answered", by=by, about=prompt, outcome=str(outcome), **named(prompt))


def answer_all(offender: Offender, outcome: str, *, assessed_on: date | None = None, by: User) -> None:
    """What a referral, or an assessment about a day, answers by itself: the open prompts that whoever makes it sees.

    An assessment answers none about a fact after its day, and none that asks for a decision on the level.
    """
    rows = DriftPrompt.objects.visible_to(by).open().filter(offender=offender)
    if assessed_on is not None:
        rows = rows.filter(fact_on__lte=assessed_on).exclude(rule__in=DriftPrompt.FOR_A_REFERRAL)
    for row in rows:
        answer(row, outcome, by=by)
