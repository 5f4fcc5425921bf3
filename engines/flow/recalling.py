"""Where records were before anybody kept it here: stays in stages that are told afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from engines.flow.graph import Graph
from engines.flow.rows import Stay, insert
from engines.query import Uow
from engines.store import flows

_STAGE, _INSTANCE, _VISIT = flows.stage, flows.instance, flows.visit
_IN = sa.bindparam("moment", type_=_STAGE.c.entered_at.type)


@dataclass(frozen=True, slots=True)
class Moved:
    """When a record left a stage."""

    at: datetime
    stage: str


def recall_stays(uow: Uow, graph: Graph, moved: Mapping[int, Sequence[Moved]]) -> None:
    """Let records have been in stages in this order, and where they are now since the last move."""
    field = graph.field
    told = {record: moves for record, moves in moved.items() if moves}
    if field is None or not told:
        return
    begun = _created(uow, graph, list(told))
    ids, stays = iter(uow.ids.many(sum(map(len, told.values())))), []
    for record, moves in told.items():
        since = begun[record]
        for each in moves:
            uid = graph.app.names.uid(f"{field.path}.{each.stage}")
            stays.append(
                Stay(next(ids), graph.form.uid, record, field.uid, uid, "told", since, None, each.at)
            )
            since = each.at
    _begin_later(uow.conn, graph, {record: moves[-1].at for record, moves in told.items()})
    insert(uow.conn, Stay, stays)


def _begin_later(conn: sa.Connection, graph: Graph, since: Mapping[int, datetime]) -> None:
    """Say since when records are where they are."""
    field = graph.field
    if field is None:
        return
    record = sa.bindparam("record", type_=sa.BigInteger())
    moments = [{"record": each, "moment": at} for each, at in since.items()]
    here = (_STAGE.c.field_uid == field.uid) & (_STAGE.c.record_id == record) & _STAGE.c.left_at.is_(None)
    conn.execute(sa.update(_STAGE).where(here).values(entered_at=_IN), moments)
    mine = sa.select(_INSTANCE.c.id).where(
        _INSTANCE.c.flow_uid == graph.uid,
        _INSTANCE.c.form_uid == graph.form.uid,
        _INSTANCE.c.record_id == record,
    )
    inside = _VISIT.c.instance_id.in_(mine) & _VISIT.c.left_at.is_(None)
    conn.execute(sa.update(_VISIT).where(inside).values(entered_at=_IN), moments)


def _created(uow: Uow, graph: Graph, records: Sequence[int]) -> dict[int, datetime]:
    table = graph.form.table
    wanted = sa.select(table.c["_id"], table.c["_created_at"]).where(table.c["_id"].in_(records))
    return {row[0]: row[1] for row in uow.conn.execute(wanted)}
