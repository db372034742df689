"""The verbs of where a person is: moving, recall and return. No overlap, and no gap once a place is known."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import User
from audit.record import record
from mappa import dates
from mappa.templatetags.mappa import long_date
from offenders.actions.case import Topic, lock, refuse_twice, telling
from offenders.actions.consequences import follow
from offenders.models import Licence, Offender, Recall, WhereaboutsPeriod

tell = telling(Topic.MOVES)

Move = WhereaboutsPeriod.Move
Place = Offender.Whereabouts
HELD = {Place.CUSTODY, Place.HOSPITAL, Place.DETENTION}
FREE = {Place.COMMUNITY, Place.ABROAD, Place.ABSCONDED}
# From where each move may lead, and to where; a transfer stays what it is.
FROM: dict[str, set[Offender.Whereabouts]] = {
    Move.RECEPTION: FREE | HELD,
    Move.ADMISSION: FREE | HELD,
    Move.DETENTION: FREE | HELD,
    Move.TRANSFER: HELD,
    Move.RELEASE: HELD,
    Move.ABSCOND: {Place.COMMUNITY, *HELD},
    Move.FOUND: {Place.ABSCONDED},
    Move.ABROAD: FREE - {Place.ABROAD} | HELD,
    Move.RETURNED: {Place.ABROAD},
    Move.DEATH: FREE | HELD,
    Move.FOUND_HERE: set(),
}
TO: dict[str, Offender.Whereabouts] = {
    Move.RECEPTION: Place.CUSTODY,
    Move.ADMISSION: Place.HOSPITAL,
    Move.DETENTION: Place.DETENTION,
    Move.RELEASE: Place.COMMUNITY,
    Move.ABSCOND: Place.ABSCONDED,
    Move.FOUND: Place.COMMUNITY,
    Move.ABROAD: Place.ABROAD,
    Move.RETURNED: Place.COMMUNITY,
    Move.DEATH: Place.DECEASED,
}


@transaction.atomic
def move(
    *, offender: Offender, move: str, on: date, place: str, section: str, notes: str, by: User
) -> WhereaboutsPeriod:
    """Record that the person moved on a day: the stay that ran ends with it, and another begins.

    Raises ValidationError for a move that does not follow from where the person is, for a day before the last move, for
    the same again, for a release before the first conviction, and for one from a place that is neither recorded nor
    follows from a sentence. A death ends nothing else: a person confirms the exit, and
    records the end of notification requirements; both are asked for.
    """
    require(by, Perm.EDIT_CASE, on=offender)
    offender = lock(offender, by=by)
    here = offender.whereabouts_periods.visible_to(by).open()
    refuse_twice(here.filter(move=move, from_on=on, place=place.strip(), section=section.strip()))
    period = enter_move(offender, move=move, on=on, place=place, section=section, notes=notes, by=by)
    tell(offender, period.get_move_display(), by=by)
    follow(offender, by=by)
    return period


@transaction.atomic
def withdraw_move(*, period: WhereaboutsPeriod, withdrawal_reason: str, by: User) -> Offender:
    """Take the last move back as wrong, and say why: the stay before it runs again. The row stays on the record."""
    require(by, Perm.EDIT_CASE, on=period)
    offender = lock(period.offender, by=by)
    periods = offender.whereabouts_periods.visible_to(by).standing()
    found, before = (*periods[:2], None, None)[:2]
    if found is None or found.pk != period.pk:
        raise ValidationError(_("Only the last move can be taken back, and this is not it. Nothing was changed."))
    if offender.recalls.visible_to(by).standing().filter(returned_on__gte=found.from_on).exists():
        raise ValidationError(_("A return after recall rests on this move: take the return back first, under Recalls."))
    found.withdrawn_at, found.withdrawn_by, found.withdrawal_reason = timezone.now(), by, withdrawal_reason
    found.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_reason"])
    if before:
        before.until = None
        before.save(update_fields=["until"])
    _summarise(offender, before.kind if before else Place.COMMUNITY)
    record("whereabouts.withdrawn", by=by, about=found)
    tell(offender, _("Move taken back as wrong"), by=by)
    follow(offender, by=by)
    return offender


@transaction.atomic
def recall(
    *,
    offender: Offender,
    decided_on: date,
    decided_by: str,
    reason: str,
    returned_on: date | None = None,
    by: User,
) -> Recall:
    """Record that the licence was revoked: the one that ran on that day is suspended, if it is recorded.

    Until the return to custody the person is where he was. Where the stay in custody is recorded already, `returned_on`
    says since when it is that of the recall: no move is made. Who proposes a recall is not who decides it (domain: who may
    impose). Raises ValidationError for a day after today or the death; and, where no licence ran, for somebody not
    released by then, without a sentence to be recalled to, and for a day before it.
    """
    require(by, Perm.EDIT_CASE, on=offender)
    offender = lock(offender, by=by)
    refuse_twice(offender.recalls.visible_to(by).standing().filter(decided_on=decided_on))
    if decided_on > dates.today():
        raise ValidationError({"decided_on": _("The recall must not be after today")})
    licence = _licence_on(offender, decided_on, by=by)
    sentenced_on = None if licence else _after_a_sentence(offender, decided_on, "decided_on", by=by)
    stays = list(offender.whereabouts_periods.visible_to(by).standing().order_by("from_on", "pk"))
    problems = {
        "decided_on": _not_released(stays, decided_on, sentenced_on),
        "returned_on": _not_returned(stays, decided_on, returned_on) if returned_on else "",
    }
    if any(problems.values()):
        raise ValidationError({field: words for field, words in problems.items() if words})
    row = Recall(
        offender=offender,
        licence=licence,
        decided_on=decided_on,
        decided_by=decided_by,
        reason=reason,
        returned_on=returned_on,
        returned_by=by if returned_on else None,
        added_by=by,
    )
    row.full_clean()
    row.save()
    record("recall.recorded", by=by, about=row)
    tell(offender, _("Recalled: the licence is suspended") if licence else _("Recalled to custody"), by=by)
    return row


@transaction.atomic
def resume_licence(*, recalled: Recall, resumed_on: date, resumed_why: str, by: User) -> Recall:
    """Record that the licence holds again: the recall was rescinded, or the person released on the same licence.

    Raises ValidationError when it holds already or has ended, and for a day before the recall or the return.
    """
    require(by, Perm.EDIT_CASE, on=recalled)
    offender, found = _standing_recall(recalled, by=by)
    if not found.may_hold_again:
        raise ValidationError(_("No licence is suspended by this recall. Nothing was changed."))
    if not (found.returned_on or found.decided_on) <= resumed_on <= dates.today():
        words = _("Enter a date from the recall, or from the return to custody, until today")
        raise ValidationError({"resumed_on": words})
    found.resumed_on, found.resumed_why = resumed_on, resumed_why
    found.full_clean()
    found.save(update_fields=["resumed_on", "resumed_why"])
    record("recall.licence_resumed", by=by, about=found)
    tell(offender, _("The licence holds again"), by=by)
    return found


@transaction.atomic
def withdraw_recall(*, recalled: Recall, withdrawal_reason: str, by: User) -> Recall:
    """Take a recall back that was recorded by mistake, and say why; it stays on the record, and its licence was never
    suspended. Moves stay as they are."""
    require(by, Perm.EDIT_CASE, on=recalled)
    offender, found = _standing_recall(recalled, by=by)
    found.withdrawn_at, found.withdrawn_by, found.withdrawal_reason = timezone.now(), by, withdrawal_reason
    found.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_reason"])
    record("recall.withdrawn", by=by, about=found)
    tell(offender, _("Recall taken back as wrong"), by=by)
    return found


@transaction.atomic
def undo_return(*, recalled: Recall, withdrawal_reason: str, by: User) -> Recall:
    """Take back that a recalled person returned to custody: the recall is outstanding again.

    The stay in custody is a move of its own: if that is wrong too, it is taken back next.
    """
    require(by, Perm.EDIT_CASE, on=recalled)
    offender, found = _standing_recall(recalled, by=by)
    if found.returned_on is None:
        raise ValidationError(_("No return is recorded of this recall. Nothing was changed."))
    if found.resumed_on:
        raise ValidationError(_("The licence holds again after this return: it cannot be taken back alone."))
    returned_on = found.returned_on
    found.returned_on, found.returned_by = None, None
    found.full_clean()
    found.save(update_fields=["returned_on", "returned_by"])
    record("recall.return_withdrawn", by=by, about=found, returned_on=returned_on.isoformat())
    words = _("Return of %(day)s: %(reason)s") % {"day": long_date(returned_on), "reason": withdrawal_reason}
    tell(offender, _("Return after recall taken back as wrong"), words, by=by)
    return found


def _standing_recall(recalled: Recall, *, by: User) -> tuple[Offender, Recall]:
    offender = lock(recalled.offender, by=by)
    found = Recall.objects.visible_to(by).standing().select_related("licence").filter(pk=recalled.pk).first()
    if found is None:
        raise ValidationError(_("This recall has been taken back already. Nothing was changed."))
    found.offender = offender
    return offender, found


def _not_released(stays: list[WhereaboutsPeriod], on: date, sentenced_on: date | None) -> str:
    """Why nobody could recall the person on a day: dead, or not released before. What is not recorded is not held
    against anybody: whoever was received into custody after the sentence had been at large, and whoever was on licence
    (then `sentenced_on` is empty) had been released, though he may be on remand again."""
    there = next((stay for stay in stays if stay.covers(on)), None)
    if there and there.kind == Place.DECEASED:
        return _("The person had died by then: check the date")
    if sentenced_on is None:
        return ""
    before = [stay for stay in stays if stay.from_on <= on]
    released = any(stay.kind in FREE for stay in before) or bool(before and before[0].from_on > sentenced_on)
    if before and not released:
        return _("The person was in custody on this day, and no release is recorded before it: check the date")
    if stays and not before and stays[0].move == Move.RELEASE:
        return _("The recall must be on or after the release of %s") % long_date(stays[0].from_on)
    return ""


def _not_returned(stays: list[WhereaboutsPeriod], decided_on: date, returned_on: date) -> str:
    if returned_on < decided_on:
        return _("The return must be on or after the recall of %s") % long_date(decided_on)
    if not any(stay.kind == Place.CUSTODY and stay.covers(returned_on) for stay in stays):
        return _(
            "No stay in custody is recorded for this day: leave it empty, and record the return with its prison next"
        )
    return ""


@transaction.atomic
def return_to_custody(*, recalled: Recall, on: date, place: str, by: User) -> Recall:
    """Record that a recalled person is back in custody: the recall is carried out, and the stay begins.

    Raises ValidationError for a day before the recall, and when the person is back already.
    """
    require(by, Perm.EDIT_CASE, on=recalled)
    offender, found = _standing_recall(recalled, by=by)
    if found.resumed_on:
        raise ValidationError(_("The licence holds again: nobody is to be returned. Nothing was changed."))
    if found.returned_on:
        raise ValidationError(_("The return to custody has been recorded already. Nothing was changed."))
    if on < found.decided_on:
        words = _("The return must be on or after the recall of %s")
        raise ValidationError({"on": words % long_date(found.decided_on)})
    enter_move(offender, move=Move.RECEPTION, on=on, place=place, section="", notes="", by=by)
    found.returned_on, found.returned_by = on, by
    found.save(update_fields=["returned_on", "returned_by"])
    record("recall.returned", by=by, about=found)
    tell(offender, _("Returned to custody after recall"), by=by)
    follow(offender, by=by)
    return found


def _licence_on(offender: Offender, day: date, *, by: User) -> Licence | None:
    """The licence that runs on a day; there is one at most."""
    rows = offender.licences.visible_to(by).standing().filter(starts_on__lte=day)
    return rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day)).first()


def enter_move(
    offender: Offender, *, move: str, on: date, place: str, section: str, notes: str, by: User
) -> WhereaboutsPeriod:
    """The move itself, for verbs that ask `require`, hold the lock and say what follows. Raises ValidationError."""
    now = Place(offender.whereabouts)
    current = offender.whereabouts_periods.visible_to(by).open().first()
    kind = TO.get(move, now)
    problems = {"move": _wrong_move(move, now, known=current is not None), "place": _wrong_place(kind, move, place)}
    problems["section"] = "" if kind == Place.HOSPITAL or not section else _("Only a stay in hospital has a section")
    if current and on < current.from_on:
        problems["on"] = _("The date must be on or after the last move, of %s") % long_date(current.from_on)
    if any(problems.values()):
        raise ValidationError({field: words for field, words in problems.items() if words})
    if move == Move.RELEASE and now != Place.DETENTION:
        _may_be_released(offender, on, known=current is not None, by=by)
    if current:
        current.until = on
        current.save(update_fields=["until"])
    period = WhereaboutsPeriod(
        offender=offender,
        kind=kind,
        move=move,
        place=place.strip(),
        section=section.strip(),
        notes=notes,
        from_on=on,
        added_by=by,
    )
    period.full_clean()
    period.save()
    _summarise(offender, kind)
    record("whereabouts.moved", by=by, about=period, move=move)
    return period


def _wrong_move(move: str, now: Offender.Whereabouts, *, known: bool) -> str:
    # Until a first move is recorded nobody has said where the person is: "in the community" is only what a case begins
    # with. Any move may then be the first.
    if (known or now != Place.COMMUNITY) and now not in FROM[move]:
        words = _("The person is recorded as “%s”: choose a move that begins there, or record the one before first")
        return words % now.label
    return ""


def _wrong_place(kind: str, move: str, place: str) -> str:
    if place.strip():
        return ""
    if kind in HELD:
        return _("Enter the prison, hospital or removal centre")
    return _("Enter the country") if move == Move.ABROAD else ""


def _may_be_released(offender: Offender, on: date, *, known: bool, by: User) -> None:
    """Raise ValidationError for a release before the first conviction, caution or finding.

    Whoever is recorded as held is released from there, also from remand or from a section without a court. A release as
    the first move that is recorded says that a sentence held the person before.
    """
    if not known:
        _after_a_sentence(offender, on, "on", by=by)
    convictions = offender.convictions.visible_to(by).in_force().order_by("dealt_with_on")
    first = convictions.values_list("dealt_with_on", flat=True).first()
    if first and on < first:
        words = _("The date must be on or after the first conviction, caution or finding, of %s")
        raise ValidationError({"on": words % long_date(first)})


def _after_a_sentence(offender: Offender, on: date, field: str, *, by: User) -> date:
    """The day of the first sentence that holds a person. Raises ValidationError unless it stood by that day."""
    first = offender.disposals.visible_to(by).that_hold().values_list("imposed_on", flat=True).first()
    if first is None:
        words = _(
            "Record the sentence first, or where the person was held: no sentence of custody or hospital is recorded"
        )
        raise ValidationError({field: words})
    if on < first:
        words = _("The date must be on or after the first sentence of custody or hospital, of %s")
        raise ValidationError({field: words % long_date(first)})
    return first


def _summarise(offender: Offender, kind: str) -> None:
    """The case row says where the person is, for lists."""
    offender.whereabouts = kind
    offender.save(update_fields=["whereabouts"])
