"""Writing a referral: begin it, keep what is typed, ask a manager, agree or send back, throw it away."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies import outbox, working_days
from agencies.access import REFERRING_ROLES, Perm, agencies_granting, granting, memberships, require
from agencies.models import Agency, Membership, Rank, User
from agencies.models.standard import value
from agencies.models.user import system_user
from audit.record import record
from mappa import dates
from offenders.actions import lock
from offenders.actions.case import StaleError
from offenders.models import LegalHold, Offender
from offenders.models.hold import refuse_if_held
from offenders.visibility import who_sees
from panels.forms.referrals import QUESTIONS
from panels.models import Referral, ReferralEvent
from panels.referring import mark_of, read

Kind = ReferralEvent.Kind


def enter(referral: Referral, kind: str, words: str = "", *, said: Any = (), by: User) -> None:
    """Add to the history of a referral."""
    ReferralEvent.objects.create(
        referral=referral, kind=kind, words=words, version=referral.version, said=list(said), by=by
    )


def is_of(referral: Referral, user: User) -> bool:
    """Is the referral the user's, or his agency's?"""
    agencies = {membership.agency_id for membership in memberships(user)}
    return referral.made_by_id == user.pk or referral.agency_id in agencies


def fresh(referral: Referral, *, by: User) -> Referral:
    """The referral with its case locked, as it is now. Raises ValidationError when it is there no more."""
    offender = lock(referral.offender, by=by)
    rows = Referral.objects.visible_to(by).select_related("made_by", "asked", "agreed_by", "agency")
    row = rows.filter(pk=referral.pk).first()
    if row is None:
        raise ValidationError(_("This referral was deleted meanwhile. Nothing was saved."))
    row.offender = offender
    return row


def still_written(referral: Referral, *, by: User) -> Referral:
    """The same, for those who write it. Raises PermissionDenied for others, ValidationError once it was sent."""
    if not is_of(referral, by):
        raise PermissionDenied(Perm.REFER)
    row = fresh(referral, by=by)
    if not row.is_being_written:
        raise ValidationError(_("This referral has been sent already. Nothing was saved, and nothing was sent twice."))
    return row


@transaction.atomic
def begin_referral(*, offender: Offender, agency: Agency | None = None, by: User) -> Referral:
    """Begin a referral in the name of one's agency, or go on with the one that it is writing.

    Raises ValidationError when the case cannot rise, or a referral of it waits for an answer.
    """
    require(by, Perm.REFER, on=offender)
    agencies = agencies_granting(by, Perm.REFER, on=offender)
    if agency is None and len(agencies) > 1:
        raise ValidationError({"agency": _("Choose the agency that refers")})
    if agency is not None and agency not in agencies:
        raise PermissionDenied(Perm.REFER)
    agency = agency or agencies[0]
    offender = lock(offender, by=by)
    if not offender.can_be_referred_to(Offender.Level.ENHANCED):
        raise ValidationError(_("This person cannot be referred to a higher level."))
    rows = offender.referrals.visible_to(by)
    if mine := rows.being_written().filter(agency=agency).order_by("-pk").first():
        return mine
    if rows.awaiting_decision().exists():
        raise ValidationError(_("This case already has an open referral."))
    referral = Referral(offender=offender, area=offender.area, agency=agency, made_by=by, written_by=[by.pk])
    referral.kept_until = _kept_until()
    referral.save()
    record("referral.begun", by=by, about=referral)
    return referral


def _kept_until() -> Any:
    """Saving keeps a draft for as long again."""
    return dates.today() + timedelta(days=Referral.KEPT_DAYS)


@transaction.atomic
def write_referral(
    *, referral: Referral, page: str, answers: Mapping[str, Any], seen: str | None = None, by: User
) -> Referral:
    """Keep what was typed on one page, right or wrong. Whatever changes an answer ends the agreement to what it was.

    `seen` is the mark of what the page showed: StaleError, with the row as it is now, where a colleague has written
    on it since. ValidationError once it was sent, or is gone.
    """
    require(by, Perm.REFER, on=referral)
    row = still_written(referral, by=by)
    if page not in QUESTIONS:
        raise ValidationError(_("There is no such page of a referral"))
    kept = row.answers.get(page)
    if seen is not None and kept != answers and mark_of(row, page) != seen:
        raise StaleError(row)
    row.saved_at = timezone.now()
    row.kept_until = None if row.made_at else _kept_until()
    if kept != answers:
        if row.is_agreed:
            row.asked = row.asked_at = row.agree_due_on = None
            # What was to be sent is not any more; co-ordination's questions still wait.
            row.back_on = row.back_on if row.made_at else None
        row.answers = {**row.answers, page: dict(answers)}
        row.version += 1
        row.written_by = sorted({*row.written_by, by.pk})
        row.agreed_version = row.agreed_at = row.agreed_by = None
        row.agreed_rank = ""
    row.save()
    record("referral.written", by=by, about=row, page=page, version=row.version)
    return row


@transaction.atomic
def discard_referral(*, referral: Referral, by: User) -> None:
    """Throw away a referral that was never sent."""
    require(by, Perm.REFER, on=referral)
    row = still_written(referral, by=by)
    if row.made_at is not None:
        raise ValidationError(_("This referral was sent once. Withdraw it, and say why."))
    refuse_if_held(row.offender)
    record("referral.discarded", by=by, about=row)
    Referral.objects.visible_to(by).filter(pk=row.pk).delete()


def possible_managers(referral: Referral) -> list[User]:
    """Who may be asked to agree: of the agency that refers, at manager rank, sees the case, and wrote nothing of it."""
    if referral.agency_id is None:
        return []
    held = Membership.objects.in_force(dates.today()).filter(
        agency=referral.agency_id, role__in=REFERRING_ROLES, rank__order__gte=Rank.MANAGER
    )
    seeing = {person for sight in who_sees(referral.offender)[0] for person in sight.people}
    people = User.objects.filter(pk__in=held.values("user")).order_by("name", "pk")
    return [person for person in people if person.pk in seeing and not referral.is_by(person)]


@transaction.atomic
def ask_agreement(*, referral: Referral, manager: User, by: User) -> Referral:
    """Ask a manager of the agency to agree that it is sent. Asking another one later is possible."""
    require(by, Perm.REFER, on=referral)
    row = still_written(referral, by=by)
    if row.is_agreed:
        raise ValidationError(_("A manager has agreed to this already. Check your answers, then send it."))
    if read(row, by).missing:
        raise ValidationError(_("Answer every question first: a manager agrees to a whole referral."))
    if manager not in possible_managers(row):
        words = _("Choose a manager of your agency who sees the case and wrote nothing of this referral")
        raise ValidationError({"manager": words})
    if row.asked_id == manager.pk and _asked_for(row, by=by) == row.version:
        raise ValidationError(_("You have asked this manager already. Nobody was asked twice."))
    today, area = dates.today(), row.offender.area
    row.asked, row.asked_at, row.back_on = manager, timezone.now(), None
    row.agree_due_on = working_days.after(today, value("referral_agreement_working_days", area, today), area)
    row.save(update_fields=["asked", "asked_at", "back_on", "agree_due_on"])
    enter(row, Kind.ASKED, manager.name, by=by)
    record("referral.agreement_asked", by=by, about=row, manager=manager.pk)
    tell_by_mail(
        row,
        to=manager,
        what="agreement",
        subject=_("Referral %s needs your agreement"),
        words=_("You are asked to agree to referral %s, or to send it back. Sign in to read it."),
        page="agree/",
    )
    return row


def _asked_for(referral: Referral, *, by: User) -> int | None:
    """The version for which a manager was asked last."""
    last = referral.events.visible_to(by).filter(kind=Kind.ASKED).order_by("-pk").first()
    return last.version if last else None


def tell_by_mail(referral: Referral, *, to: User, what: str, subject: str, words: str, page: str) -> None:
    """A reference and a link, and nothing about anyone; only to somebody who still sees the referral.

    Once for each thing that happened to it: the one that was entered last.
    """
    happened = referral.events.visible_to(system_user()).count()
    outbox.tell_person(
        to,
        about=referral,
        key=f"referral-{what}:{referral.reference}:{happened}:{to.pk}",
        subject=subject % referral.reference,
        words=words % referral.reference,
        path=f"/referrals/{referral.reference}/{page}",
    )


def _to_agree(referral: Referral, version: int, *, by: User) -> Referral:
    require(by, Perm.AGREE_REFERRAL, on=referral)
    row = fresh(referral, by=by)
    if not row.is_being_written:
        raise ValidationError(_("This referral has been sent already. Nothing was saved."))
    if row.is_by(by):
        raise ValidationError(_("You wrote in this referral: another manager of your agency agrees to it."))
    if row.asked_id is None:
        raise ValidationError(_("It was not given to a manager yet, or was sent back. Nothing was saved."))
    if row.version != version:
        words = _("The referral was changed since you opened this page. It is shown as it is now: read it again.")
        raise ValidationError(words, code="stale", params={"version": row.version})
    return row


@transaction.atomic
def agree_referral(*, referral: Referral, version: int, by: User) -> Referral:
    """Agree that exactly this version is sent. Nobody agrees to what he wrote; any change ends the agreement."""
    row = _to_agree(referral, version, by=by)
    if row.is_agreed:
        raise ValidationError(_("This is agreed already. Nothing was saved twice."))
    if read(row, by).missing:
        raise ValidationError(_("The referral is not complete any more. Send it back, and say what is missing."))
    membership = granting(by, Perm.AGREE_REFERRAL, on=row)
    row.agreed_version, row.agreed_at, row.agreed_by = row.version, timezone.now(), by
    if membership is not None:
        row.agreed_rank = f"{membership.rank.name if membership.rank else ''}, {membership.agency.name}"
    # It is for those who write it again: to be sent.
    row.back_on = dates.today()
    row.full_clean()
    row.save(update_fields=["agreed_version", "agreed_at", "agreed_by", "agreed_rank", "back_on"])
    enter(row, Kind.AGREED, row.agreed_rank, by=by)
    record("referral.agreed", by=by, about=row, version=row.version)
    tell_by_mail(
        row,
        to=row.made_by,
        what="agreed",
        subject=_("Referral %s is agreed"),
        words=_("A manager agreed to referral %s. Sign in to check your answers and send it."),
        page="send/",
    )
    return row


@transaction.atomic
def send_back_referral(*, referral: Referral, words: str, by: User) -> Referral:
    """Give a referral back to those who write it, and say what has to be put right."""
    row = _to_agree(referral, referral.version, by=by)
    if not words.strip():
        raise ValidationError({"words": _("Enter what has to be put right")})
    row.asked = row.asked_at = row.agree_due_on = None
    row.agreed_version = row.agreed_at = row.agreed_by = None
    row.agreed_rank, row.back_on = "", dates.today()
    row.save()
    enter(row, Kind.SENT_BACK, words.strip(), by=by)
    record("referral.sent_back", by=by, about=row)
    tell_by_mail(
        row,
        to=row.made_by,
        what="sent-back",
        subject=_("Referral %s was sent back to you"),
        words=_("Your manager sent referral %s back to you. Sign in to read why."),
        page="write/",
    )
    return row


def forget_old_referrals() -> int:
    """Delete what was never sent and nobody has saved for weeks; whoever began it was reminded before.

    What is of a record under a legal hold is kept.
    """
    by, count = system_user(), 0
    old = Referral.objects.visible_to(by).filter(made_at__isnull=True, kept_until__lt=dates.today())
    for row in old.exclude(offender__in=LegalHold.objects.held().values("offender")):
        count += _forget(row, by=by)
    return count


@transaction.atomic
def _forget(referral: Referral, *, by: User) -> int:
    """Delete one, unless somebody has gone on with it meanwhile."""
    rows = Referral.objects.visible_to(by).filter(pk=referral.pk, made_at__isnull=True, kept_until__lt=dates.today())
    if rows.select_for_update(of=("self",)).first() is None:
        return 0
    record("referral.forgotten", by=by, about=referral)
    rows.delete()
    return 1
