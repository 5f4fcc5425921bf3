"""Where a record stands in its flows, and what its reader may begin or move."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from engines.access import Access
from engines.expression import Context
from engines.flow.graph import Graph
from engines.flow.hook import may_place
from engines.flow.rows import Instance, State, TokenState, Visit, by_id, select
from engines.form import FormModel
from engines.query import Cause, Query
from engines.store import flows as tables
from engines.store import reading
from engines.store.people import House
from runtime.web.call import Call

_INSTANCE, _TOKEN = tables.instance, tables.token


@dataclass(frozen=True, slots=True)
class Place:
    """A record in a pipeline. ``stage``: of the instance's version, None while it is in none."""

    graph: Graph
    stage: str | None
    visit: Visit | None
    record: Mapping[str, Any]
    context: Context


def where(call: Call, form: FormModel, record_id: int) -> Iterator[Place]:
    """Yield where a record stands in each pipeline of its form, or would if it was never in it."""
    graphs = [each for each in call.installation.flows.graphs.of_form(call.app, form.path) if each.field]
    if not graphs:
        return
    store = call.installation.store
    page = reading.get(store, call.conn, call.app, Access(None), Query(form.path), record_id)
    house = House(call.conn, call.app)
    context = replace(store.context(call.app, call.access), directory=house)
    for graph in graphs:
        running = _running(call.conn, graph.uid, record_id)
        if running is None:
            record = graph.row(call.conn, page.records[0])
            stage = graph.stage_of(record.get(graph.field.key)) if graph.field else None
            yield Place(graph, stage, None, record, context)
            continue
        pinned = call.installation.flows.graphs.pinned(call.conn, call.app, graph.uid, running.version)
        record = pinned.row(call.conn, page.records[0])
        visit = _resting(call.conn, running)
        stage = visit.node if visit is not None and pinned.node(visit.node).kind.name == "stage" else None
        yield Place(pinned, stage, visit, record, context)


def fixed(call: Call, form: FormModel, *, new: bool) -> frozenset[str]:
    """Return the fields that only flows write: stages, but in a new record of whoever may place it."""
    installation = call.installation
    uow = installation.store.uow(call.conn, call.app, call.access, Cause(call.door, call.access.user_id))
    return frozenset(
        each.field.key
        for each in installation.flows.graphs.of_form(call.app, form.path)
        if each.field is not None and not (new and may_place(uow, each))
    )


def locked(call: Call, form: FormModel, record_id: int) -> bool:
    """Tell whether people must leave a record alone, because it is being decided on."""
    if not call.installation.flows.graphs.of_form(call.app, form.path):
        return False
    mine = (_INSTANCE.c.form_uid == form.uid) & (_INSTANCE.c.record_id == record_id)
    kept = sa.literal_column("weft_flow_instance.locked") == sa.true()
    found = sa.select(_INSTANCE.c.id).where(mine, kept)
    return call.conn.scalar(found.limit(1)) is not None


def starts(call: Call, form: FormModel, record_id: int) -> Iterator[Graph]:
    """Yield the flows that the reader may begin for a record now."""
    installation = call.installation
    graphs = [each for each in installation.flows.graphs.of_form(call.app, form.path) if not each.field]
    if not graphs:
        return
    store = installation.store
    uow = store.uow(call.conn, call.app, call.access, Cause(call.door, call.access.user_id))
    page = reading.get(store, call.conn, call.app, Access(None), Query(form.path), record_id)
    context = replace(store.context(call.app, call.access), directory=House(call.conn, call.app))
    for graph in graphs:
        if _running(call.conn, graph.uid, record_id) is not None:
            continue
        when = getattr(graph.start.options, "when", None)
        if installation.flows.may_start(uow, graph, record_id) and graph.holds(
            when, graph.row(call.conn, page.records[0]), context
        ):
            yield graph


def _running(conn: sa.Connection, flow_uid: int, record_id: int) -> Instance | None:
    mine = (_INSTANCE.c.flow_uid == flow_uid) & (_INSTANCE.c.record_id == record_id)
    found = select(conn, Instance, mine, _INSTANCE.c.state == State.running.value)
    return found[0] if found else None


def _resting(conn: sa.Connection, instance: Instance) -> Visit | None:
    active = (_TOKEN.c.instance_id == instance.id) & (_TOKEN.c.state == TokenState.active.value)
    visit_id = conn.scalar(sa.select(_TOKEN.c.visit_id).where(active).limit(1))
    return None if visit_id is None else next(iter(by_id(conn, Visit, [visit_id])), None)
