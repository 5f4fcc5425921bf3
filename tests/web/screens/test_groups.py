"""A list in groups: heads with counts and figures, records below, and figures over the whole filter."""

import re

import pytest
import sqlalchemy as sa

from engines.query import Change, Op
from tests.web.screens.conftest import links, titles

SOME = (
    {"name": "a", "amount": "10", "state": "open", "due": "2026-01-15"},
    {"name": "b", "amount": "20.50", "state": "open", "due": "2026-02-01"},
    {"name": "c", "amount": "5", "state": "done", "due": "2026-02-20"},
    {"name": "d", "state": "done", "due": "2025-12-31"},
)


def heads(html):
    """Return name, number of records and figures of each group, as read."""
    found = []
    for part in re.findall(r'<tr class="weft-group-head">(.*?)</tr>', html, re.DOTALL):
        text = " ".join(re.sub(r"<[^>]*>", " ", part).split())
        found.append(text)
    return found


def foot(html):
    part = re.search(r"<tfoot[^>]*>(.*?)</tfoot>", html, re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", part[1]).split()) if part else ""


def many(shop, form, *records):
    """Add records in one moment."""
    return [int(each.id) for each in shop.write(form, *(Change(Op.create, each) for each in records))]


def statements(ask):
    seen = []

    def count(conn, cursor, statement, *_):
        seen.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", count)
    try:
        ask()
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", count)
    return len(seen)


@pytest.fixture
def some(shop):
    return shop.add("order", *SOME)


@pytest.mark.usefixtures("some")
def test_groups_stand_in_the_order_of_the_options_with_counts_and_subtotals(boss):
    html = boss.get("/a/shop/order?group=state&totals=amount:sum,due:max")

    assert heads(html) == [
        "State Open 2 records Sum CN¥30.50 Max Feb 1, 2026",
        "State Done 2 records Sum CN¥5.00 Max Feb 20, 2026",
    ]
    assert titles(html) == ["b", "a", "d", "c"]
    assert foot(html) == "All Sum CN¥35.50 Max Feb 20, 2026"


@pytest.mark.usefixtures("some")
def test_every_figure_is_exact_over_the_whole_filter(boss):
    every = "sum average min max filled blank distinct".split()
    totals = ",".join(f"amount:{each}" for each in every)

    html = boss.get(f"/a/shop/order?limit=20&totals={totals}&filter=NOT(name+%3D+%22a%22)")

    assert foot(html) == (
        "All Sum CN¥25.50 Average CN¥12.75 Min CN¥5.00 Max CN¥20.50 Filled 2 Empty 1 Distinct 2"
    )


@pytest.mark.usefixtures("some")
def test_dates_are_grouped_by_stretches_and_inside_other_groups(boss):
    html = boss.get("/a/shop/order?group=-due:month,state&totals=amount:sum")

    assert [each.split(" records")[0].split(" record ")[0] for each in heads(html)] == [
        "DUE 2026-02 2", "State Open 1", "State Done 1", "DUE 2026-01 1", "State Open 1",
        "DUE 2025-12 1", "State Done 1",
    ]  # fmt: skip
    assert titles(html) == ["b", "c", "a", "d"]


def test_a_long_list_begins_closed_and_is_opened_group_by_group(shop, boss):
    many(shop, "order", *({"name": f"n{number:03}", "amount": "1"} for number in range(110)))
    shop.add("order", {"name": "z", "state": "done"})

    closed = boss.get("/a/shop/order?group=state&sort=name&totals=amount:sum")
    opened = boss.get(re.findall(r'href="([^"]*open=open[^"]*)"', closed)[0])
    more = re.findall(r'hx-get="(/a/shop/order/group\?[^"]*)"', opened)[0]
    part = boss.get(more)

    assert titles(closed) == []
    assert len(heads(closed)) == 2
    assert titles(opened) == [f"n{number:03}" for number in range(20)]
    assert "Show 20 more (90 left)" in opened
    assert titles(part) == [f"n{number:03}" for number in range(20, 40)]
    assert "(70 left)" in part
    assert titles(boss.get(links(closed, "Only the records of “Done”")[0])) == ["z"]


def test_relations_are_grouped_by_the_names_people_read(shop, boss):
    bea, ada = shop.add("person", {"name": "Bea"}, {"name": "Ada"})
    shop.add("order", {"name": "1", "person": bea}, {"name": "2", "person": ada}, {"name": "3"})

    html = boss.get("/a/shop/order?group=person&column=name")

    assert [each.split(" 1 ")[0] for each in heads(html)] == ["PERSON (blank)", "PERSON Ada", "PERSON Bea"]


def test_what_a_reader_may_not_see_is_neither_group_nor_figure(shop, boss, clerk):
    mine = str(clerk.user_id)
    shop.add(
        "order", {"name": "Mine", "owner": mine, "amount": "1", "secret": "hush"},
        {"name": "Foreign", "amount": "9", "secret": "psst"},
    )  # fmt: skip

    html = clerk.get("/a/shop/order?group=secret&totals=secret:distinct,amount:sum")
    grouped = clerk.get("/a/shop/order?group=state&totals=amount:sum,secret:filled")
    part = clerk.get("/a/shop/order/group?group=state&in=open")

    assert heads(html) == []
    assert "hush" not in html
    assert foot(html) == "All Sum CN¥1.00"
    assert heads(grouped) == ["State Open 1 record Sum CN¥1.00"]
    assert titles(part) == ["Mine"]
    assert "psst" in " ".join(heads(boss.get("/a/shop/order?group=secret")))


def test_the_number_of_queries_does_not_grow_with_rows_or_groups(shop, boss):
    url = "/a/shop/order?group=person,state&totals=amount:sum&open=%2Fopen&open="
    people = many(shop, "person", *({"name": f"p{number}"} for number in range(30)))
    shop.add("order", {"name": "x", "amount": "1"})
    statements(lambda: boss.get(url))
    few = statements(lambda: boss.get(url))
    many(shop, "order", *({"name": "y", "person": each, "amount": "2"} for each in people))
    many(shop, "order", *({"name": "y", "amount": "2"} for _ in range(100)))

    assert statements(lambda: boss.get(url)) <= few + 1  # the names of the people, all at once


def test_a_grouping_is_kept_in_a_view_of_ones_own(shop, boss):
    shop.add("order", *SOME)
    state = {"group": "state", "totals": "amount:sum", "look": "compact,frozen", "width": "amount:160"}

    place = boss.post("/a/shop/order/views", {"name": "By state", **state}).headers["location"]
    html = boss.get(place)

    assert len(heads(html)) == 2
    assert "weft-compact weft-frozen" in html
    assert "--w: 160px" in html
    assert "group=none" in links(html, "Ungroup")[0]


def test_the_menu_of_groups_works_as_a_plain_form(boss):
    answer = boss.client.get(
        "/a/shop/order?by.0=due&by.0.bucket=quarter&by.0.order=last&by.1=&by.2=state&by.2.order=largest",
        follow_redirects=False,
    )

    assert answer.headers["location"] == "/a/shop/order?group=-due:quarter%2C%5Estate".replace(":", "%3A")


def test_a_view_of_the_definition_says_groups_and_figures_which_an_address_may_undo(shop, boss):
    shop.add("order", *SOME)

    html = boss.get("/a/shop/order?view=sheet")
    flat = boss.get(links(html, "Ungroup")[0])

    assert heads(html) == ["State Open 2 records Sum CN¥30.50", "State Done 2 records Sum CN¥5.00"]
    assert heads(flat) == []
    assert titles(flat) == ["d", "c", "b", "a"]
    assert foot(flat) == "All Sum CN¥35.50"


def test_groups_of_any_script_are_opened_by_their_address(shop, boss):
    names = ("عميل مهم جدا", "👩‍👩‍👧 שלום", "界" * 255, "a/b,c?&=%#!", "<b>x</b>")
    many(shop, "order", *({"name": each} for each in names for _ in range(21)))

    closed = boss.get("/a/shop/order?group=name&column=amount")
    urls = re.findall(r'<a href="([^"]*open=[^"!]+)"[^>]*aria-expanded="false"', closed)

    assert len(urls) == len(names)
    assert [len(re.findall(r'<tr id="row-', boss.get(each))) for each in urls] == [20] * len(names)


@pytest.mark.parametrize("text", ["sNaN", "NaN", "Infinity", "1e999999", "x"])
def test_what_is_no_number_opens_no_group(shop, boss, text):
    shop.add("order", {"name": "A", "amount": "5"})

    assert "A" not in titles(boss.get(f"/a/shop/order?group=amount&open={text}"))
