"""The list of a form's records, as a browser sees it."""

import re

import sqlalchemy as sa

from engines.query import Change, Op
from tests.web.screens.conftest import links, titles


def test_lists_the_newest_first_with_formatted_values(shop, boss):
    shop.add(
        "order",
        {"name": "First", "amount": "1234.5"},
        {"name": "Second", "state": "done", "due": "2026-03-01"},
    )

    html = boss.get("/a/shop/order")

    assert titles(html) == ["Second", "First"]
    assert "CN¥1,234.50" in html
    assert "Mar 1, 2026" in html
    assert "Done" in html


def test_speaks_chinese_to_a_chinese_reader(shop):
    shop.add("order", {"name": "第一", "amount": "1234.5", "state": "done"})
    reader = shop.sign_in("wang", admin=True, locale="zh-CN")

    html = reader.get("/a/shop/order")

    assert '<html lang="zh-CN"' in html
    assert "订单" in html
    assert "¥1,234.50" in html
    assert "已完成" in html
    assert "1 条" in html
    assert "Filter" not in html


def test_search_finds_words(shop, boss):
    shop.add("order", {"name": "Red bicycle"}, {"name": "Blue car"})

    assert titles(boss.get("/a/shop/order?search=bicy")) == ["Red bicycle"]


def test_a_search_says_when_words_are_still_being_made(shop, boss):
    shop.write("order", *(Change(Op.create, {"name": f"Order {number}"}) for number in range(201)))
    waiting, unasked = boss.get("/a/shop/order?search=order"), boss.get("/a/shop/order")
    elsewhere = boss.get("/a/shop/person?search=order")

    shop.installation.worker.run_due()
    done = boss.get("/a/shop/order?search=order")

    told = "Search is still catching up"
    assert [told in each for each in (waiting, unasked, elsewhere, done)] == [True, False, False, False]
    assert "Order 7" not in waiting
    assert titles(done)


def test_conditions_become_rows_that_fit(shop, boss):
    shop.add(
        "order",
        {"name": "Cheap", "amount": "5", "labels": ["a"]},
        {"name": "Fair", "amount": "50", "urgent": True},
        {"name": "Dear", "amount": "500", "state": "done", "labels": ["a", "b"]},
    )

    def found(*conditions, match="all"):
        parts = [f"match={match}"]
        for index, (key, op, *values) in enumerate(conditions):
            parts += [f"f.{index}.field={key}", f"f.{index}.op={op}"]
            parts += [
                f"f.{index}.{name}={value}" for name, value in zip(("value", "to"), values, strict=False)
            ]
        return sorted(titles(boss.get("/a/shop/order?" + "&".join(parts))))

    assert found(("amount", "gt", "40")) == ["Dear", "Fair"]
    assert found(("amount", "between", "5", "50")) == ["Cheap", "Fair"]
    assert found(("name", "contains", "ea")) == ["Cheap", "Dear"]
    assert found(("name", "not_contains", "ea")) == ["Fair"]
    assert found(("state", "in", "done")) == ["Dear"]
    assert found(("state", "not_in", "done")) == ["Cheap", "Fair"]
    assert found(("labels", "has_any", "b")) == ["Dear"]
    assert found(("labels", "has_none", "a")) == ["Fair"]
    assert found(("urgent", "true")) == ["Fair"]
    assert found(("urgent", "true"), ("state", "in", "done"), match="any") == ["Dear", "Fair"]
    assert found(("due", "on", "2026-11-21")) == ["Cheap", "Dear", "Fair"]
    assert found(("meeting", "blank")) == ["Cheap", "Dear", "Fair"]
    assert found(("owner", "me")) == []


def test_a_day_filters_instants_of_that_day_in_the_zone_of_the_app(shop, boss):
    shop.add(
        "order",
        {"name": "Late", "meeting": "2026-03-01T23:30"},
        {"name": "Next", "meeting": "2026-03-02T00:10"},
    )

    assert titles(boss.get("/a/shop/order?f.0.field=meeting&f.0.op=on&f.0.value=2026-03-01")) == ["Late"]


def test_a_value_that_cannot_be_read_matches_nothing(shop, boss):
    shop.add("order", {"name": "Any", "amount": "5"})

    assert titles(boss.get("/a/shop/order?f.0.field=amount&f.0.op=gt&f.0.value=lots")) == []
    assert titles(boss.get("/a/shop/order?f.0.field=state&f.0.op=in&f.0.value=nonsense")) == []


def test_a_condition_is_shown_and_can_be_taken_away(shop, boss):
    number = shop.add("person", {"name": "Ada"})[0]
    shop.add("order", {"name": "Hers", "person": number}, {"name": "Nobody's"})

    html = boss.get(f"/a/shop/order?search=hers&f.0.field=person&f.0.op=in&f.0.value={number}")

    assert titles(html) == ["Hers"]
    assert "PERSON is Ada" in html
    assert links(html, "Remove PERSON is Ada")[0] == "/a/shop/order?search=hers"


def test_a_heading_sorts_up_then_down(shop, boss):
    shop.add(
        "order", {"name": "b", "amount": "2"}, {"name": "a", "amount": "10"}, {"name": "c", "amount": "1"}
    )

    up = links(boss.get("/a/shop/order"), "Amount")[0]
    html = boss.get(up)
    down = links(html, "Amount")[0]

    assert titles(html) == ["c", "b", "a"]
    assert 'aria-sort="ascending"' in html
    assert titles(boss.get(down)) == ["a", "b", "c"]


def test_pages_lead_to_next_previous_first_and_last(shop, boss):
    shop.add("order", *({"name": f"n{number:02}"} for number in range(45)))

    first = boss.get("/a/shop/order?limit=20&sort=name")
    second = boss.get(links(first, "Next page")[0])
    last = boss.get(links(first, "Last page")[0])

    assert titles(first)[0] == "n00"
    assert "45 records" in first
    assert titles(second) == [f"n{number:02}" for number in range(20, 40)]
    assert titles(last) == [f"n{number:02}" for number in range(25, 45)]
    assert links(last, "Next page") == []
    assert titles(boss.get(links(last, "Previous page")[0])) == [f"n{number:02}" for number in range(5, 25)]
    assert titles(boss.get(links(second, "First page")[0])) == titles(first)


def test_a_place_that_is_no_more_leads_to_the_first_page(boss):
    answer = boss.client.get("/a/shop/order?sort=name&after=rubbish", follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (303, "/a/shop/order?sort=name")


def test_columns_are_chosen(shop, boss):
    shop.add("order", {"name": "Any", "secret": "hush", "amount": "5"})

    html = boss.get("/a/shop/order?column=name&column=secret")

    assert "hush" in html
    assert "CN¥5.00" not in html


def test_a_view_of_the_definition_filters_and_chooses_columns(shop, boss):
    shop.add("order", {"name": "Slow"}, {"name": "Fast", "urgent": True, "amount": "7"})

    html = boss.get("/a/shop/order?view=urgent")

    assert titles(html) == ["Fast"]
    assert "CN¥7.00" not in html


def test_a_view_is_saved_renamed_and_deleted(shop, boss, clerk):
    shop.add("order", {"name": "Cheap", "amount": "5"}, {"name": "Dear", "amount": "500"})
    state = {"f.0.field": "amount", "f.0.op": "gt", "f.0.value": "40"}

    place = boss.post("/a/shop/order/views", {"name": "Big ones", **state}).headers["location"]
    html = boss.get(place)

    assert titles(html) == ["Dear"]
    assert "View saved" in html
    assert "Big ones" in html
    assert "Big ones" not in clerk.get("/a/shop/order")
    # A condition of the view can be taken away without coming back by itself.
    assert titles(boss.get(links(html, "Remove Amount > CN¥40.00")[0])) == ["Dear", "Cheap"]

    path = place.partition("?view=")[2]
    boss.post(f"/a/shop/order/views/{path}", {"name": "Large", **state})
    assert "Large" in boss.get("/a/shop/order")
    clerk.post(f"/a/shop/order/views/{path}/delete", status=404)
    boss.post(f"/a/shop/order/views/{path}/delete")
    assert "Large" not in boss.get("/a/shop/order")


def test_a_clerk_sees_her_rows_and_no_hidden_field(shop, boss, clerk):
    shop.add("order", {"name": "Mine", "owner": str(clerk.user_id), "secret": "hush"}, {"name": "Foreign"})

    html = clerk.get("/a/shop/order?column=name&column=secret")

    assert titles(html) == ["Mine"]
    assert "hush" not in html
    assert "SECRET" not in html
    assert titles(clerk.get("/a/shop/order?search=hush")) == []
    assert titles(clerk.get("/a/shop/order?f.0.field=secret&f.0.op=eq&f.0.value=other")) == ["Mine"]
    assert titles(clerk.get("/a/shop/order?sort=secret")) == ["Mine"]


def test_the_menu_shows_what_may_be_seen(clerk, boss):
    html, everything = clerk.get("/a/shop/order"), boss.get("/a/shop/order")

    assert "NOTES" not in html
    assert "NOTES" in everything
    assert "Daily" in html
    clerk.get("/a/shop/note", status=404)


def test_an_app_opens_where_its_menu_begins(boss):
    answer = boss.client.get("/a/shop", follow_redirects=False)

    assert answer.headers["location"] == "/a/shop/order"


def test_an_empty_list_offers_the_first_record(boss):
    html = boss.get("/a/shop/order")

    assert "Nothing here yet" in html
    assert "Nothing matches" in boss.get("/a/shop/order?search=zzz")


def test_what_people_typed_is_never_markup(shop, boss):
    shop.add("order", {"name": "<script>alert(1)</script>", "labels": ["<img src=x>"]})

    raw = boss.client.get("/a/shop/order?search=%3Cscript%3E").text + boss.client.get("/a/shop/order").text

    assert "<script>alert" not in raw
    assert "<img src=x" not in raw


def test_the_number_of_queries_does_not_grow_with_the_rows(shop, boss):
    def queries():
        seen = []

        def count(conn, cursor, statement, *_):
            seen.append(statement)

        sa.event.listen(sa.Engine, "before_cursor_execute", count)
        try:
            boss.get("/a/shop/order?column=name&column=person&column=owner&column=labels&column=items")
        finally:
            sa.event.remove(sa.Engine, "before_cursor_execute", count)
        return len(seen)

    person = shop.add("person", {"name": "Ada"})[0]
    record = {
        "name": "x",
        "person": person,
        "owner": str(boss.user_id),
        "labels": ["a"],
        "items": [{"title": "t"}],
    }
    shop.add("order", record)
    queries()
    few = queries()
    shop.add("order", *[record] * 30)

    assert queries() == few


def test_a_partial_request_gets_the_page_without_its_frame(boss):
    html = boss.get("/a/shop/order", HX_Request_Type="partial")

    assert 'id="list"' in html
    assert "weft-side" not in html


def test_rows_are_deleted_together_and_taken_back(shop, boss):
    one, two, _ = shop.add("order", {"name": "One"}, {"name": "Two"}, {"name": "Three"})

    boss.post("/a/shop/order/bulk/delete", {"id": [str(one), str(two)]})
    html = boss.get("/a/shop/order")

    assert "2 records moved to the trash" in html
    assert titles(html) == ["Three"]
    assert "2 records moved" not in boss.get("/a/shop/order")


def test_one_field_of_many_rows_is_changed(shop, boss):
    ids = [str(each) for each in shop.add("order", {"name": "One"}, {"name": "Two"})]

    ask = boss.post("/a/shop/order/bulk/edit", {"id": ids}, status=200).text
    value = boss.post("/a/shop/order/bulk/edit", {"id": ids, "_field": "state"}, status=200).text
    boss.post("/a/shop/order/bulk/edit", {"id": ids, "_field": "state", "_set": "1", "state": "done"})

    assert 'value="state"' in ask
    assert 'name="state"' in value
    html = boss.get("/a/shop/order")
    assert "2 records changed" in html
    assert len(re.findall(r"weft-tag[^>]*>\s*Done", html)) == 2


def test_a_wrong_bulk_value_is_told_beside_the_field(shop, boss):
    ids = [str(each) for each in shop.add("order", {"name": "One"})]

    html = boss.post(
        "/a/shop/order/bulk/edit", {"id": ids, "_field": "amount", "_set": "1", "amount": "lots"}, status=422
    ).text

    assert "is not a number" in html


def test_a_clerk_changes_only_her_own_rows(shop, boss, clerk):
    mine, foreign = shop.add("order", {"name": "Mine", "owner": str(clerk.user_id)}, {"name": "Foreign"})

    clerk.post("/a/shop/order/bulk/delete", {"id": [str(mine), str(foreign)]})

    assert titles(boss.get("/a/shop/order")) == ["Foreign"]
    assert "1 not:" in clerk.get("/a/shop/order")


def test_a_post_without_its_token_is_refused(shop, boss):
    one = shop.add("order", {"name": "One"})[0]

    boss.post("/a/shop/order/bulk/delete", {"id": str(one), "csrf": "wrong"}, status=403)

    assert titles(boss.get("/a/shop/order")) == ["One"]
