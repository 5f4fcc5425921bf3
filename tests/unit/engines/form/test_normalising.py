"""Names that many people type are written alike, and companies told apart by what is left of their names."""

import pytest

from engines.form.field import FieldContext
from engines.form.readers.normalising import company_key
from engines.form.registry import field_types
from engines.store.database import Database
from engines.store.publish import Publisher
from schemas.errors import Invalid
from tests.fixtures.publishing import app, contents, field, fill, form

TEXT = field_types()["text"]


def read(raw: str, *rules: str) -> object:
    options = TEXT.Options.model_validate({"key": "k", "type": "text", "label": "K", "normalise": rules})
    return TEXT.annotation(options, FieldContext()).__metadata__[0].func(raw)


@pytest.mark.parametrize(
    ("raw", "rules", "value"),
    [
        pytest.param(" 上海ＡＢＣ公司 ", ["width"], "上海ABC公司", id="width"),
        pytest.param("ＡＢＣ（中国），Ｎｏ．１", ["width"], "ABC（中国），No．1", id="brackets stay"),
        pytest.param("a   b\u3000\u3000c", ["spaces"], "a b c", id="spaces"),
        pytest.param("hＴ-0１", ["width", "upper"], "HT-01", id="upper"),
        pytest.param("Ann@Example.COM", ["lower"], "ann@example.com", id="lower"),
        pytest.param("上海ABC有限公司", ["company"], "上海ABC有限公司", id="a key changes no value"),
        pytest.param("\u3000", ["width", "spaces"], None, id="nothing is left"),
        pytest.param("ß", ["upper"], "SS", id="longer"),
    ],
)
def test_a_text_is_written_in_one_way(raw, rules, value):
    assert read(raw, *rules) == value
    assert value is None or read(value, *rules) == value


@pytest.mark.parametrize(
    "names",
    [
        [
            "上海ABC公司",
            " 上海ＡＢＣ公司",
            "上海abc有限公司",
            "上海 ABC 有限责任公司",
            "上海ABC股份有限公司",
            "上海ABC",
        ],
        ["ABC（中国）有限公司", "ABC(中国)公司"],
        ["Blue Sea Co., Ltd.", "blue sea company limited", "Blue  Sea", "Blue Sea Inc"],
        ["Tiffany & Co", "tiffany & co."],
        ["公司"],
        ["Ltd"],
    ],
)
def test_ways_of_writing_one_company_share_a_key(names):
    assert len({company_key(each) for each in names}) == 1
    assert company_key(names[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [("上海ABC公司", "上海ABD公司"), ("Cisco", "Cis"), ("甲乙集团", "甲乙"), ("Co-op", "op"), ("!", "?")],
)
def test_different_companies_keep_different_keys(one, other):
    assert company_key(one) != company_key(other)


def test_a_key_that_comes_later_is_computed_for_what_stands_there(database: Database, publisher: Publisher):
    model = publisher.apply(app(form("firm", field("name", unique=True))), actor=None)
    fill(database, model, "firm", [{"name": "上海ABC公司"}, {"name": "甲乙有限公司"}])

    model = publisher.apply(app(form("firm", field("name", unique=True, normalise=["company"]))), actor=None)

    keys = [each["name__key"] for each in rows(database, model.form("firm").table)]
    assert keys == ["上海abc", "甲乙"]
    assert contents(database, model, "firm") == {1: {"name": "上海ABC公司"}, 2: {"name": "甲乙有限公司"}}


def test_records_that_would_share_a_key_stand_in_the_way(database: Database, publisher: Publisher):
    model = publisher.apply(app(form("firm", field("name", unique=True))), actor=None)
    fill(database, model, "firm", [{"name": "上海ABC公司"}, {"name": "上海ABC有限公司"}, {"name": "甲乙"}])
    wanted = app(form("firm", field("name", unique=True, normalise=["company"])))

    (line,) = (each for each in publisher.plan(wanted).lines if each.blocking)
    assert (line.code, line.count) == ("plan.field.unique", 1)
    assert list(line.examples) == [{"value": "上海ABC公司", "count": 2}]
    with pytest.raises(Invalid):
        publisher.apply(wanted, actor=None)


def rows(database, table):
    with database.read() as conn:
        return conn.execute(table.select().order_by(table.c["_id"])).mappings().all()
