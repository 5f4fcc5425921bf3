"""Every case of the file through Python, and the reference sample beside the working copy."""

import csv
import dataclasses
from collections import Counter
from pathlib import Path

import pytest

from engines.expression import FUNCTIONS, ErrorValue, ExpressionError, check, compile_python, parse
from frontend.texts import LOCALES, catalogue
from tests.unit.engines.expression.cases import CONTEXT, RECORD, Case, Fields, agrees, parameters, read

CASES = read()
REQUIRED = {"core": 1.0, "array": 1.0, "error": 1.0, "format": 0.8, "num2text": 0.8}


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
