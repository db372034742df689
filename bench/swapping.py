"""A piece of a function taken out while everything runs: the functions of a file get the code of another source, and get it back.

What is made when a module is loaded (constants, decorators, classes) cannot be swapped so, nor what stands in Postgres.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType

Key = tuple[str, str, int]


def parts(code: CodeType) -> Iterator[CodeType]:
    """The code and all that lies in it, in the order of the source."""
    yield code
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from parts(inner)


def shape(code: CodeType) -> tuple[object, ...]:
    """What a code does, without what lies in it and without the lines on which it stands."""
    own = tuple(repr(each) for each in code.co_consts if not isinstance(each, CodeType))
    return code.co_qualname, code.co_code, own, code.co_names, code.co_varnames, code.co_freevars


def is_made_once(code: CodeType) -> bool:
    """The body of a module or a class, which runs when it is loaded."""
    return not code.co_flags & 0x02  # CO_NEWLOCALS


@dataclass(frozen=True)
class Swap:
    """The functions of one file, each with the code that it has in the other source."""

    codes: dict[Key, CodeType]

    @classmethod
    def of(cls, path: Path, before: str, after: str) -> "Swap | None":
        """None where more differs than what functions do."""
        old, new = (list(parts(compile(source, str(path), "exec"))) for source in (before, after))
        if [code.co_qualname for code in old] != [code.co_qualname for code in new]:
            return None
        if any(shape(a) != shape(b) for a, b in zip(old, new, strict=True) if is_made_once(a)):
            return None
        pairs = [(a, b) for a, b in zip(old, new, strict=True) if not is_made_once(a)]
        if any(a.co_freevars != b.co_freevars for a, b in pairs):
            return None
        return cls({(str(path), a.co_qualname, a.co_firstlineno): b for a, b in pairs})

    @contextmanager
    def swapped(self, functions: dict[Key, list[FunctionType]]) -> Iterator[None]:
        had = [(each, each.__code__) for key in self.codes for each in functions.get(key, [])]
        for each, code in had:
            each.__code__ = self.codes[key_of(code)]
        try:
            yield
        finally:
            for each, code in had:
                each.__code__ = code


def key_of(code: CodeType) -> Key:
    return code.co_filename, code.co_qualname, code.co_firstlineno


def functions_under(root: Path) -> dict[Key, list[FunctionType]]:
    """Every function that was made of a file here. Those made later are made of these."""
    found: dict[Key, list[FunctionType]] = {}
    for each in gc.get_objects():
        if isinstance(each, FunctionType) and each.__code__.co_filename.startswith(f"{root}/"):
            found.setdefault(key_of(each.__code__), []).append(each)
    return found
