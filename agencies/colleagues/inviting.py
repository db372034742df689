"""Inviting somebody into an agency, sending that again, and withdrawing it. Nobody registers himself."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies import outbox
from agencies.colleagues import links, rules
from agencies.colleagues.telling import tell_keepers
from agencies.models import Agency, Invitation, Membership, Rank, Role, Suspension, User
from agencies.models.standard import value
from agencies.models.token import digest
from agencies.models.user import system_user
from audit.record import record
from mappa import dates


@transaction.atomic
def invite(
    *,
    agency: Agency,
    email: str,
    name: str,
    role: Role,
    rank: Rank | None,
    line_manager: User | None,
    from_on: date,
    until: date | None,
    vetting_level: str,
    vetting_expires_on: date,
    by: User,
) -> Invitation:
    """Invite somebody to work in an agency in a role; he is mailed a link that works once and for a time.

    Somebody who works elsewhere already is invited alike: nothing tells whoever invites that he is known.
    """
    rules.require_keeper(by, agency)
    rules.refuse_what_he_may_not_give(by, agency, role, rank)
    email = email.strip().lower()
    _refuse_address(by, agency, email)
    _refuse_days(from_on, until, vetting_expires_on)
    person = _person(email, name.strip(), by)
    _refuse_person(person, agency, role, by)
    rules.refuse_line_manager(agency, person, line_manager)
    row = Invitation(
        user=person,
        name=name.strip(),
        agency=agency,
        role=role,
        rank=rank,
        line_manager=line_manager,
        from_on=from_on,
        until=until,
        vetting_level=vetting_level,
        vetting_expires_on=vetting_expires_on,
        made_by=by,
    )
    _renew_link(row)
    row.full_clean()
    row.save()
    _post(row)
    record("invitation.made", by=by, about=row, person=person.pk, agency=agency.pk, role=role.pk)
    if rules.is_outsider(by, agency):
        _tell_those_there(row)
    return row


@transaction.atomic
def send_again(*, invitation: Invitation, by: User) -> Invitation:
    """Mail another link, for as long again; the one before opens nothing any more. From now on he vouches who sent it."""
    rules.require_keeper_of_another(by, invitation.user, invitation.agency)
    row = _standing(invitation)
    rules.refuse_what_he_may_not_give(by, row.agency, row.role, row.rank)
    row.times_sent += 1
    row.made_by = by
    _renew_link(row)
    row.save(update_fields=["times_sent", "made_by", "nonce", "digest", "expires_at"])
    _post(row)
    record("invitation.sent_again", by=by, about=row, times=row.times_sent)
    return row


@transaction.atomic
def withdraw(*, invitation: Invitation, by: User) -> Invitation:
    """Take an invitation back: its link opens nothing any more."""
    rules.require_keeper(by, invitation.agency)
    row = _standing(invitation)
    row.withdrawn_at, row.withdrawn_by = timezone.now(), by
    row.save(update_fields=["withdrawn_at", "withdrawn_by"])
    record("invitation.withdrawn", by=by, about=row)
    return row


def withdraw_all_of(person: User, *, by: User) -> int:
    """What somebody invited others to, or was invited to, is taken back: he has left, or may not sign in."""
    rows = Invitation.objects.standing().filter(Q(made_by=person) | Q(user=person))
    return rows.update(withdrawn_at=timezone.now(), withdrawn_by=by)


def _standing(invitation: Invitation) -> Invitation:
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("agency", "role")
    row = rows.get(pk=invitation.pk)
    if row.accepted_at is not None:
        raise ValidationError(_("This invitation was accepted already."))
    if row.withdrawn_at is not None:
        raise ValidationError(_("This invitation was withdrawn. Invite the person anew."))
    return row


def _renew_link(row: Invitation) -> None:
    hours = value("invitation_hours", row.agency.area, dates.today())
    row.nonce = links.new_nonce()
    row.digest = digest(links.token_of(row))
    row.expires_at = timezone.now() + timedelta(hours=hours)


def _post(row: Invitation) -> None:
    outbox.post_unwritten(key=f"{links.WRITER}:{row.reference}:{row.times_sent}", to=row.user, writer=links.WRITER)


def _refuse_address(by: User, agency: Agency, email: str) -> None:
    if agency.takes_address(email):
        return
    if agency.email_domains:
        words = _("Enter an address of %(agency)s: it ends in %(domains)s.")
        domains = _(" or ").join(f"@{domain}" for domain in agency.email_domains.split())
        raise ValidationError({"email": words % {"agency": agency.name, "domains": domains}})
    if rules.highest_rank_given(by, agency) is not None:
        words = _("No email domain of %s is recorded. Ask an administrator to record it, or co-ordination to invite.")
        raise ValidationError({"email": words % agency.name})


def _refuse_days(from_on: date, until: date | None, vetting_expires_on: date) -> None:
    today = dates.today()
    if from_on < today:
        raise ValidationError({"from_on": _("Enter a first day that is today or later.")})
    if until is not None and until < from_on:
        raise ValidationError({"until": _("Enter a last day that is not before the first.")})
    if vetting_expires_on < today:
        raise ValidationError({"vetting_expires_on": _("Enter a day that has not passed: nobody works unvetted.")})


def _person(email: str, name: str, by: User) -> User:
    """The row of whoever has this address, locked; made when there is none. It opens nothing by itself."""
    person = User.objects.select_for_update(no_key=True).filter(email=email).first()
    if person is None:
        person = User(email=email, name=name)
        person.set_unusable_password()
        person.full_clean()
        person.save()
        record("person.added", by=by, about=person)
    return person


def _refuse_person(person: User, agency: Agency, role: Role, by: User) -> None:
    if person.pk == by.pk:
        words = _("Nobody invites himself. Ask another contact point, or co-ordination.")
        raise ValidationError({"email": words})
    if not person.is_active:
        _let_back(person, by)
    is_system = person.is_system or person.memberships.filter(role=Role.Code.INTEGRATION).exists()
    if is_system or not person.is_active:
        # Whose it is, and why, is told to nobody here.
        raise ValidationError({"email": _("This address cannot be invited. Ask an administrator.")})
    if Membership.objects.standing(dates.today()).filter(user=person, agency=agency, role=role).exists():
        raise ValidationError({"email": _("This person works here in this role already.")})


def _let_back(person: User, by: User) -> None:
    """An account that lay unused until it was closed for good is opened by the invitation, with nothing left in it."""
    row = Suspension.objects.select_for_update().filter(user=person, disabled_at__isnull=False).standing().first()
    if row is None:
        return
    row.asked_by, row.asked_at, row.lifted_by, row.lifted_at = system_user(), timezone.now(), by, timezone.now()
    row.full_clean()
    row.save(update_fields=["asked_by", "asked_at", "lifted_by", "lifted_at"])
    person.is_active = True
    person.save(update_fields=["is_active"])
    record("account.opened", by=by, about=person, suspension=row.pk)


def _tell_those_there(row: Invitation) -> None:
    """An administrator invited into an agency that is not his."""
    tell_keepers(
        row.agency,
        key=f"invited-by-administrator:{row.reference}",
        subject=_("An administrator invited somebody into your agency"),
        words=_("See who, and as what, under Colleagues. Withdraw it there if you do not know of it:"),
    )
