"""Accepting an invitation: by its link, once, with a password of one's own, or signed in where one works already."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.colleagues import rules, terms
from agencies.models import Invitation, Membership, User
from agencies.own_sessions import end_all
from audit.record import record
from mappa import dates


def must_sign_in(person: User) -> bool:
    """Whoever can sign in today accepts as himself; nobody else has a way to be known than the link."""
    return Membership.objects.in_force(dates.today()).filter(user=person).exists()


@transaction.atomic
def accept(*, invitation: Invitation, by: User | None, password: str = "", agreed: bool = False) -> User:
    """Become what one was invited to. `by` is whoever is signed in; a person with no way in yet sets a password."""
    row = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("agency", "role", "rank", "user", "made_by")
        .get(pk=invitation.pk)
    )
    if not row.is_usable:
        raise _no_longer()
    _refuse_what_is_not_given_any_more(row)
    person = User.objects.select_for_update(no_key=True).get(pk=row.user_id)
    if not agreed:
        raise ValidationError({"agreed": _("Agree to the terms to go on.")})
    if must_sign_in(person):
        if by is None or by.pk != person.pk:
            raise PermissionDenied
    else:
        _set_password(person, password)
    if not Membership.objects.not_ended(dates.today()).filter(user=person).exists():
        _note_vetting(person, row)
    _agree(person)
    _join(person, row)
    # Whatever he may do now he signs in for.
    end_all(person, why="access")
    row.accepted_at = timezone.now()
    row.save(update_fields=["accepted_at"])
    record("invitation.accepted", by=person, about=row, agency=row.agency_id, role=row.role_id, terms=terms.VERSION)
    return person


def _no_longer() -> ValidationError:
    return ValidationError(_("This invitation can no longer be used. Ask whoever invited you to send it again."))


def _refuse_what_is_not_given_any_more(row: Invitation) -> None:
    """Whoever invited, or last sent it, vouches for it until it is accepted: he may give that role and rank there still."""
    try:
        rules.refuse_what_he_may_not_give(row.made_by, row.agency, row.role, row.rank)
    except ValidationError as refusal:
        raise _no_longer() from refusal


def _set_password(person: User, password: str) -> None:
    try:
        validate_password(password, person)
    except ValidationError as refusal:
        raise ValidationError({"password": refusal.messages}) from refusal
    person.set_password(password)
    person.save(update_fields=["password"])


def _note_vetting(person: User, row: Invitation) -> None:
    """What whoever invited vouches for. Of somebody who works elsewhere it is kept as it is recorded there, also when
    it has ended: another agency's keeper renews it, once he works there, and not by an invitation."""
    person.vetting_level, person.vetting_expires_on = row.vetting_level, row.vetting_expires_on
    person.save(update_fields=["vetting_level", "vetting_expires_on"])


def _agree(person: User) -> None:
    person.terms_version, person.terms_accepted_at = terms.VERSION, timezone.now()
    person.left_at = None
    person.save(update_fields=["terms_version", "terms_accepted_at", "left_at"])


def _join(person: User, row: Invitation) -> None:
    """Give the membership; one that he held before in the same role begins anew."""
    of = {"user": person, "agency": row.agency, "role": row.role}
    membership = Membership.objects.select_for_update().filter(**of).first() or Membership(**of)
    membership.rank, membership.line_manager = row.rank, row.line_manager
    membership.from_on, membership.until = max(row.from_on, dates.today()), row.until
    membership.stopped_at, membership.stopped_by, membership.stopped_why = None, None, ""
    membership.confirmed_on = dates.today()
    membership.full_clean()
    membership.save()
    rules.note_staff(person)
