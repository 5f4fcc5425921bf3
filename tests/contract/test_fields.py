"""What every field type must do, run over the examples each of them brings."""

import itertools
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.pool import StaticPool

from engines.expression import ValueType
from engines.form.coerce import Coercer, optional
from engines.form.field import Example, FieldContext, FieldType, Storage
from engines.form.fields.select import SelectOptions
from engines.form.registry import field_types
from schemas.elements import FieldOptions, label_of
from schemas.grammar import Grammar

FRONTEND = Path(__file__).resolve().parents[2] / "frontend"
KINDS = field_types()
GRAMMAR = Grammar(KINDS)
ZONE = "Asia/Shanghai"
NUMBERS = itertools.count()
# What an example of a reference names; every other option has a default.
NEEDED: dict[str, dict[str, str]] = {
    "formula": {"formula": "1 + 1"},
    "lookup": {"via": "item", "field": "price"},
    "rollup": {"of": "lines"},
    "related": {"form": "item", "via": "order"},
    "alike": {"by": "item"},
    "relation": {"form": "item"},
    "relations": {"form": "item"},
}
# A value and an expression must agree on what a number is.
PYTHON_TYPES: dict[ValueType, type] = {
    ValueType.text: str,
    ValueType.number: Decimal,
    ValueType.bool: bool,
    ValueType.date: date,
    ValueType.datetime: datetime,
    ValueType.time: time,
    ValueType.option: str,
    ValueType.id: int,
    ValueType.options: tuple,
    ValueType.ids: tuple,
    ValueType.any: tuple,
}


@dataclass(frozen=True)
class Case:
    """One field of one kind, as an example says it."""

    name: str
    kind: FieldType[Any, Any]
    example: Example
    options: Any
    context: FieldContext

    @property
    def coercer(self) -> Coercer:
        return Coercer("test", {"value": optional(self.kind.annotation(self.options, self.context))})

    @property
    def value(self) -> Any:
        values, issues = self.coercer.one({"value": self.example.raw})
        assert issues == []
        return values["value"]


class PlainLabels:
    """Labels as the read path fills them, in Chinese."""

    locale = "zh-CN"

    def choice(self, options: FieldOptions, key: str) -> str:
        assert isinstance(options, SelectOptions)
        return next(label_of(each.label, "zh-CN") for each in options.options if each.key == key)

    def record(self, field_key: str, record_id: int) -> str:
        return f"{field_key} {record_id}"

    def date_time(self, value: datetime) -> str:
        return value.astimezone(ZoneInfo(ZONE)).replace(tzinfo=None).isoformat(" ")


def options_of(kind: FieldType[Any, Any], **said: Any) -> Any:
    """Read a field the way a definition is read."""
    field = {"key": "value", "type": kind.name, "label": "Value", **NEEDED.get(kind.name, {}), **said}
    form = {"key": "order", "label": "Order", "fields": [field]}
    return (
        GRAMMAR.app.model_validate({"weft": 1, "key": "shop", "label": "Shop", "forms": [form]})
        .forms[0]
        .fields[0]
    )


def case_of(kind: FieldType[Any, Any], example: Example, number: int = 0) -> Case:
    options = options_of(kind, **example.options)
    choices = {each.key: number for number, each in enumerate(getattr(options, "options", ()), 100)}
    row = None
    if kind.storage is Storage.rows:
        below = {each.key: KINDS[each.type].annotation(each, FieldContext()) for each in options.fields}
        row = Coercer("row", {key: optional(annotation) for key, annotation in below.items()}).row
    return Case(
        f"{kind.name}-{number}",
        kind,
        example,
        options,
        FieldContext(choices, ZONE, row),
    )


def each_case(cases: list[Case]) -> Any:
    return pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in cases])


def each_kind(*storages: Storage) -> Any:
    kinds = [kind for kind in KINDS.values() if kind.storage in (storages or tuple(Storage))]
    return pytest.mark.parametrize("kind", [pytest.param(kind, id=kind.name) for kind in kinds])


TAKING = (Storage.column, Storage.links, Storage.rows)
CASES = [
    case_of(kind, example, number) for kind in KINDS.values() for number, example in enumerate(kind.examples)
]
RIGHT = [case for case in CASES if case.example.error is None]
FILLED = [case for case in RIGHT if case.example.value is not None]
WRONG = [case for case in CASES if case.example.error is not None]


@each_case(RIGHT)
def test_reads_what_a_door_receives(case):
    assert case.value == case.example.value


@each_case(WRONG)
def test_refuses_what_is_wrong_with_its_code(case):
    values, issues = case.coercer.one({"value": case.example.raw})

    assert not any(values.get("value") or ())  # of rows, what is right in them is kept
    assert [issue.code for issue in issues] == [case.example.error]
    assert issues[0].path.split(".")[0] == "value"
    orjson.dumps(dict(issues[0].params))


@each_case(WRONG)
def test_a_wrong_row_does_not_spoil_the_others(case):
    bad = {"value": case.example.raw}

    values, issues = case.coercer.many([{}, bad])

    assert values[0] == {}
    assert not any(values[1].get("value") or ())
    assert issues is not None
    assert [len(each) for each in issues] == [0, 1]


@each_kind(*TAKING)
def test_blank_is_blank_however_it_is_said(kind):
    case = case_of(kind, next(each for each in kind.examples if each.error is None))
    blank: Any = () if kind.storage in {Storage.links, Storage.rows} else None

    values, issues = case.coercer.many([{"value": None}, {"value": ""}, {"value": blank}, {}])

    assert issues is None
    assert values == [{"value": blank}, {"value": blank}, {"value": blank}, {}]


@each_case(FILLED)
def test_json_comes_back_as_the_same_value(case):
    example = case.example

    written = orjson.loads(orjson.dumps(case.kind.to_json(case.value, case.options)))
    read = case.coercer.one({"value": written})

    assert written == (example.raw if example.json is ... else example.json)
    assert read == ({"value": case.value}, [])


@each_case([case for case in FILLED if case.kind.storage in {Storage.column, Storage.links}])
def test_text_comes_back_as_the_same_value(case):
    text = case.kind.to_text(case.value, case.options, PlainLabels())

    assert isinstance(text, str)
    if case.kind.target is None:  # a title is looked up before it is coerced
        assert case.coercer.one({"value": text}) == ({"value": case.value}, [])


@pytest.fixture(scope="module")
def sqlite() -> Iterator[sa.Connection]:
    engine = sa.create_engine("sqlite://", poolclass=StaticPool)
    with engine.connect() as conn:
        yield conn
    engine.dispose()


@pytest.fixture(scope="module")
def postgres(postgres_server: str) -> Iterator[sa.Connection]:
    engine = sa.create_engine(sa.make_url(postgres_server).set(drivername="postgresql+psycopg"))
    with engine.connect() as conn:
        yield conn
    engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def conn(request: pytest.FixtureRequest) -> Iterator[sa.Connection]:
    found: sa.Connection = request.getfixturevalue(request.param)
    yield found
    found.rollback()


@each_case([case for case in RIGHT if case.kind.storage in {Storage.column, Storage.links}])
def test_a_database_gives_back_what_it_was_given(conn, case):
    declared = case.kind.columns(case.options, case.context)
    columns = [sa.Column(f"value__{each.suffix}", each.type) for each in declared]
    table = sa.Table(
        f"example_{next(NUMBERS)}", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), *columns
    )
    items = case.value if case.kind.storage is Storage.links else (case.value,)
    rows = [
        {column.key: each.derive(item) if each.derive and item is not None else item
         for column, each in zip(columns, declared, strict=True)}
        for item in items
    ]  # fmt: skip
    table.create(conn)

    if rows:
        conn.execute(table.insert(), rows)
    found = conn.execute(sa.select(*columns).order_by(table.c.id)).mappings().all()
    equal = [
        conn.execute(sa.select(sa.func.count()).where(columns[0] == item)).scalar_one() for item in items
    ]

    assert [dict(each) for each in found] == rows
    assert equal == [1 for _ in items]


@each_kind(*TAKING)
def test_has_examples_of_right_wrong_and_blank(kind):
    values = [each.value for each in kind.examples if each.error is None]

    assert any(value not in (None, ()) for value in values)
    assert any(each.error for each in kind.examples)
    assert any(value in (None, ()) for value in values)


@each_case(FILLED)
def test_a_value_has_the_python_type_that_expressions_expect(case):
    assert type(case.value) is PYTHON_TYPES[case.kind.value_type]


@each_kind(*TAKING)
def test_an_api_description_can_be_generated(kind):
    case = case_of(kind, kind.examples[0])

    schema = TypeAdapter(optional(kind.annotation(case.options, case.context))).json_schema()

    assert "array" in str(schema) if kind.storage is not Storage.column else "null" in str(schema)


@each_kind()
def test_only_references_must_be_said(kind):
    own = set(kind.Options.model_fields) - {"key", "type", "label"}

    needed = {name for name in own if kind.Options.model_fields[name].is_required()}

    assert needed == set(NEEDED.get(kind.name, {}))


@each_kind()
def test_the_defaults_are_right_together(kind):
    assert kind.verify(options_of(kind)) == ()


@each_kind()
def test_says_where_its_values_live(kind):
    columns = kind.columns(options_of(kind), FieldContext())

    assert bool(columns) is (kind.storage in {Storage.column, Storage.links})
    assert [each.suffix for each in columns][:1] in ([], [""])
    assert (kind.system_column is not None) is (kind.storage is Storage.system)


@each_kind(Storage.system)
def test_a_system_value_has_json_and_text(kind):
    value = datetime(2026, 1, 31, 2, 20, tzinfo=UTC) if kind.value_type is ValueType.datetime else 7
    options = options_of(kind)

    assert kind.to_json(value, options) == (
        "2026-01-31T02:20:00Z" if kind.value_type is ValueType.datetime else "7"
    )
    assert isinstance(kind.to_text(value, options, PlainLabels()), str)


@pytest.mark.parametrize("flag", ["required", "unique", "searchable"])
@pytest.mark.parametrize("name", ["created_at", "created_by", "record_id", "related", "alike"])
def test_refuses_options_that_mean_nothing_to_it(name, flag):
    issues = KINDS[name].verify(options_of(KINDS[name], **{flag: True}))

    assert [(issue.path, issue.code) for issue in issues] == [(flag, "definition.not_for_this_type")]


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
@each_kind()
def test_people_can_read_what_it_is(kind, locale):
    texts = tomllib.loads((FRONTEND / "i18n" / locale / "field.toml").read_text("utf-8"))

    assert texts["field"][kind.name]["label"]
    assert texts["field"][kind.name]["help"]


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
@each_kind()
def test_people_can_read_what_can_be_set(kind, locale):
    texts = tomllib.loads((FRONTEND / "i18n" / locale / "field.toml").read_text("utf-8"))

    asked = set(kind.Options.model_fields) - {"key", "was", "label", "type"}

    assert {name for name in asked if not texts["option"].get(name, {}).get("label")} == set()


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
@pytest.mark.parametrize("code", sorted({str(case.example.error) for case in WRONG}))
def test_people_can_read_why_a_value_is_refused(code, locale):
    texts = tomllib.loads((FRONTEND / "i18n" / locale / "error.toml").read_text("utf-8"))
    family, name = code.split(".")
    issues = [
        issue
        for case in WRONG
        if case.example.error == code
        for issue in case.coercer.one({"value": case.example.raw})[1]
    ]

    named = set(re.findall(r"\{(\w+)\}", texts[family][name]))

    assert all(named <= set(issue.params) for issue in issues)


@each_kind()
def test_has_a_template_with_both_its_faces(kind):
    template = (FRONTEND / "templates" / "fields" / f"{kind.name}.html").read_text("utf-8")

    assert re.search(r"macro input\(", template)
    assert re.search(r"macro display\(", template)
