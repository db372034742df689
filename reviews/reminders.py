"""Reading the table of deadlines for reminders: what has reached a stage today, and who must hear of it.

Rows are walked in batches by primary key, so that memory stays flat, each batch in a transaction of its own: who is
killed has lost one. Who is entitled is decided at that moment, by the rule that fills the person's own "My work". Of what
somebody was reminded at this stage he is asked again only at night.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.functional import cached_property

from agencies.models import User
from mappa.failures import log_failure
from mappa.locks import hold
from offenders.visibility import one_scope
from reviews import actions, escalation
from reviews.actions.reminding import Wanted
from reviews.deadlines import KINDS, Kind, at, stage_name
from reviews.escalation import Day, Pair, Rung
from reviews.models import Reminder

BATCH = 1000


def remind_all(
    *, on: date, by: User, kinds: Sequence[Kind] = KINDS, only_news: bool = False, ask_again: bool = False
) -> int:
    """Make every reminder of a day that was not yet made; how many.

    Of two at once one passes over the kind at which the other is, and comes back to it at the end: whoever has ended knows that
    everything is made, and not only that somebody is at it. A kind that cannot be read stops no other: NotWholeError says at the
    end which. `only_news` looks no further than at deadlines of which nobody was ever reminded, and does not come back: enough for
    each minute. `ask_again` asks also of those who were reminded whether it is still theirs: enough for each night.
    """
    day = Day.of(on)
    made, broken = 0, []
    todo = deque((kind, False) for kind in kinds if kind.stages)
    while todo:
        kind, wait = todo.popleft()
        try:
            made += _remind_kind(kind, day, by, only_news=only_news, ask_again=ask_again, wait=wait)
        except AnotherIsAtItError:
            if not only_news:
                todo.append((kind, True))
        except (OperationalError, InterfaceError):
            # The database is gone, and so is this walk: the morning waits for the next.
            raise
        except Exception as error:  # noqa: BLE001 - what is wrong with one kind must not hide the others
            log_failure(f"Reminders of {kind.slug} could not be made", error)
            broken.append(kind.slug)
    if broken:
        raise NotWholeError(broken)
    return made


def remind_urgently(*, on: date, by: User) -> int:
    """The same for what is told at once, as soon as it is found."""
    return remind_all(on=on, by=by, kinds=[kind for kind in KINDS if kind.urgent], only_news=True)


class NotWholeError(Exception):
    """A walk has come to its end, and could not read some kinds."""


class AnotherIsAtItError(Exception):
    """Another walk is at the same kind."""


def _remind_kind(
    kind: Kind, day: Day, by: User, *, only_news: bool = False, ask_again: bool = False, wait: bool = False
) -> int:
    made = 0
    for rows in batches(kind, day.on, by, only_news=only_news):
        batch = Batch.of(kind, rows, day, by, ask_again)
        if not batch.rows:
            continue
        with transaction.atomic():
            if not hold("remind", kind.slug, wait=wait):
                raise AnotherIsAtItError
            made += _remind_batch(batch)
    return made


def _remind_batch(batch: "Batch") -> int:
    if gone := batch.gone:
        actions.take_back_reminders(kind=batch.kind, of=gone, by=batch.by)
    wanted = batch.wanted()
    return actions.remind(kind=batch.kind, wanted=wanted, by=batch.by) if wanted else 0


def batches(kind: Kind, on: date, by: User, *, only_news: bool = False) -> Iterator[list[Any]]:
    """The open rows that may have reached a stage, a batch at a time."""
    rows = kind.open(by).filter(**{f"{kind.due}__lte": kind.first_look(on)}).order_by("pk")
    if only_news:
        reminded = Reminder.objects.visible_to(by).filter(
            kind=kind.slug, reference=OuterRef(kind.reference), due_on=OuterRef(kind.due)
        )
        rows = rows.filter(~Exists(reminded.order_by()))
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        yield batch
        last = batch[-1].pk


@dataclass
class Batch:
    """Some rows of one kind that have reached a stage, and who must hear of each."""

    kind: Kind
    rows: dict[int, Any]
    stages: dict[int, int]
    day: Day
    by: User
    ask_again: bool

    @classmethod
    def of(cls, kind: Kind, rows: Iterable[Any], day: Day, by: User, ask_again: bool) -> "Batch":  # noqa: FBT001
        reached = [(row, day.stage(kind, row)) for row in rows]
        stages = {row.pk: stage for row, stage in reached if stage is not None}
        return cls(kind, {row.pk: row for row, stage in reached if stage is not None}, stages, day, by, ask_again)

    def wanted(self) -> list[Wanted]:
        """The reminders that are still to be made."""
        found = [*self._to(self.owners, Rung.OWN), *self._to(self.stand_ins, Rung.STANDING_IN)]
        if self.kind.needs_somebody:
            found += self._to(self._passing(self._untold(self._without_owner())), Rung.NOBODY)
        if self.kind.climbs:
            found += self._climbed()
        return found

    @cached_property
    def owners(self) -> set[Pair]:
        """Pairs of row and whose it is: whoever was reminded at this stage as that, and whoever is found to be it now."""
        taken = set() if self.ask_again else self._reminded
        quiet = {pair for pair in self._candidates - self._reminded if self._is_quiet(*pair)}
        asked = self._candidates - taken - quiet
        return taken | quiet | passing(asked, lambda user: self.kind.mine(user, self.day.on))

    @property
    def gone(self) -> list[Wanted]:
        """Reminders to people who were asked again, and whose it is no more."""
        # Rows of one meeting share its reference: one that is still his holds the reminder of them all.
        held = {self._key(*pair) for pair in self.owners}
        pairs = sorted(pair for pair in self._reminded - self.owners if self._key(*pair) not in held)
        return [Wanted(self.rows[row], stage_name(self.stages[row]), user, Rung.OWN) for row, user in pairs]

    @cached_property
    def _candidates(self) -> set[Pair]:
        return self.kind.candidates(list(self.rows.values()), self.day.on)

    @cached_property
    def _reminded(self) -> set[Pair]:
        return {pair for pair in self._candidates if self._known(*pair) == (Rung.OWN, True)}

    @cached_property
    def stand_ins(self) -> set[Pair]:
        """Pairs of row and whoever stands in for whose it is, and sees it himself."""
        away = self.day.standing_in
        pairs = {(row, to) for row, user in self.owners if user in away for to in away[user]} - self.owners
        asked = self._untold(pairs)
        return (pairs - asked) | self._passing(asked)

    def _without_owner(self) -> set[Pair]:
        """Pairs of row and whoever co-ordinates its area, of rows that nobody does: none has the part, or hears of it."""
        doing = self.owners | self.stand_ins
        reachable = escalation.reachable({user for _row, user in doing}, self.day.on) if doing else set()
        served = {row for row, user in doing if user in reachable}
        left = [row for pk, row in self.rows.items() if pk not in served]
        return escalation.coordinators(self.kind, left, self.day.on) - doing if left else set()

    def _climbed(self) -> list[Wanted]:
        late: defaultdict[Rung, list[Any]] = defaultdict(list)
        for row in self.rows.values():
            for rung in self.day.rungs(self.kind, row):
                late[rung].append(row)
        found = []
        for rung, rows in late.items():
            stage = late_stage(rung)
            pairs = {pair for pair in self._above(rung, rows) - self.owners if not self._known(*pair, stage)[1]}
            seeing = pairs if rung == Rung.BOARD else self._passing(pairs)
            found += [Wanted(self.rows[row], stage, user, rung) for row, user in sorted(seeing)]
        return found

    def _above(self, rung: Rung, rows: Sequence[Any]) -> set[Pair]:
        if rung == Rung.MANAGER:
            late = {row.pk for row in rows}
            owners: defaultdict[int, set[int]] = defaultdict(set)
            for row, user in self.owners:
                if row in late:
                    owners[row].add(user)
            return escalation.managers(owners, self.day.on)
        above = escalation.coordinators if rung == Rung.COORDINATOR else escalation.board
        return above(self.kind, rows, self.day.on)

    def _to(self, pairs: set[Pair], rung: Rung) -> list[Wanted]:
        """Reminders of the stage that a row has reached, but to whoever had one."""
        return [
            Wanted(self.rows[row], stage_name(self.stages[row]), user, rung, self._is_urgent(row))
            for row, user in sorted(pairs)
            if not self._known(row, user)[1] and not self._is_quiet(row, user)
        ]

    def _is_urgent(self, row: int) -> bool:
        return self.kind.urgent and self.stages[row] >= self.kind.urgent_from

    def _is_quiet(self, row: int, user: int) -> bool:
        """Whether somebody chose not to hear of it yet. Of what is urgent nobody can choose that."""
        return self.stages[row] < 0 and user in self.day.quiet and not self._is_urgent(row)

    def _passing(self, pairs: set[Pair]) -> set[Pair]:
        return passing(pairs, self.kind.open)

    def _untold(self, pairs: set[Pair]) -> set[Pair]:
        return {pair for pair in pairs if not self._known(*pair)[1] and not self._is_quiet(*pair)}

    def _known(self, row: int, user: int, stage: str = "") -> tuple[str, bool]:
        """As whom somebody was reminded of a row, at its stage or another, and whether that stands."""
        return self._reminders.get(self._key(row, user, stage), ("", False))

    def _key(self, row: int, user: int, stage: str = "") -> tuple[str, date, str, int]:
        one = self.rows[row]
        return (at(one, self.kind.reference), self.kind.due_on(one), stage or stage_name(self.stages[row]), user)

    @cached_property
    def _reminders(self) -> dict[tuple[str, date, str, int], tuple[str, bool]]:
        rows = self.rows.values()
        known = Reminder.objects.visible_to(self.by).filter(
            kind=self.kind.slug,
            reference__in={at(row, self.kind.reference) for row in rows},
            due_on__in={self.kind.due_on(row) for row in rows},
        )
        values = known.order_by().values_list("reference", "due_on", "stage", "to", "rung", "withdrawn_at")
        return {
            (reference, due, stage, user): (rung, withdrawn is None)
            for reference, due, stage, user, rung, withdrawn in values
        }


def late_stage(rung: Rung) -> str:
    """How the stage is stored at which a deadline has climbed: "late-manager"."""
    return f"late-{rung.value}"


def passing(pairs: Iterable[Pair], rows_of: Callable[[User], QuerySet[Any]]) -> set[Pair]:
    """Of pairs of row and user those where the user's own rows hold the row: one question for each user."""
    by_user: defaultdict[int, list[int]] = defaultdict(list)
    for row, key in pairs:
        by_user[key].append(row)
    found: set[Pair] = set()
    for user in User.objects.filter(pk__in=by_user, is_active=True).order_by("pk"):
        with one_scope():
            rows = rows_of(user).filter(pk__in=by_user[user.pk]).order_by().values_list("pk", flat=True)
            found |= {(row, user.pk) for row in rows}
    return found
