"""Figures that the database adds up are those that formulas make of loaded values, in as few queries."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from engines.access import Access
from engines.form import AppModel
from engines.query import Cause, Change, Op
from engines.store.database import Database
from engines.store.derived.leaves import Leaves
from engines.store.derived.renewing import Renewal, timeless
from engines.store.derived.sums import Sums
from engines.store.ids import SnowIds
from engines.store.jobs import JobTable
from engines.store.publish import Publisher
from engines.store.store import Store
from engines.store.writing import write
from tests.fixtures.clock import START, FakeClock
from tests.fixtures.publishing import Json, app, field, fill, form

FUNCTIONS = {
    "total": "SUM(deals.amount)",
    "mean": "AVERAGE(deals.amount)",
    "least": "MIN(deals.amount)",
    "most": "MAX(deals.amount)",
    "number": "COUNT(deals.amount)",
    "days": "COUNT(deals.day)",
    "there": "COUNTA(deals)",
    "named": "COUNTA(deals.name)",
    "staged": "COUNTA(deals.stage)",
    "won": 'SUM(FILTER(deals.amount, stage = "won"))',
    "won_there": 'COUNTA(FILTER(deals, stage = "won" AND amount > 1))',
    "won_mean": 'AVERAGE(FILTER(deals.amount, NOT(stage = "won")))',
    "blank": "SUM(FILTER(deals.amount, ISBLANK(name)))",
    "own": 'SUM(FILTER(deals.amount, STARTSWITH(firm.name, "f")))',
    "both": "SUM(deals.amount) / COUNT(deals.amount) + MAX(deals.amount) - AVERAGE(deals.amount) * 3",
    "guarded": "IFERROR(AVERAGE(deals.amount), 0 - 1)",
    "mixed": "SUM(FILTER(deals.amount, amount > floor))",
    "linked": "SUM(friends.size) + COUNTA(friends)",
}
DATES = {"first": "MIN(deals.day)", "last": 'MAX(FILTER(deals.day, stage = "won"))'}
DAYS = (date(2026, 1, 5), date(2025, 12, 31))
STAGES = [{"key": key, "label": key} for key in ("open", "won", "lost")]


def formulas(texts: dict[str, str], **options: Any) -> list[Json]:
    return [field(key, "formula", formula=text, **options) for key, text in texts.items()]


DEFINITION = app(
    form(
        "firm", field("name"), field("size", "number"), field("floor", "number"),
        field("friends", "relations", form="firm"),
        field("deals", "related", form="deal", via="firm"),
        *formulas(FUNCTIONS, decimals=4),
        *formulas(DATES, result="date"),
    ),
    form(
        "deal", field("name"), field("amount", "number", decimals=2), field("day", "date"),
        field("stage", "select", options=STAGES), field("firm", "relation", form="firm"),
    ),
)  # fmt: skip


@pytest.fixture
def model(publisher: Publisher, database: Database) -> AppModel:
    """Forty deals of seven firms, one of which has none."""
    model = publisher.apply(DEFINITION, actor=None)
    chosen = random.Random(7)
    fill(database, model, "firm", [
        {"name": f"f{n}" if n % 2 else "other", "size": n, "floor": 10, "friends": list({1, n + 1})}
        for n in range(7)
    ])  # fmt: skip
    fill(database, model, "deal", [
        {
            "name": chosen.choice([None, "x"]), "amount": chosen.choice([None, 5, -3, 1000]),
            "day": chosen.choice([None, *DAYS]), "stage": chosen.choice([None, "open", "won"]),
            "firm": chosen.choice([None, 1, 2, 3, 4, 5, 6]),
        }
        for _ in range(40)
    ])  # fmt: skip
    with database.write() as conn:
        table = model.form("deal").table
        conn.execute(sa.update(table).where(table.c["_id"] == 5).values(_trashed_at=START))
    return model


def loaded(conn: sa.Connection, model: AppModel) -> dict[int, Json]:
    """What the formulas make of values that were loaded one by one."""
    firm = model.form("firm")
    paths = {path for each in firm.formulas for path in each.paths}
    rows = Leaves(conn, model).of(firm, range(1, 8), paths)
    context = timeless(model)
    return {
        key: {each.field.key: each.value(row, context) for each in firm.formulas} for key, row in rows.items()
    }


def test_sums_are_what_formulas_make_of_loaded_values(model: AppModel, database: Database):
    firm = model.form("firm")
    assert {each.field.key for each in firm.formulas if not each.parts} == {"mixed"}

    with database.write() as conn:
        Renewal(conn, model, firm, firm.formulas, timeless(model)).run(range(1, 8))

    with database.read() as conn:
        expected = loaded(conn, model)
        rows = conn.execute(sa.select(firm.table)).mappings().all()
    found = {
        row["_id"]: {each.field.key: row[each.field.column.name] for each in firm.formulas} for row in rows
    }
    wrong = {
        (record_id, key): (found[record_id][key], value)
        for record_id, values in expected.items()
        for key, value in values.items()
        if found[record_id][key] != value
    }
    assert wrong == {}
    assert expected[1]["total"] is not None
    assert (expected[7]["there"], expected[7]["mean"], expected[7]["guarded"]) == (0, None, -1)


def test_sums_in_two_limbs_are_the_same(model: AppModel, database: Database):
    firm = model.form("firm")
    parts = [part for each in firm.formulas for part in each.parts if part.head == "deals"]

    with database.read() as conn:
        sums = Sums(conn, model, timeless(model))
        runs = [
            sums._run(firm, firm.fields["deals"], parts, [*range(1, 8)], wide=wide) for wide in (True, False)
        ]

    assert runs[0] == runs[1]


def test_a_sum_beyond_sixty_four_bits_is_exact(publisher: Publisher, database: Database):
    model = publisher.apply(
        app(
            form("firm", field("deals", "related", form="deal", via="firm"),
                 *formulas({"total": "SUM(deals.amount) / 10000"}, decimals=8)),
            form("deal", field("amount", "number", decimals=8), field("firm", "relation", form="firm")),
        ),
        actor=None,
    )  # fmt: skip
    fill(database, model, "firm", [{}])
    table = model.form("deal").table
    with database.write() as conn:
        cells = [{"_id": n, "amount": "9999999.99999999", "firm": 1} for n in range(1, 10_001)]
        conn.execute(sa.insert(table), cells)
        firm = model.form("firm")
        (touched,) = Renewal(conn, model, firm, firm.formulas, timeless(model)).run([1])

    assert str(touched.new["total"]) == "9999999.99999999"


@contextmanager
def counted(db: Database) -> Iterator[list[str]]:
    """Collect the statements that are sent."""
    sent: list[str] = []

    def listen(_: Any, __: Any, statement: str, *___: Any) -> None:
        sent.append(statement)

    sa.event.listen(db.writer, "before_cursor_execute", listen)
    yield sent
    sa.event.remove(db.writer, "before_cursor_execute", listen)


def test_queries_do_not_grow_with_what_is_added_up(
    model: AppModel, database: Database, clock: FakeClock, ids: SnowIds
):
    store = Store(database, clock, ids, JobTable(ids, clock), b"secret")

    def create(*firms: int) -> int:
        with counted(database) as sent, store.unit(model, Access(None), Cause("test", None)) as uow:
            changes = [Change(Op.create, {"amount": "1", "firm": firm}) for firm in firms]
            assert all(each.ok for each in write(store, uow, model.form("deal"), changes))
        return len(sent)

    one = create(1)
    assert one <= 16
    assert create(*[1] * 50) <= one
    assert create(*[1, 2, 3, 4, 5, 6, 7] * 5) <= one
