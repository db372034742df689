"""A serious further offence: charged, notified to the board, decided on. While it is open the record is held whole."""

from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies import working_days
from agencies.access import Perm, require
from agencies.models import Area, Membership, Role, User
from agencies.models.standard import value
from agencies.models.user import system_user
from agencies.outbox import marked, post
from audit.record import record
from mappa import dates
from offenders.actions import Topic, lift_hold, lock, place_hold, telling
from offenders.actions.case import reason_in_words
from offenders.models import LegalHold, LevelPeriod, Offender
from reviews.models import SeriousCase
from reviews.plain_words import refuse_naming

R = Role.Code
State, Trigger, Offence = SeriousCase.State, SeriousCase.Trigger, SeriousCase.Offence
tell = telling(Topic.LAW)


def level_then(offender: Offender, committed_on: date, *, by: User) -> int | None:
    """The highest level on the day of an offence, or within the standard's days before; nothing when not managed then."""
    since = committed_on - timedelta(
        days=value("serious_case_days_since_level", offender.area, max(committed_on, date(2010, 1, 1)))
    )
    # A level ends on the day on which the next one begins.
    held = LevelPeriod.objects.visible_to(by).filter(
        Q(until__isnull=True) | Q(until__gt=since), offender=offender, from_on__lte=committed_on
    )
    return max(held.values_list("level", flat=True), default=None)


def trigger_of(offence: str, level: int | None) -> tuple[str, str]:
    """Is a review mandatory, and why (MAPPA Guidance chapter 20; domain.md 10.5, believed)."""
    at_2_or_3 = level is not None and level >= Offender.Level.ACTIVE
    if at_2_or_3 and offence != Offence.OTHER:
        return Trigger.MANDATORY, _("Charged with one of the five offences, and managed at level %s then.") % level
    if at_2_or_3:
        words = _("Managed at level %s then, and charged with another serious offence.")
        return Trigger.DISCRETIONARY, words % level
    if offence != Offence.OTHER:
        return Trigger.DISCRETIONARY, _("Charged with one of the five offences, and not at level 2 or 3 then.")
    return Trigger.DISCRETIONARY, _("Neither condition is met; the board may review it in the public interest.")


@transaction.atomic
def record_charge(
    *,
    offender: Offender,
    offence: str,
    offence_words: str,
    committed_on: date,
    charged_on: date,
    notice: str,
    by: User,
) -> SeriousCase:
    """Record that somebody is charged with a serious further offence. From now the record is held whole.

    Raises ValidationError for a day that cannot be, or a charge that is recorded already.
    """
    require(by, Perm.EDIT_CASE, on=offender)
    offender = lock(offender, by=by)
    today = dates.today()
    for name, day in (("committed_on", committed_on), ("charged_on", charged_on)):
        if day > today:
            raise ValidationError({name: _("The day must be today or in the past")})
    if charged_on < committed_on:
        raise ValidationError({"charged_on": _("The charge cannot be before the offence")})
    if offence == Offence.OTHER and not offence_words.strip():
        raise ValidationError({"offence_words": _("Enter which offence it is")})
    if offence != Offence.OTHER and offence_words.strip():
        raise ValidationError({"offence_words": _("Delete this, or choose “Another serious offence”")})
    refuse_naming(offender, by=by, offence_words=offence_words, notice=notice)
    level = level_then(offender, committed_on, by=by)
    trigger, why = trigger_of(offence, level)
    row = SeriousCase(
        offender=offender,
        area=offender.area,
        offence=offence,
        offence_words=offence_words.strip(),
        committed_on=committed_on,
        charged_on=charged_on,
        level=level,
        trigger=trigger,
        trigger_words=why,
        notice=notice.strip(),
        recorded_by=by,
        due_on=today + timedelta(days=value("serious_case_notice_days", offender.area, today)),
    )
    row.full_clean()
    row.save()
    place_hold(offender=offender, source=row.reference, reason=_("Serious further offence %s") % row.reference, by=by)
    record("serious_charge.recorded", by=by, about=row, trigger=trigger)
    tell(offender, _("Charged with a serious further offence"), row.reference, by=by)
    words = _("A serious further offence is recorded. Notify the board by %s.") % f"{row.due_on:%-d %B %Y}"
    tell_holders(row, R.COORDINATOR, _("Serious further offence: %s") % row.reference, words, step="recorded")
    return row


def tell_holders(row: SeriousCase, role: Role.Code, subject: str, words: str, *, step: str) -> None:
    """Mail whoever holds a role in the area and sees it: a reference and a link, and nothing about anyone."""
    held = Membership.objects.in_force(dates.today()).filter(role=role, agency__area=row.area)
    for user in User.objects.filter(pk__in=held.values("user")).order_by("pk"):
        if SeriousCase.objects.visible_to(user).filter(pk=row.pk).exists():
            body = f"{words}\n\n{settings.BASE_URL}{row.get_absolute_url()}"
            post(key=f"serious:{row.reference}:{step}:{user.pk}", to=user, subject=marked(subject), body=body)


def keep(serious: SeriousCase, *states: str, by: User) -> SeriousCase:
    """It, fresh and locked until the transaction ends. Raises ValidationError when it is at another step."""
    rows = SeriousCase.objects.visible_to(by).select_for_update(of=("self",)).select_related("area", "offender__area")
    row = rows.filter(pk=serious.pk).first()
    if row is None:
        raise ValidationError(_("You no longer see this. Nothing was saved."))
    if row.state not in states:
        words = _("This is at another step meanwhile: %s. Nothing was saved. Open it again to see it.")
        raise ValidationError(words % row.get_state_display().lower(), code="moved")
    return row


@transaction.atomic
def notify_board(*, serious: SeriousCase, by: User) -> SeriousCase:
    """Send the notification to the board and co-ordination (MAPPA N): within five days of its being written."""
    require(by, Perm.BOARD_PREPARE, on=serious)
    row = keep(serious, State.RECORDED, by=by)
    row.notified_by, row.notified_at, row.state = by, timezone.now(), State.TO_DECIDE
    days = value("serious_case_decision_working_days", row.area, dates.today())
    row.due_on = working_days.after(dates.today(), days, row.area)
    row.full_clean()
    row.save(update_fields=["notified_by", "notified_at", "state", "due_on"])
    record("serious_case.notified", by=by, about=row)
    words = _("A serious further offence needs a decision of the board by %s.") % f"{row.due_on:%-d %B %Y}"
    tell_holders(row, R.BOARD_MEMBER, _("Serious case: %s") % row.reference, words, step="notified")
    return row


def refuse_own(serious: SeriousCase, *, by: User) -> None:
    """Raise ValidationError for whoever brought it before the board himself."""
    if by.pk in {serious.recorded_by_id, serious.notified_by_id}:
        raise ValidationError(_("Someone else of the board decides: you recorded or notified this yourself."))


@transaction.atomic
def withdraw_charge(*, serious: SeriousCase, reason: str, by: User) -> SeriousCase:
    """Take back what was recorded in error, before the board decides. It stays to be read, and holds nothing any more.

    What the board was told of, or must review, only a member takes back who neither recorded nor notified it: otherwise one
    person alone could keep it from the board.
    """
    require(by, Perm.BOARD_PREPARE, on=serious)
    row = keep(serious, State.RECORDED, State.TO_DECIDE, by=by)
    if row.is_for_board:
        require(by, Perm.BOARD_DECIDE, on=row)
        refuse_own(row, by=by)
    refuse_naming(row.offender, by=by, reason=reason)
    row.closing_words = reason_in_words(reason, missing=_("Enter why it is taken back"))
    row.closed_by, row.closed_at, row.state, row.due_on = by, timezone.now(), State.WITHDRAWN, None
    row.full_clean()
    row.save(update_fields=["closing_words", "closed_by", "closed_at", "state", "due_on"])
    lift_hold(source=row.reference, reason=_("Recorded in error"), by=by)
    record("serious_charge.withdrawn", by=by, about=row)
    return row


@transaction.atomic
def decide_review(*, serious: SeriousCase, review: bool, reasons: str, by: User) -> SeriousCase:
    """The board decides whether it reviews the case, with reasons. A mandatory review it cannot decline.

    Whoever recorded the charge or sent the notification does not decide on it.
    """
    require(by, Perm.BOARD_DECIDE, on=serious)
    row = keep(serious, State.TO_DECIDE, by=by)
    refuse_own(row, by=by)
    if not review and row.is_mandatory:
        words = _("A review is mandatory here: %s If the record is wrong, have it taken back or put right first.")
        raise ValidationError({"review": words % row.trigger_words})
    if not reasons.strip():
        raise ValidationError({"reasons": _("Enter the board’s reasons")})
    refuse_naming(row.offender, by=by, reasons=reasons)
    row.decision_reasons, row.decided_by, row.decided_at = reasons.strip(), by, timezone.now()
    row.state, row.due_on = State.REFUSED, None
    if review:
        months = value("serious_case_report_months", row.area, dates.today())
        row.state, row.due_on = State.UNDER_REVIEW, dates.add_months(dates.today(), months)
    row.full_clean()
    row.save(update_fields=["decision_reasons", "decided_by", "decided_at", "state", "due_on"])
    if not review:
        lift_hold(source=row.reference, reason=_("The board decided not to review it"), by=by)
    record("serious_case.decided", by=by, about=row, review=review)
    return row


def is_held(serious: SeriousCase) -> bool:
    """Does its hold stand?"""
    return LegalHold.objects.visible_to(system_user()).standing().filter(source=serious.reference).exists()


def charged_by_level(area: Area, first: date, last: date) -> dict[int | None, int]:
    """How many people were charged with a serious further offence between two days, by their level then (domain.md 10.6 T10).

    Whoever was charged with several is counted once, at the highest level of them.
    """
    rows = SeriousCase.objects.visible_to(system_user()).charged_between(first, last).filter(area=area)
    found: dict[int, int | None] = {}
    for person, level in rows.values_list("offender", "level"):
        found[person] = max(found.get(person) or 0, level or 0) or None
    counts: dict[int | None, int] = {}
    for level in found.values():
        counts[level] = counts.get(level, 0) + 1
    return counts
