from engines.expression import Literal, Ref, conjoin, disjoin, parse, references, rename, substitute, to_text


def test_references_are_every_path_once():
    found = references(parse('IF(done, item.price, -amount) > 1 AND amount IN (low, 2) AND USER() <> ""'))

    assert found == {("done",), ("item", "price"), ("amount",), ("low",)}


def test_rename_follows_the_longest_prefix():
    tree = parse("item.price > price AND item.title = item")

    renamed = rename(tree, {("item",): ("product",), ("item", "price"): ("product", "cost")})

    assert to_text(renamed) == "product.cost > price AND product.title = product"


def test_substitute_reaches_every_reference():
    tree = parse("NOT a IN (b, 1) OR ISBLANK(c) OR -d = 2")

    assert references(substitute(tree, lambda ref: Ref(("x", *ref.path)))) == {("x", key) for key in "abcd"}


def test_conditions_join_on_one_level():
    first, second, third = parse("a AND b"), parse("c OR d"), parse("e")

    assert to_text(conjoin(first, second, third)) == "a AND b AND (c OR d) AND e"
    assert to_text(disjoin(first, second)) == "a AND b OR c OR d"
    assert conjoin(third) == third


def test_nothing_joined_is_the_neutral_condition():
    assert (conjoin(), disjoin()) == (Literal(value=True), Literal(value=False))
