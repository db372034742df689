"""Querysets that refuse to run until someone says whose eyes they look through.

Every table that is, or points at, a case is a `ProtectedModel`. Its querysets are lazy like any other and raise
`UnguardedQueryError` at the moment they would reach the database, unless `.visible_to(user)` was called.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import Q

M = TypeVar("M", bound=models.Model)

_reason: ContextVar[str] = ContextVar("reason", default="")


class UnguardedQueryError(Exception):
    """A protected table was about to be read without `.visible_to(user)`."""


@contextmanager
def unguarded(reason: str) -> Iterator[None]:
    """Look past visibility, and say why. tests/test_guard.py lists every use."""
    token = _reason.set(reason)
    try:
        yield
    finally:
        _reason.reset(token)


class GuardedQuerySet(models.QuerySet[M]):
    """Lazy like any queryset; raises at the moment it would reach the database."""

    _scoped = False

    def visible_to(self, user: Any) -> Self:
        """The rows that exist for `user`."""
        raise NotImplementedError(f"{type(self).__name__} must say who may see it")

    def scoped(self, rule: Q) -> Self:
        """Apply a visibility rule.

        Besides `visible_to` only verbs of querysets call this that say what they let out: a count, or that a row is there
        (`outline_of`, `taken`, `about`).
        """
        scoped = self.filter(rule)
        scoped._scoped = True
        return scoped

    def standing_for(self, reference: str) -> Self:
        """The rows that a reference named of old and which have another now: only records that are merged have any."""
        return self.none()

    def none(self) -> Self:
        nothing = super().none()
        nothing._scoped = True
        return nothing

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]
        clone._scoped = self._scoped
        return clone

    def _must_be_scoped(self) -> None:
        if not (self._scoped or _reason.get()):
            raise UnguardedQueryError(f"{self.model.__name__}: call .visible_to(user) first")

    def __or__(self, other: models.QuerySet[M]) -> Self:
        return super().__or__(other)._scoped_if(self, other)

    def __xor__(self, other: models.QuerySet[M]) -> Self:
        return super().__xor__(other)._scoped_if(self, other)

    def _combinator_query(self, name: str, *others: Self, **kwargs: Any) -> Self:
        combined: Self = super()._combinator_query(name, *others, **kwargs)  # type: ignore[misc]
        return combined._scoped_if(self, *others)

    def _scoped_if(self, *parts: models.QuerySet[M]) -> Self:
        self._scoped = all(getattr(part, "_scoped", False) for part in parts)
        return self

    def _fetch_all(self) -> None:
        self._must_be_scoped()
        super()._fetch_all()

    def iterator(self, *args: Any, **kwargs: Any) -> Iterator[M]:
        self._must_be_scoped()
        return super().iterator(*args, **kwargs)

    def count(self) -> int:
        self._must_be_scoped()
        return super().count()

    def exists(self) -> bool:
        self._must_be_scoped()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        self._must_be_scoped()
        return super().aggregate(*args, **kwargs)

    def explain(self, **kwargs: Any) -> str:
        self._must_be_scoped()
        return super().explain(**kwargs)

    def update(self, **kwargs: Any) -> int:
        self._must_be_scoped()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._must_be_scoped()
        return super().delete()


class ProtectedModel(models.Model):
    """A row whose very existence is confidential."""

    class Meta:
        abstract = True

    def validate_unique(self, exclude: Any = None) -> None:
        with unguarded("a duplicate is a duplicate whoever can see it"):
            super().validate_unique(exclude)

    def validate_constraints(self, exclude: Any = None) -> None:
        with unguarded("a constraint holds whoever can see the row"):
            super().validate_constraints(exclude)
