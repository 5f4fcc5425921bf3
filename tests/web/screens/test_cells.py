"""One cell of a list, edited where it stands."""

import re

import pytest

from engines.query import Change, Op


@pytest.fixture
def one(shop):
    return shop.add("order", {"name": "One", "amount": "5", "state": "open"})[0]


def cell(number, key):
    return f"/a/shop/order/{number}/cell/{key}"


def version(html):
    return re.findall(r'name="_version" value="(\d+)"', html)[0]


def test_a_cell_gets_its_own_input_and_answers_its_row_when_it_is_saved(boss, one):
    html = boss.get(cell(one, "amount"))
    saved = boss.post(
        f"{cell(one, 'amount')}?column=name&column=amount", {"amount": "7.5", "_version": version(html)}, 200
    ).text

    assert 'name="amount"' in html
    assert 'value="5' in html
    assert f'id="row-{one}" data-version="2"' in saved
    assert "CN¥7.50" in saved
    assert "Open" not in saved


def test_what_is_wrong_is_told_beside_the_input_and_nothing_typed_is_lost(boss, one):
    token = version(boss.get(cell(one, "amount")))

    html = boss.post(cell(one, "amount"), {"amount": "lots", "_version": token}, 422).text

    assert 'value="lots"' in html
    assert "is not a number" in html
    assert version(html) == token


def test_somebody_elses_change_of_the_cell_is_shown_and_both_are_offered(shop, boss, one):
    token = version(boss.get(cell(one, "amount")))
    shop.write("order", Change(Op.update, {"amount": "6"}, one))

    html = boss.post(cell(one, "amount"), {"amount": "7", "_version": token}, 409).text
    boss.post(cell(one, "amount"), {"amount": "7", "_version": version(html)}, 200)

    assert "Somebody has just changed it to “CN¥6.00”." in html
    assert 'value="7"' in html
    assert "CN¥7.00" in boss.get("/a/shop/order")


def test_a_change_elsewhere_in_the_row_is_no_conflict(shop, boss, one):
    token = version(boss.get(cell(one, "amount")))
    shop.write("order", Change(Op.update, {"name": "Two"}, one))

    html = boss.post(cell(one, "amount"), {"amount": "7", "_version": token}, 200).text

    assert "Two" in html
    assert "CN¥7.00" in html


def test_a_cell_that_cannot_be_edited_says_why(shop, boss, clerk, one):
    mine = shop.add("order", {"name": "Mine", "owner": str(clerk.user_id), "secret": "x"})[0]

    assert "Open the record" in boss.get(cell(one, "items"))
    clerk.get(cell(mine, "secret"), 404)
    clerk.get(cell(one, "name"), 404)
    clerk.post(cell(one, "name"), {"name": "Ha", "_version": "1"}, 404)
    assert 'name="name"' in clerk.get(cell(mine, "name"))
