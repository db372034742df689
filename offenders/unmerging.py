"""Taking a merge back: two records again, each row as it was, or nothing changed and why.

What was written since stays with the record that stood; where it was written behind a restriction that came with the
other record, that stays too. docs/record/merging.md says the rules in plain words.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import User
from audit.models import Act
from audit.record import record
from mappa.guard import unguarded
from offenders import ledger
from offenders.actions import lock, tell
from offenders.actions.case import reason_in_words
from offenders.actions.sharing import stay_in_sight
from offenders.ledger import Image, Row
from offenders.merging import Gain, gains_of, not_confirmed, seers
from offenders.models import (
    Alias,
    Exclusion,
    Merge,
    MergedRow,
    Offender,
    OffenderUserObjectPermission,
    Purpose,
    Restriction,
    TimelineEntry,
)
from offenders.models.hold import refuse_if_held
from offenders.names import words_of
from offenders.summing_up import said_by_rows
from offenders.visibility import forget_scopes

CASE = Offender._meta.label
# Who opened the record is not something that was written on it; what was written is told on the timeline.
NOT_WRITTEN = (Merge, Purpose)


@dataclass(frozen=True)
class Obstacle:
    """A row that is not as the merge left it, by the kind of entry and never by what it says."""

    kind: str
    number: int


@dataclass(frozen=True)
class Preview:
    """Who would see more when the two are apart again. `token` stands for exactly this list."""

    gains: list[Gain]
    token: str


@transaction.atomic
def preview(*, merge: Merge, by: User) -> Preview:
    """Do it, look who sees the two then, and take it back. Raises ValidationError with why it cannot be done."""
    made: list[Preview] = []
    try:
        with transaction.atomic():
            made.append(Preview(*_unmerge(merge, _("Preview"), by)[1:]))
            transaction.set_rollback(True)
    finally:
        forget_scopes()
    return made[0]


@transaction.atomic
def unmerge(*, merge: Merge, reason: str, confirmed: str = "", by: User) -> Offender:
    """Make two records of one again, each row as it was before. What was written since stays with the standing record.

    `confirmed` is the token of the list of people who would see more, as it was shown. Raises ValidationError, and
    changes nothing, when it is not that list any more, when a row is not as the merge left it, when something new hangs
    on a row that would go back, or when the record was merged again, transferred or restricted since. Returns the
    record that is open again.
    """
    reason = reason_in_words(reason)
    other, gains, token = _unmerge(merge, reason, by)
    if gains and confirmed != token:
        raise not_confirmed()
    return other


def _unmerge(merge: Merge, reason: str, by: User) -> tuple[Offender, list[Gain], str]:
    require(by, Perm.SCREEN, on=merge)
    offender = lock(merge.offender, by=by)
    merge = Merge.objects.visible_to(by).select_for_update(of=("self",)).get(pk=merge.pk)
    if merge.undone_at is not None:
        raise ValidationError(_("This merge has been undone already."))
    refuse_if_held(offender)
    seen = seers(offender)
    with unguarded("undoing a merge puts back rows of compartments that nobody is shown"):
        lines = _lines(merge)
        _refuse_what_came_after(merge, offender, lines)
        if found := _obstacles(lines, merge):
            raise ValidationError([_obstacle_words(each) for each in found])
        other = _put_all_back(merge, offender, lines, by)
        offender = ledger.rows(Offender).select_related("area").get(pk=offender.pk)
    merge.undone_at, merge.undone_by, merge.undone_reason = timezone.now(), by, reason
    merge.full_clean()
    merge.save(update_fields=["undone_at", "undone_by", "undone_reason"])
    forget_scopes()
    gains, token = gains_of([offender, other], seen)
    record(
        "case.unmerged", act=Act.MERGE, by=by, about=offender, other=other.pk, merge=merge.reference, gained=len(gains)
    )
    record(
        "case.unmerged", act=Act.MERGE, by=by, about=other, other=offender.pk, merge=merge.reference, gained=len(gains)
    )
    tell(offender, _("Merge undone"), _("%s is a record of its own again") % other.reference, by=by)
    tell(other, _("Merge undone"), _("This record was part of %s for a time") % offender.reference, by=by)
    stay_in_sight(offender, by=by)
    return other, gains, token


def _lines(merge: Merge) -> dict[Row, MergedRow]:
    rows = MergedRow.objects.filter(merge=merge).order_by("pk")
    return {Row(line.model, line.row): line for line in rows}


def _refuse_what_came_after(merge: Merge, offender: Offender, lines: Mapping[Row, MergedRow]) -> None:
    """What was closed since must not be opened by taking the merge back, nor a record appear in another area."""
    left = lines.get(Row(CASE, offender.pk))
    if left is None or left.after is None:
        raise ValidationError(_("This record was merged into another one since. Undo that merge first."))
    later = ledger.rows(Merge).filter(offender=offender.pk, undone_at__isnull=True, made_at__gt=merge.made_at)
    if last := later.order_by("made_at").last():
        words = _("%s was merged into this record after that. Undo that merge first.")
        raise ValidationError(words % last.merged_reference)
    if offender.restricted and not left.after["restricted"]:
        raise ValidationError(_("The record was restricted after the merge. The other would not be: lift that first."))
    if offender.area_id != left.after["area_id"]:
        raise ValidationError(_("The record was transferred to another area after the merge."))


def _obstacles(lines: Mapping[Row, MergedRow], merge: Merge) -> list[Obstacle]:
    now = ledger.images(lines)
    # Of the standing case row, what was said after the merge is its own and stays.
    standing = Row(CASE, merge.offender_id)
    changed = [row for row, line in lines.items() if not ledger.is_unchanged(line.after, now.get(row))]
    goes = [row for row, line in lines.items() if _went_over(line, merge) or line.before is None]
    goes = [row for row in goes if not ledger.is_apart(row)]
    new = ledger.hanging_on(goes) - set(lines)
    by_kind: dict[str, int] = {}
    for row in (row for row in [*changed, *new] if row != standing and not ledger.is_apart(row)):
        by_kind[row.model] = by_kind.get(row.model, 0) + 1
    return [Obstacle(kind, number) for kind, number in sorted(by_kind.items())]


def _obstacle_words(found: Obstacle) -> str:
    kind = apps.get_model(found.kind)._meta.verbose_name
    words = _(
        "Changed or added since the merge, and it can no longer be told to which record it belongs: %(kind)s (%(n)s)"
    )
    return words % {"kind": kind, "n": found.number}


def _went_over(line: MergedRow, merge: Merge) -> bool:
    """A row that named the merged record, and is or was moved from it."""
    before: Image = line.before or {}
    changed = ledger.changes(before, line.after or {})
    return merge.merged_id in {before[name] for name in changed if name.endswith("_id")}


def _put_all_back(merge: Merge, offender: Offender, lines: Mapping[Row, MergedRow], by: User) -> Offender:
    """First what the merge made goes, then what moved goes back, then what gave way stands again."""
    standing = Row(CASE, offender.pk)
    touched = [(row, line) for row, line in lines.items() if line.before != line.after and row != standing]
    shut_out = _exclusions_since(merge, offender, lines)
    try:
        with transaction.atomic():
            _take_away([row for row, line in touched if line.before is None])
            moved = [pair for pair in touched if _went_over(pair[1], merge)]
            for row, line in [*moved, *(pair for pair in touched if pair not in moved)]:
                _put_back(row, line)
            _put_back_standing(offender, lines[standing])
            other: Offender = ledger.rows(Offender).select_related("area").get(pk=merge.merged_id)
            for exclusion in shut_out:
                _exclude(other, exclusion, by)
            if _was_written_on(merge, offender, lines):
                _keep_closed(offender, other, lines, by)
    except IntegrityError as error:
        raise ValidationError(_("What was recorded since the merge stands in the way of undoing it.")) from error
    return other


def _take_away(made: list[Row]) -> None:
    """What the merge made, that first on which nothing hangs."""
    while made:
        free = [row for row in made if not ledger.hanging_on([row])]
        if not free:
            raise IntegrityError
        for row in free:
            ledger.take_away(row)
        made = [row for row in made if row not in free]


def _put_back(row: Row, line: MergedRow) -> None:
    if line.before is None:
        return
    if line.after is None:
        ledger.bring_back(row, line.before)
    else:
        columns = ledger.changes(line.before, line.after)
        if ledger.is_apart(row):
            # It went its own way meanwhile: what names another record by now, or none, is left so.
            now = ledger.images([row]).get(row, {})
            columns = [name for name in columns if now.get(name) == line.after[name]]
        ledger.put_back(row, {name: line.before[name] for name in columns})


def _put_back_standing(offender: Offender, line: MergedRow) -> None:
    """The case row of the standing record: what nobody changed since is what it was; what sums up rows follows them."""
    place = Row(CASE, offender.pk)
    now = ledger.images([place])[place]
    before: Image = line.before or {}
    columns = ledger.changes(before, line.after or {})
    ledger.put_back(place, {name: before[name] for name in columns if now.get(name) == (line.after or {})[name]})
    changed = [name for name in columns if name in now and now[name] != (line.after or {})[name]]
    if not changed:
        return
    found = ledger.rows(Offender).get(pk=offender.pk)
    said = said_by_rows(found)
    if "alias_words" in changed:
        aliases = ledger.rows(Alias).filter(offender=offender.pk, withdrawn_at__isnull=True)
        said["alias_words"] = sorted({word for row in aliases for word in words_of(row.surname, row.forenames)})
    follows = {name: value for name, value in said.items() if name in changed}
    ledger.rows(Offender).filter(pk=offender.pk).update(**follows)


# What must stay closed


def _exclusions_since(merge: Merge, offender: Offender, lines: Collection[Row]) -> list[Exclusion]:
    """Whoever was excluded from the one record meanwhile is not let into the other by taking the merge back."""
    later = ledger.rows(Exclusion).filter(offender=offender.pk, ended_on__isnull=True, made_at__gt=merge.made_at)
    return list(later.exclude(pk__in=_of_a_kind(Exclusion, lines)))


def _of_a_kind(model: type[models.Model], lines: Iterable[Row]) -> list[int]:
    return [row.pk for row in lines if row.model == model._meta.label]


def _was_written_on(merge: Merge, offender: Offender, lines: Mapping[Row, MergedRow]) -> bool:
    """Was anything written on the record after the merge? Asked of every table that says when a row was written."""
    told = (_("Records merged"), _("Merge undone"))
    for model, name in ledger.ways_to(Offender):
        written = [f.name for f in model._meta.concrete_fields if getattr(f, "auto_now_add", False)]
        written += [f.name for f in model._meta.concrete_fields if f.name in {"recorded_at", "made_at", "begun_at"}]
        if model in NOT_WRITTEN or not written:
            continue
        since = ledger.rows(model).filter(**{name: offender.pk, f"{written[0]}__gt": merge.made_at})
        if model is TimelineEntry:
            since = since.exclude(title__in=told)
        if since.exclude(pk__in=_of_a_kind(model, lines)).exists():
            return True
    return False


def _keep_closed(offender: Offender, other: Offender, lines: Collection[Row], by: User) -> None:
    """What was written while only some people saw the record stays with them, now that the record is two again.

    The restriction and the exclusions that came with the other record stand on both; so do the people it names.
    """
    came = ledger.rows(Exclusion).filter(pk__in=_of_a_kind(Exclusion, lines), offender=other.pk, ended_on__isnull=True)
    for row in came:
        _exclude(offender, row, by)
    restriction = ledger.rows(Restriction).filter(offender=other.pk, lifted_at__isnull=True).first()
    if not other.restricted or ledger.rows(Offender).filter(pk=offender.pk, restricted=True).exists():
        return
    why = restriction.reason if restriction else _("Written while the record was part of a restricted one")
    Restriction.objects.create(offender=offender, reason=why, made_by=by)
    ledger.rows(Offender).filter(pk=offender.pk).update(restricted=True)
    for grant in ledger.rows(OffenderUserObjectPermission).filter(content_object=other.pk):
        known = {"content_object": offender.pk, "user": grant.user_id, "basis": grant.basis, "source": grant.source}
        if not ledger.rows(OffenderUserObjectPermission).filter(**known).exists():
            grant.pk, grant.content_object = None, offender
            grant.save(force_insert=True)


def _exclude(case: Offender, row: Exclusion, by: User) -> None:
    if not ledger.rows(Exclusion).filter(offender=case.pk, user=row.user_id, ended_on__isnull=True).exists():
        Exclusion.objects.create(offender=case, user=row.user, reason=row.reason, made_by=by)
        ledger.rows(Offender).filter(pk=case.pk, lead_officer=row.user_id).update(lead_officer=None)
