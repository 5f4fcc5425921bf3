"""Lists: order, pages in both directions, cursors, counts, search words, statements."""

from __future__ import annotations

import base64
import copy
from collections.abc import Sequence
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from engines.access import Access
from engines.query import Aggregate, Change, Dimension, Measure, Op
from engines.store import reading
from engines.store.reading import path
from schemas.errors import Invalid, NotFound
from tests.fixtures.shop import FORMS, Shop, asked, compiled, definition, folded

KEYS = ("word", "amount", "done", "stage", "day", "seen", "at", "_updated_at", "_version")
STAGES = ("zebra", "open", "apple")
records = st.lists(
    st.fixed_dictionaries({
        "word": st.sampled_from([None, "a", "A", "b", "\uff41b", "\u6c49", "\U0001f600", "~"]),
        "amount": st.sampled_from([None, "0", "-0", "1", "1.5", "10"]),
        "done": st.sampled_from([None, False]),
        "stage": st.sampled_from([None, *STAGES]),
        "day": st.sampled_from([None, "2026-01-01", "2026-01-02"]),
        "seen": st.sampled_from([None, "1969-12-31T23:59:59.999Z", "2026-01-01T00:00:00Z"]),
        "at": st.sampled_from([None, "00:00", "12:00"]),
    }),
    max_size=12,
)  # fmt: skip
sorts = st.lists(st.tuples(st.sampled_from(KEYS), st.booleans()), max_size=3)


def expected(found: Sequence[Any], sort: Sequence[tuple[str, bool]]) -> list[Any]:
    def place(key: str, value: Any) -> tuple[bool, Any]:
        if value is None:
            return (False, 0)
        if key == "stage":
            return (True, STAGES.index(value))
        return (True, folded(value) if key == "word" else value)

    result = sorted(found, key=lambda each: each["_id"], reverse=sort[-1][1] if sort else True)
    for key, descending in reversed(sort):
        result.sort(key=lambda each: place(key, each[key]), reverse=descending)
    return result


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(values=records, sort=sorts, limit=st.integers(1, 4))
@example([{"done": None}, {"done": False}, {"done": None}, {"done": False}], [("done", True)], 1)
@example([{"word": None}, {"word": "a"}, {"word": None}, {"word": "A"}], [("word", True), ("word", False)], 1)
def test_pages_in_both_directions_are_one_sorted_list(shop: Shop, values, sort, limit):
    with shop.db.write() as conn:
        conn.execute(sa.delete(shop.app.form("order").table))
    changes = [Change(Op.create, {"title": f"t{index}", **each}) for index, each in enumerate(values)]
    shop.changing("order", *changes)
    everything = shop.all("order", limit=500)
    query = {"sort": ",".join(f"{'-' * down}{key}" for key, down in sort), "limit": limit, "total": "exact"}

    page = shop.page("order", **query)
    pages = [page]
    while page.next:
        page = shop.page("order", **query, after=page.next)
        pages.append(page)
    backwards = list(page.records)
    while page.previous:
        page = shop.page("order", **query, before=page.previous)
        backwards = [*page.records, *backwards]

    wanted = expected(everything, sort)
    assert [record for page in pages for record in page.records] == wanted == backwards
    assert {page.count for page in pages} == {len(values)}
    assert all(len(page.records) == limit for page in pages[:-1])


class TestCursors:
    def cursor(self, shop: Shop, **query: Any) -> str:
        for index in range(3):
            shop.create("order", title=f"t{index}", owner="11")
        found = shop.page("order", limit=1, **query).next
        assert found is not None
        return found

    def refused(
        self, shop: Shop, cursor: str, access: Any = None, parameter: str = "after", **query: Any
    ) -> None:
        with pytest.raises(Invalid) as caught:
            shop.page("order", access, limit=1, **{parameter: cursor}, **query)
        assert [(each.path, each.code) for each in caught.value.issues] == [(parameter, "query.bad_cursor")]

    @pytest.mark.parametrize("cursor", ["x", "äö", "AAAA", "a" * 5000, "%00"])
    @pytest.mark.parametrize("parameter", ["after", "before"])
    def test_that_were_made_up_are_refused(self, shop: Shop, cursor, parameter):
        self.refused(shop, cursor, parameter=parameter)

    def test_that_were_changed_are_refused(self, shop: Shop):
        cursor = self.cursor(shop)
        raw = bytearray(base64.urlsafe_b64decode(cursor + "=="))
        for place in range(0, len(raw), 5):
            changed = bytearray(raw)
            changed[place] ^= 1
            self.refused(shop, base64.urlsafe_b64encode(changed).decode())

    def test_of_another_list_are_refused(self, shop: Shop):
        cursor = self.cursor(shop, sort="title")

        for query in (
            {}, {"sort": "-title"}, {"sort": "title", "where": "done"}, {"sort": "title", "search": "t"},
            {"sort": "title", "trash": True}, {"sort": "title", "ids": (1,)},
        ):  # fmt: skip
            self.refused(shop, cursor, **query)
        assert shop.page("order", limit=1, sort="title", after=cursor).records

    def test_of_another_reader_or_of_former_rights_are_refused(self, shop: Shop):
        for index in range(3):
            shop.create("order", title=f"t{index}", owner="11")
        wide = shop.give({"form": "order", "actions": ["view"]})
        cursor = shop.page("order", wide, limit=1, sort="title").next
        assert cursor is not None

        self.refused(shop, cursor, sort="title")
        self.refused(shop, cursor, shop.give({"form": "order", "actions": ["view"]}, to=12), sort="title")
        narrow = shop.give({"form": "order", "actions": ["view"], "fields": {"amount": "hidden"}})
        self.refused(shop, cursor, narrow, sort="title")
        assert shop.page(
            "order", shop.give({"form": "order", "actions": ["view"]}), limit=1, sort="title", after=cursor
        ).records

    def test_a_blank_place_before_is_the_end(self, shop: Shop):
        for title in "abc":
            shop.create("order", title=title)

        page = shop.page("order", sort="title", limit=2, before="")

        assert ([each["title"] for each in page.records], page.next) == (["b", "c"], None)
        assert page.previous is not None

    def test_go_on_from_where_a_record_was_deleted(self, shop: Shop):
        for title in "abcd":
            shop.create("order", title=title)
        page = shop.page("order", sort="title", limit=2)
        shop.changing("order", Change(Op.delete, id=int(str(page.records[1]["_id"]))))

        rest = shop.page("order", sort="title", limit=2, after=page.next)

        assert [each["title"] for each in rest.records] == ["c", "d"]


class TestCounts:
    def test_stop_at_the_cap_unless_they_shall_be_exact(self, shop: Shop, monkeypatch):
        shop.changing("item", *[Change(Op.create, {"code": f"{index}"}) for index in range(5)])
        monkeypatch.setattr(path, "CAP", 3)

        told = [
            (each.count, each.capped)
            for each in (shop.page("item", total=total) for total in ("none", "capped", "exact"))
        ]

        assert told == [(None, False), (3, True), (5, False)]

    def test_at_the_cap_are_not_capped(self, shop: Shop, monkeypatch):
        shop.changing("item", *[Change(Op.create, {"code": f"{index}"}) for index in range(3)])
        monkeypatch.setattr(path, "CAP", 3)

        assert (shop.page("item", total="capped").count, shop.page("item", total="capped").capped) == (
            3,
            False,
        )


class TestSearch:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("上海", {"a"}), ("海浦", {"a"}), ("上", {"a"}), ("shanghai", {"a"}), ("sh", {"a", "b"}),
            ("北京", set()),
            ("harbour", {"b"}), ("harb sh", {"b"}), ("HARB", {"b"}), ("！？", set()), ("a", {"a"}),
        ],
    )  # fmt: skip
    def test_finds_words_in_any_searchable_field(self, shop: Shop, text, found):
        shop.create("order", title="a", word="上海浦东")
        shop.create("order", title="b", word="Harbour shed", note="北京")

        assert {each["title"] for each in shop.page("order", search=text).records} == found

    def test_follows_changes(self, shop: Shop):
        order = shop.create("order", title="a", word="old")
        shop.update("order", order, word="new")

        assert [len(shop.page("order", search=text).records) for text in ("old", "new", "a")] == [0, 1, 1]


class TestStatements:
    def test_of_a_page_do_not_grow_with_it(self, shop: Shop):
        item, person = shop.create("item", code="i"), shop.create("person", name="p")
        values = {
            "things": [str(item)],
            "person": str(person),
            "rows": [{"qty": 1, "item": str(item)}],
            "owner": "11",
        }
        shop.changing("order", *[Change(Op.create, {"title": f"t{index}", **values}) for index in range(50)])

        costs = []
        for limit in (10, 50):
            with shop.statements() as sent:
                shop.page("order", limit=limit, labels=True, total="exact")
            costs.append(len(sent))

        assert costs[0] == costs[1]


class TestRemovedOptions:
    def test_read_as_blank_everywhere(self, shop: Shop):
        gone = shop.create("order", title="gone", stage="open", marks=["red", "green"])
        blank = shop.create("order", title="blank")
        forms = [
            dict(each)
            for each in definition().model_dump(mode="json", exclude_unset=True, by_alias=True)["forms"]
        ]
        for field in forms[2]["fields"]:
            if field["key"] in {"stage", "marks"}:
                field["options"] = [each for each in field["options"] if each["key"] not in {"open", "red"}]
        shop.app = compiled(definition(forms), shop.app.names.by_path, 2)

        record = shop.get("order", gone)
        assert (record["stage"], record["marks"]) == (None, ("green",))
        assert [each["_id"] for each in shop.page("order", sort="stage").records] == [gone, blank]
        assert shop.figures(Aggregate("order", (Dimension("stage"),))) == [{"stage": None, "count": 2}]
        assert shop.figures(Aggregate("order", (), (Measure("distinct", "stage"),))) == [
            {"distinct_stage": 0}
        ]
        with shop.db.read() as conn:
            assert reading.distinct(shop.store, conn, shop.app, Access(None), asked("order"), "stage") == []
        assert shop.update("order", gone, word="w").ok
        assert shop.update("order", gone, stage=None).version == 2


class TestQueries:
    @pytest.mark.parametrize(
        ("query", "path_", "code"),
        [
            ({"sort": "nope"}, "sort", "query.unknown_field"),
            ({"sort": "tags"}, "sort", "query.not_sortable"),
            ({"sort": "note"}, "sort", "query.not_sortable"),
            ({"fields": ("nope",)}, "fields", "query.unknown_field"),
            ({"where": "nope = 1"}, "filter", "expression.unknown_field"),
            ({"limit": 0}, "limit", "query.limit"),
            ({"limit": 501}, "limit", "query.limit"),
        ],
    )  # fmt: skip
    def test_that_are_wrong_name_the_parameter(self, shop: Shop, query, path_, code):
        with pytest.raises(Invalid) as caught:
            shop.page("order", **query)

        assert [(each.path, each.code) for each in caught.value.issues] == [(path_, code)]

    def test_by_ids_leave_out_what_is_no_id(self, shop: Shop):
        order = shop.create("order", title="a")

        assert [each["_id"] for each in shop.page("order", ids=(order, 5, 0, -1, 2**70)).records] == [order]

    @pytest.mark.parametrize("form", ["nope", "order.rows"])
    def test_of_what_is_no_form_find_nothing(self, shop: Shop, form):
        with pytest.raises(NotFound):
            shop.page(form)


def test_an_option_that_was_removed_is_blank_to_filters_too(shop: Shop):
    shop.create("order", title="gone", stage="open", marks=["red"])
    shop.create("order", title="kept", stage="apple", marks=["red", "blue"])
    shop.create("order", title="none")
    forms = copy.deepcopy(FORMS)
    for each in forms[2]["fields"]:
        if each["key"] in {"stage", "marks"}:
            each["options"] = [one for one in each["options"] if one["key"] not in {"open", "red"}]
    shop.app = compiled(definition(forms), shop.app.names.by_path, version=2)

    def titles(where: str) -> list[object]:
        return [each["title"] for each in shop.all("order", where=where, sort="title")]

    assert titles("ISBLANK(stage)") == titles("ISBLANK(marks)") == ["gone", "none"]
    assert titles("NOT ISBLANK(stage)") == titles("NOT ISBLANK(marks)") == ["kept"]
    assert titles('stage <> "apple"') == ["gone", "none"]
