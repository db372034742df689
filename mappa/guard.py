"""Querysets that refuse to run until someone says whose eyes they look through.

Every table that is, or points at, a case is a `ProtectedModel`. Its querysets are lazy like any other and raise
`UnguardedQueryError` at the moment they would reach the database, unless `.visible_to(user)` was called.
Postgres keeps a wall of its own behind that (mappa/eyes.py): each statement looks through the eyes of the user who was named.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from itertools import chain, islice
from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import Q

from mappa import eyes

M = TypeVar("M", bound=models.Model)

_reason: ContextVar[str] = ContextVar("reason", default="")


class UnguardedQueryError(Exception):
    """A protected table was about to be read without `.visible_to(user)`."""


@contextmanager
def unguarded(reason: str) -> Iterator[None]:
    """Look past visibility, and say why. tests/test_guard.py lists every use."""
    token = _reason.set(reason)
    try:
        with eyes.within(eyes.EVERYTHING):
            yield
    finally:
        _reason.reset(token)


def _with_the_eyes_of_the_user(visible_to: Callable[..., Any]) -> Callable[..., Any]:
    """`visible_to`, whose rows Postgres is asked for with the user's eyes, where it keeps a wall around their table."""

    @wraps(visible_to)
    def wrapped(self: Any, user: Any) -> Any:
        rows = visible_to(self, user)
        rows._eyes = user if self.model._meta.db_table in eyes.walled else eyes.EVERYTHING
        return rows

    return wrapped


class GuardedQuerySet(models.QuerySet[M]):
    """Lazy like any queryset; raises at the moment it would reach the database."""

    _scoped = False
    _eyes: Any = eyes.NOBODY

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "visible_to" in cls.__dict__:
            cls.visible_to = _with_the_eyes_of_the_user(cls.__dict__["visible_to"])  # type: ignore[method-assign]

    def visible_to(self, user: Any) -> Self:
        """The rows that exist for `user`."""
        raise NotImplementedError(f"{type(self).__name__} must say who may see it")

    def scoped(self, rule: Q) -> Self:
        """Apply a visibility rule.

        Besides `visible_to` only verbs of querysets call this that say what they let out: a count, or that a row is there
        (`outline_of`, `taken`, `about`). Their statements look past the wall.
        """
        scoped = self.filter(rule)
        scoped._scoped, scoped._eyes = True, eyes.EVERYTHING
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
        clone._scoped, clone._eyes = self._scoped, self._eyes
        return clone

    @contextmanager
    def _looking(self) -> Iterator[None]:
        """Raise, or look through the eyes of whoever was named."""
        if not (self._scoped or _reason.get()):
            raise UnguardedQueryError(f"{self.model.__name__}: call .visible_to(user) first")
        with eyes.within(eyes.EVERYTHING if _reason.get() else self._eyes):
            yield

    def __or__(self, other: models.QuerySet[M]) -> Self:
        return super().__or__(other)._scoped_if(self, other)

    def __xor__(self, other: models.QuerySet[M]) -> Self:
        return super().__xor__(other)._scoped_if(self, other)

    def _combinator_query(self, name: str, *others: Self, **kwargs: Any) -> Self:
        combined: Self = super()._combinator_query(name, *others, **kwargs)  # type: ignore[misc]
        return combined._scoped_if(self, *others)

    def _scoped_if(self, *parts: models.QuerySet[M]) -> Self:
        looks = [part._eyes for part in parts if isinstance(part, GuardedQuerySet) and part._eyes != eyes.NOBODY]
        self._scoped = all(getattr(part, "_scoped", False) for part in parts)
        self._eyes = looks[0] if looks and all(look == looks[0] for look in looks) else eyes.EVERYTHING
        return self

    def _fetch_all(self) -> None:
        with self._looking():
            super()._fetch_all()

    def iterator(self, *args: Any, **kwargs: Any) -> Iterator[M]:
        with self._looking():
            # The statement is sent for the first row; the others come with it, or after it with the eyes it had.
            rows = super().iterator(*args, **kwargs)
            first = list(islice(rows, 1))
        return chain(first, rows)

    def count(self) -> int:
        with self._looking():
            return super().count()

    def exists(self) -> bool:
        with self._looking():
            return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        with self._looking():
            return super().aggregate(*args, **kwargs)

    def explain(self, **kwargs: Any) -> str:
        with self._looking():
            return super().explain(**kwargs)

    def update(self, **kwargs: Any) -> int:
        with self._looking():
            return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        with self._looking():
            return super().delete()


class FollowedQuerySet(models.QuerySet[M]):
    """A row behind the wall as another row names it (`request.offender`).

    Whoever was shown a row that is seen apart from its case, as an agency is that was asked about a person, is shown
    by that row's own rule what it names. From a row behind the wall it is looked for with the eyes of the request.
    """

    def _fetch_all(self) -> None:
        row = self._hints.get("instance")  # type: ignore[attr-defined]
        if isinstance(row, ProtectedModel) and (row._meta.db_table not in eyes.walled or _is_apart(row)):
            with eyes.within(eyes.EVERYTHING):
                super()._fetch_all()
            for found in self._result_cache or []:
                found._state.is_apart = True  # type: ignore[attr-defined]
        else:
            super()._fetch_all()


def _is_apart(row: models.Model) -> bool:
    """Was it reached from a row that is seen apart from its case? What it names in turn belongs to that as well."""
    return getattr(row._state, "is_apart", False)


def keep_behind(model: type[models.Model]) -> None:
    """What Django follows a foreign key to this model with, once Postgres keeps a wall around its table."""
    manager = models.Manager.from_queryset(FollowedQuerySet)()
    manager.name, manager.model, manager.auto_created = "_base_manager", model, True
    model._meta.base_manager = manager
    eyes.walled.add(model._meta.db_table)


class ProtectedModel(models.Model):
    """A row whose very existence is confidential."""

    class Meta:
        abstract = True

    def clean_fields(self, exclude: Any = None) -> None:
        # Whether there is what a row names is for the database to say: an agency that was asked about a person answers for a
        # case that it does not see.
        with eyes.within(eyes.EVERYTHING):
            super().clean_fields(exclude)

    def validate_unique(self, exclude: Any = None) -> None:
        with unguarded("a duplicate is a duplicate whoever can see it"):
            super().validate_unique(exclude)

    def validate_constraints(self, exclude: Any = None) -> None:
        with unguarded("a constraint holds whoever can see the row"):
            super().validate_constraints(exclude)
