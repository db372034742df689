"""The verbs of particular groups: record, correct, end, withdraw, and notify co-ordination of a patient (MAPPA I).

They are those of any fact of a person (offenders/actions/identity.py); what they add: one record of a kind at a time,
who may read what is about health, the law on restricted patients, and the days by which MAPPA I is due.
"""

from datetime import date, timedelta
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import User
from agencies.models.standard import value
from audit.record import record
from mappa import dates
from offenders.actions.case import lock, refuse_twice, tell
from offenders.actions.identity import add_fact, correct_fact, end_fact, withdraw_fact
from offenders.models import DatedFact, GroupFact, Offender, Patient, PatientStep
from offenders.models.patient import Notified, sees_patients

G = TypeVar("G", bound=GroupFact)
D = TypeVar("D", bound=DatedFact)


@transaction.atomic
def record_group(*, of: type[G], offender: Offender, from_on: date | None, by: User, **answers: Any) -> G:
    """Record what is kept of a group from a day on; what was recorded before ends then, and stays readable.

    Raises PermissionDenied for a patient's record to whoever may not read one, and ValidationError for the same again
    and for a day before the present record began.
    """
    require(by, Perm.EDIT_CASE, on=offender)
    offender = lock(offender, by=by)
    if issubclass(of, Patient) and not sees_patients(by, offender):
        raise PermissionDenied(of._meta.model_name)
    rows = of._default_manager.visible_to(by).standing()  # type: ignore[attr-defined]
    present: G | None = rows.filter(offender=offender, until__isnull=True).first()
    if present is not None:
        if all(getattr(present, name) == answer for name, answer in answers.items()):
            raise ValidationError(_("This is recorded already. Nothing was changed."))
        _end_before(present, from_on or dates.today(), by=by)
    new = add_fact(of=of, offender=offender, from_on=from_on, by=by, **answers)
    date_notices(offender, by=by)
    return new


def _end_before(present: GroupFact, on: date, *, by: User) -> None:
    if present.from_on and on < present.from_on:
        raise ValidationError({"from_on": _("The date must be the same as or after the start of the present one")})
    if on > dates.today() and not present.may_be_planned:
        raise ValidationError({"from_on": _("The date must be today or in the past")})
    end_fact(fact=present, until=on, by=by)


@transaction.atomic
def record_step(*, offender: Offender, kind: str, by: User, **answers: Any) -> PatientStep:
    """Record leave, a hearing, a discharge, a recall or an absence of a patient.

    Raises PermissionDenied to whoever may not read it, and ValidationError for what the law does not let this authority
    decide: of a restricted patient, MHA 1983 s.41(3), ss.42 and 73.
    """
    require(by, Perm.EDIT_CASE, on=offender)
    offender = lock(offender, by=by)
    if not sees_patients(by, offender):
        raise PermissionDenied(kind)
    same = PatientStep.objects.visible_to(by).standing().filter(offender=offender, kind=kind, **answers)
    refuse_twice(same)
    step = add_fact(of=PatientStep, offender=offender, kind=kind, by=by, **answers)
    _refuse_unlawful(step, by=by)
    date_notices(offender, by=by)
    return step


@transaction.atomic
def correct_group(*, fact: D, by: User, **answers: Any) -> D:
    """Put another row in the place of one that was wrong. Due days are worked out anew."""
    require(by, Perm.EDIT_CASE, on=fact)
    new = correct_fact(fact=fact, by=by, **answers)
    if isinstance(new, PatientStep):
        _refuse_unlawful(new, by=by)
    date_notices(new.offender, by=by)
    return new


@transaction.atomic
def end_group(*, fact: DatedFact, until: date, by: User) -> DatedFact:
    """Say when it stopped to hold: the end of a leave or an absence, of service, of a stay in hospital."""
    require(by, Perm.EDIT_CASE, on=fact)
    ended = end_fact(fact=fact, until=until, by=by)
    date_notices(fact.offender, by=by)
    return ended  # type: ignore[return-value]


@transaction.atomic
def withdraw_group(*, fact: DatedFact, because: str, by: User) -> DatedFact:
    """Say that it was recorded by mistake."""
    require(by, Perm.EDIT_CASE, on=fact)
    withdrawn = withdraw_fact(fact=fact, because=because, by=by)
    date_notices(fact.offender, by=by)
    return withdrawn  # type: ignore[return-value]


@transaction.atomic
def give_notice(*, fact: Patient | PatientStep, notice_given_on: date, by: User) -> Patient | PatientStep:
    """Record that MAPPA co-ordination was notified on MAPPA I.

    Raises ValidationError for a day still to come or before an admission, and when it was recorded or withdrawn already.
    """
    require(by, Perm.EDIT_CASE, on=fact)
    offender = lock(fact.offender, by=by)
    row = type(fact).objects.visible_to(by).standing().filter(pk=fact.pk).first()
    if row is None or row.notice_given_on:
        raise ValidationError(_("This was recorded or withdrawn already. Nothing was changed."))
    row.notice_given_on = notice_given_on
    row.clean()
    row.save(update_fields=["notice_given_on"])
    record("group.notified", by=by, about=offender)
    tell(offender, _("MAPPA co-ordination was notified"), by=by)
    return row


def date_notices(offender: Offender, *, by: User) -> None:
    """Work out by when co-ordination is to be notified of each row of a patient; the case is locked.

    Within days of admission; before the first unescorted leave in the community of a stay; months before discharge.
    The figures are standards (MAPPA Guidance ch 26, not checked).
    """
    stays = Patient.objects.visible_to(by).standing().filter(offender=offender)
    steps = PatientStep.objects.visible_to(by).standing().filter(offender=offender)
    stays_first = sorted(stays, key=lambda row: row.from_on or date.min)
    for row in stays_first:
        _set_due(row, _after_admission(row))
    begun = [row.from_on for row in stays_first if row.from_on]
    seen: set[int] = set()
    for step in sorted(steps, key=lambda row: (row.from_on or date.min, row.pk)):
        stay = sum(1 for day in begun if step.from_on and day <= step.from_on)
        first = step.is_unescorted and stay not in seen
        if first:
            seen.add(stay)
        _set_due(step, _before(step, first=first))


def _after_admission(row: Patient) -> date:
    admitted: date = row.from_on or dates.today()
    return admitted + timedelta(days=value("mappa_i_admission_days", row.offender.area, dates.today()))


def _before(step: PatientStep, *, first: bool) -> date | None:
    area, today = step.offender.area, dates.today()
    if step.from_on is None:
        return None
    if first:
        return step.from_on - timedelta(days=value("mappa_i_leave_days", area, today))
    if step.kind == PatientStep.Kind.DISCHARGE:
        return dates.add_months(step.from_on, -value("mappa_i_discharge_months", area, today))
    return None


def _set_due(row: Notified, due: date | None) -> None:
    if row.notice_due_on != due:
        row.notice_due_on = due
        row.save(update_fields=["notice_due_on"])


def _refuse_unlawful(step: PatientStep, *, by: User) -> None:
    stays = Patient.objects.visible_to(by).standing().filter(offender=step.offender, from_on__lte=step.from_on)
    stay = stays.order_by("-from_on", "-pk").first()
    if wrong := step.wrong_for(stay):
        raise ValidationError({"authority" if step.kind != "discharge" else "discharge": wrong})
