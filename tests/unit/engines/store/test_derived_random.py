"""Whatever is written, deleted, restored and purged in whatever order, every computed value is true."""

import random
from typing import Any

import pytest
import sqlalchemy as sa

from engines.access import Access
from engines.form import AppModel
from engines.query import Cause, Change, Op
from engines.store.database import Database
from engines.store.derived.dependents import net_of
from engines.store.derived.leaves import Leaves
from engines.store.derived.renewing import timeless
from engines.store.ids import SnowIds
from engines.store.jobs import JobTable
from engines.store.publish import Publisher
from engines.store.store import Store
from engines.store.writing import write
from tests.fixtures.clock import FakeClock
from tests.fixtures.publishing import Json, app, field, form


def formula(key: str, text: str, **options: Any) -> Json:
    return field(key, "formula", formula=text, **{"decimals": 2, **options})


def related(key: str, of: str, via: str) -> Json:
    return field(key, "related", form=of, via=via)


def link(key: str, of: str, on_delete: str, type_: str = "relation") -> Json:
    return field(key, type_, form=of, on_delete=on_delete)


DEFINITION = app(
    form("product", field("name"), field("price", "number"), formula("double", "price * 2")),
    form(
        "area", field("name"), field("weight", "number"), link("above", "area", "clear"),
        related("below", "area", "above"), related("firms", "firm", "area"),
        field("under", "rollup", of="below", field="weight"),
        formula("share", "weight / above.under * 100"),
        field("grand", "rollup", of="firms", field="total"),
    ),
    form(
        "firm", field("name"), link("area", "area", "clear"), related("deals", "deal", "firm"),
        related("joint", "deal", "partners"),
        field("total", "rollup", of="deals", field="amount"),
        field("won", "rollup", of="deals", field="amount", filter="won AND amount > 3"),
        field("joined", "rollup", of="joint", field="amount", function="max"),
        field("last", "lookup", via="area", field="name"),
        formula("called", 'name & "/" & last & "/" & area.above.name', result="text"),
    ),
    form(
        "deal", field("name"), field("won", "checkbox"), field("extra", "number"),
        link("firm", "firm", "with"), link("partners", "firm", "clear", "relations"),
        field("rows", "subform", fields=[
            link("product", "product", "clear"), field("pieces", "number"),
            formula("cost", "product.price * pieces"), formula("doubled", "product.double"),
        ]),
        formula("amount", "SUM(rows.cost) + extra"),
        formula("prices", "SUM(rows.product.price)"),
        formula("weights", "SUM(partners.total) - MAX(partners.joined)"),
        formula("of_area", "firm.area.grand"),
    ),
)  # fmt: skip
# A deal's figures feed its firm's, its firm's feed its area's, and these come back to the deal.
STEPS = 120
OPS = {Op.create: 5, Op.update: 6, Op.delete: 1, Op.restore: 2, Op.purge: 1}


class Machine:
    """Writes at random, several records at once, some of them wrongly."""

    def __init__(self, store: Store, model: AppModel, seed: int) -> None:
        self.store, self.model, self.chance = store, model, random.Random(seed)
        self.living: dict[str, list[int]] = {key: [] for key in ("product", "area", "firm", "deal")}
        self.trash: dict[str, list[int]] = {key: [] for key in self.living}

    def some(self, form: str, most: int = 1) -> list[str]:
        known = self.living[form]
        return [
            str(each) for each in self.chance.sample(known, min(len(known), self.chance.randint(0, most)))
        ]

    def one(self, form: str) -> str | None:
        return next(iter(self.some(form)), None)

    def number(self) -> Any:
        return self.chance.choice([None, 0, 1, 2, 5, -4])

    def values(self, form: str) -> Json:
        word = self.chance.choice([None, "a", "b"])
        rows = [
            {"product": self.one("product"), "pieces": self.number()}
            for _ in range(self.chance.randint(0, 2))
        ]
        every: dict[str, Json] = {
            "product": {"name": word, "price": self.number()},
            "area": {"name": word, "weight": self.number(), "above": self.one("area")},
            "firm": {"name": word, "area": self.one("area")},
            "deal": {
                "name": word, "won": self.chance.choice([True, False]), "extra": self.number(),
                "firm": self.one("firm"), "partners": self.some("firm", 3), "rows": rows,
            },
        }  # fmt: skip
        found = every[form]
        return {key: found[key] for key in found if self.chance.random() < 0.7}

    def changes(self, form: str) -> list[Change]:
        op = self.chance.choice(
            [Op.create, Op.create, Op.update, Op.update, Op.update, Op.delete, Op.restore, Op.purge]
        )
        if op is Op.create:
            return [Change(op, self.values(form)) for _ in range(self.chance.randint(1, 3))]
        known = (self.trash if op in {Op.restore, Op.purge} else self.living)[form]
        chosen = self.chance.sample(known, min(len(known), self.chance.randint(1, 3)))
        return [Change(op, self.values(form) if op is Op.update else {}, each) for each in chosen]

    def step(self) -> None:
        form = self.chance.choice([*self.living])
        changes = self.changes(form)
        if self.chance.random() < 0.2:
            changes.append(Change(Op.create, {"name": ["wrong"]}))
        with self.store.unit(self.model, Access(None), Cause("test", None)) as uow:
            write(self.store, uow, self.model.form(form), changes, "each")
        self.look()

    def look(self) -> None:
        with self.store.db.read() as conn:
            for key in self.living:
                table = self.model.form(key).table
                found = conn.execute(sa.select(table.c["_id"], table.c["_trashed_at"])).all()
                self.living[key] = [row[0] for row in found if row[1] is None]
                self.trash[key] = [row[0] for row in found if row[1] is not None]


def wrong(conn: sa.Connection, model: AppModel) -> list[tuple[str, int, str, Any, Any]]:
    """Compare every stored value with what the formula makes of values that are loaded one by one."""
    found = []
    for step in net_of(model).steps:
        form, table = step.form, step.form.table
        paths = {path for each in step.formulas for path in each.paths}
        ids = conn.scalars(sa.select(table.c["_id"])).all()
        rows = Leaves(conn, model).of(form, ids, paths | {(each.field.key,) for each in step.formulas})
        for record_id, row in rows.items():
            for each in step.formulas:
                right = each.value(row, timeless(model))
                if row.get(each.field.key) != right:
                    found.append((form.path, record_id, each.field.key, row.get(each.field.key), right))
    return found


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(2, 9))])
def test_every_value_is_true_after_every_step(
    publisher: Publisher, database: Database, clock: FakeClock, ids: SnowIds, seed: int
):
    model = publisher.apply(DEFINITION, actor=None)
    machine = Machine(Store(database, clock, ids, JobTable(ids, clock), b"secret"), model, seed)

    most = 0
    for number in range(STEPS):
        machine.step()
        most = max(most, len(machine.living["deal"]))
        with database.read() as conn:
            assert wrong(conn, model) == [], number

    assert most > 5
    with database.read() as conn:
        assert "check.stale" not in {line.code for line in publisher.check(conn)}
