"""Take each `require(...)` away in turn, and see which test notices.

    python3 -m running exec -- python -m bench.refusals --record [tests …]    # once, and again for tests that are new
    python3 -m running exec -- python -m bench.refusals [--only WORDS] [--write]

Every call of `require` and `require_in_the_authority` is a fence: the sources say which there are. `--record` runs the tests and
keeps in var/refusals.jsonl which of them each fence refused somebody in. Then each fence lets everybody through, alone, while the
quickest of its tests run, in one process and without a file being changed, until one fails. A test that fails with all fences
standing counts for nothing. `--write` renews the table in docs/mutations.md. A fence that no test notices ends the run with a
failure, unless BEHIND says which other fence stands before it.
"""

import argparse
import ast
import inspect
import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from bench.mutations import ROOT, renew
from bench.noticing import QUICK, Noticing

ROOMS = ("agencies", "offenders", "assessments", "disclosures", "panels", "assurance", "reviews")
ASKED = ("require", "require_in_the_authority")
RECORD = ROOT / "var" / "refusals.jsonl"
# These load the whole demo.
LEFT_OUT = ("reviews/test_demo.py", "reviews/test_demo_again.py")
REFUSES = re.compile(r"PermissionDenied|\b403\b")

# Fences that no test can notice, and what stands before each.
BEHIND = {
    "assurance.answering.decide: Perm.REVIEW_ACCESS, on=unusual": "`_keep`: only who reviews and who explained sees it, and he is refused",
    "assurance.disposing.propose_disposal: Perm.KEEP_RETENTION, on=Parts(area=offender.area_id)": "`case_named`: looks in his areas alone",
    "disclosures.actions.scheme.take_application: Perm.RECORD_DISCLOSURE": "`police_of`: asks the same of the agency",
    "offenders.actions.groups.correct_group: Perm.EDIT_CASE, on=fact": "`correct_fact`: asks the same of the same row",
    "offenders.actions.groups.end_group: Perm.EDIT_CASE, on=fact": "`end_fact`: asks the same of the same row",
    "offenders.actions.groups.withdraw_group: Perm.EDIT_CASE, on=fact": "`withdraw_fact`: asks the same of the same row",
    "offenders.imports.verbs.for_a_check: Perm.EDIT_CASE": "`_home`: refuses whoever registers nobody anywhere",
    "offenders.api.asking.opened: self.permission, on=about": "`seen`: who sees a case may view it, and no view asks for more",
}


@dataclass(frozen=True)
class Fence:
    """One call: the verb that asks, and what it asks as it is written."""

    verb: str
    asks: str

    def __str__(self) -> str:
        return f"{self.verb}: {self.asks}"


Place = tuple[str, int]


def fences() -> dict[Place, Fence]:
    """Every fence of the rooms by its file and line."""
    files = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    found = {place: fence for path in files for place, fence in _fences_of(path)}
    assert len(set(found.values())) == len(found), "two fences of one verb are written alike"
    return found


def _fences_of(path: Path) -> Iterator[tuple[Place, Fence]]:
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    if module == "agencies.access":  # the pages' own: tests/test_routes.py asks every one
        return
    for function in ast.walk(ast.parse(path.read_text())):
        if isinstance(function, ast.FunctionDef):
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ASKED:
                    asks = ast.unparse(call).partition(", ")[2].removesuffix(")")
                    if call.func.id == "require_in_the_authority":
                        asks += ", in the authority"
                    yield (str(path), call.lineno), Fence(f"{module}.{function.name}", asks)


@dataclass
class Gate:
    """Stands where `require` asks: notes what it refused, and lets everybody through the fence that was taken away."""

    fences: dict[Place, Fence]
    taken: Fence | None = None
    refused: set[Fence] = field(default_factory=set)

    def stand(self) -> None:
        from agencies import access  # only when pytest has set Django up

        for asking, answering in zip(ASKED, ("allowed", "in_the_authority"), strict=True):
            real, asker = getattr(access, answering), getattr(access, asking).__code__
            setattr(access, answering, partial(self.answer, real, asker))

    def answer(self, real, asker, *asked, **on) -> bool:
        frame = sys._getframe(1)
        if frame.f_code is not asker:
            return real(*asked, **on)
        fence = self.fences.get((frame.f_back.f_code.co_filename, frame.f_back.f_lineno))
        if fence and fence == self.taken:
            return True
        may = real(*asked, **on)
        if fence and not may:
            self.refused.add(fence)
        return may

    @contextmanager
    def without(self, fence: Fence) -> Iterator[None]:
        self.taken = fence
        try:
            yield
        finally:
            self.taken = None


class Recording:
    """Keeps which fences refused somebody in each test that passes, a line a test."""

    def __init__(self, gate: Gate, *, every: bool) -> None:
        self.gate, self.every = gate, every

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if self.every or REFUSES.search(inspect.getsource(item.function))]

    def pytest_collection_finish(self) -> None:
        self.gate.stand()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_call(self) -> None:
        self.gate.refused.clear()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed and self.gate.refused:
            kept = {"test": report.nodeid, "seconds": report.duration, "fences": sorted(map(str, self.gate.refused))}
            with RECORD.open("a") as record:
                record.write(json.dumps(kept) + "\n")


class Taking:
    """In place of running each test once: each fence's tests, quickest first, until one fails without it."""

    def __init__(self, gate: Gate, tests: dict[Fence, list[str]]) -> None:
        self.gate, self.tests = gate, tests
        self.caught: dict[Fence, str] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        wanted = {test for tests in self.tests.values() for test in tests}
        items[:] = [item for item in items if item.nodeid in wanted]

    def pytest_collection_finish(self) -> None:
        self.gate.stand()

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items, noticing = {item.nodeid: item for item in session.items}, Noticing()
        for fence, tests in self.tests.items():
            found = (items[test] for test in tests if test in items)
            self.caught[fence] = noticing.first(found, partial(self.gate.without, fence))
            print(f"{fence}: {self.caught[fence] or 'nothing'}", flush=True)
        return True


def recorded() -> dict[str, list[str]]:
    """The tests in which each fence refused somebody, quickest first. Of a test recorded twice the later line counts."""
    rows = [json.loads(line) for line in RECORD.read_text().splitlines()]
    latest = {row["test"]: row for row in rows}
    found: dict[str, list[str]] = {}
    for row in sorted(latest.values(), key=lambda row: row["seconds"]):
        for fence in row["fences"]:
            found.setdefault(fence, []).append(row["test"])
    return found


def record(gate: Gate, tests: list[str]) -> int:
    """Run the tests that were named, or those of the rooms that speak of a refusal: then the record begins anew."""
    RECORD.parent.mkdir(exist_ok=True)
    if not tests:
        RECORD.unlink(missing_ok=True)
    rooms = [f"tests/{room}" for room in ROOMS] + [f"--ignore=tests/{place}" for place in LEFT_OUT]
    return int(pytest.main([*QUICK, *(tests or rooms)], plugins=[Recording(gate, every=bool(tests))]))


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--record", nargs="*", metavar="TEST")
    asked.add_argument("--only", default="")
    asked.add_argument("--write", action="store_true")
    given = asked.parse_args()
    gate = Gate(fences())
    if given.record is not None:
        return record(gate, given.record)
    found = recorded()
    wanted = [fence for fence in gate.fences.values() if given.only in str(fence)]
    taking = Taking(gate, {fence: found.get(str(fence), []) for fence in wanted})
    files = sorted({test.partition("::")[0] for tests in taking.tests.values() for test in tests})
    pytest.main([*QUICK, *files], plugins=[taking])
    return told(taking.caught, write=given.write)


def told(caught: dict[Fence, str], *, write: bool) -> int:
    if write:
        answers = {_row(fence): test or BEHIND.get(str(fence), "") for fence, test in caught.items()}
        every = [_row(fence) for fence in fences().values()]
        renew("bench.refusals", ["| verb | asks | caught by |", "|---|---|---|"], answers, every)
    noticed = [fence for fence, test in caught.items() if test]
    missed = [fence for fence, test in caught.items() if not test and str(fence) not in BEHIND]
    behind = len(caught) - len(noticed) - len(missed)
    print(f"{len(caught)} fences taken away, {len(noticed)} noticed, {behind} stand behind another")
    for fence in missed:
        print(f"NOT NOTICED: {fence}")
    return 1 if missed else 0


def _row(fence: Fence) -> str:
    return f"{fence.verb} | {fence.asks}"


if __name__ == "__main__":
    sys.exit(main())
