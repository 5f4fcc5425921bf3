"""Figures: exact sums, order, what cannot be measured."""

from decimal import Decimal

import pytest

from engines.query import Aggregate, Change, Dimension, Measure, Op
from schemas.errors import Invalid
from tests.fixtures.shop import Shop

LARGEST = "9999999999999.99"


def test_sums_beyond_64_bits_are_exact(shop: Shop):
    count = 60
    shop.changing(
        "order", *[Change(Op.create, {"title": f"t{index}", "amount": LARGEST}) for index in range(count)]
    )

    asked = Aggregate(
        "order", (), (Measure("sum", "amount"), Measure("average", "amount"), Measure("max", "amount"))
    )
    found = shop.figures(asked)

    assert found == [{
        "sum_amount": Decimal(LARGEST) * count, "average_amount": Decimal(LARGEST),
        "max_amount": Decimal(LARGEST),
    }]  # fmt: skip


def test_figures_of_nothing(shop: Shop):
    measures = tuple(Measure(name, "amount") for name in ("sum", "average", "min", "filled"))

    assert shop.figures(Aggregate("order", (), (Measure("count"), *measures))) == [
        {"count": 0, "sum_amount": Decimal(0), "average_amount": None, "min_amount": None, "filled_amount": 0}
    ]


@pytest.mark.parametrize("function", ["sum", "average", "min", "max"])
def test_the_largest_first_figure_comes_first_and_blank_last(shop: Shop, function):
    shop.clock.forward(days=1)
    amounts = {
        "a": "20000000000",
        "b": "-5",
        "c": "20000000001.01",
        "d": None,
        "e": "0.02",
        "f": "-20000000000",
    }
    shop.changing("order", *[
        Change(Op.create, {"title": word, "word": word, "amount": "0"}) for word in amounts
    ])  # fmt: skip
    with shop.db.write() as conn:
        table = shop.app.form("order").table
        for word, amount in amounts.items():
            value = None if amount is None else Decimal(amount)
            conn.execute(table.update().where(table.c.word == word).values(amount=value))

    found = shop.figures(Aggregate("order", (Dimension("word"),), (Measure(function, "amount"),)))

    order = [each["word"] for each in found]
    assert order == (list("caedbf") if function == "sum" else list("caebfd"))


@pytest.mark.parametrize(
    ("measure", "code"),
    [
        (("sum", "word"), "query.not_a_number"), (("max", "stage"), "query.not_sortable"),
        (("min", "done"), "query.not_sortable"), (("min", "owner"), "query.not_sortable"),
        (("distinct", "tags"), "query.not_groupable"), (("median", "amount"), "query.unknown_measure"),
        (("sum", None), "query.measure_needs_field"), (("sum", "nope"), "query.unknown_field"),
    ],
)  # fmt: skip
def test_what_cannot_be_measured_is_refused(shop: Shop, measure, code):
    with pytest.raises(Invalid) as caught:
        shop.figures(Aggregate("order", (), (Measure(*measure),)))

    assert [each.code for each in caught.value.issues] == [code]


def test_system_columns_can_be_measured(shop: Shop):
    order = shop.create("order", title="a")
    shop.update("order", order, word="x")

    assert shop.figures(Aggregate("order", (), (Measure("sum", "_version"),))) == [
        {"sum__version": Decimal(2)}
    ]
