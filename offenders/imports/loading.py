"""Rows become cases by the verbs of the pages; what cannot is kept for a person. Batch by batch, so that it goes on where it was killed."""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError, IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import User
from audit.record import record
from offenders import actions, duplicates, names
from offenders.imports.judging import Places, RefusedRowError, Wanted, judge, reasons_of
from offenders.imports.reading import Layout, Line, Reason, rows, wrong_cells
from offenders.models import Identifier, ImportRow, ImportRun, Offender, SourceStatus
from offenders.models.importing import CREATED, DIFFERS, EMPTY, MATCHED, QUARANTINED
from offenders.visibility import known_elsewhere, one_scope

BATCH = 100
FIRST_ROW = 2


class Outcome(NamedTuple):
    """How one row ended: a letter, the case where there is one, and why not or what differs."""

    line: Line
    letter: str
    reference: str = ""
    reasons: tuple[Reason, ...] = ()


@dataclass
class Seen:
    """Which people the file has named, by sums of their numbers and names: some bytes a row, and no name."""

    rows: dict[int, int] = field(default_factory=dict)

    def first(self, wanted: Wanted, number: int) -> int | None:
        """The row that named the same person before; None for the first."""
        keys = [_sum(f"{kind} {value}") for kind, value in wanted.numbers.items()]
        who = wanted.who
        keys.append(_sum(names.fold(f"{who['surname']} {who['forenames']}") + f" {who['born_on']}"))
        before = next((self.rows[key] for key in keys if self.rows.get(key, number) != number), None)
        for key in keys:
            self.rows.setdefault(key, number)
        return before


def _sum(text: str) -> int:
    raw = text.encode()
    return zlib.crc32(raw) << 32 | zlib.adler32(raw)


@dataclass
class Work:
    """One pass over a file: for whom, whether it loads, and what it has seen."""

    run: ImportRun
    layout: Layout
    by: User
    load: bool
    places: Places
    seen: Seen = field(default_factory=Seen)


def begin(run: ImportRun, layout: Layout, *, load: bool) -> Work:
    """Raises PermissionDenied when the person who brought the file may register nobody any more."""
    by = User.objects.get(pk=run.by_id)
    require(by, Perm.EDIT_CASE)
    return Work(run, layout, by, load, Places.of(by))


def go_through(work: Work, file: IO[bytes], *, go_on: Callable[[list[Outcome]], bool]) -> bool:
    """Do the rows from where the run stands, batch by batch, until the end or until `go_on` says no. Was it the end?

    A batch is one transaction with the run's own position: killed at any moment, the run goes on with the first row that
    is not done. A check is rolled back batch by batch and writes no case.
    """
    for batch in _batches(rows(file, work.layout)):
        fresh = [line for line in batch if line.number > work.run.position]
        judged = [(line, _judged(line, work)) for line in batch]
        if fresh:
            with one_scope():
                outcomes = _do([pair for pair in judged if pair[0].number > work.run.position], work)
            if not go_on(outcomes):
                return False
    return True


def _batches(lines: Iterator[Line]) -> Iterator[list[Line]]:
    while batch := list(islice(lines, BATCH)):
        yield batch


def _judged(line: Line, work: Work) -> Wanted | list[Reason]:
    """What a row asks for, or why it waits: what can be told before the record is asked."""
    if line.reasons:
        return list(line.reasons)
    try:
        wanted = judge(line.cells, work.places)
    except RefusedRowError as refusal:
        return refusal.reasons
    before = work.seen.first(wanted, line.number)
    if before is not None:
        words = _("Row %s of this file is about the same person, by a number or by name and date of birth")
        return [Reason("twice", words % before)]
    return wanted


def _do(judged: list[tuple[Line, Wanted | list[Reason]]], work: Work) -> list[Outcome]:
    # Whom somebody was told of stays recorded, whatever is rolled back: so it is asked before.
    found = [(line, _known(line, wanted, work)) for line, wanted in judged]
    with transaction.atomic():
        _hold(work)
        outcomes = [_outcome(line, what, work) for line, what in found]
        if not work.load:
            transaction.set_rollback(True)
    if not work.load and not work.run._state.adding:
        with transaction.atomic():
            _hold(work)
            _note(outcomes, work)
    return outcomes


class OvertakenError(Exception):
    """Somebody else works on the same file: whoever came second stops, and nothing is done twice."""


def _hold(work: Work) -> None:
    """Lock the run until the transaction ends, and see that it stands where this work left it."""
    if work.run._state.adding:
        return  # a check by command keeps nothing
    rows = ImportRun.objects.visible_to(work.by).select_for_update(of=("self",))
    held = rows.filter(pk=work.run.pk, state=work.run.state, position=work.run.position).first()
    if held is None:
        raise OvertakenError(work.run.pk)


def _known(line: Line, wanted: Wanted | list[Reason], work: Work) -> Wanted | Outcome:
    """A row that is refused already, or whose person the register knows; else what to create."""
    if isinstance(wanted, list):
        return Outcome(line, QUARANTINED, reasons=tuple(wanted))
    try:
        known = match(wanted, by=work.by)
    except RefusedRowError as refusal:
        return Outcome(line, QUARANTINED, reasons=tuple(refusal.reasons))
    if known is None:
        return wanted
    different = differences(known, wanted, by=work.by)
    return Outcome(line, DIFFERS if different else MATCHED, known.reference, tuple(different))


def _outcome(line: Line, what: Wanted | Outcome, work: Work) -> Outcome:
    done = what if isinstance(what, Outcome) else _create(line, what, work)
    if work.load:
        _note([done], work)
    return done


def _create(line: Line, wanted: Wanted, work: Work) -> Outcome:
    try:
        with transaction.atomic():
            offender = create(wanted, run=work.run, by=work.by)
    except PermissionDenied:
        return Outcome(line, QUARANTINED, reasons=(_not_yours(),))
    except ValidationError as refusal:
        return Outcome(line, QUARANTINED, reasons=tuple(reasons_of(refusal)))
    except (IntegrityError, DataError):
        words = _(
            "This could not be stored, perhaps because somebody recorded it at the same moment. Try again from here"
        )
        return Outcome(line, QUARANTINED, reasons=(Reason("clash", words),))
    return Outcome(line, CREATED, offender.reference if work.load else "")


def _not_yours() -> Reason:
    return Reason("agency", _("You register nobody for this area and agency"), "lead_agency")


def match(wanted: Wanted, *, by: User) -> Offender | None:
    """The case that has a number of the row, among those the person sees; None when nobody has.

    Raises RefusedRowError when the numbers are of several people, of somebody with another name or date of birth, or of
    a case that the person does not see: then the words are those of policy, and nothing else is said (access.md).
    """
    wish = Q(pk__in=[])
    for kind, value in wanted.numbers.items():
        wish |= Q(kind=kind, value=value)
    held = list(Identifier.objects.visible_to(by).standing().filter(wish).values_list("offender_id", "value"))
    cases = {case for case, _value in held}
    rest = sorted(set(wanted.numbers.values()) - {value for _case, value in held})
    if area := known_elsewhere(rest, to=by, registering=True):
        words = _("A record exists. Ask %s MAPPA co-ordination.") % area
        raise RefusedRowError([Reason("elsewhere", words)])
    if not cases:
        return None
    if len(cases) > 1:
        words = _("The numbers of this row belong to different people on record")
        raise RefusedRowError([Reason("somebody_else", words)])
    case = Offender.objects.visible_to(by).select_related("area", "lead_agency").get(pk__in=cases)
    if not _is_same(case, wanted):
        words = _("A number of this row belongs to somebody on record with another name or date of birth")
        raise RefusedRowError([Reason("somebody_else", words)])
    return case


def _is_same(case: Offender, wanted: Wanted) -> bool:
    who = wanted.who
    typed = (who["surname"], who["forenames"])
    by_name = duplicates.alike((case.surname, case.forenames), typed)
    by_alias = set(names.single_words(*typed)) <= {*case.alias_words, *case.name_words}
    return case.born_on == who["born_on"] and (by_name or by_alias)


def differences(case: Offender, wanted: Wanted, *, by: User) -> list[Reason]:
    """In what a row differs from the record that it matches. Told, and never written: the record is what people decided."""
    mine = set(Identifier.objects.visible_to(by).standing().filter(offender=case).values_list("kind", "value"))
    status = wanted.status
    different = [
        *((kind, (kind, value) not in mine) for kind, value in wanted.numbers.items()),
        ("area", case.area_id != wanted.who["area"].pk),
        ("lead_agency", case.lead_agency_id != wanted.who["lead_agency"].pk),
        ("mappa_category", status.category is not None and status.category != case.category),
        ("mappa_level", status.level is not None and status.level != case.level),
    ]
    words = _("The record says something else, and was not changed")
    return [Reason("differs", words, column) for column, differs in different if differs]


def create(wanted: Wanted, *, run: ImportRun, by: User, another_reason: str = "") -> Offender:
    """Register the person of a row, with everything the row says. Raises as the verbs do; the caller has the transaction.

    A source's level above 1 is not taken over: a meeting decides it, by its criteria. It is kept in words, on the
    timeline and in the list "Managed at a higher level elsewhere", until the case is at that level.
    """
    given = wanted.who | {"crn": wanted.typed["crn"], "pnc": wanted.typed["pnc"]}
    given |= {"next_review_on": wanted.next_review_on, "another_reason": another_reason, "by": by}
    status = wanted.status
    if wanted.conviction is not None:
        offender = actions.register(**given, **wanted.conviction)
    else:
        why = _("Imported without a conviction. The source says: “%s”.") % status.source
        offender = actions.register_undetermined(**given, to_be_determined=why)
    for kind in ("noms", "cro"):
        if kind in wanted.numbers:
            actions.add_identifier(offender=offender, kind=kind, typed=wanted.typed[kind], supersedes=None, by=by)
    for move, on, place in wanted.moves:
        actions.move(offender=offender, move=move, on=on, place=place, section="", notes="", by=by)
    if status.source and not run._state.adding:  # a check by command has no run
        SourceStatus.objects.create(
            offender=offender, run=run, source=status.source, category=status.category, level=status.level, by=by
        )
        actions.tell(offender, _("Imported"), _("The source says: “%s”") % status.source, by=by)
    record("case.imported", by=by, about=offender, run=run.reference)
    return offender


def _note(outcomes: list[Outcome], work: Work) -> None:
    """Keep what waits for a person, and how far the run came: in the transaction of the rows themselves."""
    run = work.run
    for done in outcomes:
        _keep(done, work)
        gap = done.line.number - FIRST_ROW - len(run.outcomes)
        run.outcomes += EMPTY * gap + done.letter
        run.position = done.line.number
    run.save(update_fields=["outcomes", "position"])


def _keep(done: Outcome, work: Work) -> None:
    row = ImportRow.objects.visible_to(work.by).filter(run=work.run, number=done.line.number).first()
    if row is not None and row.state != ImportRow.State.WAITING:
        return  # a person has settled it
    if done.letter != QUARANTINED:
        if row is not None and work.load:
            settle(row, ImportRow.State.LOADED, by=work.by)
        return
    row = row or ImportRow(run=work.run, number=done.line.number)
    row.area = work.places.area_named(done.line.cells) or work.run.area
    row.cells, row.reasons = done.line.cells, [reason._asdict() for reason in done.reasons]
    row.save()


def settle(row: ImportRow, state: str, *, reason: str = "", by: User) -> None:
    """A row waits no more. The cells of a loaded one are not kept."""
    row.state, row.settled_at, row.settled_by, row.discard_reason = state, timezone.now(), by, reason
    if state == ImportRow.State.LOADED:
        row.cells = {}
    row.full_clean()
    row.save(update_fields=["state", "settled_at", "settled_by", "discard_reason", "cells"])


def load_cells(row: ImportRow, cells: dict[str, str], *, another_reason: str, by: User) -> Offender | None:
    """Register the person of a row whose cells somebody put right; None when the person is on record already.

    Raises ValidationError with what is still wrong, beside its cell.
    """
    if reasons := wrong_cells(cells):
        raise _as_refusal(reasons)
    try:
        wanted = judge(cells, Places.of(by))
        if match(wanted, by=by) is not None:
            return None
    except RefusedRowError as refusal:
        raise _as_refusal(refusal.reasons) from None
    try:
        return create(wanted, run=row.run, by=by, another_reason=another_reason)
    except ValidationError as refused:
        if hasattr(refused, "error_dict") and "another_reason" in refused.error_dict:
            raise
        raise _as_refusal(reasons_of(refused)) from None


def _as_refusal(reasons: list[Reason]) -> ValidationError:
    found: dict[str, list[str]] = {}
    for reason in reasons:
        found.setdefault(reason.column or "__all__", []).append(reason.words)
    return ValidationError(found)
