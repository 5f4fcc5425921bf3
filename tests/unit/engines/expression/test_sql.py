from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from engines.expression import Context, ExpressionError, SqlColumn, ValueType, compile_sql, parse
from engines.form.columns import Scaled

CONTEXT = Context(7, None, datetime(2026, 1, 31, tzinfo=UTC), date(2026, 1, 31))
TABLE = sa.table(
    "item",
    sa.column("title", sa.Text),
    sa.column("title_fold", sa.Text),
    sa.column("essay", sa.Text),
    sa.column("amount", Scaled(2)),
    sa.column("price", Scaled(4)),
    sa.column("_version", sa.Integer),
    sa.column("level", sa.BigInteger),
    sa.column("owner", sa.BigInteger),
    sa.column("tags", sa.Integer),
)
COLUMNS = {
    "title": SqlColumn(TABLE.c.title, ValueType.text, fold=TABLE.c.title_fold),
    "essay": SqlColumn(TABLE.c.essay, ValueType.text),
    "amount": SqlColumn(TABLE.c.amount, ValueType.number, scale=2),
    "price": SqlColumn(TABLE.c.price, ValueType.number, scale=4),
    "_version": SqlColumn(TABLE.c["_version"], ValueType.number),
    "level": SqlColumn(TABLE.c.level, ValueType.option),
    "owner": SqlColumn(TABLE.c.owner, ValueType.id),
    "tags": SqlColumn(TABLE.c.tags, ValueType.options),
}


class Columns:
    """The columns above."""

    def column(self, path: tuple[str, ...]) -> SqlColumn:
        return COLUMNS[path[0]]


def sql(text: str) -> tuple[str, list[object]]:
    compiled = compile_sql(parse(text), Columns(), CONTEXT).compile(
        dialect=sa.create_engine("sqlite://").dialect
    )
    assert isinstance(compiled, sa.Compiled)
    return str(compiled).replace("item.", ""), [value for _, value in sorted(compiled.params.items())]


@pytest.mark.parametrize(
    ("text", "expected", "params"),
    [
        pytest.param('title = "ＡB"', "title_fold = ?", ["ab"], id="equality stays plain"),
        pytest.param('"A" = title', "title_fold = ?", ["a"], id="either way round"),
        pytest.param('title <> "a"', "title_fold != ? OR title_fold IS NULL", ["a"], id="blank is different"),
        pytest.param('NOT title = "a"', "title_fold != ? OR title_fold IS NULL", ["a"], id="not equal"),
        pytest.param('title = ""', "title IS NULL", [], id="blank"),
        pytest.param('essay <> ""', "essay IS NOT NULL", [], id="long text may be blank"),
        pytest.param("owner = USER()", "owner = ?", [7], id="person"),
        pytest.param("owner = DEPARTMENT()", "owner IS NULL", [], id="nobody's department is blank"),
        pytest.param("amount > 1.005", "amount > ?", [1], id="beyond the column's decimals"),
        pytest.param("amount < 1.005", "amount <= ?", [1], id="below, likewise"),
        pytest.param("amount = 1.005", "0", [], id="what the column cannot hold"),
        pytest.param("_version >= 2.5", "_version > ?", [2], id="plain integer"),
        pytest.param("title IN ()", "0 = 1", [], id="empty list matches nothing"),
        pytest.param("TODAY() = NOW()", "1", [], id="no field, no query"),
        pytest.param(
            'STARTSWITH(title, "5%_/")', "title_fold LIKE ? || '%' ESCAPE '/'", ["5/%/_//"], id="escaped"
        ),
    ],
)  # fmt: skip
def test_writes(text: str, expected: str, params: list[object]):
    assert sql(text) == (expected, params)


def test_every_value_is_bound():
    statement, params = sql('CONTAINS(title, "x\'; DROP") OR title IN ("p\'") OR amount < 12345')

    assert not any(value in statement for value in ("'x", "DROP", "p'", "12345"))
    assert len(params) == 3


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param('essay = "a"', 1, id="long text has no fold"),
        pytest.param('CONTAINS(essay, "a")', 10, id="nor is it searched here"),
        pytest.param("CONTAINS(title, title)", 17, id="a part that varies"),
        pytest.param("amount / 3 > 2", 8, id="a quotient has more digits than an integer"),
        pytest.param("amount * price > 2", 8, id="so has this product"),
        pytest.param("level = level", 7, id="option keys of two fields"),
        pytest.param('CONTAINS(tags, "a")', 10, id="no test for the links"),
        pytest.param("tags = tags", 6, id="several values"),
        pytest.param("owner IN (amount - 1)", 1, id="arithmetic in a list"),
        pytest.param('CONTAINS(IF(TRUE, title), "a")', 10, id="a computed text"),
        pytest.param("-amount", 1, id="not a condition"),
    ],
)
def test_says_what_cannot_be_pushed(text: str, at: int):
    with pytest.raises(ExpressionError) as caught:
        compile_sql(parse(text), Columns(), CONTEXT)

    assert (caught.value.code, caught.value.at) == ("expression.not_pushable", at)
