"""The least a Python service can pay for the same work: one table, no rights, no history, no metadata."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal

import sqlalchemy as sa
from fastapi import FastAPI, HTTPException, Response
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

metadata = sa.MetaData()
deals = sa.Table(
    "deals", metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("account", sa.Text), sa.Column("product", sa.Text), sa.Column("agent", sa.Text),
    sa.Column("stage", sa.String(20)), sa.Column("engage_date", sa.Date), sa.Column("close_date", sa.Date),
    sa.Column("amount", sa.Numeric(14, 2)), sa.Column("notes", sa.Text),
)  # fmt: skip


moves = sa.Table(
    "moves", metadata,
    sa.Column("id", sa.Integer, primary_key=True), sa.Column("deal", sa.Integer, index=True),
    sa.Column("stage", sa.String(20)), sa.Column("at", sa.DateTime), sa.Column("left", sa.DateTime),
)  # fmt: skip
_WAYS = {"on": ("Prospecting", "Engaging"), "back": ("Engaging", "Prospecting")}


class DealIn(BaseModel):
    """What a client sends."""

    model_config = ConfigDict(extra="forbid")
    account: str | None = Field(None, max_length=255)
    product: str | None = Field(None, max_length=255)
    agent: str | None = Field(None, max_length=255)
    stage: Literal["Prospecting", "Engaging", "Won", "Lost"] | None = None
    engage_date: date | None = None
    close_date: date | None = None
    amount: Decimal | None = Field(None, max_digits=14, decimal_places=2)
    notes: str | None = None


class Deal(DealIn):
    """What a client gets."""

    id: int


_OUT = TypeAdapter(list[Deal])
_INSERT = sa.insert(deals)
_BY_STAGE = sa.select(deals.c.stage, sa.func.count(), sa.func.sum(deals.c.amount)).group_by(deals.c.stage)
_url = os.environ["BENCH_DATABASE"]
engine = sa.create_engine(_url, pool_size=8, max_overflow=0)


def _pragmas(connection: Any, _: Any) -> None:
    for each in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=10000", "cache_size=-65536"):
        connection.execute("PRAGMA " + each)


if _url.startswith("sqlite"):
    sa.event.listen(engine, "connect", _pragmas)


@asynccontextmanager
async def _lifespan(_: FastAPI) -> AsyncIterator[None]:
    with engine.begin() as conn:
        metadata.create_all(conn)
    yield


app = FastAPI(lifespan=_lifespan)


@app.get("/health")
async def health() -> dict[str, bool]:
    """Answer once serving."""
    return {"ok": True}


@app.post("/deals", status_code=201, response_model=Deal)
def create(deal: DealIn) -> Any:
    """Insert one row."""
    row = deal.model_dump()
    with engine.begin() as conn:
        made: Any = conn.execute(_INSERT.values(**row))
        row["id"] = made.inserted_primary_key[0]
    return row


@app.get("/deals")
def listing(stage: str | None = None, order: str | None = None, limit: int = 50) -> Response:
    """Return rows of one stage in one order."""
    statement = sa.select(deals)
    if stage is not None:
        statement = statement.where(deals.c.stage == stage)
    if order:
        column = deals.c[order.lstrip("-")]
        statement = statement.order_by(column.desc() if order[0] == "-" else column.asc())
    with engine.connect() as conn:
        rows = conn.execute(statement.limit(limit)).all()
    found = [Deal.model_construct(**row._mapping) for row in rows]
    return Response(_OUT.dump_json(found), media_type="application/json")


@app.patch("/deals/{key}", response_model=Deal)
def update(key: int, deal: DealIn) -> Any:
    """Change one row."""
    statement = sa.update(deals).where(deals.c.id == key).values(**deal.model_dump(exclude_unset=True))
    with engine.begin() as conn:
        row = conn.execute(statement.returning(deals)).first()
    if row is None:
        raise HTTPException(404)
    return row._mapping


class Move(BaseModel):
    """Which way a deal is to go."""

    move: Literal["on", "back"]


@app.post("/deals/{key}/move", response_model=Deal)
def move(key: int, asked: Move) -> Any:
    """Take a deal from its stage to the next, and keep how long it stayed there."""
    begins, ends = _WAYS[asked.move]
    with engine.begin() as conn:
        stage = conn.execute(sa.select(deals.c.stage).where(deals.c.id == key).with_for_update()).scalar()
        if stage != begins:
            raise HTTPException(409)
        now = datetime.now(UTC)
        changed = sa.update(deals).where(deals.c.id == key).values(stage=ends).returning(deals)
        row: Any = conn.execute(changed).first()
        stayed = (moves.c.deal == key, moves.c.left.is_(None))
        conn.execute(sa.update(moves).where(*stayed).values(left=now))
        conn.execute(sa.insert(moves).values(deal=key, stage=ends, at=now))
    return row._mapping


@app.get("/deals/by_stage")
def by_stage() -> list[dict[str, Any]]:
    """Return count and sum by stage."""
    with engine.connect() as conn:
        return [{"stage": row[0], "count": row[1], "sum": str(row[2])} for row in conn.execute(_BY_STAGE)]


@app.post("/deals/bulk")
def bulk(rows: list[DealIn]) -> dict[str, int]:
    """Insert many rows."""
    with engine.begin() as conn:
        conn.execute(_INSERT, [each.model_dump() for each in rows])
    return {"n": len(rows)}
