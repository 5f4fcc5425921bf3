"""Every code that a person may be answered with has a sentence in both languages."""

import ast
import re
from functools import cache
from typing import Any

import pytest

from frontend.texts import LOCALES, catalogue
from tests.architecture.sources import nodes, product

CODE = re.compile(r"[a-z][a-z_]*(?:\.[a-z][a-z_]*)+")
# What is called with a code, and the place of the code among the arguments.
_PLACES = {
    "Issue": 1,
    "problem": 2,
    "refuse": 0,
    "PydanticCustomError": 0,
    "ExpressionError": 0,
    "Invalid": 1,
    "NotFound": 0,
    "Forbidden": 0,
    "Unauthenticated": 0,
    "Conflict": 0,
    "LimitReached": 0,
    "Busy": 0,
    "NotAllowed": 0,
    "_refuse": 0,
}


_FAMILIES = frozenset(
    "definition expression field file limit password person plan publish query record request sign_in".split()
)


@cache
def raised():
    """Return every code that stands where an error is made, with the file."""
    return tuple(_raised())


def _raised():
    for name in product(".py"):
        for node in nodes(name):
            if isinstance(node, ast.Call):
                called = (
                    node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                )
                place = _PLACES.get(called)
                given = [each.value for each in node.keywords if each.arg == "code"]
                if place is not None and len(node.args) > place:
                    given.append(node.args[place])
                yield from ((name, getattr(each, "value", "")) for each in given if is_code(each))
            elif isinstance(node, ast.Assign | ast.AnnAssign) and getattr(node, "value", None) is not None:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                if any(getattr(each, "id", "") == "code" for each in targets) and isinstance(
                    node.value, ast.Constant
                ):
                    yield name, node.value.value


def is_code(node: Any) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(CODE.fullmatch(node.value))


def written():
    """Yield whatever looks like such a code anywhere, in tables of them for instance."""
    for name in product(".py"):
        found = (getattr(node, "value", "") for node in nodes(name) if is_code(node))
        yield from ((name, code) for code in found if code.split(".")[0] in _FAMILIES)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_code_has_a_text(locale):
    """A code without a text is shown as it is, to people who do not read codes."""
    found = {*raised(), *written()}
    texts = catalogue(locale)

    assert len(found) > 80
    assert sorted(f"{name}: {code}" for name, code in found if code not in texts) == []
