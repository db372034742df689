"""Take each fence away in turn, and see which test notices.

    python3 -m running exec -- python -m bench.mutations [--only WORDS] [--write]

Each entry of bench/mutations.toml names a fence, a piece of a file, what stands there without the fence, and the test that must
fail then. What only functions do is swapped while everything runs, many fences in one process (bench/swapping.py). What is made when a
module is loaded, or stands in Postgres, is changed in a copy of the checkout, and never here; and so is what nobody noticed the first
way. `--write` renews the table in docs/mutations.md. A mutation that no longer fits its file, and one that no test notices, end the run with
a failure at the end.
"""

import argparse
import importlib
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FunctionType

import pytest

from bench.noticing import QUICK, Noticing
from bench.swapping import Key, Swap, functions_under
from tests.databases import REMADE

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "bench" / "mutations.toml"
TABLE = ROOT / "docs" / "mutations.md"
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "node_modules", "var", "__pycache__", ".*_cache")


@dataclass(frozen=True)
class Mutation:
    """A fence, and how it is taken away. `old` stands once in `file`."""

    fence: str
    file: str
    old: str
    new: str
    test: str

    def swap(self) -> Swap | None:
        """What its functions do without the fence; None where that is not all, or the piece is not there once."""
        path = ROOT / self.file
        is_remade = any(path.match(pattern) for pattern in REMADE)
        before = path.read_text()
        if path.suffix != ".py" or is_remade or before.count(self.old) != 1:
            return None
        return Swap.of(path, before, before.replace(self.old, self.new))

    def asks(self, nodeid: str) -> bool:
        """Is this one of its tests?"""
        return nodeid == self.test or nodeid.startswith((f"{self.test}::", f"{self.test}["))


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--only", default="")
    asked.add_argument("--write", action="store_true")
    given = asked.parse_args()
    mutations = [Mutation(**entry) for entry in tomllib.loads(LIST.read_text())["mutation"]]
    wanted = [mutation for mutation in mutations if given.only in mutation.fence]
    caught = at_once(wanted)
    caught |= in_a_copy([mutation for mutation in wanted if not caught.get(mutation.fence)])
    if given.write:
        renew("bench.mutations", ["| fence | caught by |", "|---|---|"], caught, [m.fence for m in mutations])
    missed = [fence for fence, test in caught.items() if not test]
    print(f"{len(caught)} fences taken away, {len(caught) - len(missed)} noticed")
    for fence in missed:
        print(f"NOT NOTICED: {fence}")
    return 1 if missed else 0


def at_once(mutations: list[Mutation]) -> dict[str, str]:
    """The tests that failed, by fence, where the fence is what functions do: all in this process."""
    swaps = {mutation: swap for mutation in mutations if (swap := mutation.swap())}
    swapping = Swapping(swaps)
    if swaps:
        pytest.main([*QUICK, *sorted({mutation.test.partition("::")[0] for mutation in swaps})], plugins=[swapping])
    return swapping.caught


class Swapping:
    """In place of running each test once: the tests of each fence, without it."""

    def __init__(self, swaps: dict[Mutation, Swap]) -> None:
        self.swaps = swaps
        self.caught: dict[str, str] = {}
        self.functions: dict[Key, list[FunctionType]] = {}

    def pytest_collection_modifyitems(self) -> None:
        # Before tests/conftest.py hides from the collector what is there, and with every module loaded that is to be changed.
        for mutation in self.swaps:
            importlib.import_module(".".join(Path(mutation.file).with_suffix("").parts))
        self.functions = functions_under(ROOT)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        noticing = Noticing()
        for mutation, swap in self.swaps.items():
            asked = [item for item in session.items if mutation.asks(item.nodeid)]
            self.caught[mutation.fence] = noticing.first(asked, partial(swap.swapped, self.functions))
            print(f"{mutation.fence}: {self.caught[mutation.fence] or 'nothing yet'}", flush=True)
        return True


def in_a_copy(mutations: list[Mutation]) -> dict[str, str]:
    """The same for what has to be changed before anything is loaded, each in a run of its own."""
    if not mutations:
        return {}
    with tempfile.TemporaryDirectory(prefix="mappa-mutations-") as folder:
        copy = Path(folder) / "mappa"
        shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
        for name in (".venv", "node_modules"):
            (copy / name).symlink_to(ROOT / name)
        return {mutation.fence: tried(mutation, copy) for mutation in mutations}


def tried(mutation: Mutation, copy: Path) -> str:
    """The test that failed without the fence; nothing when none did, or when the fence is not where it was."""
    path = copy / mutation.file
    before = path.read_text()
    if before.count(mutation.old) != 1:
        print(
            f"{mutation.fence}: {mutation.file} holds the piece {before.count(mutation.old)} times, not once",
            flush=True,
        )
        return ""
    path.write_text(before.replace(mutation.old, mutation.new))
    try:
        caught = failing(mutation.test, copy)
    finally:
        path.write_text(before)
    print(f"{mutation.fence}: {caught or 'nothing'}", flush=True)
    return caught


def failing(test: str, copy: Path) -> str:
    """The first test that fails. Faults before any test has run count for nothing."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "--no-header", "-p", "no:randomly", "-rf", test]
    environment = os.environ | {"PYTHONPATH": str(copy)}
    ran = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False, timeout=900)
    lines = [
        line.removeprefix("FAILED ").split(" - ")[0] for line in ran.stdout.splitlines() if line.startswith("FAILED ")
    ]
    return lines[0] if ran.returncode == 1 and lines else ""


def renew(made_by: str, head: list[str], answers: dict[str, str], every: Iterable[str]) -> None:
    """Write a table of docs/mutations.md anew between its two marks: the answers of this run, and of `every` row that was not
    asked about what stood there. A row without an answer is left out."""
    begin, end = f"<!-- by {made_by} -->", f"<!-- end of {made_by} -->"
    before, _begin, rest = TABLE.read_text().partition(begin)
    table, _end, after = rest.partition(end)
    stood = {row: caught for line in table.splitlines() for row, _bar, caught in [line.strip("| ").rpartition(" | ")]}
    found = {row: answers.get(row, stood.get(row, "")) for row in every}
    rows = [f"| {row} | {caught} |" for row, caught in found.items() if caught]
    TABLE.write_text("\n".join([before + begin, *head, *rows, end]) + after)


if __name__ == "__main__":
    sys.exit(main())
