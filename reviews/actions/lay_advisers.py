"""Lay advisers: appointed by the Secretary of State, renewed and ended, and the hours that they give."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import User
from agencies.models.standard import value
from audit.record import record
from mappa import dates
from mappa.templatetags.mappa import long_date
from offenders.actions.case import reason_in_words, refuse_twice
from panels.actions.observing import advisers_of
from reviews.actions.board_members import hold_board
from reviews.models import Board, HoursEntry, LayAdviser
from reviews.plain_words import refuse_references


@transaction.atomic
def appoint_adviser(
    *, board: Board, person: User, letter: str, is_clear: bool, from_on: date, until: date, by: User
) -> LayAdviser:
    """Record that the Secretary of State appointed a lay adviser (CJA 2003 s.326(3)-(4))."""
    require(by, Perm.BOARD_PREPARE, on=board)
    board = hold_board(board, by=by)
    if not advisers_of(board.area_id).filter(user=person).exists():
        raise ValidationError({"person": _("Choose someone with the role of lay adviser in this area")})
    _refuse_until(from_on, until)
    row = LayAdviser(board=board, person=person, letter=letter.strip(), is_clear=is_clear, added_by=by)
    row.from_on, row.until = from_on, until
    row.full_clean()
    row.save()
    record("lay_adviser.appointed", by=by, about=row, person=person.pk, until=str(until))
    return row


def _refuse_until(from_on: date, until: date) -> None:
    if until < from_on:
        raise ValidationError({"until": _("The appointment must end after it starts")})


def _standing(adviser: LayAdviser, *, by: User) -> LayAdviser:
    """The appointment, fresh and under the lock of the board. Raises ValidationError for one that has ended."""
    hold_board(adviser.board, by=by)
    row = LayAdviser.objects.visible_to(by).select_related("board__area").get(pk=adviser.pk)
    if row.ended_on is not None:
        raise ValidationError(_("This appointment has ended. Record a new one instead."))
    return row


@transaction.atomic
def renew_adviser(*, adviser: LayAdviser, letter: str, is_clear: bool, until: date, by: User) -> LayAdviser:
    """Record that the appointment was renewed until a later day, by another letter."""
    require(by, Perm.BOARD_PREPARE, on=adviser)
    row = _standing(adviser, by=by)
    if until <= row.until:
        words = _("The appointment runs until %s. Enter a later day")
        raise ValidationError({"until": words % long_date(row.until)})
    before = row.until
    row.letter, row.is_clear, row.until = letter.strip(), is_clear, until
    row.full_clean()
    row.save(update_fields=["letter", "is_clear", "until"])
    record("lay_adviser.renewed", by=by, about=row, until=str(until), before=str(before))
    return row


@transaction.atomic
def end_adviser(*, adviser: LayAdviser, ended_on: date, reason: str, by: User) -> LayAdviser:
    """Record that a lay adviser has left the board, or was removed by the Secretary of State."""
    require(by, Perm.BOARD_PREPARE, on=adviser)
    row = _standing(adviser, by=by)
    if not row.from_on <= ended_on <= dates.today():
        words = _("Enter a day from %s to today")
        raise ValidationError({"ended_on": words % long_date(row.from_on)})
    row.ended_on, row.ended_by = ended_on, by
    refuse_references(reason=reason)
    row.end_reason = reason_in_words(reason, missing=_("Enter why the appointment ends"))
    row.full_clean()
    row.save(update_fields=["ended_on", "ended_by", "end_reason"])
    record("lay_adviser.ended", by=by, about=row)
    return row


def hours_in(adviser: LayAdviser, day: date, *, by: User) -> Decimal:
    """What an adviser gave in the month of a day, as far as the reader sees it."""
    rows = HoursEntry.objects.visible_to(by).in_month(day).filter(adviser=adviser)
    return rows.order_by().aggregate(all=Sum("hours"))["all"] or Decimal(0)


@transaction.atomic
def log_hours(*, adviser: LayAdviser, on: date, hours: Decimal, kind: str, by: User) -> HoursEntry:
    """The adviser says what he gave on a day. Never more than the most in a month: his time is a gift, and is guarded."""
    require(by, Perm.BOARD_BUSINESS, on=adviser)
    if adviser.person_id != by.pk:
        raise ValidationError(_("Only the lay adviser enters the hours that he gave."))
    row = _standing(adviser, by=by)
    entry = HoursEntry(adviser=row, on=on, hours=hours, kind=kind)
    entry.full_clean()
    if not row.from_on <= on <= row.until:
        words = _("The appointment is from %(from)s to %(until)s. Enter a day between")
        raise ValidationError({"on": words % {"from": long_date(row.from_on), "until": long_date(row.until)}})
    refuse_twice(HoursEntry.objects.visible_to(by).filter(adviser=row, on=on, hours=hours, kind=kind))
    given = hours_in(row, on, by=by)
    most = value("lay_adviser_most_hours_each_month", row.board.area, on)
    if given + hours > most:
        words = _(
            "You have entered %(given)s hours in that month, and at most %(most)s may be given. "
            "Enter fewer, or ask co-ordination to share the work."
        )
        raise ValidationError({"hours": words % {"given": f"{given.normalize():f}", "most": most}})
    entry.save()
    record("lay_adviser.hours_logged", by=by, about=entry, hours=str(hours), kind=kind)
    return entry


@transaction.atomic
def take_back_hours(*, entry: HoursEntry, by: User) -> None:
    """The adviser takes back an entry that was wrong. That it was there stays in the record."""
    require(by, Perm.BOARD_BUSINESS, on=entry)
    if entry.adviser.person_id != by.pk:
        raise ValidationError(_("Only the lay adviser takes back what he entered."))
    _standing(entry.adviser, by=by)
    record("lay_adviser.hours_taken_back", by=by, about=entry, hours=str(entry.hours), on=str(entry.on))
    HoursEntry.objects.visible_to(by).filter(pk=entry.pk).delete()
