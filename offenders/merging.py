"""Making two records of one person one, and taking that back: the only writer of the ledger of merges.

Every row that belongs to the merged record or names it moves to the standing one, of whatever table and compartment.
Each is kept whole in the ledger, before and after, and shown to nobody. Undoing puts back every row as it was, or
refuses and changes nothing. docs/record/merging.md says the rules in plain words.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import Agency, User
from audit.record import record
from mappa.guard import unguarded
from offenders import ledger
from offenders.actions import lock, tell
from offenders.actions.case import reason_in_words
from offenders.actions.sharing import stay_in_sight
from offenders.clashes import Clash, RefusedError, both_have, in_the_way, settle
from offenders.ledger import Image, Row
from offenders.models import Alias, Exclusion, LevelPeriod, Merge, MergedRow, Offender, Review
from offenders.names import fold, words_of
from offenders.visibility import forget_scopes, who_sees

STANDING, MERGED = "standing", "merged"
# What the merge settles by rule, and what a record never takes from another. Every other column is chosen.
BY_RULE = frozenset(
    {"id", "reference", "search_name", "name_words", "alias_words", "area", "level", "next_review_on", "restricted"}
    | {"registered_at", "registered_by", "ended_on", "is_demo", "merged_into"}
)
MOST_TURNS = 5  # rules that one row may need before it fits


@dataclass
class Ledger:
    """Rows as they were before the merge touched them."""

    before: dict[Row, Image | None] = field(default_factory=dict)

    def keep(self, *rows: Row) -> None:
        new = [row for row in rows if row not in self.before]
        found = ledger.images(new)
        self.before |= {row: found.get(row) for row in new}

    def write(self, merge: Merge) -> int:
        """Every row with its image of before and after; how many of them changed."""
        after = ledger.images(self.before)
        lines = [
            MergedRow(merge=merge, model=row.model, row=row.pk, before=image, after=after.get(row))
            for row, image in self.before.items()
        ]
        MergedRow.objects.bulk_create(lines, batch_size=500)
        return sum(1 for line in lines if line.before != line.after)


@dataclass(frozen=True)
class Question:
    """A column of the case row in which two records differ: what each says, and which is offered first."""

    name: str
    label: str
    standing: str
    merged: str
    offered: str


@dataclass(frozen=True)
class Gain:
    """People of one agency who would see what they did not see before."""

    agency: str
    people: int


@dataclass(frozen=True)
class Preview:
    """What a merge would do. `token` stands for exactly this list of people who would see more."""

    moved: int
    gains: list[Gain]
    token: str


def questions(offender: Offender, other: Offender) -> list[Question]:
    """The columns that somebody must choose, whichever app added them to the case row."""
    found = []
    for column in Offender._meta.concrete_fields:
        if column.name in BY_RULE or not column.editable:
            continue
        ours, theirs = getattr(offender, column.attname), getattr(other, column.attname)
        if ours != theirs:
            offered = MERGED if ours in (None, "") else STANDING
            words = (_shown(offender, column), _shown(other, column))
            found.append(Question(column.name, str(column.verbose_name).capitalize(), *words, offered))
    return found


def _shown(offender: Offender, column: Any) -> str:
    value = getattr(offender, column.name)
    if value is None or value == "":
        return str(_("None recorded"))
    if isinstance(column, models.DateField):
        return f"{value:%-d %B %Y}"
    if isinstance(value, User | Agency):
        return value.name
    return str(getattr(offender, f"get_{column.name}_display", lambda: value)())


@transaction.atomic
def preview(*, offender: Offender, other: Offender, choices: Mapping[str, str], by: User) -> Preview:
    """Do it, look who sees the case then, and take it back: the very rules that decide answer, and nothing stays.

    Raises ValidationError when the two cannot be merged.
    """
    made: list[Preview] = []
    try:
        with transaction.atomic():
            gains, token, moved = _merge(offender, other, choices, _("Preview"), by)[1:]
            made.append(Preview(moved, gains, token))
            transaction.set_rollback(True)
    finally:
        forget_scopes()
    return made[0]


@transaction.atomic
def merge(
    *, offender: Offender, other: Offender, choices: Mapping[str, str], reason: str, confirmed: str, by: User
) -> Merge:
    """Make `other` part of `offender`. Who does it must screen for the area of both and see both.

    `confirmed` is the token of the list of people who gain sight, as it was shown. Raises ValidationError when it is not that
    list any more, when the records are of two areas, or when two rows clash and no rule says which stands.
    """
    reason = reason_in_words(reason)
    row, gains, token, _moved = _merge(offender, other, choices, reason, by)
    if gains and confirmed != token:
        # What was read of the scopes inside is rolled back with the rest.
        forget_scopes()
        raise ValidationError({"confirmed": _("Confirm that these people may see the whole record from now on")})
    return row


def _merge(
    offender: Offender, other: Offender, choices: Mapping[str, str], reason: str, by: User
) -> tuple[Merge, list[Gain], str, int]:
    require(by, Perm.SCREEN, on=offender)
    require(by, Perm.SCREEN, on=other)
    if offender.pk == other.pk:
        raise ValidationError(_("These are the same record."))
    first, second = sorted((offender, other), key=lambda case: case.pk)
    locked = {case.pk: lock(case, by=by) for case in (first, second)}
    offender, other = locked[offender.pk], locked[other.pk]
    if offender.area_id != other.area_id:
        raise ValidationError(_("The records are of two areas. Transfer one of them first."))
    seen = [_seers(offender), _seers(other)]
    try:
        with unguarded("a merge moves every row of a record, also those of compartments that nobody is shown"):
            row, moved = _make_one(offender, other, choices, reason, by)
    except IntegrityError as error:
        raise ValidationError(_("The two records cannot stand as one with these answers. Choose others.")) from error
    forget_scopes()
    stay_in_sight(offender, by=by)
    gains, token = _gains(offender, seen)
    record("case.merged", by=by, about=offender, merged=other.pk, merge=row.reference, rows=moved, gained=len(gains))
    record("case.merged_away", by=by, about=other, into=offender.pk, merge=row.reference)
    tell(offender, _("Records merged"), _("%s is part of this record from now on") % other.reference, by=by)
    return row, gains, token, moved


def _make_one(
    offender: Offender, other: Offender, choices: Mapping[str, str], reason: str, by: User
) -> tuple[Merge, int]:
    kept = Ledger()
    belongs = ledger.pointing_at(other.pk)
    direct = [Row(model._meta.label, pk) for model, _name, pk in belongs]
    cases = [Row(Offender._meta.label, case.pk) for case in (offender, other)]
    kept.keep(*cases, *direct, *sorted(ledger.hanging_on(direct)))
    for model, name, pk in belongs:
        _move(model, name, pk, offender, other, by, kept)
    _choose(offender, other, choices, by, kept)
    row = Merge(offender=offender, merged=other, merged_reference=other.reference, reason=reason, made_by=by)
    row.full_clean()
    row.save()
    return row, kept.write(row)


def _move(
    model: type[models.Model], name: str, pk: int, offender: Offender, other: Offender, by: User, kept: Ledger
) -> None:
    """One row to the standing record; where a constraint forbids it, the rule of that constraint first."""
    row = ledger.rows(model).filter(pk=pk).first()
    if row is None:
        return  # set aside already, by another of its columns
    if _would_name_itself(row, name, offender):
        if ledger.hanging_on([Row(model._meta.label, pk)]):
            raise RefusedError(both_have(model))
        ledger.take_away(Row(model._meta.label, pk))
        return
    _make_fit(model, name, row, offender, by, kept)


def _make_fit(model: type[models.Model], name: str, row: Any, offender: Offender, by: User, kept: Ledger) -> None:
    """Move a row, with the rule of each constraint that forbids it, until it fits or was set aside."""
    pk = row.pk
    for _turn in range(MOST_TURNS):
        broken = _try_to_move(model, name, pk, offender)
        if not broken:
            return
        theirs, constraint = in_the_way(model, name, row, offender.pk, broken)
        if theirs is None:
            raise RefusedError(both_have(model))
        try:
            with transaction.atomic():
                settle(Clash(model, name, row, theirs, constraint, by, kept.keep))
        except IntegrityError as error:
            raise RefusedError(both_have(model)) from error
        if not ledger.rows(model).filter(pk=pk).exists():
            return
    raise RefusedError(both_have(model))


def _try_to_move(model: type[models.Model], name: str, pk: int, offender: Offender) -> str:
    """The constraint that this would break; empty when it is done."""
    try:
        with transaction.atomic():
            ledger.rows(model).filter(pk=pk).update(**{name: offender.pk})
    except IntegrityError as error:
        return str(error.__cause__.diag.constraint_name)  # type: ignore[union-attr]
    return ""


def _would_name_itself(row: models.Model, name: str, offender: Offender) -> bool:
    """A row between the two records, as of relatives or of a suspected duplicate, has nothing to say when they are one."""
    others = [
        column.attname
        for column in row._meta.concrete_fields
        if isinstance(column, models.ForeignKey) and column.related_model is Offender and column.name != name
    ]
    return any(getattr(row, column) == offender.pk for column in others)


def _choose(offender: Offender, other: Offender, choices: Mapping[str, str], by: User, kept: Ledger) -> None:
    """The case row: what was chosen, what the rules say, and the names by which it is found."""
    names = {(case.surname, case.forenames) for case in (offender, other)}
    for question in questions(offender, other):
        if choices.get(question.name, question.offered) == MERGED:
            setattr(offender, question.name, getattr(other, question.name))
    _follow_its_rows(offender, other)
    offender.restricted = offender.restricted or other.restricted
    excluded = ledger.rows(Exclusion).filter(offender=offender.pk, ended_on__isnull=True)
    if excluded.filter(user=offender.lead_officer_id).exists():
        offender.lead_officer = None
    left = sorted(names - {(offender.surname, offender.forenames)})
    for surname, forenames in left:
        _keep_name(offender, surname, forenames, by, kept)
    words = {word for name in left for word in words_of(*name)}
    offender.alias_words = sorted({*offender.alias_words, *other.alias_words, *words})
    offender.full_clean()
    offender.save()
    ledger.rows(Offender).filter(pk=other.pk).update(merged_into=offender.pk, restricted=True)


def _follow_its_rows(offender: Offender, other: Offender) -> None:
    """Level, review and end as the rows say that stand now; current when either was."""
    current = [case for case in (offender, other) if case.ended_on is None]
    level = ledger.rows(LevelPeriod).filter(offender=offender.pk, until__isnull=True).first()
    review = ledger.rows(Review).filter(offender=offender.pk, held_on__isnull=True, superseded_on__isnull=True).first()
    cases = current or [offender, other]
    offender.level = level.level if level else max(case.level for case in cases)
    due = [case.next_review_on for case in cases if case.next_review_on]
    offender.next_review_on = review.due_on if review else min(due, default=None)
    ends = [case.ended_on for case in (offender, other) if case.ended_on]
    offender.ended_on = None if current else max(ends)


def _keep_name(offender: Offender, surname: str, forenames: str, by: User, kept: Ledger) -> None:
    """A name that was not chosen is another name of the person from now on."""
    same = ledger.rows(Alias).filter(offender=offender.pk)
    if any(fold(f"{row.surname} {row.forenames}") == fold(f"{surname} {forenames}") for row in same):
        return
    alias = Alias(offender=offender, surname=surname, forenames=forenames, added_by=by)
    Alias.objects.bulk_create([alias])  # its words are on the case row already
    kept.before[Row(Alias._meta.label, alias.pk)] = None


# Who sees it then


def _seers(offender: Offender) -> set[int]:
    return {person for sight in who_sees(offender)[0] for person in sight.people}


def _gains(offender: Offender, seen: Iterable[set[int]]) -> tuple[list[Gain], str]:
    """Who sees the merged record and did not see both before, by agency; and what stands for exactly these people."""
    both = set.intersection(*seen)
    by_agency: dict[int, set[int]] = {}
    for sight in who_sees(offender)[0]:
        if new := sight.people - both:
            by_agency.setdefault(sight.agency, set()).update(new)
    agencies = Agency.objects.in_bulk(by_agency)
    gains = sorted((agencies[pk].name, len(people)) for pk, people in by_agency.items())
    exactly = repr(sorted((pk, sorted(people)) for pk, people in by_agency.items()))
    return [Gain(*gain) for gain in gains], hashlib.sha256(exactly.encode()).hexdigest()


# Taking it back


@dataclass(frozen=True)
class Obstacle:
    """A row that is not as the merge left it, by the kind of entry and never by what it says."""

    kind: str
    number: int


@transaction.atomic
def unmerge(*, merge: Merge, reason: str, by: User) -> Offender:
    """Make two records of one again, each row as it was before. What was written since stays with the standing record.

    Raises ValidationError, and changes nothing, when a row is not as the merge left it, when something new hangs on a row
    that would go back, or when the record has moved to another area or been restricted since. Returns the
    record that is open again.
    """
    require(by, Perm.SCREEN, on=merge)
    reason = reason_in_words(reason)
    offender = lock(merge.offender, by=by)
    merge = Merge.objects.visible_to(by).select_for_update(of=("self",)).get(pk=merge.pk)
    if merge.undone_at is not None:
        raise ValidationError(_("This merge has been undone already."))
    with unguarded("undoing a merge puts back rows of compartments that nobody is shown"):
        lines = _lines(merge)
        _refuse_new_sight(offender, lines)
        if found := _obstacles(lines, merge):
            raise ValidationError([_obstacle_words(each) for each in found])
        other = _put_all_back(merge, offender, lines, by)
    merge.undone_at, merge.undone_by, merge.undone_reason = timezone.now(), by, reason
    merge.full_clean()
    merge.save(update_fields=["undone_at", "undone_by", "undone_reason"])
    forget_scopes()
    record("case.unmerged", by=by, about=offender, other=other.pk, merge=merge.reference)
    record("case.unmerged", by=by, about=other, other=offender.pk, merge=merge.reference)
    tell(offender, _("Merge undone"), _("%s is a record of its own again") % other.reference, by=by)
    tell(other, _("Merge undone"), _("This record was part of %s for a time") % offender.reference, by=by)
    stay_in_sight(offender, by=by)
    return other


def obstacles(*, merge: Merge, by: User) -> list[str]:
    """Why a merge cannot be undone now, in words; nothing when it can."""
    require(by, Perm.SCREEN, on=merge)
    with unguarded("undoing a merge looks at rows of compartments that nobody is shown"):
        lines = _lines(merge)
        try:
            _refuse_new_sight(merge.offender, lines)
        except ValidationError as refusal:
            return list(refusal.messages)
        return [_obstacle_words(each) for each in _obstacles(lines, merge)]


def _lines(merge: Merge) -> dict[Row, MergedRow]:
    rows = MergedRow.objects.filter(merge=merge).order_by("pk")
    return {Row(line.model, line.row): line for line in rows}


def _refuse_new_sight(offender: Offender, lines: Mapping[Row, MergedRow]) -> None:
    """What was closed since must not be opened by taking the merge back, nor a record appear in another area."""
    left = lines.get(Row(Offender._meta.label, offender.pk))
    if left is None or left.after is None:
        raise ValidationError(_("This record was merged into another one since. Undo that merge first."))
    if offender.restricted and not left.after["restricted"]:
        raise ValidationError(_("The record was restricted after the merge. The other would not be: lift that first."))
    if offender.area_id != left.after["area_id"]:
        raise ValidationError(_("The record was transferred to another area after the merge."))


def _obstacles(lines: Mapping[Row, MergedRow], merge: Merge) -> list[Obstacle]:
    now = ledger.images(lines)
    changed = [row for row, line in lines.items() if not _is_as_left(row, line, now.get(row), merge.offender_id)]
    goes_back = [row for row, line in lines.items() if _went_over(line, merge)]
    new = ledger.hanging_on(goes_back) - set(lines)
    by_kind: dict[str, int] = {}
    for row in [*changed, *new]:
        by_kind[row.model] = by_kind.get(row.model, 0) + 1
    return [Obstacle(kind, number) for kind, number in sorted(by_kind.items())]


def _is_as_left(row: Row, line: MergedRow, now: Image | None, standing: int) -> bool:
    """The standing case row only in what the merge changed of it: its later life is its own."""
    if row == Row(Offender._meta.label, standing) and now and line.before and line.after:
        return all(now[name] == line.after[name] for name in ledger.changes(line.before, line.after))
    return bool(now == line.after)


def _obstacle_words(found: Obstacle) -> str:
    kind = apps.get_model(found.kind)._meta.verbose_name
    words = _(
        "Changed or added since the merge, and it can no longer be told to which record it belongs: %(kind)s (%(n)s)"
    )
    return words % {"kind": kind, "n": found.number}


def _put_all_back(merge: Merge, offender: Offender, lines: Mapping[Row, MergedRow], by: User) -> Offender:
    """First what the merge made goes, then what moved goes back, then what gave way stands again."""
    touched = [(row, line) for row, line in lines.items() if line.before != line.after]
    later = ledger.rows(Exclusion).filter(offender=offender.pk, ended_on__isnull=True)
    later = later.filter(made_at__gt=merge.made_at)
    new = list(later.exclude(pk__in=[row.pk for row in lines if row.model == Exclusion._meta.label]))
    try:
        with transaction.atomic():
            for row, line in touched:
                if line.before is None:
                    ledger.take_away(row)
            moved = [pair for pair in touched if _went_over(pair[1], merge)]
            for row, line in [*moved, *(pair for pair in touched if pair not in moved)]:
                if line.before is None:
                    continue
                if line.after is None:
                    ledger.bring_back(row, line.before)
                else:
                    columns = ledger.changes(line.before, line.after)
                    ledger.put_back(row, {name: line.before[name] for name in columns})
            other: Offender = ledger.rows(Offender).get(pk=merge.merged_id)
            for row in new:
                _exclude_from_both(other, row, by)
    except IntegrityError as error:
        raise ValidationError(_("What was recorded since the merge stands in the way of undoing it.")) from error
    return other


def _went_over(line: MergedRow, merge: Merge) -> bool:
    """A row that named the merged record, and is or was moved from it."""
    before: Image = line.before or {}
    changed = ledger.changes(before, line.after or {})
    return merge.merged_id in {before[name] for name in changed if name.endswith("_id")}


def _exclude_from_both(other: Offender, row: Exclusion, by: User) -> None:
    """Whoever was excluded from the one record meanwhile is not let into the other by taking the merge back."""
    if not ledger.rows(Exclusion).filter(offender=other.pk, user=row.user_id, ended_on__isnull=True).exists():
        Exclusion.objects.create(offender=other, user=row.user, reason=row.reason, made_by=by)
        if other.lead_officer_id == row.user_id:
            ledger.rows(Offender).filter(pk=other.pk).update(lead_officer=None)
