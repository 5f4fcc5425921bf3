"""What a publish means for flows: records find their stages, and what runs keeps its footing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa

from engines.access import Access
from engines.expression import ExpressionError, parse, references
from engines.flow.graph import Graph, texts_of
from engines.flow.placing import Placed, place_many, since_of, strangers
from engines.flow.rows import State
from engines.form import AppModel
from engines.query import Cause
from engines.store import flows as tables
from engines.store import platform
from engines.store.database import Database
from engines.store.plan import Line
from engines.store.store import Store
from schemas.behaviour import flows_of
from schemas.errors import NotFound
from schemas.grammar import references as named

if TYPE_CHECKING:
    from engines.flow.graph import Graphs

PLACE = "flow.place"
_CHUNK = 500
_INSTANCE = tables.instance


@dataclass(frozen=True, slots=True)
class FlowPublishing:
    """Takes part in every publish."""

    store: Store
    graphs: Graphs

    def follow(self, conn: sa.Connection, before: AppModel | None, after: AppModel) -> None:
        """Let a job place the records of every pipeline that is new."""
        known = set() if before is None else set(_pipelines(before))
        for flow_uid, key in _pipelines(after).items():
            if flow_uid not in known:
                payload = {"app": after.key, "flow": key}
                self.store.queue.enqueue(conn, PLACE, payload, unique=f"{PLACE}:{flow_uid}")

    def lines(
        self, conn: sa.Connection, before: AppModel | None, after: AppModel, allowed: Collection[str]
    ) -> Iterator[Line]:
        """Yield what instances that still run would lose; blocking, unless it is allowed by its path."""
        if before is None:
            return
        for graph, count in self._running(conn, before):
            for what, uid, path in _used(graph):
                change = _change(before, after, what, uid)
                if change is not None:
                    blocking = path not in allowed
                    params = {"label": graph.flow.label, "name": path, "version": graph.number}
                    yield Line("flow", path, change, params, count, blocking=blocking)

    def _running(self, conn: sa.Connection, app: AppModel) -> Iterator[tuple[Graph, int]]:
        statement = (
            sa.select(_INSTANCE.c.flow_uid, _INSTANCE.c.version, sa.func.count())
            .where(_INSTANCE.c.app == app.key, _INSTANCE.c.state == State.running.value)
            .group_by(_INSTANCE.c.flow_uid, _INSTANCE.c.version)
            .order_by(_INSTANCE.c.flow_uid, _INSTANCE.c.version)
        )
        for uid, version, count in conn.execute(statement).all():
            try:
                yield self.graphs.pinned(conn, app, uid, version), count
            except NotFound:
                continue


def place_records(db: Database, store: Store, graph: Graph) -> None:
    """Place whatever record holds a stage and was never in the pipeline, chunk by chunk; safe to repeat."""
    last = 0
    while True:
        with db.write() as conn:
            rows = strangers(conn, graph, _CHUNK, last)
            uow = store.uow(conn, graph.app, Access(None), Cause("flow", None))
            place_many(uow, graph, list(_placed(conn, graph, rows)), "placed")
        if len(rows) < _CHUNK:
            return
        last = rows[-1]["_id"]


def _placed(conn: sa.Connection, graph: Graph, rows: list[Any]) -> Iterator[Placed]:
    field = graph.field
    if field is None or not rows:
        return
    changed = _last_changes(conn, graph, [row["_id"] for row in rows])
    for row in rows:
        stage = graph.stage_of(row[field.key])
        if stage is not None:
            since = changed.get(row["_id"], row["_created_at"])
            yield Placed(row["_id"], stage, since_of(graph.app, graph, stage, row, since))


def _last_changes(conn: sa.Connection, graph: Graph, ids: list[int]) -> dict[int, datetime]:
    """Return when the stage of records changed last, as their history tells it."""
    history, cause, field = platform.history, platform.cause, graph.field
    wanted = (
        sa.select(history.c.record_id, cause.c.at, history.c.old)
        .join(cause, cause.c.id == history.c.cause)
        .where(history.c.form_uid == graph.form.uid, history.c.record_id.in_(ids))
        .order_by(history.c.record_id, history.c.version)
    )
    return {
        record_id: at
        for record_id, at, old in conn.execute(wanted)
        if field is not None and str(field.uid) in orjson.loads(old)
    }


def _pipelines(app: AppModel) -> dict[int, str]:
    return {
        app.names.uid(f"flow:{each.key}"): each.key
        for each in flows_of(app.definition)
        if each.field is not None
    }


def _used(graph: Graph) -> Iterator[tuple[str, int, str]]:
    """Yield kind, uid and path of every element a graph names."""
    flow, keys = graph.flow, graph.keys
    yield "flow", graph.uid, f"flow:{flow.key}"
    yield "form", graph.form.uid, keys.path
    found: set[str] = set()
    for _, what, key, _ in named(flow):
        if what == "role":
            found.add(f"@{key}")
        elif what == "field":
            found.add(f"{keys.path}.{key}")
    for text in texts_of(flow):
        try:
            found |= {f"{keys.path}.{path[0]}" for path in references(parse(text)) if path[0][0] != "_"}
        except ExpressionError:
            continue
    if flow.field is not None:
        stages = (key for key, each in graph.nodes.items() if each.kind.name == "stage")
        found |= {f"{keys.path}.{flow.field}.{key}" for key in stages}
    for path in sorted(found):
        name = keys.names.by_path.get(path)
        if name is not None:
            yield "role" if path[0] == "@" else "field", name.uid, path


def _change(before: AppModel, after: AppModel, what: str, uid: int) -> str | None:
    """Return the code for what happens to an element, None where it stays what it is."""
    now = {name.uid: path for path, name in after.names.by_path.items()}
    if uid not in now:
        return "plan.flow.uses_dropped"
    if what != "field":
        return None
    types = (_type(app, uid) for app in (before, after))
    old, new = types
    return None if old == new else "plan.flow.uses_retyped"


def _type(app: AppModel, uid: int) -> str | None:
    fields = (each for form in app.forms.values() for each in form.fields.values())
    return next((each.kind.name for each in fields if each.uid == uid), None)
