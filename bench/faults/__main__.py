"""Let deadlines fall due for days while everything that reminds of them dies at random; count what was told.

    python -m bench.faults [--deadlines 20000] [--people 300] [--faults 12] [--seed 7] [--short]

It makes servers of its own under var/ and takes them away again. Read bench/README.md for what it does and shows.
"""

import argparse
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from bench.faults.house import House, a_house
from bench.faults.mailbox import Mailbox

DONE = 0.03  # of the flags are looked at each working day
FAILING = 5  # of a hundred mails, while things happen
LONDON = ZoneInfo("Europe/London")
# Clocks go forward on Sunday 28 March 2027, between Good Friday and Easter Monday.
BEFORE_EASTER = (date(2027, 3, 23), date(2027, 3, 24), date(2027, 3, 25))
GOOD_FRIDAY, SUNDAY, AFTER_EASTER = date(2027, 3, 26), date(2027, 3, 28), date(2027, 3, 30)
WITHOUT_A_BEAT, CATCHING_UP = date(2027, 3, 31), date(2027, 4, 1)
CHANGE = datetime(2027, 3, 28, 1, tzinfo=UTC)
A_MOMENT = timedelta(seconds=8)  # before midnight and before the change, so that it is lived through
# How far the clock is moved after each fault: not at all, to the beat's next look for the morning, to its next walk.
STANDSTILL, MINUTES, HOUR = timedelta(0), timedelta(minutes=5), timedelta(hours=1)
STILL = 6  # seconds without anything going on


@dataclass
class Run:
    """One run: the house, its mail, and what must have been told by now."""

    house: House
    mailbox: Mailbox
    rng: Random
    options: argparse.Namespace
    deadlines: list[Any] = field(default_factory=list)
    wanted: set[Any] = field(default_factory=set)
    done: set[str] = field(default_factory=set)

    def at(
        self,
        moment: datetime,
        name: str,
        *,
        faults: int = 0,
        every: timedelta = STANDSTILL,
        through: bool = False,
        until: Callable[[], bool] | None = None,
    ) -> None:
        """Move the clock, let so many things happen, mend everything, and wait until what must be so is so.

        Between two of them, and while nothing goes on, the clock is moved so far that the beat's next turn comes round.
        """
        from django.db import close_old_connections

        from bench.faults import moved

        moved.move_to(max(moment, moved.moved()))
        began = time.monotonic()
        self.house.mend()
        self.mailbox.failing = FAILING if faults else 0
        self.mailbox.before_answering = self.kill_the_sender if faults else None
        for _each in range(faults):
            time.sleep(self.rng.uniform(0.2, self.options.pause))
            self.house.something()
            time.sleep(self.rng.uniform(0, 0.5))
            self.house.mend()
            moved.move_to(moved.moved() + every)
        self.mailbox.failing, self.mailbox.before_answering = 0, None
        close_old_connections()  # its server may be another by now
        while through and moved.moved() < moment + 2 * A_MOMENT:
            time.sleep(0.1)
        if until:
            self.wait(until, every)
        print(f"{moment.astimezone(LONDON):%a %d %b %H:%M:%S %Z}  {name}: {time.monotonic() - began:.0f} s", flush=True)

    def kill_the_sender(self) -> None:
        """The moment between a mail server's taking a mail and its saying so."""
        self.house.done["kill a worker before its mail is answered"] += 1
        self.house.kill_a_worker()

    def wait(self, until: Callable[[], bool], every: timedelta) -> None:
        from bench.faults import moved, proof

        deadline = time.monotonic() + self.options.patience
        state, since = None, time.monotonic()
        while not until():
            if time.monotonic() > deadline:
                raise TimeoutError(f"What had to be told was not told in {self.options.patience} seconds")
            time.sleep(1)
            self.house.mend()
            before, state = state, (proof.reminders().count(), proof.waiting(), proof.untold())
            if state != before:
                since = time.monotonic()
            elif time.monotonic() - since > STILL:
                moved.move_to(moved.moved() + every)
                since = time.monotonic()

    def walk(self, on: date) -> Callable[[], bool]:
        """Until every reminder of a day is made."""
        from bench.faults import proof, world

        self.wanted |= world.due(self.deadlines, self.done, on)
        return lambda: proof.is_made(self.wanted)

    def all_told(self) -> bool:
        from bench.faults import proof

        return not proof.waiting() and not proof.untold() and proof.is_made(self.wanted)


def main(arguments: list[str] | None = None) -> int:
    """Live the days, count, print; 1 when anything was lost or told twice."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--deadlines", type=int, default=20_000)
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--faults", type=int, default=12, help="in each of the hours in which mappa reminds")
    parser.add_argument("--pause", type=float, default=6, help="the longest time between two of them, in seconds")
    parser.add_argument("--patience", type=int, default=1800, help="seconds after which what is not told is lost")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--short", action="store_true", help="two working days in place of six")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # or its servers would outlive it
    rng = Random(options.seed)
    mailbox = Mailbox(Random(options.seed + 1))
    with a_house(rng, mailbox.address) as house:
        import django

        django.setup()
        run = Run(house, mailbox, rng, options)
        began = time.monotonic()
        live(run)
        return report(run, time.monotonic() - began)


def live(run: Run) -> None:
    """Before Easter, over the change of the clocks, and after it; in the long form also a day without any beat."""
    from bench.faults import moved, world

    before = BEFORE_EASTER[-1:] if run.options.short else BEFORE_EASTER
    moved.move_to(london(before[0], 0))
    run.deadlines = world.make(run.options.deadlines, run.options.people, before[0], AFTER_EASTER, run.rng)
    for on in before:
        a_working_day(run, on)
    run.at(london(GOOD_FRIDAY, 9), "Good Friday", every=HOUR, until=run.walk(GOOD_FRIDAY))
    run.at(CHANGE - A_MOMENT, "the clocks go forward", faults=1, through=True)
    run.at(london(SUNDAY, 9), "Sunday", every=HOUR, until=run.walk(SUNDAY))
    a_working_day(run, AFTER_EASTER)
    if run.options.short:
        return
    run.house.switch_beats(on=False)
    run.at(london(WITHOUT_A_BEAT, 12), "no beat all day", faults=1)
    moved.move_to(london(CATCHING_UP, 0))
    run.house.switch_beats(on=True)
    a_working_day(run, CATCHING_UP)


def a_working_day(run: Run, on: date) -> None:
    """Midnight, the walks of the early morning, the morning's messages, and noon. Before work some of it is done."""
    from bench.faults import moved, world

    faults = run.options.faults
    if moved.moved() < london(on, 0):
        run.at(london(on, 0) - A_MOMENT, "midnight", faults=1, through=True)
    run.at(london(on, 1), "before work", faults=faults, every=timedelta(minutes=300 // faults), until=run.walk(on))
    world.do_some(run.deadlines, run.done, DONE, on, run.rng)
    run.at(london(on, 7), "morning", faults=faults, every=MINUTES, until=run.all_told)
    run.at(london(on, 12), "noon", faults=1, every=MINUTES, until=run.all_told)


def london(on: date, hour: int) -> datetime:
    return datetime.combine(on, clock_time(hour), tzinfo=LONDON)


def report(run: Run, seconds: float) -> int:
    """The counts, and whatever is not as it must be."""
    from bench.faults import proof

    print(f"\n{'deadlines':<56} {len(run.deadlines):>9,}")
    for name, number in proof.counts(run.mailbox):
        print(f"{name:<56} {number:>9,}")
    for name, number in sorted(run.house.done.items()) + sorted(run.mailbox.failed.items()):
        print(f"{name:<56} {number:>9,}")
    print(f"{'seconds':<56} {seconds:>9,.0f}\n")
    for line in run.house.ended:
        print(f"Ended by itself: {line}")
    found = list(proof.faults_found(run.wanted, run.done, run.mailbox))
    for line in found:
        print(f"WRONG: {line}")
    print("Every reminder was told in exactly one message." if not found else "Not everything is as it must be.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
