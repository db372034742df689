"""Changing somebody's membership, ending it, and letting one that nobody confirmed count again. Nobody changes his own."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.colleagues import leaving, recertifying, rules
from agencies.models import Membership, Rank, RecertificationLine, Role, User
from agencies.models.user import Vetting
from agencies.own_sessions import end_all
from audit.record import record
from mappa import dates

Answer = RecertificationLine.Answer
Stopped = Membership.Stopped


@transaction.atomic
def change(
    *,
    membership: Membership,
    role: Role,
    rank: Rank | None,
    line_manager: User | None,
    until: date | None,
    by: User,
) -> Membership:
    """Give another role, rank, line manager or last day. Another role is another membership: what he was stays answerable."""
    row = _lock(membership, by)
    _refuse_ended(row)
    rules.refuse_line_manager(row.agency, row.user, line_manager)
    if until is not None and until < dates.today():
        raise ValidationError({"until": _("Enter a last day that is today or later, or end the membership.")})
    # Whoever lets something last longer gives it.
    if (role.pk, rank) != (row.role_id, row.rank) or _is_longer(until, row.until):
        rules.refuse_what_he_may_not_give(by, row.agency, role, rank)
    before = _facts(row)
    if role.pk != row.role_id:
        row = _into_another_role(row, role, by)
    row.rank, row.line_manager, row.until = rank, line_manager, until
    if may_confirm := rules.may_keep(by, row):
        row.confirmed_on = dates.today()
    row.full_clean()
    row.save()
    if may_confirm:
        recertifying.answer_by_the_way(membership, Answer.CHANGED, by=by)
    if before["role"] != row.role_id:
        rules.note_staff(row.user)
    if (before["role"], before["rank"]) != (row.role_id, row.rank_id):
        # Whatever he may do now he signs in for.
        end_all(row.user, why="access")
    record("membership.changed", by=by, about=row, before=before, after=_facts(row), person=row.user_id)
    return row


@transaction.atomic
def end(*, membership: Membership, reason: str, by: User) -> Membership:
    """End somebody's work in a role from this moment on. The last one of an agency ends what names him; the last of all, everything."""
    row = _lock(membership, by)
    _refuse_ended(row)
    rules.refuse_to_end_the_last_administrator(row.user)
    _stop(row, by)
    recertifying.answer_by_the_way(row, Answer.ENDED, by=by)
    record("membership.ended", by=by, about=row, person=row.user_id, role=row.role_id, reason=_reason(reason))
    after_an_end(row, by=by)
    return row


def after_an_end(row: Membership, *, by: User) -> None:
    """What follows when one membership was ended by hand."""
    rules.note_staff(row.user)
    if not leaving.works_somewhere(row.user):
        leaving.let_go(person=row.user, by=by)
    else:
        _note_a_move(row, by)


def end_by_last_day(person: User, *, on: date, by: User) -> int:
    """Note of each membership whose last day has passed that it has ended, with what follows, once; how many."""
    held = Membership.objects.filter(user=person, until__lt=on, stopped_at__isnull=True)
    rows = list(held.exclude(role=Role.Code.INTEGRATION).select_for_update(of=("self",)).select_related("agency"))
    for row in rows:
        row.user = person
        _stop(row, by)
        record("membership.ended", by=by, about=row, person=person.pk, role=row.role_id, reason="last-day")
    rules.note_staff(person)
    # Of whoever has left, everything has ended already.
    for row in {row.agency_id: row for row in rows if person.left_at is None}.values():
        _note_a_move(row, by)
    return len(rows)


def _note_a_move(row: Membership, by: User) -> None:
    """He works elsewhere: what names him ends with the last membership of an agency."""
    if not leaving.works_at(row.user, row.agency_id):
        ended = leaving.end_what_names(row.user, by=by)
        end_all(row.user, why="access")
        record("person.moved", by=by, about=row.user, ended=ended)


@transaction.atomic
def count_again(*, membership: Membership, by: User) -> Membership:
    """Let a membership that nobody had confirmed count again: somebody else than its holder says that it is right."""
    row = _lock(membership, by)
    if row.stopped_why != Stopped.UNCONFIRMED:
        raise ValidationError(_("This membership did not stop for want of a confirmation. Invite the person anew."))
    rules.refuse_what_he_may_not_give(by, row.agency, row.role, row.rank)
    row.stopped_at, row.stopped_by, row.stopped_why, row.confirmed_on = None, None, "", dates.today()
    row.full_clean()
    row.save()
    User.objects.filter(pk=row.user_id).update(left_at=None)
    record("membership.confirmed", by=by, about=row, person=row.user_id)
    return row


@transaction.atomic
def record_vetting(*, membership: Membership, vetting_level: str, vetting_expires_on: date, by: User) -> User:
    """Note a person's new vetting: the keeper of his memberships in one agency vouches for it."""
    row = _lock(membership, by)
    _refuse_ended(row)
    held = Membership.objects.not_ended(dates.today()).filter(user=row.user, agency=row.agency)
    for each in held.select_related("user", "agency", "role"):
        rules.refuse_whom_he_may_not_keep(by, each)
    if vetting_expires_on < dates.today():
        raise ValidationError({"vetting_expires_on": _("Enter a day that has not passed.")})
    person = row.user
    before = {"level": person.vetting_level, "until": _iso(person.vetting_expires_on)}
    person.vetting_level, person.vetting_expires_on = Vetting(vetting_level), vetting_expires_on
    person.full_clean()
    person.save(update_fields=["vetting_level", "vetting_expires_on"])
    after = {"level": vetting_level, "until": _iso(vetting_expires_on)}
    if before != after:
        end_all(person, why="access")
    record("vetting.recorded", by=by, about=person, before=before, after=after)
    return person


def stop_unconfirmed(row: Membership, *, by: User) -> None:
    """Nobody said that it is right: it counts no more until somebody does."""
    row.stopped_at, row.stopped_by, row.stopped_why = timezone.now(), by, Stopped.UNCONFIRMED
    row.save(update_fields=["stopped_at", "stopped_by", "stopped_why"])
    record("membership.unconfirmed", by=by, about=row, person=row.user_id)


def _lock(membership: Membership, by: User) -> Membership:
    """The row as it is now, of a person who is locked: two who end his two memberships see one another."""
    rules.require_keeper_of_another(by, membership.user, membership.agency)
    person = User.objects.select_for_update(no_key=True).get(pk=membership.user_id)
    rows = Membership.objects.select_for_update(of=("self",)).select_related("agency__kind", "agency__area", "role")
    row = rows.get(pk=membership.pk)
    row.user = person
    return row


def _refuse_ended(row: Membership) -> None:
    if row.has_ended(dates.today()):
        raise ValidationError(_("This membership has ended. Invite the person anew."))


def _stop(row: Membership, by: User) -> None:
    row.stopped_at, row.stopped_by, row.stopped_why = timezone.now(), by, Stopped.LEFT
    row.save(update_fields=["stopped_at", "stopped_by", "stopped_why"])


def _into_another_role(row: Membership, role: Role, by: User) -> Membership:
    """End this one and begin the other, or begin again the one that he held before."""
    rules.refuse_to_end_the_last_administrator(row.user)
    of = {"user": row.user, "agency": row.agency, "role": role}
    other = Membership.objects.select_for_update().filter(**of).first() or Membership(**of)
    if other.pk and not other.has_ended(dates.today()):
        raise ValidationError({"role": _("He holds this role here already. End this membership instead.")})
    _stop(row, by)
    other.from_on, other.stopped_at, other.stopped_by, other.stopped_why = dates.today(), None, None, ""
    return other


def _is_longer(until: date | None, before: date | None) -> bool:
    return before is not None and (until is None or until > before)


def _facts(row: Membership) -> dict[str, object]:
    """What is said of a membership in the audit: keys and days, and no name."""
    return {
        "role": row.role_id,
        "rank": row.rank_id,
        "line_manager": row.line_manager_id,
        "until": _iso(row.until),
    }


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _reason(reason: str) -> str:
    """A code of the list of reasons; words would be about a person."""
    return reason[:20]
