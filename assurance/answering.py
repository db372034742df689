"""Unusual access, looked at: somebody's manager is asked to explain it, and another person than either decides.

Nobody answers for himself: the person does not see that it was found, the manager who explained does not decide on it.
"""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies import working_days
from agencies.access import Perm, require
from agencies.models import User
from agencies.models.standard import value
from agencies.outbox import tell_person
from assurance.models import UnusualAccess
from assurance.reach import managers_of
from audit.record import record
from mappa import dates
from offenders.visibility import scope_of

State = UnusualAccess.State
WORDS = 2000  # characters of an explanation, and of the reasons for an outcome


def _keep(unusual: UnusualAccess, *states: str, by: User) -> UnusualAccess:
    """The row, fresh and locked until the transaction ends. Raises ValidationError when it is at another step."""
    rows = UnusualAccess.objects.visible_to(by).select_for_update(of=("self",)).select_related("area", "person")
    row = rows.filter(pk=unusual.pk).first()
    if row is None:
        raise PermissionDenied(Perm.REVIEW_ACCESS)
    if row.state not in states:
        words = _("This is at another step meanwhile: %s. Nothing was saved. Open it again to see it.")
        raise ValidationError(words % row.get_state_display().lower(), code="moved")
    return row


def _due(row: UnusualAccess, standard: str) -> date:
    return working_days.after(dates.today(), value(standard, row.area, dates.today()), row.area)


def managers_to_ask(row: UnusualAccess, *, by: User) -> QuerySet[User]:
    """Who else manages the person, and is not excluded from the case."""
    found = managers_of(row.person).exclude(pk=by.pk)
    kept_from = [manager.pk for manager in found if row.case_id in scope_of(manager).excluded]
    return found.exclude(pk__in=kept_from)


@transaction.atomic
def ask_manager(*, unusual: UnusualAccess, manager: User, by: User) -> UnusualAccess:
    """Ask one of the person's managers what the access was for."""
    require(by, Perm.REVIEW_ACCESS, on=unusual)
    row = _keep(unusual, State.TO_REVIEW, State.ASKED, by=by)
    if not managers_to_ask(row, by=by).filter(pk=manager.pk).exists():
        raise ValidationError({"manager": _("Choose somebody else who manages this person")})
    row.state, row.manager, row.asked_by, row.asked_at = State.ASKED, manager, by, timezone.now()
    row.explain_by = _due(row, "unusual_explain_working_days")
    row.full_clean()
    row.save(update_fields=["state", "manager", "asked_by", "asked_at", "explain_by"])
    record("unusual_access.manager_asked", by=by, about=row, manager=manager.pk)
    tell_person(
        manager,
        about=row,
        key=f"unusual-access-asked:{row.reference}:{manager.pk}",
        subject=_("Please explain an access, %s") % row.reference,
        words=_("Somebody of your team opened records in a way that is unusual. Please say what it was for."),
        path=reverse("assurance:explain", args=[row.reference]),
    )
    return row


@transaction.atomic
def explain(*, unusual: UnusualAccess, explanation: str, by: User) -> UnusualAccess:
    """Say what the access was for, as the manager who was asked."""
    if unusual.manager_id != by.pk:
        raise PermissionDenied(Perm.REVIEW_ACCESS)
    row = _keep(unusual, State.ASKED, by=by)
    if row.manager_id != by.pk:
        raise PermissionDenied(Perm.REVIEW_ACCESS)
    row.state, row.explanation, row.explained_at = State.ANSWERED, _words(explanation, "explanation"), timezone.now()
    row.full_clean()
    row.save(update_fields=["state", "explanation", "explained_at"])
    record("unusual_access.answered", by=by, about=row)
    if row.asked_by is not None:
        tell_person(
            row.asked_by,
            about=row,
            key=f"unusual-access-answered:{row.reference}",
            subject=_("An access was explained, %s") % row.reference,
            words=_("The manager has answered. Please decide."),
            path=row.get_absolute_url(),
        )
    return row


@transaction.atomic
def decide(*, unusual: UnusualAccess, outcome: str, reasons: str, by: User) -> UnusualAccess:
    """Say what was found: explained, not explained, or referred to whoever deals with misuse."""
    require(by, Perm.REVIEW_ACCESS, on=unusual)
    row = _keep(unusual, *UnusualAccess.OPEN, by=by)
    if by.pk in {row.person_id, row.manager_id}:
        raise PermissionDenied(Perm.REVIEW_ACCESS)
    if outcome not in UnusualAccess.OUTCOMES:
        raise ValidationError({"outcome": _("Select what you found")})
    row.state, row.reasons = State(outcome), _words(reasons, "reasons")
    row.decided_by, row.decided_at = by, timezone.now()
    row.full_clean()
    row.save(update_fields=["state", "reasons", "decided_by", "decided_at"])
    record("unusual_access.decided", by=by, about=row, outcome=str(row.state))
    return row


def _words(text: str, field: str) -> str:
    words = text.strip()
    if not words:
        raise ValidationError({field: _("Enter at least a sentence")})
    if len(words) > WORDS:
        raise ValidationError({field: _("Write no more than %s characters") % f"{WORDS:,}"})
    return words
