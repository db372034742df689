"""Making two records of one person one: the only writer of the ledger of merges.

Every row that belongs to the merged record or names it moves to the standing one, of whatever table and compartment.
Each is kept whole in the ledger, before and after, and shown to nobody: by it offenders/unmerging.py takes it back.
docs/record/merging.md says the rules in plain words.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import Agency, User
from audit.models import Act
from audit.record import record
from mappa.guard import unguarded
from offenders import ledger
from offenders.actions import lock, tell
from offenders.actions.case import reason_in_words
from offenders.actions.sharing import stay_in_sight
from offenders.clashes import Clash, RefusedError, both_have, in_the_way, settle
from offenders.ledger import Image, Row
from offenders.models import Merge, MergedRow, Offender, TimelineEntry
from offenders.models.hold import refuse_if_held
from offenders.summing_up import MERGED, questions, sum_up
from offenders.visibility import forget_scopes, who_sees

MOST_TURNS = 60  # rows of the standing record that one row may meet before it fits


@dataclass(frozen=True)
class Counted:
    """So many entries of a kind, and nothing of what they say."""

    kind: str
    number: int


@dataclass
class Ledger:
    """Rows as they were before the merge touched them, and as it left them."""

    before: dict[Row, Image | None] = field(default_factory=dict)
    after: dict[Row, Image] = field(default_factory=dict)

    def keep(self, *rows: Row) -> None:
        new = [row for row in rows if row not in self.before]
        found = ledger.images(new)
        self.before |= {row: found.get(row) for row in new}

    @contextmanager
    def watching(self, case: int) -> Iterator[None]:
        """Keep each row of a record that is changed, made or taken away inside, whatever changed it.

        What the timeline tells of it was told, and stays when the merge is undone.
        """
        was = ledger.whole(case)
        yield
        now = ledger.whole(case)
        for row in sorted(was.keys() | now.keys()):
            is_told = row.model == TimelineEntry._meta.label and row not in was
            if was.get(row) != now.get(row) and not is_told:
                self.before.setdefault(row, was.get(row))

    def write(self, merge: Merge) -> None:
        """Every row with its image of before and after."""
        self.after = ledger.images(self.before)
        lines = [
            MergedRow(merge=merge, model=row.model, row=row.pk, before=image, after=self.after.get(row))
            for row, image in self.before.items()
        ]
        MergedRow.objects.bulk_create(lines, batch_size=500)

    @property
    def changed(self) -> int:
        """How many rows are not what they were."""
        return sum(1 for row, image in self.before.items() if image != self.after.get(row))

    def counted(self) -> tuple[list[Counted], list[Counted]]:
        """How many entries of each kind come over, and how many of those that were there are ended, withdrawn or changed for it."""
        moved: Counter[str] = Counter()
        gives_way: Counter[str] = Counter()
        for row, before in self.before.items():
            after = self.after.get(row)
            if before is None or before == after or row.model == Offender._meta.label or ledger.is_apart(row):
                continue
            # A foreign key alone that changed says only to which record a row belongs.
            only_moved = after is not None and all(name.endswith("_id") for name in ledger.changes(before, after))
            kind = str(apps.get_model(row.model)._meta.verbose_name_plural)
            (moved if only_moved else gives_way)[kind] += 1
        return _listed(moved), _listed(gives_way)


def _listed(counts: Counter[str]) -> list[Counted]:
    return [Counted(kind, number) for kind, number in sorted(counts.items())]


@dataclass(frozen=True)
class Gain:
    """People of one agency who would see what they did not see before."""

    agency: str
    people: int


@dataclass(frozen=True)
class Preview:
    """What a merge would do. `token` stands for exactly this list of people who would see more."""

    moved: list[Counted]
    gives_way: list[Counted]
    gains: list[Gain]
    token: str


@transaction.atomic
def preview(*, offender: Offender, other: Offender, choices: Mapping[str, str], by: User) -> Preview:
    """Do it, look who sees the case then, and take it back: the very rules that decide answer, and nothing stays.

    Raises ValidationError when the two cannot be merged.
    """
    made: list[Preview] = []
    try:
        with transaction.atomic():
            _row, gains, token, kept = _merge(offender, other, choices, _("Preview"), by)
            moved, gives_way = kept.counted()
            made.append(Preview(moved, gives_way, gains, token))
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
    row, gains, token, _kept = _merge(offender, other, choices, reason, by)
    if gains and confirmed != token:
        raise not_confirmed()
    return row


def _merge(
    offender: Offender, other: Offender, choices: Mapping[str, str], reason: str, by: User
) -> tuple[Merge, list[Gain], str, Ledger]:
    require(by, Perm.SCREEN, on=offender)
    require(by, Perm.SCREEN, on=other)
    if offender.pk == other.pk:
        raise ValidationError(_("These are the same record."))
    first, second = sorted((offender, other), key=lambda case: case.pk)
    locked = {case.pk: lock(case, by=by) for case in (first, second)}
    offender, other = locked[offender.pk], locked[other.pk]
    if offender.area_id != other.area_id:
        raise ValidationError(_("The records are of two areas. Transfer one of them first."))
    refuse_if_held(offender)
    refuse_if_held(other)
    seen = seers(offender) & seers(other)
    try:
        with unguarded("a merge moves every row of a record, also those of compartments that nobody is shown"):
            row, kept = _make_one(offender, other, choices, reason, by)
    except IntegrityError as error:
        raise ValidationError(_("The two records cannot stand as one with these answers. Choose others.")) from error
    forget_scopes()
    stay_in_sight(offender, by=by)
    gains, token = gains_of([offender], seen)
    record(
        "case.merged", by=by, about=offender, merged=other.pk, merge=row.reference, rows=kept.changed, gained=len(gains)
    )
    record("case.merged_away", act=Act.MERGE, by=by, about=other, into=offender.pk, merge=row.reference)
    tell(offender, _("Records merged"), _("%s is part of this record from now on") % other.reference, by=by)
    return row, gains, token, kept


def _make_one(
    offender: Offender, other: Offender, choices: Mapping[str, str], reason: str, by: User
) -> tuple[Merge, Ledger]:
    # What is to be chosen is asked of the records as they are, before a row of the one is a row of the other.
    asked = {question.name: question.offered for question in questions(offender, other)}
    chosen = [name for name, offered in asked.items() if choices.get(name, offered) == MERGED]
    kept = Ledger()
    belongs = ledger.pointing_at(other.pk)
    direct = [Row(model._meta.label, pk) for model, _name, pk in belongs]
    cases = [Row(Offender._meta.label, case.pk) for case in (offender, other)]
    kept.keep(*cases, *direct, *sorted(ledger.hanging_on(direct)))
    with kept.watching(offender.pk):
        for model, name, pk in belongs:
            _move(model, name, pk, offender, other, by, kept)
        sum_up(offender, other, asked, chosen, by=by)
    row = Merge(offender=offender, merged=other, merged_reference=other.reference, reason=reason, made_by=by)
    row.full_clean()
    row.save()
    kept.write(row)
    return row, kept


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
        row = ledger.rows(model).get(pk=pk)  # as the rule before left it
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


# Who sees it then


def seers(offender: Offender) -> set[int]:
    """Everybody who sees a case today."""
    return {person for sight in who_sees(offender)[0] for person in sight.people}


def gains_of(cases: Iterable[Offender], seen: Collection[int]) -> tuple[list[Gain], str]:
    """Who sees one of these cases and is none of those who saw it all before, by agency; and what stands for exactly these people."""
    by_agency: dict[int, set[int]] = {}
    for sight in (sight for case in cases for sight in who_sees(case)[0]):
        if new := sight.people.difference(seen):
            by_agency.setdefault(sight.agency, set()).update(new)
    agencies = Agency.objects.in_bulk(by_agency)
    gains = sorted((agencies[pk].name, len(people)) for pk, people in by_agency.items())
    exactly = repr(sorted((pk, sorted(people)) for pk, people in by_agency.items()))
    return [Gain(*gain) for gain in gains], hashlib.sha256(exactly.encode()).hexdigest()


def not_confirmed() -> ValidationError:
    """What is told to whoever would let people see more and has not confirmed exactly that list."""
    # What was read of the scopes inside is rolled back with the rest.
    forget_scopes()
    return ValidationError({"confirmed": _("Confirm that these people may see the whole record from now on")})
