"""The law knows no Django, no database and no clock: dates are passed in."""

import ast
import sys
from pathlib import Path

import pytest

MODULES = sorted((Path(__file__).parents[2] / "offenders" / "law").glob("*.py"))


def imports(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_the_law_imports_itself_and_the_standard_library_only(path):
    strange = [
        name
        for name in imports(path)
        if not name.startswith("offenders.law") and name.split(".")[0] not in sys.stdlib_module_names
    ]

    assert strange == []
    assert ".today()" not in path.read_text()
