"""Closing an account at once, and opening it again, which takes two people."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import Perm
from agencies.colleagues import leaving, rules
from agencies.models import Agency, Membership, Suspension, User
from audit.record import record
from mappa import dates

Why = Suspension.Why


def agencies_of(person: User) -> list[Agency]:
    """Where he works or worked until it was closed: who keeps one of these memberships may close and open his account."""
    rows = Membership.objects.not_ended(dates.today()).filter(user=person).select_related("agency")
    return [row.agency for row in rows]


def keeps_account_of(user: User, person: User) -> bool:
    kept = set(rules.kept_by(user).values_list("pk", flat=True))
    return person.pk != user.pk and any(agency.pk in kept for agency in agencies_of(person))


@transaction.atomic
def suspend(*, person: User, reason: str, by: User) -> Suspension:
    """Close somebody's account at once, for a reason. One person is enough: to open it takes two."""
    _require(by, person)
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    rules.refuse_to_end_the_last_administrator(person)
    return close(person, why=Why.BY_HAND, reason=reason, by=by)


def close(person: User, *, why: Suspension.Why, reason: str, by: User) -> Suspension:
    """The account is closed, by somebody or by the clock."""
    if not person.is_active:
        raise ValidationError(_("This account is closed already."))
    row = Suspension(user=person, why=why, reason=reason.strip(), made_by=by)
    row.full_clean()
    row.save()
    person.is_active = False
    person.save(update_fields=["is_active"])
    leaving.close_account(person=person, by=by)
    record("account.suspended", by=by, about=person, why=str(why), suspension=row.reference)
    return row


@transaction.atomic
def ask_to_open(*, suspension: Suspension, asked_why: str, by: User) -> Suspension:
    """Ask that an account be opened again: another keeper must agree."""
    row = _standing(suspension, by)
    row.asked_by, row.asked_at, row.asked_why = by, timezone.now(), asked_why.strip()
    if not row.asked_why:
        raise ValidationError({"asked_why": _("Enter why the account should be opened again.")})
    row.full_clean()
    row.save(update_fields=["asked_by", "asked_at", "asked_why"])
    record("account.opening_asked", by=by, about=row.user, suspension=row.reference)
    return row


@transaction.atomic
def open_again(*, suspension: Suspension, by: User) -> Suspension:
    """Agree that an account is opened again: somebody else than whoever asked."""
    row = _standing(suspension, by)
    if row.asked_by_id is None:
        raise ValidationError(_("Nobody has asked for it yet. Ask first; then somebody else agrees."))
    if row.asked_by_id == by.pk:
        raise ValidationError(_("You asked for it. Somebody else who keeps this agency’s memberships must agree."))
    row.lifted_by, row.lifted_at = by, timezone.now()
    row.full_clean()
    row.save(update_fields=["lifted_by", "lifted_at"])
    person = row.user
    person.is_active = True
    # He begins anew: what was unused is not unused at once again.
    person.last_login = timezone.now()
    person.save(update_fields=["is_active", "last_login"])
    record("account.opened", by=by, about=person, suspension=row.reference)
    return row


def _require(by: User, person: User) -> None:
    if not keeps_account_of(by, person):
        raise PermissionDenied(Perm.MANAGE_MEMBERSHIPS)


def _standing(suspension: Suspension, by: User) -> Suspension:
    _require(by, suspension.user)
    row = Suspension.objects.select_for_update(of=("self",)).select_related("user").get(pk=suspension.pk)
    if row.lifted_at is not None:
        raise ValidationError(_("This account is open already."))
    if row.disabled_at is not None:
        raise ValidationError(_("This account was unused for so long that only a new invitation opens it."))
    return row
