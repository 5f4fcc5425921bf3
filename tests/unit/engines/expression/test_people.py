"""People and departments: the directory answers in the server, what was sent along of it in the browser."""

from dataclasses import replace

import pytest

from engines.expression import ErrorValue, compile_python, parse
from runtime.commands.formula_script import Script
from tests.unit.engines.expression.cases import CONTEXT


class Town:
    """Ann (7) reports to Bo (8), Bo to Cy (9); department 3 lies in 1 and is led by Bo.

    Implements ``Directory``.
    """

    def roles(self, user_id: int) -> tuple[str, ...]:
        return {7: ("seller",), 8: ("seller", "lead")}.get(user_id, ())

    def department(self, user_id: int) -> int | None:
        return {7: 3, 8: 3, 9: 1}.get(user_id)

    def manager(self, user_id: int, levels: int) -> int | None:
        here: int | None = user_id
        for _ in range(levels):
            here = {7: 8, 8: 9}.get(here or 0)
        return here

    def head(self, department_id: int, levels: int) -> int | None:
        above = {3: (8, 9), 1: (9,)}.get(department_id, ())
        return above[levels] if levels < len(above) else None

    def members(self, department_id: int) -> tuple[int, ...]:
        return {3: (7, 8), 1: (9,)}.get(department_id, ())


ROW = {"owner": 8, "place": 1, "nobody": None, "stranger": 99}
WHO = replace(CONTEXT, department_id=3, directory=Town())
CASES = {
    "USER()": 7,
    "DEPARTMENT()": 3,
    "DEPARTMENT(owner)": 3,
    "DEPARTMENT(stranger)": None,
    "ROLE()": ("seller",),
    "ROLE(owner)": ("seller", "lead"),
    "ROLE(stranger)": (),
    'CONTAINS(ROLE(owner), "lead")': True,
    'CONTAINS(ROLE(), "lead")': False,
    "MANAGER()": 8,
    "MANAGER(owner)": 9,
    "MANAGER(nobody)": 8,
    "MANAGER(USER(), 2)": 9,
    "MANAGER(USER(), 3)": None,
    "MANAGER(owner, 0)": 8,
    "MANAGER(owner, 51)": ErrorValue("#VALUE!"),
    'MANAGER("x")': ErrorValue("#VALUE!"),
    "HEAD()": 8,
    "HEAD(place)": 9,
    "HEAD(DEPARTMENT(), 1)": 9,
    "HEAD(place, 2)": None,
    "MEMBERS()": (7, 8),
    "MEMBERS(place)": (9,),
    "CONTAINS(MEMBERS(), owner)": True,
    "COUNT(MEMBERS(place))": 1,
    "MANAGER() = owner": True,
}


@pytest.fixture(scope="module")
def script() -> Script:
    pytest.importorskip("quickjs")
    return Script()


@pytest.mark.parametrize(("formula", "expected"), CASES.items())
def test_the_directory_answers_both_back_ends(formula: str, expected: object, script: Script):
    node = parse(formula)

    assert compile_python(node)(ROW, WHO) == expected
    assert script.run(node, ROW, None, WHO) == expected


def test_nothing_is_known_without_a_directory(script: Script):
    alone = replace(CONTEXT, user_id=None)

    for formula, expected in {"MANAGER()": None, "ROLE()": (), "MEMBERS()": (), "HEAD()": None}.items():
        assert compile_python(parse(formula))({}, alone) == expected
        assert script.run(parse(formula), {}, None, alone) == expected
