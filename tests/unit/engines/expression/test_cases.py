"""Every case of the file through Python, and the reference sample beside the working copy."""

import csv
import dataclasses
from collections import Counter
from pathlib import Path

import pytest

from engines.expression import (
    FUNCTIONS,
    ErrorValue,
    ExpressionError,
    ValueType,
    check,
    compile_python,
    parse,
    references,
)
from frontend.texts import LOCALES, catalogue
from runtime.commands.formula import Fields as FormulaFields
from runtime.commands.formula_script import Script
from runtime.commands.formula_sql import Database
from tests.unit.engines.expression.cases import CONTEXT, RECORD, TYPES, Case, Fields, agrees, parameters, read

CASES = read()
REQUIRED = {"core": 1.0, "array": 1.0, "error": 1.0, "format": 0.8, "num2text": 0.8}


@pytest.fixture(scope="module")
def script() -> Script:
    pytest.importorskip("quickjs")
    return Script()


@pytest.mark.parametrize("case", parameters(CASES))
def test_python_gives_what_is_expected(case: Case):
    value = compile_python(parse(case.formula))(RECORD, CONTEXT)

    assert agrees(case, value), value


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=lambda function: function.name)
def test_every_function_shows_examples_and_explains_itself(function):
    known = {case.formula: case for case in CASES}

    assert function.volatile or function.examples
    assert all(known[formula].expected == expected for formula, expected in function.examples)
    assert all(function.help in catalogue(locale) for locale in LOCALES)


def _answer(formula: str) -> object:
    try:
        node = parse(formula)
        check(node, Fields())
    except ExpressionError:
        return ErrorValue("#ERROR")
    return compile_python(node)({}, CONTEXT)


def test_the_reference_sample_holds(shared: Path):
    total, right = Counter[str](), Counter[str]()
    wrong = []
    with (shared / "cases" / "formula_sample.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            case = Case(row["formula"], row["expected"], row["kind"], row["function"])
            value = _answer(case.formula)
            if case.kind == "error":
                case = dataclasses.replace(case, expected="#ERROR")
            total[row["profile"]] += 1
            right[row["profile"]] += agrees(case, value)
            if not agrees(case, value):
                wrong.append((case, value))

    assert all(right[profile] >= share * total[profile] for profile, share in REQUIRED.items()), wrong


@pytest.mark.parametrize("case", parameters(CASES))
def test_javascript_gives_the_same(case: Case, script):
    node = parse(case.formula)
    try:
        value = script.run(node, dict(RECORD), None, CONTEXT)
    except ExpressionError as error:
        assert error.code == "expression.not_in_browser"  # noqa: PT017 one case after the other
    else:
        assert agrees(case, value), value


@pytest.mark.parametrize("case", parameters([case for case in CASES if references(parse(case.formula))]))
def test_sqlite_gives_the_same_or_refuses(case: Case):
    fields = FormulaFields(dict(TYPES) | {"missing": ValueType.number})
    database = Database("sqlite")
    try:
        node = parse(case.formula)
        check(node, fields)
        value = database.run(node, dict(RECORD), fields, CONTEXT)
    except ExpressionError as error:
        assert error.code in {"expression.not_pushable", "expression.type_mismatch"}  # noqa: PT017 one case after the other
    else:
        assert agrees(case, value) or (value is None and case.kind == "error"), value
    finally:
        database.close()
