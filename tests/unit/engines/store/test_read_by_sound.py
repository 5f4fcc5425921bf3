"""A list of names by pinyin: pages in both directions, rights, indexes, and names that were there before."""

import copy
import random

import pytest
import sqlalchemy as sa

from engines.store.database import Database
from engines.store.publish import Publisher
from engines.store.publishing.indexes import wanted
from tests.fixtures.publishing import app, field, fill, form
from tests.fixtures.shop import FORMS, Shop, compiled, create_tables, definition

NAMES = ["Zara", "章子怡", "西安", "先锋", "李娜", "黎明", "李明", "abc", "王芳", "123", "单田芳"]
ORDERED = ["123", "abc", "黎明", "李明", "李娜", "单田芳", "王芳", "西安", "先锋", "Zara", "章子怡"]


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """The shop where words are sorted by sound."""
    forms = copy.deepcopy(list(FORMS))
    for each in forms[2]["fields"]:
        if each["key"] == "word":
            each["sort"] = "pinyin"
    spoken = compiled(definition(forms), shop.app.names.by_path)
    with shop.db.write() as conn:
        shop.app.metadata.drop_all(conn)
        create_tables(conn, spoken)
    shop.app = spoken
    for name in random.Random(3).sample(NAMES, len(NAMES)):
        shop.create("order", title=f"t{name}", word=name)
    shop.create("order", title="blank")
    return shop


@pytest.mark.parametrize("limit", [1, 4, 50])
def test_pages_follow_the_sound_in_both_directions(shop: Shop, limit: int) -> None:
    up = [each["word"] for each in shop.all("order", sort="word", limit=limit)]
    down = [each["word"] for each in shop.all("order", sort="-word", limit=limit)]
    last = shop.page("order", sort="word", limit=limit, before="")
    backwards = list(last.records)
    while last.previous:
        last = shop.page("order", sort="word", limit=limit, before=last.previous)
        backwards[:0] = last.records

    assert up == [None, *ORDERED]
    assert down == [*reversed(ORDERED), None]
    assert [each["word"] for each in backwards] == up


def test_what_is_compared_is_the_text_itself(shop: Shop) -> None:
    assert [each["word"] for each in shop.all("order", where='word = "ABC"')] == ["abc"]
    assert [each["word"] for each in shop.all("order", where='word < "a"')] == ["123"]


def test_an_update_moves_a_record(shop: Shop) -> None:
    record = next(each for each in shop.all("order") if each["word"] == "章子怡")

    shop.update("order", int(str(record["_id"])), word="阿里")

    assert [each["word"] for each in shop.all("order", sort="word")][1:4] == ["123", "阿里", "abc"]


def test_where_a_value_is_out_of_sight_the_order_tells_nothing(shop: Shop) -> None:
    mine = next(each for each in shop.all("order") if each["word"] == "王芳")
    shop.update("order", int(str(mine["_id"])), owner="11")
    access = shop.give(
        {"form": "order", "actions": ["view"], "fields": {"word": "hidden"}},
        {"form": "order", "actions": ["view"], "scope": "own"},
    )

    found = shop.all("order", access, sort="-word")

    assert [each["word"] for each in found] == ["王芳", *[None] * len(NAMES)]
    assert [each["_id"] for each in found[1:]] == sorted((each["_id"] for each in found[1:]), reverse=True)


def test_names_that_are_there_are_sorted_once_the_option_is_chosen(
    database: Database, publisher: Publisher
) -> None:
    view = {"key": "all", "label": "All", "sort": [{"field": "name"}]}
    model = publisher.apply(app(form("firm", field("name"), views=[view])), actor=None)
    fill(database, model, "firm", [{"name": each} for each in ("张三", "阿里", None, "李四")])

    model = publisher.apply(app(form("firm", field("name", sort="pinyin"), views=[view])), actor=None)

    table = model.form("firm").table
    with database.read() as conn:
        keys = conn.scalars(sa.select(table.c["name__pinyin"]).order_by(table.c["_id"])).all()
    assert keys == ["zhang1张 san1三 ", "a1阿 li3里 ", None, "li3李 si4四 "]
    listed = [[column.name for column in each.columns] for each in wanted(model).values()]
    assert ["name__pinyin", "_id"] in listed
    plain = publisher.apply(app(form("firm", field("name"), views=[view])), actor=None)
    assert "name__pinyin" not in plain.form("firm").table.c
