"""Somebody lost what proves him: one person of his agency checks who he is and asks, another takes his factors away.

Never he himself, and never one person alone: whoever talks one of them round has nothing yet.
"""

from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies import own_sessions
from agencies.access import Parts, Perm, allowed, areas_granting, memberships
from agencies.account.notices import tell
from agencies.models import Agency, LostFactor, Membership, Role, User
from agencies.models.standard import value
from agencies.second_factor import forget_proofs
from audit.record import record, record_sign_in
from mappa import dates

Outcome = LostFactor.Outcome


@transaction.atomic
def ask_to_remove(*, email: str, checked_how: str, by: User) -> LostFactor:
    """Say that somebody lost his factors, and how it was checked that it is he who says so."""
    person, agency = _managed(email, by)
    if not Authenticator.objects.filter(user=person).exists():
        raise ValidationError({"email": _("This person has no second factor: at the next sign-in one is set up.")})
    if LostFactor.objects.filter(person=person, outcome=Outcome.WAITING).exists():
        raise ValidationError({"email": _("This was asked for already, and waits for a second person.")})
    row = LostFactor(person=person, agency=agency, checked_how=checked_how, started_by=by)
    row.full_clean(exclude=["answered_by", "answered_at"])
    row.save()
    record("lost_factor.asked", by=by, about=row, person=person.pk)
    tell(
        person,
        _("Somebody says that you lost your second factor"),
        _("Your agency asked for your passkeys and app to be removed from your account."),
    )
    return row


def _managed(email: str, by: User) -> tuple[User, Agency]:
    """The person, and an agency of his whose people `by` manages."""
    held = Membership.objects.in_force(dates.today()).filter(user__email=email.lower())
    for membership in held.select_related("user", "agency"):
        if may_start(by, membership.agency):
            if membership.user_id == by.pk:
                raise ValidationError(
                    {"email": _("Nobody does this for himself. Ask another contact point or the coordinator.")}
                )
            return membership.user, membership.agency
    raise ValidationError(
        {"email": _("Nobody of this address works in an agency whose people you manage. Check the address.")}
    )


def may_start(user: User, agency: Agency) -> bool:
    """Its contact point, or the coordinator of its area."""
    return allowed(user, Perm.MANAGE_MEMBERSHIPS, on=Parts(area=agency.area_id, owner=agency.pk))


def waiting_for(user: User) -> QuerySet[LostFactor]:
    """What the user may answer: as coordinator of the area or administrator, and neither asked for nor about himself."""
    rows = LostFactor.objects.filter(outcome=Outcome.WAITING).exclude(person=user).exclude(started_by=user)
    if not allowed(user, Perm.REFERENCE_DATA):
        is_coordinator = any(m.role_id == Role.Code.COORDINATOR for m in memberships(user))
        rows = rows.filter(agency__area__in=areas_granting(user, Perm.MANAGE_MEMBERSHIPS) if is_coordinator else [])
    return rows.select_related("person", "agency", "started_by")


@transaction.atomic
def answer(*, request: LostFactor, approve: bool, by: User) -> LostFactor:
    """Take the person's factors away and end his sessions, or refuse to. By another than whoever asked."""
    row = waiting_for(by).select_for_update(of=("self",)).filter(pk=request.pk).first()
    if row is None:
        raise PermissionDenied(Perm.MANAGE_MEMBERSHIPS)
    if approve and timezone.now() - row.started_at > timedelta(hours=value("lost_factor_hours", None, dates.today())):
        raise ValidationError(
            _("This was asked for too long ago. Refuse it, and have the person checked and asked for again.")
        )
    row.outcome = Outcome.APPROVED if approve else Outcome.REFUSED
    row.answered_by, row.answered_at = by, timezone.now()
    row.save(update_fields=["outcome", "answered_by", "answered_at"])
    record(f"lost_factor.{row.outcome}", by=by, about=row, person=row.person_id)
    if approve:
        forget_proofs(row.person)
        own_sessions.end_all(row.person, why="changed")
        record_sign_in("factor.reset", actor_id=row.person_id, asked_by=row.started_by_id, approved_by=by.pk)
        tell(
            row.person,
            _("Your second factors were removed"),
            _("Sign in with your password and set up a new one at once."),
        )
    return row
