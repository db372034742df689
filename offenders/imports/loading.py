"""Rows become cases by the verbs of the pages; what cannot is kept for a person. Batch by batch, so that it goes on where it was killed."""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import IO, Any, NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError, IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.access import Perm, allowed, require
from agencies.models import User
from agencies.models.user import system_user
from audit.record import record
from mappa.failures import log_failure
from offenders import actions, duplicates, names
from offenders.imports.columns import BY_NAME
from offenders.imports.judging import Moved, Person, Places, RefusedRowError, Wanted, judge, person_of, reasons_of
from offenders.imports.reading import Layout, Line, Reason, rows, wrong_cells
from offenders.imports.strings import Status
from offenders.models import Disposal, Identifier, ImportRow, ImportRun, Offender, SourceStatus
from offenders.models.importing import CREATED, DIFFERS, EMPTY, MATCHED, QUARANTINED
from offenders.visibility import known_elsewhere, one_scope

State = ImportRow.State
BATCH = 100
FIRST_ROW = 2
CLASH = gettext_lazy(
    "This could not be stored, perhaps because somebody recorded it at the same moment. Try again from here"
)


class Outcome(NamedTuple):
    """How one row ended: a letter, the case where there is one, and why not or what differs."""

    line: Line
    letter: str
    reference: str = ""
    reasons: tuple[Reason, ...] = ()


@dataclass
class Seen:
    """Which people the file has named: sums of their numbers and names, and the names by day of birth."""

    rows: dict[int, int] = field(default_factory=dict)
    born: dict[date, list[tuple[int, str, str]]] = field(default_factory=dict)

    def before(self, person: Person) -> Reason | None:
        """Why a row must wait for an earlier one: it names the same person, or one like him (`duplicates.likely`)."""
        same = next((self.rows[key] for key in _sums(person) if key in self.rows), None)
        if same is not None:
            words = _("Row %s of this file is about the same person, by a number or by name and date of birth")
            return Reason("twice", words % same)
        for number, surname, forenames in self._born_with(person.born_on):
            if _resemble((surname, forenames), (person.surname, person.forenames)):
                words = _("Row %s of this file is about somebody like this: look whether it is the same person")
                return Reason("likely", words % number)
        return None

    def _born_with(self, day: date | None) -> Iterator[tuple[int, str, str]]:
        for born_on in filter(None, (day, day and duplicates.swapped(day))):
            yield from self.born.get(born_on, ())

    def add(self, person: Person, number: int) -> None:
        for key in _sums(person):
            self.rows.setdefault(key, number)
        if person.born_on:
            self.born.setdefault(person.born_on, []).append((number, person.surname, person.forenames))


def _sums(person: Person) -> list[int]:
    name = names.fold(f"{person.surname} {person.forenames}")
    return [_sum(f"{name} {person.born_on}"), *(_sum(f"{kind} {value}") for kind, value in person.numbers.items())]


def _resemble(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """By the last name alone, or by all of it in any order."""
    if not {word[0] for word in names.single_words(*one)} & {word[0] for word in names.single_words(*other)}:
        return False  # the rest costs more
    return duplicates.alike((one[0], ""), (other[0], "")) or duplicates.alike(one, other)


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
        for line in batch:
            if line.number <= work.run.position:
                _remember(line, work)
        judged = [(line, _judged(line, work)) for line in batch if line.number > work.run.position]
        if judged:
            with one_scope():
                outcomes = _do(judged, work)
            if not go_on(outcomes):
                return False
    return True


def _batches(lines: Iterator[Line]) -> Iterator[list[Line]]:
    while batch := list(islice(lines, BATCH)):
        yield batch


def _remember(line: Line, work: Work) -> None:
    """A row that was done in an earlier turn: whom it names, as when it was done. Only one that waits is judged again."""
    if work.run.outcome_of(line.number) == QUARANTINED:
        _judged(line, work)
    elif not line.reasons:
        work.seen.add(person_of(line.cells, work.places), line.number)


def _judged(line: Line, work: Work) -> Wanted | list[Reason]:
    """What a row asks for, or why it waits: what can be told before the record is asked."""
    if line.reasons:
        return list(line.reasons)
    try:
        wanted = judge(line.cells, work.places)
    except RefusedRowError as refusal:
        return refusal.reasons
    before = work.seen.before(wanted.person)
    work.seen.add(wanted.person, line.number)
    return wanted if before is None else [before]


def _do(judged: list[tuple[Line, Wanted | list[Reason]]], work: Work) -> list[Outcome]:
    # Whom somebody was told of stays recorded, whatever is rolled back: so it is asked before.
    found = [(line, wanted, _known(line, wanted, work)) for line, wanted in judged]
    with transaction.atomic():
        _hold(work)
        outcomes = [_outcome(line, wanted, what, work) for line, wanted, what in found]
        if work.load:
            _note(outcomes, work)
        else:
            transaction.set_rollback(True)
    if not work.load and not work.run._state.adding:
        with transaction.atomic():
            _hold(work)
            _note(outcomes, work)
    return outcomes


class OvertakenError(Exception):
    """Somebody else works on the same file: whoever came second stops, and nothing is done twice."""


def _hold(work: Work) -> None:
    if not work.run._state.adding:  # a check by command keeps nothing
        hold(work.run, by=work.by)


def hold(run: ImportRun, *, by: User) -> None:
    """Lock the run until the transaction ends, and see that it stands where this work left it. Raises OvertakenError."""
    rows = ImportRun.objects.visible_to(by).select_for_update(of=("self",))
    if rows.filter(pk=run.pk, state=run.state, position=run.position).first() is None:
        raise OvertakenError(run.pk)


def _known(line: Line, wanted: Wanted | list[Reason], work: Work) -> Wanted | Outcome:
    """A row that is refused already, or whose person the register knows; else what to create."""
    if isinstance(wanted, list):
        return Outcome(line, QUARANTINED, reasons=tuple(wanted))
    try:
        known = match(wanted, by=work.by)
        different = differences(known, wanted, by=work.by) if known is not None else []
    except RefusedRowError as refusal:
        return Outcome(line, QUARANTINED, reasons=tuple(refusal.reasons))
    except Exception as error:  # noqa: BLE001 - one row must not stop the file
        return _not_done(line, work, error)
    if known is None:
        return wanted
    return Outcome(line, DIFFERS if different else MATCHED, known.reference, tuple(different))


def _outcome(line: Line, wanted: Wanted | list[Reason], what: Wanted | Outcome, work: Work) -> Outcome:
    if not isinstance(what, Outcome):
        return _create(line, what, work)
    if work.load and what.reference and isinstance(wanted, Wanted):
        case = Offender.objects.visible_to(work.by).filter(reference=what.reference).first()
        if case is not None:
            keep_source(case, wanted.status, run=work.run, by=work.by)
    return what


def _create(line: Line, wanted: Wanted, work: Work) -> Outcome:
    try:
        with transaction.atomic():
            offender = create(wanted, run=work.run, by=work.by)
    except PermissionDenied:
        return Outcome(line, QUARANTINED, reasons=(_not_yours(),))
    except ValidationError as refusal:
        return Outcome(line, QUARANTINED, reasons=tuple(reasons_of(refusal)))
    except (IntegrityError, DataError):
        return Outcome(line, QUARANTINED, reasons=(Reason("clash", str(CLASH)),))
    except Exception as error:  # noqa: BLE001 - one row must not stop the file
        return _not_done(line, work, error)
    return Outcome(line, CREATED, offender.reference if work.load else "", wanted.warnings)


def _not_done(line: Line, work: Work, error: Exception) -> Outcome:
    """What no rule foresaw."""
    log_failure(f"Row {line.number} of import {work.run.reference}", error)
    words = _("This could not be stored. Try again from here; if it stays so, tell whoever runs this service")
    return Outcome(line, QUARANTINED, reasons=(Reason("not_done", words),))


def _not_yours() -> Reason:
    return Reason("agency", _("You register nobody for this area and agency"), "lead_agency")


def match(wanted: Wanted, *, by: User) -> Offender | None:
    """The case that has a number of the row, among those the person sees; None when nobody has.

    Raises RefusedRowError when the numbers are of several people, of somebody with another name or date of birth, or of
    a case that the person does not see: then the words are those of policy, and nothing else is said (access.md).
    """
    sure = wanted.sure()
    held = _held(sure, by=by)
    cases = {case for case, _value in held}
    rest = sorted(set(sure.values()) - {value for _case, value in held})
    if area := known_elsewhere(rest, to=by, registering=True):
        words = _("A record exists. Ask %s MAPPA co-ordination.") % area
        raise RefusedRowError([Reason("elsewhere", words)])
    if not cases:
        return _by_doubtful_number(wanted, by=by)
    if len(cases) > 1:
        words = _("The numbers of this row belong to different people on record")
        raise RefusedRowError([Reason("somebody_else", words)])
    case = Offender.objects.visible_to(by).select_related("area", "lead_agency").get(pk__in=cases)
    if not _is_same(case, wanted):
        words = _("A number of this row belongs to somebody on record with another name or date of birth")
        raise RefusedRowError([Reason("somebody_else", words)])
    return case


def _held(numbers: dict[str, str], *, by: User) -> list[tuple[int, str]]:
    """The cases that have these numbers, among those the person sees, each with the number."""
    wish = Q(pk__in=[])
    for kind, value in numbers.items():
        wish |= Q(kind=kind, value=value)
    return list(Identifier.objects.visible_to(by).standing().filter(wish).values_list("offender_id", "value"))


def _by_doubtful_number(wanted: Wanted, *, by: User) -> Offender | None:
    """The one case with a number of the row whose check letter does not fit, where the person is the same.

    Several people may have such a number, so alone it says nothing of anybody.
    """
    sure = wanted.sure()
    doubtful = {kind: value for kind, value in wanted.numbers.items() if kind not in sure}
    cases = {case for case, _value in _held(doubtful, by=by)} if doubtful else set()
    rows = Offender.objects.visible_to(by).select_related("area", "lead_agency").filter(pk__in=cases)
    same = [case for case in rows if _is_same(case, wanted)] if cases else []
    return same[0] if len(same) == 1 else None


def _is_same(case: Offender, wanted: Wanted) -> bool:
    who = wanted.who
    typed = (who["surname"], who["forenames"])
    by_name = duplicates.alike((case.surname, case.forenames), typed)
    by_alias = set(names.single_words(*typed)) <= {*case.alias_words, *case.name_words}
    return case.born_on == who["born_on"] and (by_name or by_alias)


def differences(case: Offender, wanted: Wanted, *, by: User) -> list[Reason]:
    """In what a row differs from the record that it matches. Told, and never written: the record is what people decided."""
    mine = set(Identifier.objects.visible_to(by).standing().filter(offender=case).values_list("kind", "value"))
    status, conviction = wanted.status, wanted.conviction
    different = [
        *((kind, (kind, value) not in mine) for kind, value in wanted.numbers.items()),
        ("area", case.area_id != wanted.who["area"].pk),
        ("lead_agency", case.lead_agency_id != wanted.who["lead_agency"].pk),
        ("lead_officer", wanted.lead_officer is not None and case.lead_officer_id != wanted.lead_officer.pk),
        ("offence_code", conviction is not None and not _is_recorded(conviction, case, by=by)),
        ("mappa_category", status.category is not None and status.category != case.category),
        ("mappa_level", status.level is not None and status.level != case.level),
        ("next_review_on", wanted.next_review_on is not None and wanted.next_review_on != case.next_review_on),
        *((column, True) for column in _moves_not_recorded(wanted, case, by=by)),
    ]
    words = _("%s: the record says something else, and was not changed")
    told = [Reason("differs", words % BY_NAME[column].label, column) for column, differs in different if differs]
    if case.ended_on is not None:
        gone = _("The person is managed under MAPPA no longer, by the record, which was not changed")
        told.append(Reason("differs", gone))
    return told


def _is_recorded(conviction: dict[str, Any], case: Offender, *, by: User) -> bool:
    """Is the same sentence for the same offence on record?"""
    rows = Disposal.objects.visible_to(by).standing().filter(offender=case, kind=conviction["disposal"])
    same = {"conviction__offence": conviction["offence"], "conviction__dealt_with_on": conviction["dealt_with_on"]}
    return rows.filter(**same).exists()


def _moves_not_recorded(wanted: Wanted, case: Offender, *, by: User) -> Iterator[str]:
    """The columns of moves that the record does not have; of where the person is now, when it says another place."""
    for move in wanted.moves:
        kept = case.whereabouts_periods.visible_to(by).standing().filter(move=move.move, from_on=move.on)
        if not kept.exists():
            yield move.column


def create(wanted: Wanted, *, run: ImportRun, by: User, another_reason: str = "") -> Offender:
    """Register the person of a row, with everything the row says. Raises as the verbs do; the caller has the transaction.

    A source's level above 1 is not taken over: a meeting decides it, by its criteria. It is kept in words, on the
    timeline and in the list "Managed at a higher level elsewhere", until the case is at that level.
    """
    given = wanted.who | {"crn": wanted.typed["crn"], "pnc": wanted.typed["pnc"]}
    given |= {"next_review_on": wanted.next_review_on, "another_reason": another_reason, "by": by}
    given["import_of"] = actions.Imported(wanted.lead_officer)
    status = wanted.status
    if wanted.conviction is not None:
        offender = actions.register(**given, **wanted.conviction)
    else:
        why = _("Imported without a conviction. The source says: “%s”.") % status.source
        offender = actions.register_undetermined(**given, to_be_determined=why)
    for kind in ("noms", "cro"):
        if kind in wanted.numbers:
            typed = wanted.typed[kind]
            actions.add_identifier(offender=offender, kind=kind, typed=typed, supersedes=None, check_ok=False, by=by)
    for move in wanted.moves:
        _move(offender, move, by=by)
    keep_source(offender, status, run=run, by=by)
    record("case.imported", by=by, about=offender, run=run.reference)
    return offender


def _move(offender: Offender, move: Moved, *, by: User) -> None:
    """Refusals of the day name the column that gave it."""
    try:
        actions.move(offender=offender, move=move.move, on=move.on, place=move.place, section="", notes="", by=by)
    except ValidationError as refused:
        if not hasattr(refused, "error_dict"):
            raise
        named = {move.column if name == "on" else name: words for name, words in refused.error_dict.items()}
        raise ValidationError(named) from None


def keep_source(case: Offender, status: Status, *, run: ImportRun, by: User) -> None:
    """What the source says of category and level, to the letter: once a case, also of one that was on record already."""
    if not status.source or run._state.adding:  # a check by command has no run
        return
    if not allowed(by, Perm.EDIT_CASE, on=case):
        return
    if SourceStatus.objects.visible_to(by).filter(offender=case, source=status.source).exists():
        return
    SourceStatus.objects.create(
        offender=case, run=run, source=status.source, category=status.category, level=status.level, by=by
    )
    actions.tell(case, _("Imported"), _("The source says: “%s”") % status.source, by=by)


def _note(outcomes: list[Outcome], work: Work) -> None:
    """Keep what waits for a person, and how far the run came: in the transaction of the rows themselves."""
    run = work.run
    numbers = [done.line.number for done in outcomes]
    kept = {row.number: row for row in ImportRow.objects.visible_to(system_user()).filter(run=run, number__in=numbers)}
    for done in outcomes:
        _keep(done, kept.get(done.line.number), work)
        gap = done.line.number - FIRST_ROW - len(run.outcomes)
        run.outcomes += EMPTY * gap + done.letter
        run.position = done.line.number
    run.save(update_fields=["outcomes", "position"])


def _state_of(done: Outcome) -> str:
    """How a row is kept; empty for one of which there is nothing to say."""
    if done.letter == CREATED:
        return State.NOTED if done.reasons else ""
    return {QUARANTINED: State.WAITING, DIFFERS: State.DIFFERS}.get(done.letter, "")


def _keep(done: Outcome, row: ImportRow | None, work: Work) -> None:
    if row is not None and row.state in (State.LOADED, State.DISCARDED):
        return  # a person has settled it
    state = _state_of(done)
    if not state:
        _keep_no_longer(row, work)
        return
    if row is None:
        row = ImportRow(run=work.run, number=done.line.number, checked_only=True)
    row.checked_only = row.checked_only and not work.load
    row.area = work.places.area_named(done.line.cells) or work.run.area
    row.state, row.case_reference = state, done.reference
    row.cells = {} if state == State.NOTED else done.line.cells
    row.numbers = sorted(person_of(done.line.cells, work.places).numbers.values())
    row.reasons = [reason._asdict() for reason in done.reasons]
    row.save()


def _keep_no_longer(row: ImportRow | None, work: Work) -> None:
    """There is nothing to say of a row any more: what a check kept goes, what a load left to people is settled."""
    if row is not None and row.checked_only:
        row.delete()
    elif row is not None and work.load and row.state in ImportRow.OPEN:
        settle(row, State.LOADED, by=work.by)


def settle(row: ImportRow, state: str, *, reason: str = "", by: User) -> None:
    """A row waits no more. The cells of a loaded one are not kept."""
    row.state, row.settled_at, row.settled_by, row.discard_reason = state, timezone.now(), by, reason
    if state == State.LOADED:
        row.cells = {}
    row.full_clean()
    row.save(update_fields=["state", "settled_at", "settled_by", "discard_reason", "cells", "case_reference"])


def read_cells(cells: dict[str, str], *, by: User) -> tuple[Wanted, Offender | None]:
    """What the cells of a row ask for, once somebody put them right, and the case of the person where there is one.

    Raises ValidationError with what is wrong, beside its cell. That somebody was told of a case is recorded: so this is
    asked outside of what may be rolled back.
    """
    if reasons := wrong_cells(cells):
        raise as_refusal(reasons)
    try:
        wanted = judge(cells, Places.of(by))
        return wanted, match(wanted, by=by)
    except RefusedRowError as refusal:
        raise as_refusal(refusal.reasons) from None


def load_wanted(row: ImportRow, wanted: Wanted, *, another_reason: str, by: User) -> Offender:
    """Register the person of a row. Raises ValidationError with what is wrong, beside its cell."""
    try:
        with transaction.atomic():
            return create(wanted, run=row.run, by=by, another_reason=another_reason)
    except ValidationError as refused:
        if "another_reason" in getattr(refused, "error_dict", {}):
            words = _("Say why this is another person: somebody like this is registered already")
            raise ValidationError({"another_reason": words}) from None
        raise as_refusal(reasons_of(refused)) from None
    except (IntegrityError, DataError):
        raise ValidationError(CLASH) from None


def keep_differences(row: ImportRow, case: Offender, wanted: Wanted, cells: dict[str, str], *, by: User) -> bool:
    """The person of a row is on record already: in what they differ is kept with the row. Do they?"""
    keep_source(case, wanted.status, run=row.run, by=by)
    row.case_reference = case.reference
    different = differences(case, wanted, by=by)
    if not different:
        settle(row, State.LOADED, by=by)
        return False
    row.state, row.cells, row.numbers = State.DIFFERS, cells, sorted(wanted.numbers.values())
    row.reasons = [reason._asdict() for reason in different]
    row.full_clean()
    row.save(update_fields=["state", "cells", "numbers", "reasons", "case_reference"])
    return True


def as_refusal(reasons: list[Reason]) -> ValidationError:
    found: dict[str, list[str]] = {}
    for reason in reasons:
        found.setdefault(reason.column or "__all__", []).append(reason.words)
    return ValidationError(found)
