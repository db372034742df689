"""Whether a test notices that something was taken away: it passes with everything in its place, and fails without."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager

import pytest
from _pytest.runner import runtestprotocol

QUICK = ["-q", "--no-header", "-p", "no:randomly", "-p", "no:cacheprovider"]


class Noticing:
    """Runs tests of one session again and again; with everything in its place each once."""

    def __init__(self) -> None:
        self.whole: dict[str, bool] = {}

    def first(self, items: Iterable[pytest.Item], without: Callable[[], AbstractContextManager[None]]) -> str:
        """The first of the tests that fails without; nothing when none does."""
        return next((item.nodeid for item in items if self._is_whole(item) and not self._passes(item, without)), "")

    def _is_whole(self, item: pytest.Item) -> bool:
        if item.nodeid not in self.whole:
            self.whole[item.nodeid] = passes(item)
        return self.whole[item.nodeid]

    def _passes(self, item: pytest.Item, without: Callable[[], AbstractContextManager[None]]) -> bool:
        with without():
            return passes(item)


def passes(item: pytest.Item) -> bool:
    """Run a test, once more if need be. The database stays up for the next."""
    reports = runtestprotocol(item, log=False, nextitem=item.session)
    return all(report.passed for report in reports)
