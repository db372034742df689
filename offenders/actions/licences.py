"""The verbs of licences and their conditions, and of electronic monitoring. Each asks `require` first."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import User
from audit.record import record
from mappa import dates
from offenders.actions.case import Topic, lock, telling
from offenders.actions.consequences import follow
from offenders.models import (
    ConditionText,
    Licence,
    LicenceCondition,
    Monitoring,
    Offender,
    Order,
)

tell = telling(Topic.ORDERS)

Group = ConditionText.Group


@transaction.atomic
def record_licence(
    *,
    offender: Offender,
    kind: str,
    starts_on: date,
    ends_on: date | None,
    made_by: str,
    by: User,
    standard: bool = False,
) -> Licence:
    """Record a licence, perhaps with its standard conditions. Category 2 ends with it, whatever the sentence says.

    Raises ValidationError when another runs on one of its days.
    """
    require(by, Perm.EDIT_CASE, on=offender)
    offender = lock(offender, by=by)
    licence = Licence(
        offender=offender, kind=kind, starts_on=starts_on, ends_on=ends_on, made_by=made_by, recorded_by=by
    )
    licence.full_clean()
    licence.save()
    _take_recalls(licence, by=by)
    record("licence.recorded", by=by, about=licence, kind=kind)
    tell(offender, _("Licence recorded"), str(licence.get_kind_display()), by=by)
    if standard:
        add_standard_conditions(licence=licence, by=by)
    follow(offender, by=by)
    return licence


@transaction.atomic
def add_standard_conditions(*, licence: Licence, by: User) -> list[LicenceCondition]:
    """Put the standard conditions on the licence that it does not have yet: the eight of a licence, or of supervision."""
    require(by, Perm.EDIT_CASE, on=licence)
    licence = _standing(licence, by=by)
    group = Group.SUPERVISION_PERIOD if licence.kind == Licence.Kind.PSS else Group.STANDARD
    there = licence.conditions.visible_to(by).standing().values_list("wording", flat=True)
    wordings = ConditionText.objects.filter(group=group, is_active=True).exclude(pk__in=list(there))
    if not wordings:
        raise ValidationError(_("The standard conditions are on this licence already. Nothing was added."))
    on = min(licence.starts_on, dates.today())
    return [_add(licence, wording, wording.text, added_on=on, by=by) for wording in wordings]


@transaction.atomic
def add_condition(
    *,
    licence: Licence,
    wording: ConditionText,
    text: str,
    added_on: date,
    proposed_by: str,
    imposed_by: str,
    by: User,
) -> LicenceCondition:
    """Put a condition on the licence, its blanks filled in. Raises ValidationError while one is left."""
    require(by, Perm.EDIT_CASE, on=licence)
    licence = _standing(licence, by=by)
    if not wording.is_active:
        raise ValidationError(_("This condition is no longer added: choose another."))
    if licence.conditions.visible_to(by).standing().filter(wording=wording, text=text).exists():
        raise ValidationError({"text": _("The licence has this condition already")})
    return _add(licence, wording, text, added_on=added_on, proposed_by=proposed_by, imposed_by=imposed_by, by=by)


@transaction.atomic
def vary_condition(
    *, condition: LicenceCondition, text: str, added_on: date, proposed_by: str, imposed_by: str, by: User
) -> LicenceCondition:
    """Put another text in a condition's place from a day. The one that held before stays on the record.

    What is fitted because of the condition is required by it as it reads now.
    """
    require(by, Perm.EDIT_CASE, on=condition)
    condition = _standing_condition(condition, by=by)
    if condition.text == text:
        raise ValidationError({"text": _("Change the text: the condition reads so already")})
    _take_off(condition, added_on, imposed_by, _("Varied"))
    varied = _add(
        condition.licence,
        condition.wording,
        text,
        added_on=added_on,
        proposed_by=proposed_by,
        imposed_by=imposed_by,
        replaces=condition,
        by=by,
    )
    condition.monitoring.visible_to(by).standing().update(condition=varied)
    return varied


@transaction.atomic
def remove_condition(
    *, condition: LicenceCondition, removed_on: date, removed_by_body: str, removal_reason: str, by: User
) -> LicenceCondition:
    """Record that a condition no longer holds, and who decided so. It stays on the record."""
    require(by, Perm.EDIT_CASE, on=condition)
    condition = _standing_condition(condition, by=by)
    _take_off(condition, removed_on, removed_by_body, removal_reason)
    record("condition.removed", by=by, about=condition, wording=condition.wording.code)
    tell(condition.offender, _("Licence condition removed"), condition.wording.title, by=by)
    return condition


@transaction.atomic
def end_licence(*, licence: Licence, ending: str, ended_on: date, end_reason: str, by: User) -> Licence:
    """Record how the licence ended. Its conditions end with it, and so does what rests on it."""
    require(by, Perm.EDIT_CASE, on=licence)
    licence = _standing(licence, by=by)
    if ended_on > dates.today() or (ended_on < licence.starts_on and ending != Licence.Ending.ERROR):
        raise ValidationError({"ended_on": _("Enter a date from the start of the licence until today")})
    if ending == Licence.Ending.EXPIRED and (licence.ends_on is None or ended_on < licence.ends_on):
        raise ValidationError({"ended_on": _("The licence had not run out on this date")})
    licence.ended_on, licence.ending, licence.end_reason, licence.ended_by = ended_on, ending, end_reason, by
    licence.full_clean()
    licence.save(update_fields=["ended_on", "ending", "end_reason", "ended_by"])
    record("licence.ended", by=by, about=licence, ending=ending)
    tell(licence.offender, _("Licence ended"), str(licence.get_ending_display()), by=by)
    follow(licence.offender, by=by)
    return licence


@transaction.atomic
def fit_monitoring(
    *,
    offender: Offender,
    kind: str,
    provider: str,
    fitted_on: date,
    condition: LicenceCondition | None,
    order: Order | None,
    by: User,
) -> Monitoring:
    """Record that equipment was fitted, and which licence condition or order requires it: exactly one."""
    require(by, Perm.EDIT_CASE, on=offender)
    offender = lock(offender, by=by)
    monitoring = Monitoring(
        offender=offender,
        kind=kind,
        provider=provider,
        fitted_on=fitted_on,
        condition=condition,
        order=order,
        recorded_by=by,
    )
    if (condition is None) == (order is None):
        raise ValidationError({"condition": _("Choose either the licence condition or the order that requires it")})
    since = condition.added_on if condition else order.made_on if order else fitted_on
    if fitted_on < since:
        raise ValidationError({"fitted_on": _("It cannot be fitted before the condition or order that requires it")})
    monitoring.full_clean()
    monitoring.save()
    record("monitoring.fitted", by=by, about=monitoring, kind=kind)
    tell(offender, _("Electronic monitoring fitted"), str(monitoring.get_kind_display()), by=by)
    return monitoring


@transaction.atomic
def remove_monitoring(*, monitoring: Monitoring, removed_on: date, removal_reason: str, by: User) -> Monitoring:
    """Record that equipment was taken off, and why."""
    require(by, Perm.EDIT_CASE, on=monitoring)
    offender = lock(monitoring.offender, by=by)
    monitoring = Monitoring.objects.visible_to(by).get(pk=monitoring.pk)
    monitoring.offender = offender
    if monitoring.removed_on:
        raise ValidationError(_("The removal is recorded already. Nothing was changed."))
    if not monitoring.fitted_on <= removed_on <= dates.today():
        raise ValidationError({"removed_on": _("Enter a date from the day when it was fitted until today")})
    monitoring.removed_on, monitoring.removal_reason = removed_on, removal_reason
    monitoring.full_clean()
    monitoring.save(update_fields=["removed_on", "removal_reason"])
    record("monitoring.removed", by=by, about=monitoring, kind=monitoring.kind)
    tell(offender, _("Electronic monitoring removed"), str(monitoring.get_kind_display()), by=by)
    return monitoring


def _take_recalls(licence: Licence, *, by: User) -> None:
    """A recall of these days that was recorded before its licence suspends it: the last one, unless it was undone."""
    rows = licence.offender.recalls.visible_to(by).standing().filter(licence__isnull=True, resumed_on__isnull=True)
    rows = rows.filter(decided_on__gte=licence.starts_on, decided_on__lte=licence.ends_on or dates.today())
    if (row := rows.first()) is not None:
        row.licence = licence
        row.save(update_fields=["licence"])


def _standing(licence: Licence, *, by: User) -> Licence:
    """The licence, fresh, its case locked. Raises ValidationError when it has ended."""
    offender = lock(licence.offender, by=by)
    found = Licence.objects.visible_to(by).get(pk=licence.pk)
    found.offender = offender
    if found.ended_on:
        raise ValidationError(_("This licence has ended: it can no longer be changed."))
    return found


def _standing_condition(condition: LicenceCondition, *, by: User) -> LicenceCondition:
    """The condition, fresh, of a licence that stands. Raises ValidationError when it was removed meanwhile."""
    licence = _standing(condition.licence, by=by)
    found = LicenceCondition.objects.visible_to(by).select_related("wording").get(pk=condition.pk)
    found.offender, found.licence = licence.offender, licence
    if found.removed_on:
        raise ValidationError(_("This condition no longer stands. Nothing was changed."))
    return found


def _take_off(condition: LicenceCondition, on: date, body: str, reason: str) -> None:
    if not condition.added_on <= on <= dates.today():
        field = "added_on" if reason == _("Varied") else "removed_on"
        raise ValidationError({field: _("Enter a date from the day when the condition was added until today")})
    condition.removed_on, condition.removed_by_body, condition.removal_reason = on, body, reason
    condition.full_clean()
    condition.save(update_fields=["removed_on", "removed_by_body", "removal_reason"])


def _add(
    licence: Licence,
    wording: ConditionText,
    text: str,
    *,
    added_on: date,
    by: User,
    proposed_by: str = "",
    imposed_by: str = "",
    replaces: LicenceCondition | None = None,
) -> LicenceCondition:
    condition = LicenceCondition(
        offender=licence.offender,
        licence=licence,
        wording=wording,
        text=text,
        added_on=added_on,
        proposed_by=proposed_by,
        imposed_by=imposed_by or licence.made_by,
        replaces=replaces,
        recorded_by=by,
    )
    condition.full_clean()
    condition.save()
    record("condition.varied" if replaces else "condition.added", by=by, about=condition, wording=wording.code)
    if wording.group not in {Group.STANDARD, Group.SUPERVISION_PERIOD}:
        title = _("Licence condition varied") if replaces else _("Licence condition added")
        tell(licence.offender, title, wording.title, by=by)
    return condition
