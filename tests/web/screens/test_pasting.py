"""A block of cells from a spreadsheet is pasted into a list: seen first, then written, and taken back."""

import re

import pytest

from tests.web.screens.conftest import titles

PASTE = "/a/shop/order/paste"


def block(*rows):
    return "\n".join("\t".join(row) for row in rows)


def undo_of(html):
    return re.findall(r'action="(/a/shop/order/undo/\d+)"', html)[0]


def amounts(boss):
    return re.findall(
        r'data-label="Amount"[^>]*>(?:<[^>]*>)*\s*([^<\s]*)', boss.get("/a/shop/order?sort=name")
    )


@pytest.fixture
def some(shop):
    return [
        str(each)
        for each in shop.add("order", *({"name": f"n{each:02}", "amount": "1"} for each in range(20)))
    ]


def test_s237_twenty_copied_rows_are_pasted_over_cells_seen_first_and_taken_back(boss, some):
    text = block(*((f"¥1,0{each:02}.50", "已完成") for each in range(20)))
    told = {"text": text, "key": ["amount", "state"], "row": some, "back": "?sort=name"}

    seen = boss.post(PASTE, told, 200).text
    before = amounts(boss)
    again = {"text": text, "seen": "1", "row": some, "to": "here", "map.0": "amount", "map.1": "state"}
    place = boss.post(PASTE, {**again, "act": "all", "back": "?sort=name"}).headers["location"]
    after = boss.get(place)

    assert "20 rows" in seen
    assert "20 to change" in seen
    assert "Nothing is wrong" in seen
    assert '<option value="amount" selected>' in seen
    assert before == ["CN¥1.00"] * 20
    assert place == "/a/shop/order?sort=name"
    assert "20 records changed, 0 created" in after
    assert amounts(boss) == [f"CN¥1,0{each:02}.50" for each in range(20)]
    boss.post(undo_of(after))
    assert amounts(boss) == ["CN¥1.00"] * 20


def test_rows_under_the_names_of_fields_become_new_records(boss, shop):
    ada = shop.add("person", {"name": "Ada"})[0]
    text = block(("名称", "金额", "PERSON", "DUE"), ("A", "5", "Ada", "2026/3/1"), ('"B\nb"', "6", "", ""))

    seen = boss.post(PASTE, {"text": text}, 200).text
    told = {"seen": "1", "headed": "1", "to": "new", "map.0": "name", "map.1": "amount", "map.2": "person"}
    boss.post(PASTE, {"text": text, **told, "map.3": "due", "act": "all"})
    html = boss.get("/a/shop/order?column=name&column=amount&column=person&column=due")

    assert "2 to create" in seen
    assert "Nothing is wrong" in seen
    assert titles(html) == ["B b", "A"]
    assert f"/a/shop/person/{ada}" in html
    assert "Mar 1, 2026" in html


def test_each_wrong_cell_is_told_and_the_good_rows_are_pasted(boss, some):
    text = block(("5", "Done"), ("lots", "Done"), ("7", "Nowhere"))
    told = {"text": text, "seen": "1", "row": some[:3], "to": "here", "map.0": "amount", "map.1": "state"}

    refused = boss.post(PASTE, {**told, "act": "all"}, 422).text
    untouched = amounts(boss)[:3]
    place = boss.post(PASTE, {**told, "act": "each"}).headers["location"]

    assert "2 rows had problems" in boss.get(place)
    assert "2 rows have problems" in refused
    assert "“lots” is not a number" in refused
    assert "Paste only the 1 good rows" in refused
    assert untouched == ["CN¥1.00"] * 3
    assert amounts(boss)[:3] == ["CN¥5.00", "CN¥1.00", "CN¥1.00"]


def test_too_many_rows_are_sent_to_the_import(boss):
    html = boss.post(PASTE, {"text": "\n".join(["x\ty"] * 1001)}, 422).text

    assert "Import them instead" in html
    assert "/a/shop/order/import" in html


def test_nobody_pastes_over_what_she_may_not_change_or_takes_back_anothers_paste(shop, boss, clerk):
    mine, foreign = shop.add(
        "order", {"name": "Mine", "owner": str(clerk.user_id), "secret": "a"}, {"name": "Foreign"}
    )
    told = {"text": block(("X", "s"), ("Y", "s")), "seen": "1", "row": [str(mine), str(foreign)]}

    clerk.get("/a/shop/order")
    answer = clerk.post(PASTE, {**told, "to": "here", "map.0": "name", "map.1": "secret", "act": "each"})
    html = clerk.get(answer.headers["location"])
    url = undo_of(html)
    boss.get("/a/shop/order")
    boss.post(url, status=404)

    assert "1 rows had problems" in html
    shown = boss.get("/a/shop/order?column=name&column=secret")
    assert sorted(titles(shown)) == ["Foreign", "X"]
    assert ">a<" in re.sub(r"\s", "", shown)


def test_a_change_of_many_is_seen_first_and_taken_back(boss, some):
    told = {"id": some, "_field": "amount", "amount": "9"}

    seen = boss.post("/a/shop/order/bulk/edit", {**told, "_set": "look"}, status=200).text
    boss.post("/a/shop/order/bulk/edit", {**told, "_set": "1"})
    boss.post(undo_of(boss.get("/a/shop/order")))
    boss.post("/a/shop/order/bulk/edit", {**told, "id": some[:1], "_set": "1"})

    assert "now: CN¥1.00" in seen
    assert "All 20 can be changed" in seen
    assert amounts(boss) == ["CN¥9.00", *["CN¥1.00"] * 19]
