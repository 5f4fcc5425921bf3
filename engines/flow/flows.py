"""What may be done with flows: each command one transition in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engines.access import NONE, Access
from engines.flow.book import Book
from engines.flow.graph import Graph, Graphs
from engines.flow.moving import move, moves_of
from engines.flow.placing import Placed, place_many, since_of
from engines.flow.pressing import Press, press, too_late
from engines.flow.rows import Instance, State, Task, TaskState, Token, VisitState, by_id, of_row, select
from engines.flow.run import Run
from engines.flow.tasks import close_task, void
from engines.form import FormModel
from engines.query import Query, Uow
from engines.store import flows, reading
from engines.store.store import Store
from schemas.elements import Action
from schemas.errors import Conflict, Forbidden, Invalid, Issue, NotFound

_INSTANCE = flows.instance
_RUNNING = sa.select(_INSTANCE).where(
    _INSTANCE.c.flow_uid == sa.bindparam("flow"), _INSTANCE.c.record_id == sa.bindparam("record"),
    sa.literal_column("weft_flow_instance.state") == sa.literal_column("'running'"),
).order_by(_INSTANCE.c.id)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Flows:
    """The flows of an installation. Implements ``FlowStarter``."""

    store: Store
    graphs: Graphs

    # ---------------------------------------------------------------- beginning

    def start(self, uow: Uow, flow: str, record_id: int, key: str | None = None) -> int:
        """Begin an instance and return its id; the same ``key`` begins it once.

        Raises NotFound, Forbidden, Invalid where the flow is not for this record, Conflict where it runs.
        """
        graph = self.graphs.of_key(uow.app, flow)
        if graph.flow.field is not None:
            raise NotFound
        lock_record(uow.conn, graph.form, record_id)
        begun = key and self._begun(uow.conn, graph, record_id, key)
        if begun:
            return begun.id
        if not self.may_start(uow, graph, record_id):
            raise Forbidden("flow.may_not_start")
        running = self.running(uow.conn, graph, record_id)
        if running is not None:
            raise Conflict("flow.already_running")
        run = self.begin(uow, graph, record_id, key)
        if not graph.holds(getattr(graph.start.options, "when", None), run.record, run.context):
            raise Invalid([Issue("flow", "flow.not_for_this_record")])
        run.work()
        return run.instance.id

    def begin(self, uow: Uow, graph: Graph, record_id: int, key: str | None = None) -> Run:
        """Return a new instance whose token is about to enter the start; ``work`` writes it."""
        now = uow.clock.now()
        instance = Instance(
            uow.ids.next(), uow.app.key, graph.uid, graph.form.uid, record_id, graph.number, 0, State.running,
            locked=False, decided=False, started_by=uow.cause.actor or uow.cause.on_behalf_of, started_at=now,
            once=key,
        )  # fmt: skip
        run = Run(self.store, uow, graph, Book(uow.conn, uow.ids, now, instance, fresh=True))
        token = run.book.add(Token(uow.ids.next(), instance.id, None, graph.start.options.key))
        run.note("start")
        run.go(token, graph.start.options.key, None)
        return run

    def _begun(self, conn: sa.Connection, graph: Graph, record_id: int, key: str) -> Instance | None:
        own = (_INSTANCE.c.form_uid == graph.form.uid, _INSTANCE.c.record_id == record_id)
        found = select(conn, Instance, *own, _INSTANCE.c.flow_uid == graph.uid, _INSTANCE.c.once == key)
        return found[0] if found else None

    def may_start(self, uow: Uow, graph: Graph, record_id: int) -> bool:
        """Tell whether the actor may begin it: the roles it names, else whoever may edit the record."""
        access, options = uow.access, graph.start.options
        if access.holder is None or access.unlimited(uow.app):
            return True
        named = {graph.keys.role_uid(key) for key in getattr(options, "by", ())}
        if named and not named & access.holder.role_uids:
            return False
        scope = access.form(uow.app, graph.form).act.get(Action.view if named else Action.edit, NONE)
        if scope.everything or scope.empty:
            return scope.everything
        lens = self.store.lens(uow.app, access, graph.form)
        table = graph.form.table
        found = sa.select(sa.literal(1)).where(table.c["_id"] == record_id, lens.within(scope))
        return uow.conn.scalar(found) is not None

    # ---------------------------------------------------------------- going on

    def decide(self, uow: Uow, task_id: int, asked: Press) -> Run:
        """Press a button of a task.

        Raises NotFound for other people's tasks, Conflict where it is too late, Invalid.
        """
        found = self.own_task(uow, task_id)
        run = self.open_any(uow, found.instance_id)
        run.book.of_visit(found.visit_id)
        task = run.book.tasks[found.id]
        if task.kind == "incident":
            _repair(run, task, asked.button)
        else:
            press(run, task, asked)
        run.work()
        return run

    def own_task(self, uow: Uow, task_id: int) -> Task:
        """Return a task of the actor. Raises NotFound."""
        for task in by_id(uow.conn, Task, [task_id]):
            if task.user_id == uow.access.user_id:
                return task
        raise NotFound

    def move(self, uow: Uow, form: str, record_id: int, asked: Press) -> Run:
        """Take a record from its stage to the next. Raises NotFound, Conflict, Invalid."""
        if form not in uow.app.forms:
            raise NotFound
        if not uow.access.unlimited(uow.app):
            reading.get(self.store, uow.conn, uow.app, uow.access, Query(form, ()), record_id)
        run = self._in_pipeline(uow, form, record_id, asked.button)
        move(run, asked)
        run.work()
        return run

    def withdraw(self, uow: Uow, instance_id: int, comment: str = "") -> Run:
        """Take back what one began. Raises NotFound, Forbidden, Conflict where it is too late."""
        run = self.open(uow, instance_id)
        if run.instance.started_by != uow.access.user_id:
            raise Forbidden("flow.not_yours")
        if not withdrawable(run.graph, run.instance):
            raise Conflict("flow.no_withdrawing")
        run.note("withdraw", comment=comment.strip()[:4000])
        run.finish(State.withdrawn, "withdrawn")
        run.work()
        return run

    def _in_pipeline(self, uow: Uow, form: str, record_id: int, wanted: str) -> Run:
        """Return the pipeline that offers a move, with a record that was never in it placed there."""
        lock_record(uow.conn, uow.app.forms[form], record_id)
        found: list[Run] = []
        for graph in self.graphs.of_form(uow.app, form):
            if graph.field is not None:
                instance = self.running(uow.conn, graph, record_id) or self._placed(uow, graph, record_id)
                found += [] if instance is None else [self._open(uow, instance)]
        for run in found:
            nodes = (each.node for each in run.book.living())
            if any(each.key == wanted for node in nodes for each in moves_of(run.graph, node)):
                return run
        if not found:
            raise Conflict("flow.not_in_a_stage")
        return found[0]

    def _placed(self, uow: Uow, graph: Graph, record_id: int) -> Instance | None:
        """Place a record that no instance runs for in its stage; of the last stage nothing runs."""
        query = Query(graph.form.path)
        page = reading.get(self.store, uow.conn, uow.app, Access(None), query, record_id)
        record: Mapping[str, Any] = page.records[0]
        field = graph.field
        stage = None if field is None else graph.stage_of(record.get(field.key))
        if stage is None:
            return None
        since = since_of(uow.app, graph, stage, record, record["_created_at"])
        place_many(uow, graph, [Placed(record_id, stage, since)], "placed")
        return self.running(uow.conn, graph, record_id)

    # ---------------------------------------------------------------- opening

    def open(self, uow: Uow, instance_id: int) -> Run:
        """Return a running instance, locked. Raises NotFound, and Conflict where it is over.

        The record is locked first: writers of records come to their flows in the same order.
        """
        run = self.open_any(uow, instance_id)
        if not run.instance.running:
            raise Conflict("flow.over")
        return run

    def open_any(self, uow: Uow, instance_id: int) -> Run:
        """Return an instance, locked, over or not. Raises NotFound."""
        found = next(iter(by_id(uow.conn, Instance, [instance_id])), None)
        if found is None or found.app != uow.app.key:
            raise NotFound
        return self._open(uow, found)

    def _open(self, uow: Uow, found: Instance) -> Run:
        """Lock an instance; where others write meanwhile it is read again."""
        graph = self.graphs.pinned(uow.conn, uow.app, found.flow_uid, found.version)
        if uow.conn.dialect.name == "postgresql":
            _hold(uow.conn, graph.form, found.record_id)
            (found,) = by_id(uow.conn, Instance, [found.id], lock=True)
        book = Book.open(uow.conn, uow.ids, uow.clock.now(), found)
        return Run(self.store, uow, graph, book)

    def running(self, conn: sa.Connection, graph: Graph, record_id: int) -> Instance | None:
        """Return the instance of a flow that runs for a record."""
        row = conn.execute(_RUNNING, {"flow": graph.uid, "record": record_id}).first()
        return None if row is None else of_row(Instance, row)


def lock_record(conn: sa.Connection, form: FormModel, record_id: int) -> None:
    """Keep a record as it is until the transaction ends. Raises NotFound for one that is gone."""
    row = _hold(conn, form, record_id)
    if row is None or row[0] is not None:
        raise NotFound


def _hold(conn: sa.Connection, form: FormModel, record_id: int) -> sa.Row[Any] | None:
    return conn.execute(form.kept("flow.hold", _holding), {"record": record_id}).first()


def _holding(form: FormModel) -> sa.Select[Any]:
    table = form.table
    wanted = sa.select(table.c["_trashed_at"]).where(table.c["_id"] == sa.bindparam("record"))
    return wanted.with_for_update(key_share=True)  # which SQLite leaves out


def withdrawable(graph: Graph, instance: Instance) -> bool:
    """Tell whether whoever began an instance may still take it back."""
    flow = graph.flow
    if not instance.running or flow.field is not None or flow.withdraw == "never":
        return False
    if flow.withdraw == "until_decision" and instance.decided:
        return False
    return flow.withdraw_until is None or not instance.counts.get(flow.withdraw_until)


def _repair(run: Run, task: Task, button: str) -> None:
    """Try a node again that failed, or pass over it. Raises Conflict when somebody was faster, Invalid."""
    visit = run.book.visit(task.visit_id)
    if task.state is not TaskState.open or visit.state is not VisitState.failed:
        raise too_late(run, task, visit)
    if button not in {"retry", "skip"}:
        raise Invalid([Issue("button", "flow.no_such_button", {"name": button[:40]})])
    token = run.book.tokens[visit.token_id]
    close_task(run, task, button)
    void(run, [visit.id], "not_needed")
    run.note(button, visit, task=task.id, error=visit.detail.pop("error", None))
    visit.state = VisitState.open
    run.book.touch(visit)
    if button == "retry":
        run.attempt(token, visit)
    else:
        run.skip(token, visit)
