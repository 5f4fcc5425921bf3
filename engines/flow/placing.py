"""Records put into a pipeline where they are: new and imported ones, and those that were there before."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engines.flow.graph import Graph
from engines.flow.nodes.stage import StageOptions
from engines.flow.rows import Instance, State, Stay, Token, Visit, VisitState, insert
from engines.form import AppModel
from engines.query import Uow
from engines.store import flows
from engines.store.encode import chunks

_STAGE, _INSTANCE = flows.stage, flows.instance


@dataclass(frozen=True, slots=True)
class Placed:
    """A record, the stage it is in, and since when."""

    record_id: int
    stage: str
    since: datetime


def stage_options(graph: Graph, stage: str) -> StageOptions:
    """Return what a stage says."""
    options = graph.node(stage).options
    assert isinstance(options, StageOptions)  # noqa: S101 - the caller looked
    return options


def place_many(uow: Uow, graph: Graph, placed: Sequence[Placed], how: str) -> None:
    """Let records rest in their stages, a statement a table; nobody is asked or told anything."""
    field, said = graph.field, graph.flow.field
    if field is None or said is None or not placed:
        return
    by, ids = uow.cause.actor, iter(uow.ids.many(4 * len(placed)))
    staying = still_there(uow.conn, graph, [each.record_id for each in placed]) if how == "placed" else set()
    instances, tokens, visits, stays = [], [], [], []
    for each in placed:
        if each.record_id not in staying:
            uid = graph.keys.option_uid(said, each.stage)
            stays.append(Stay(next(ids), graph.form.uid, each.record_id, field.uid, uid, how, each.since, by))
        if not stage_options(graph, each.stage).moves:
            continue
        instance = Instance(
            next(ids), uow.app.key, graph.uid, graph.form.uid, each.record_id, graph.number, 1, State.running,
            locked=False, decided=False, started_by=by, started_at=each.since, counts={each.stage: 1},
        )  # fmt: skip
        visit, open_ = next(ids), VisitState.open
        token = Token(next(ids), instance.id, None, each.stage, visit)
        visits.append(Visit(visit, instance.id, token.id, None, each.stage, 1, open_, None, None, each.since))
        instances.append(instance)
        tokens.append(token)
    insert(uow.conn, Instance, instances)
    insert(uow.conn, Token, tokens)
    insert(uow.conn, Visit, visits)
    insert(uow.conn, Stay, stays)


def since_of(
    app: AppModel, graph: Graph, stage: str, record: Mapping[str, Any], otherwise: datetime
) -> datetime:
    """Return since when a record is in its stage, by the date field that the stage names for it."""
    key = stage_options(graph, stage).since
    value = None if key is None else record.get(graph.keys.field(key).key)
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        zone = ZoneInfo(app.definition.time_zone)
        return datetime.combine(value, time(), zone).astimezone(UTC)
    return otherwise


def strangers(conn: sa.Connection, graph: Graph, limit: int, after: int = 0) -> list[Any]:
    """Return records, by id, that hold a stage and were never in this pipeline."""
    field, table = graph.field, graph.form.table
    if field is None:
        return []
    known = sa.exists().where(_STAGE.c.field_uid == field.uid, _STAGE.c.record_id == table.c["_id"])
    columns = [each.column.label(each.key) for each in graph.form.stored]
    wanted = sa.select(table.c["_id"], table.c["_created_at"], *columns).where(
        table.c["_id"] > after, table.c["_trashed_at"].is_(None), field.column.is_not(None), ~known
    )
    return list(conn.execute(wanted.order_by(table.c["_id"]).limit(limit)).mappings())


def still_there(conn: sa.Connection, graph: Graph, records: Iterable[int]) -> set[int]:
    """Return those records whose last stay is not over."""
    field = graph.field
    found: set[int] = set()
    if field is None:
        return found
    for some in chunks(records):
        here = (_STAGE.c.field_uid == field.uid) & _STAGE.c.record_id.in_(some) & _STAGE.c.left_at.is_(None)
        found.update(conn.scalars(sa.select(_STAGE.c.record_id).where(here)))
    return found


def running(conn: sa.Connection, uids: Collection[int], records: Iterable[int]) -> set[int]:
    """Return those records that some flows run for."""
    found: set[int] = set()
    for some in chunks(records):
        state = sa.literal_column("weft_flow_instance.state") == sa.literal_column("'running'")
        wanted = sa.select(_INSTANCE.c.record_id).where(
            _INSTANCE.c.flow_uid.in_(sorted(uids)), _INSTANCE.c.record_id.in_(some), state
        )
        found.update(conn.scalars(wanted))
    return found
