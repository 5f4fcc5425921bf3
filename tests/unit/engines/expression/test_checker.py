import pytest

from engines.expression import FUNCTIONS, ExpressionError, ListOf, ValueType, check, check_condition, parse
from tests.unit.engines.expression.strategies import FIELDS


class Fields:
    """The fields of the strategies, one look-up, a time and a file."""

    def type_of(self, path: tuple[str, ...]) -> ValueType | None:
        if path == ("owner", "title"):
            return ValueType.text
        more = {"_id": ValueType.id, "at": ValueType.time, "scan": ValueType.file}
        return more.get(path[0]) or FIELDS.get(path[0]) if len(path) == 1 else None


SCOPE = Fields()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('title = "x"', ValueType.bool),
        ("title = note", ValueType.bool),
        ('due >= "2026-01-31"', ValueType.bool),
        ('"2026-01-31T08:00:00Z" < seen', ValueType.bool),
        ("due < NOW()", ValueType.bool),
        ('at < "08:30"', ValueType.bool),
        ('level = "a"', ValueType.bool),
        ("level = title", ValueType.bool),
        ('_id = "12"', ValueType.bool),
        ("owner = 12", ValueType.bool),
        ("owner IN (USER(), 3, _id)", ValueType.bool),
        ('tags IN ("a", "")', ValueType.bool),
        ('CONTAINS(tags, "a") OR CONTAINS(people, USER())', ValueType.bool),
        ('amount = "" OR tags <> "" OR scan = ""', ValueType.bool),
        ("ISBLANK(scan) AND NOT done", ValueType.bool),
        ("owner.title", ValueType.text),
        ("-amount * 2 / 3", ValueType.number),
        ("due + 7", ValueType.date),
        ("TODAY() - due", ValueType.number),
        ("seen - 0.5", ValueType.datetime),
        ("IF(done, amount, 0)", ValueType.number),
        ('IF(done, title, "")', ValueType.text),
        ("IF(done, title, amount)", ValueType.any),
        ('""', ValueType.any),
        ('amount + ""', ValueType.number),
        ("DEPARTMENT()", ValueType.id),
    ],
)
def test_finds_the_type(text: str, found: ValueType):
    assert check(parse(text), SCOPE) is found


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("done AND missing = 1", "expression.unknown_field", 10),
        ("owner.secret = 1", "expression.unknown_field", 1),
        ("done AND ISBLNK(title)", "expression.unknown_function", 10),
        ("CONTAINS(title)", "expression.arity", 1),
        ("USER(1)", "expression.arity", 1),
        ('amount = "5"', "expression.type_mismatch", 10),
        ("amount = title", "expression.type_mismatch", 10),
        ('"5" + 1', "expression.type_mismatch", 1),
        ("amount + title", "expression.type_mismatch", 10),
        ("due + due", "expression.type_mismatch", 1),
        ("NOT amount", "expression.type_mismatch", 5),
        ("-title", "expression.type_mismatch", 2),
        ("done AND amount", "expression.type_mismatch", 10),
        ("done < TRUE", "expression.type_mismatch", 1),
        ('level < "b"', "expression.type_mismatch", 1),
        ("title < level", "expression.type_mismatch", 9),
        ("_id > 5", "expression.type_mismatch", 1),
        ('due = "31.1.2026"', "expression.type_mismatch", 7),
        ('seen = "yesterday"', "expression.type_mismatch", 8),
        ('at = "25:00"', "expression.type_mismatch", 6),
        ('owner = "li"', "expression.type_mismatch", 9),
        ("owner = 1.5", "expression.type_mismatch", 9),
        ("owner = 99999999999999999999", "expression.type_mismatch", 9),
        ("owner = title", "expression.type_mismatch", 9),
        ("due = title", "expression.type_mismatch", 7),
        ('tags = "a"', "expression.type_mismatch", 1),
        ("tags IN (5)", "expression.type_mismatch", 10),
        ('CONTAINS(people, "li")', "expression.type_mismatch", 18),
        ('CONTAINS(level, "a")', "expression.type_mismatch", 10),
        ("CONTAINS(title, 5)", "expression.type_mismatch", 17),
        ("scan = scan", "expression.type_mismatch", 1),
        ('"2026-01-01" = "2026-01-01" + 1', "expression.type_mismatch", 16),
    ],
)
def test_refuses_with_the_place(text: str, code: str, at: int):
    with pytest.raises(ExpressionError) as caught:
        check(parse(text), SCOPE)

    assert (caught.value.code, caught.value.at) == (code, at)


def test_unknown_function_names_the_nearest():
    with pytest.raises(ExpressionError) as caught:
        check(parse("ISBLNK(title)"), SCOPE)

    assert caught.value.issues[0].suggestion == "ISBLANK"


def test_a_condition_must_be_true_or_false():
    check_condition(parse("done OR amount > 1"), SCOPE)

    with pytest.raises(ExpressionError, match=r"expression\.type_mismatch"):
        check_condition(parse("amount"), SCOPE)


def test_a_list_alone_means_nothing():
    with pytest.raises(ExpressionError, match=r"expression\.unexpected"):
        check(ListOf(()), SCOPE)


def test_every_function_has_a_help_code_of_its_own():
    assert FUNCTIONS["USER"].help == "function.user.help"
    assert len({function.help for function in FUNCTIONS.values()}) == len(FUNCTIONS)
