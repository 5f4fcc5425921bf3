"""Delete, restore and purge, and what becomes of references."""

import pytest

from engines.query import Change, Op
from engines.store import platform
from engines.store.history import entries
from schemas.errors import NotFound
from tests.fixtures.shop import FORMS, Shop, compiled, create_tables, definition


def delete(shop: Shop, form: str, *ids: int, mode="all"):
    return shop.changing(form, *[Change(Op.delete, id=each) for each in ids], mode=mode)


def test_a_deleted_record_is_in_the_trash_and_comes_back(shop: Shop):
    order = shop.create("order", title="a", tags=["x"], rows=[{"qty": 1}])
    before = dict(shop.get("order", order))

    delete(shop, "order", order)

    with pytest.raises(NotFound):
        shop.get("order", order)
    assert shop.get("order", order, trash=True)["tags"] == ("x",)
    assert shop.refuse("order", Change(Op.update, {"word": "x"}, order)) == [("", "record.not_found")]
    assert shop.refuse("order", Change(Op.delete, id=order)) == [("", "record.not_found")]

    shop.changing("order", Change(Op.restore, id=order))

    after = shop.get("order", order)
    assert {key: after[key] for key in before if not key.startswith("_")} == {
        key: value for key, value in before.items() if not key.startswith("_")
    }
    assert shop.refuse("order", Change(Op.restore, id=order)) == [("", "record.not_found")]


def test_words_leave_and_come_back_with_the_record(shop: Shop):
    order = shop.create("order", title="findme")
    delete(shop, "order", order)
    assert shop.rows(platform.token) == []

    shop.changing("order", Change(Op.restore, id=order))

    assert [each["_id"] for each in shop.page("order", search="findme").records] == [order]


def test_what_is_referred_to_stays(shop: Shop):
    person = shop.create("person", name="Ann")
    order = shop.create("order", title="a", person=str(person))

    result = delete(shop, "person", person)[0]

    assert [(each.code, each.params["count"]) for each in result.issues] == [("record.in_use", 1)]
    delete(shop, "order", order)
    assert delete(shop, "person", person)[0].ok


def test_references_are_cleared_with_history_and_one_cause(shop: Shop):
    first, second = (shop.create("item", code=code) for code in "ab")
    order = shop.create(
        "order",
        title="a",
        things=[str(first), str(second)],
        rows=[{"qty": 1, "item": str(first)}, {"qty": 2}],
    )

    assert delete(shop, "item", first)[0].ok

    record = shop.get("order", order)
    assert record["things"] == (second,)
    assert [row["item"] for row in record["rows"]] == [None, None]
    with shop.db.read() as conn:
        history = entries(conn, shop.app, shop.app.form("order"), order)
    assert {key for each in history for key in each.old} == {"things", "rows"}
    assert len(shop.rows(platform.cause)) == 4
    assert {each.form for each in shop.watcher.seen[-3:]} == {"order", "item"}


def test_records_go_with_the_one_they_belong_to_and_those_below_them(shop: Shop):
    top = shop.create("order", title="top")
    middle = shop.create("order", title="middle", above=str(top))
    bottom = shop.create("order", title="bottom", above=str(middle))
    shop.update("order", top, above=str(bottom))  # a ring

    assert delete(shop, "order", middle)[0].ok

    assert shop.all("order") == []
    assert {each["_id"] for each in shop.all("order", trash=True)} == {top, middle, bottom}


@pytest.fixture
def strict(shop: Shop) -> Shop:
    """The shop where an order must name things, and where notes hold on to orders."""
    forms = [dict(each) for each in FORMS]
    forms[2] = {**forms[2], "fields": [
        {**each, "required": True} if each["key"] == "things" else each for each in forms[2]["fields"]
    ]}  # fmt: skip
    note = {"key": "order", "type": "relation", "label": "Order", "form": "order"}
    also = {**note, "key": "also"}
    rows = {"key": "rows", "type": "subform", "label": "Rows", "fields": [{**note, "key": "inner"}]}
    app = compiled(
        definition([*forms, {"key": "note", "label": "Note", "fields": [note, also, rows]}]),
        shop.app.names.by_path,
    )
    with shop.db.write() as conn:
        for path in ("note", "note.rows"):
            app.forms[path].table.create(conn)
    shop.app = app
    return shop


def test_a_reference_that_must_not_be_blank_keeps_the_record_and_everything_stays(strict: Shop):
    needed, free = (strict.create("item", code=code) for code in "ab")
    order = strict.create("order", title="a", things=[str(needed)])
    causes = len(strict.rows(platform.cause))

    assert strict.refuse("item", Change(Op.delete, id=needed)) == [("", "record.in_use")]
    assert (strict.get("order", order)["things"], len(strict.rows(platform.cause))) == ((needed,), causes)

    results = delete(strict, "item", needed, free, mode="each")

    assert [each.ok for each in results] == [False, True]
    assert [each["_id"] for each in strict.all("item")] == [needed]
    assert [each.form for each in strict.watcher.seen if each.form == "item"] == ["item"] * 3


def test_a_record_below_that_is_held_keeps_the_one_above(strict: Shop):
    thing = str(strict.create("item", code="t"))
    top = strict.create("order", title="top", things=[thing])
    child = strict.create("order", title="child", above=str(top), things=[thing])
    strict.create("note", order=str(child))

    assert strict.refuse("order", Change(Op.delete, id=top)) == [("", "record.in_use")]
    assert len(strict.all("order")) == 2


def test_each_of_two_fields_that_refer_to_a_record_holds_it(strict: Shop):
    thing = str(strict.create("item", code="t"))
    first, second, free = (strict.create("order", title=title, things=[thing]) for title in "abc")
    strict.create("note", order=str(first), also=str(second))
    strict.create("note", order=str(first))

    results = delete(strict, "order", first, second, free, mode="each")

    assert [[(issue.code, issue.params["count"]) for issue in each.issues] for each in results] == [
        [("record.in_use", 2)], [("record.in_use", 1)], [],
    ]  # fmt: skip


def test_a_row_of_a_living_record_holds_and_one_in_the_trash_does_not(strict: Shop):
    order = strict.create("order", title="a", things=[str(strict.create("item", code="t"))])
    note = strict.create("note", rows=[{"inner": str(order)}])

    assert strict.refuse("order", Change(Op.delete, id=order)) == [("", "record.in_use")]
    delete(strict, "note", note)
    assert delete(strict, "order", order)[0].ok


def test_records_that_only_hold_each_other_leave_together(shop: Shop):
    fields = [{"key": "next", "type": "relation", "label": "Next", "form": "ring"}]
    shop.app = compiled(definition([{"key": "ring", "label": "Ring", "fields": fields}]))
    with shop.db.write() as conn:
        create_tables(conn, shop.app)
    first = shop.create("ring")
    second = shop.create("ring", next=str(first))
    third = shop.create("ring", next=str(second))
    shop.update("ring", first, next=str(third))

    assert [each.ok for each in delete(shop, "ring", second, third, mode="each")] == [False, False]
    assert [each.ok for each in delete(shop, "ring", first, second, third)] == [True, True, True]


def test_a_purged_record_leaves_nothing_behind(shop: Shop):
    order = shop.create("order", title="a", tags=["x"], helpers=["11"], rows=[{"qty": 1, "words": ["w"]}])
    shop.update("order", order, word="find")

    assert shop.refuse("order", Change(Op.purge, id=order)) == [("", "record.not_found")]
    delete(shop, "order", order)
    assert shop.changing("order", Change(Op.purge, id=order))[0].ok

    left = [table.name for table in shop.app.metadata.sorted_tables if shop.rows(table)]
    assert (left, shop.rows(platform.history), shop.rows(platform.token)) == ([], [], [])


def test_restoring_and_deleting_need_the_right_to_delete_and_to_see(shop: Shop):
    mine, other = (shop.create("order", title=str(owner), owner=str(owner)) for owner in (11, 14))
    delete(shop, "order", mine, other)
    viewer = shop.give({"form": "order", "actions": ["view", "edit", "create"]})
    assert shop.refuse("order", Change(Op.restore, id=mine), access=viewer) == [("", "record.forbidden")]

    owner = shop.give({"form": "order", "actions": ["view", "delete"], "scope": "own"})
    assert shop.refuse("order", Change(Op.restore, id=other), access=owner) == [("", "record.not_found")]
    assert shop.changing("order", Change(Op.restore, id=mine), access=owner)[0].ok


def test_many_restored_records_are_indexed_later(shop: Shop):
    made = shop.changing("item", *[Change(Op.create, {"code": f"i{index}"}) for index in range(201)])
    ids = [each.id or 0 for each in made]
    delete(shop, "item", *ids)
    shop.jobs.asked.clear()

    shop.changing("item", *[Change(Op.restore, id=each) for each in ids])

    assert [kind for kind, _ in shop.jobs.asked] == ["search.index"]
    assert len(shop.jobs.asked[0][1]["ids"]) == 201  # type: ignore[arg-type]  # a list of ids
