from decimal import Decimal

import pytest

from engines.expression import Binary, Call, ExpressionError, ListOf, Literal, Node, Ref, Unary, parse

LEVEL, AMOUNT, DONE, DUE = Ref(("level",)), Ref(("amount",)), Ref(("done",)), Ref(("due",))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        pytest.param("1.50", Literal(Decimal("1.5")), id="number"),
        pytest.param("-5", Literal(Decimal(-5)), id="negative number"),
        pytest.param("-amount", Unary("-", AMOUNT), id="minus"),
        pytest.param('"say ""hi"""', Literal('say "hi"'), id="doubled quotes"),
        pytest.param("TRUE", Literal(value=True), id="true"),
        pytest.param("false", Literal(value=False), id="words in any case"),
        pytest.param("_created_at", Ref(("_created_at",)), id="system key"),
        pytest.param("item.price", Ref(("item", "price")), id="path"),
        pytest.param("user()", Call("USER", ()), id="function in any case"),
        pytest.param(
            "1 + 2 * amount",
            Binary("+", Literal(Decimal(1)), Binary("*", Literal(Decimal(2)), AMOUNT)),
            id="times before plus",
        ),
        pytest.param(
            "amount - 1 - 2",
            Binary("-", Binary("-", AMOUNT, Literal(Decimal(1))), Literal(Decimal(2))),
            id="from left to right",
        ),
        pytest.param("NOT level = amount", Unary("NOT", Binary("=", LEVEL, AMOUNT)), id="not after equals"),
        pytest.param("NOT(done)", Unary("NOT", DONE), id="not as a function"),
        pytest.param(
            "done OR done AND done", Call("OR", (DONE, Call("AND", (DONE, DONE)))), id="and before or"
        ),
        pytest.param("done AND (done AND done)", Call("AND", (DONE, DONE, DONE)), id="and is one level"),
        pytest.param("AND(done, done, done)", Call("AND", (DONE, DONE, DONE)), id="and as a function"),
        pytest.param(
            'level IN ("a", "b")', Binary("IN", LEVEL, ListOf((Literal("a"), Literal("b")))), id="in"
        ),
        pytest.param("level NOT IN ()", Unary("NOT", Binary("IN", LEVEL, ListOf(()))), id="not in"),
        pytest.param(
            "ISBLANK（level） AND amount ＞＝ 1".replace("＞＝", "≥"),
            Call("AND", (Call("ISBLANK", (LEVEL,)), Binary(">=", AMOUNT, Literal(Decimal(1))))),
            id="full-width brackets and signs",
        ),
        pytest.param(
            "CONTAINS(level，“高, ”）",
            Call("CONTAINS", (LEVEL, Literal("高, "))),
            id="full-width comma and quotes",
        ),
        pytest.param('"e\u0301"', Literal("é"), id="text is composed"),
        pytest.param("0.12345678901234567", Literal(Decimal("0.123456789012346")), id="fifteen digits"),
        pytest.param(
            "1234567890123456789", Literal(Decimal(1234567890123456789)), id="an id keeps its digits"
        ),
    ],
)
def test_reads(text: str, tree: Node):
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("", "expression.unfinished", 1),
        ("level = ", "expression.unfinished", 9),
        ("level level", "expression.unexpected", 7),
        ("level = 'a'", "expression.single_quotes", 9),
        ("level.__class__ = 1 ;", "expression.unexpected", 21),
        ("AND()", "expression.unexpected", 5),
        ("1, 2", "expression.unexpected", 2),
        ("level NOT 5", "expression.unexpected", 11),
        ("= 1", "expression.unexpected", 1),
        ('level = "a', "expression.unclosed_text", 9),
        ('level = "a\0"', "expression.unclosed_text", 9),
        ('"\ud800"', "expression.unclosed_text", 1),
        ("(level = 1", "expression.unclosed", 1),
        ("1 + ISBLANK(level", "expression.unclosed", 12),
        ("x" * 10_001, "expression.too_long", 10_001),
        ("1" + "+1" * 50, "expression.too_deep", 1),
        ("1" + "+1" * 4_000, "expression.too_deep", 7900),
        ("(" * 5_000 + "1" + ")" * 5_000, "expression.too_long", 10_001),
        ("(" * 4_000 + "1" + ")" * 4_000, "expression.too_deep", 103),
        ("-" * 4_000 + "x", "expression.too_deep", 103),
        ("level IN (" + ",".join("1" * 1_000) + ")", "expression.too_large", 2005),
    ],
)
def test_says_where_it_stopped(text: str, code: str, at: int):
    with pytest.raises(ExpressionError) as caught:
        parse(text)

    assert (caught.value.code, caught.value.at) == (code, at)


def test_many_conditions_are_one_level_and_fit():
    tree = parse(" AND ".join(["done"] * 400))

    assert tree == Call("AND", (DONE,) * 400)


def test_every_node_knows_its_character():
    tree = parse("  level = UPPERCASE(amount)")

    assert isinstance(tree, Binary)
    assert isinstance(tree.right, Call)
    assert (tree.at, tree.left.at, tree.right.at, tree.right.args[0].at) == (9, 3, 11, 21)


def test_an_error_is_an_invalid_input_with_one_issue():
    with pytest.raises(ExpressionError) as caught:
        parse("level =")

    issue = caught.value.issues[0]
    assert (caught.value.reason, issue.code, issue.params) == (
        "expression.unfinished",
        "expression.unfinished",
        {"at": 8},
    )
