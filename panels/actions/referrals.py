"""Sending a referral, withdrawing it, and co-ordination's answer."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies import working_days
from agencies.access import Perm, require
from agencies.models import Membership, Role, User
from agencies.models.standard import value
from assessments import drift
from assessments.models import DriftPrompt
from audit.record import record
from mappa import dates
from offenders.actions import Topic, start_level, telling
from offenders.law import level as law
from offenders.models import Offender
from panels.actions.referring import Kind, enter, fresh, is_of, still_written, tell_by_mail
from panels.models import Referral
from panels.referring import fill, need_of, read

tell = telling(Topic.MEETINGS)

Outcome = Referral.Outcome
# By when a meeting discusses a case for the first time, by the level at which it was accepted.
FIRST_MEETING = {
    Offender.Level.ACTIVE: "first_meeting_working_days",
    Offender.Level.ENHANCED: "level_3_first_meeting_working_days",
}


@transaction.atomic
def refer(*, referral: Referral, by: User) -> Referral:
    """Send a referral that a manager has agreed to, for the first time or again with the answers to co-ordination's questions.

    Refused while something is missing, when it was changed since it was agreed, and when the criteria of the level are not
    met. Co-ordination is due to answer within the standard for screening, or for what is urgent.
    """
    require(by, Perm.REFER, on=referral)
    row = still_written(referral, by=by)
    reading = read(row, by)
    if reading.missing:
        raise ValidationError(_("Answer every question first, then ask a manager to agree."))
    if not row.is_agreed:
        raise ValidationError(_("A manager of your agency must agree to what it says now. Ask one first."))
    again, today, offender = row.made_at is not None, dates.today(), row.offender
    fill(row, reading)
    row.area = offender.area
    # A manager who sends what he agreed to does not become its author.
    row.made_by = by if by.pk in row.written_by else row.made_by
    row.outcome, row.decision_reason, row.decided_at, row.decided_by = "", "", None, None
    row.due_on = working_days.after(today, value(_screening(row), offender.area, today), offender.area)
    row.made_at, row.kept_until, row.back_on = row.made_at or timezone.now(), None, None
    row.asked = row.asked_at = row.agree_due_on = None
    row.full_clean()
    _refuse_without_need(row, by=by)
    row.save()
    enter(row, Kind.SENT, said=reading.said, by=by)
    record("referral.made", by=by, about=row, level=row.level, urgent=row.urgent, again=again)
    words = _("Referred again to level %s, with answers") if again else _("Referred to level %s")
    tell(offender, words % row.level, by=by)
    drift.answer_all(offender, DriftPrompt.Outcome.REFERRED, by=by)
    if row.urgent:
        _tell_coordination(row, by=by)
    return row


def _tell_coordination(referral: Referral, *, by: User) -> None:
    """What cannot wait is told at once, and not by the reminders of a coming morning."""
    held = Membership.objects.in_force(dates.today()).filter(role=Role.Code.COORDINATOR, agency__area=referral.area_id)
    for person in User.objects.filter(pk__in=held.values("user")).exclude(pk=by.pk).order_by("pk"):
        tell_by_mail(
            referral,
            to=person,
            what="urgent",
            subject=_("Urgent referral to screen: %s"),
            words=_("Referral %s is urgent. Sign in to read why, and to answer it."),
            page="",
        )


def _screening(referral: Referral) -> str:
    return "urgent_screening_working_days" if referral.urgent else "screening_working_days"


def _refuse_without_need(referral: Referral, *, by: User) -> None:
    need = need_of(referral, by=by)
    if not law.level_2_met(need):
        words = _(
            "The criteria are not met: assess the risk of serious harm as high or very high, or say under “Must other "
            "agencies exceptionally be co-ordinated?” what is exceptional."
        )
        raise ValidationError(words)
    if referral.level and not law.is_met(referral.level, need):
        raise ValidationError(
            _("Level 3 needs senior people at the table: say what they are needed for, or refer to level 2.")
        )


@transaction.atomic
def withdraw_referral(*, referral: Referral, reason: str, by: User) -> Referral:
    """Take back a referral that waits for an answer, or that was returned with questions, and say why."""
    require(by, Perm.REFER, on=referral)
    if not is_of(referral, by):
        raise PermissionDenied(Perm.REFER)
    row = fresh(referral, by=by)
    if row.made_at is None:
        raise ValidationError(_("This referral was never sent: delete it instead."))
    if not (row.is_open or row.outcome == Outcome.RETURNED):
        raise ValidationError(_("This referral has been decided already. Open the page again to see how."))
    if not reason.strip():
        raise ValidationError({"reason": _("Enter why the referral is withdrawn")})
    _close(row, Outcome.WITHDRAWN, reason, by=by)
    row.save()
    enter(row, Kind.WITHDRAWN, row.decision_reason, by=by)
    record("referral.withdrawn", by=by, about=row)
    tell(row.offender, _("Referral withdrawn"), by=by)
    return row


def _close(row: Referral, outcome: str, reason: str, *, by: User) -> None:
    row.outcome, row.decision_reason = outcome, reason.strip()
    row.decided_at, row.decided_by = timezone.now(), by
    row.back_on = row.asked = row.asked_at = row.agree_due_on = None


@transaction.atomic
def decide_referral(
    *,
    referral: Referral,
    outcome: str,
    level: int | None,
    reason: str,
    next_review_on: date | None,
    version: int | None = None,
    by: User,
) -> Referral:
    """Answer a referral: accept it at a level, keep the case where it is, return it with questions, or decline it.

    Accepted, the case moves to the level at once, with its next review and first meeting within the standards. Returned, it is
    written and sent again. Nobody answers what he wrote, sent or agreed to. `version` is the one that was read.
    """
    require(by, Perm.SCREEN, on=referral)
    row = fresh(referral, by=by)
    offender = row.offender
    _refuse_answer(row, outcome, level, reason, version, by=by)
    _close(row, outcome, reason, by=by)
    if outcome == Outcome.ACCEPTED and level is not None:
        row.level = level
        row.full_clean()
        row.meet_by = _meet_by(row, level)
        start_level(offender, level, _("Referral accepted"), next_review_on=next_review_on, by=by)
    elif outcome == Outcome.RETURNED:
        # Questions are answered on a page of their own, and a manager agrees to the answers.
        row.answers = {page: said for page, said in row.answers.items() if page != "answer"}
        row.version, row.back_on = row.version + 1, dates.today()
    row.save()
    enter(row, outcome, answer_words(row, with_reason=True), by=by)
    record("referral.decided", by=by, about=row, outcome=str(outcome), level=row.level)
    tell(offender, _("Referral decided"), answer_words(row), by=by)
    tell_by_mail(
        row,
        to=row.made_by,
        what="decided",
        subject=_("Referral %s has been answered"),
        words=_("MAPPA co-ordination has answered referral %s. Sign in to read the answer."),
        page="write/" if outcome == Outcome.RETURNED else "read/",
    )
    return row


def _meet_by(referral: Referral, level: int) -> date:
    today, area = dates.today(), referral.offender.area
    return working_days.after(today, value(FIRST_MEETING[Offender.Level(level)], area, today), area)


def _refuse_answer(
    referral: Referral, outcome: str, level: int | None, reason: str, version: int | None, *, by: User
) -> None:
    if not referral.is_open:
        raise ValidationError(_("This referral has been decided already. Open the page again to see how."))
    if why := why_not_decide(referral, by):
        raise ValidationError(why)
    if version is not None and version != referral.version:
        raise ValidationError(_("This referral was changed and sent again since you opened this page. Read it again."))
    if outcome == Outcome.ACCEPTED and (level is None or not referral.offender.can_be_referred_to(level)):
        raise ValidationError({"answer": _("Choose a level above the current one")})
    if outcome not in {Outcome.ACCEPTED, Outcome.KEPT, Outcome.RETURNED, Outcome.DECLINED}:
        raise ValidationError({"answer": _("Choose what you decide")})
    if not reason.strip():
        raise ValidationError({"reason": _("Enter the reason for your decision")})
    if referral.offender.ended_on is not None and outcome not in {Outcome.DECLINED, Outcome.KEPT}:
        raise ValidationError(_("This case is no longer managed: decline the referral."))


def why_not_decide(referral: Referral, user: User) -> str:
    """In words, why the user leaves the answer to a colleague; empty when he may give it."""
    if referral.is_by(user):
        return _("You made this referral, or wrote in it. A colleague must decide it.")
    agreed = referral.events.visible_to(user).filter(kind=Kind.AGREED, by=user.pk)
    if referral.agreed_by_id == user.pk or agreed.exists():
        return _("You agreed to this referral as a manager. A colleague must decide it.")
    return ""


def answer_words(referral: Referral, *, with_reason: bool = False) -> str:
    """The answer in words that everyone who sees the case may read."""
    words = str(referral.get_outcome_display())
    if referral.outcome == Outcome.ACCEPTED:
        words = _("Accepted at level %s") % referral.level
    return f"{words}\n{referral.decision_reason}" if with_reason else words
