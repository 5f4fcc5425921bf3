"""What people of an example did in its flows: the same commands that a screen gives, at their own time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from engines.access import Access
from engines.flow.pressing import Press
from engines.flow.recalling import Moved, recall_stays
from engines.flow.rows import Task, TaskState, select
from engines.form import FormModel
from engines.query import Cause, Uow
from engines.rule.chain import hush
from engines.store import flows, people
from engines.store.said import Said
from engines.store.todos import Todo, TodoKind, add_todo
from schemas.errors import NotFound

if TYPE_CHECKING:
    from runtime.installation import Installation

_TASK, _INSTANCE = flows.task, flows.instance


@dataclass(frozen=True, slots=True)
class _Then:
    """A clock that stands still."""

    at: datetime

    def now(self) -> datetime:
        """Return the moment."""
        return self.at


@dataclass(frozen=True, slots=True)
class Steps:
    """``person``: the id of a login. ``real``: puts ids where an example names people and records."""

    installation: Installation
    uow: Uow
    person: Callable[[str], int]
    real: Callable[[Any], Any]

    def remember(self, form: FormModel, records: Sequence[Mapping[str, Any]], ids: Sequence[int]) -> None:
        """Let records have been in the stages that their past tells."""
        for graph in self.installation.flows.graphs.of_form(self.uow.app, form.path):
            if graph.field is None:
                continue
            moved: dict[int, list[Moved]] = {}
            for record, record_id in zip(records, ids, strict=True):
                moved[record_id] = [
                    Moved(datetime.fromisoformat(each["at"]), each["old"][graph.field.key])
                    for each in record.get("_past", ()) if graph.field.key in each["old"]
                ]  # fmt: skip
            recall_stays(self.uow, graph, moved)

    def take(self, form: FormModel, record_id: int, step: Mapping[str, Any]) -> None:
        """Start a flow, press a button of a task or one of a stage."""
        uow, engine = self._as(step), self.installation.flows
        values = {key: self.real(value) for key, value in step.get("values", {}).items()}
        press = Press(step.get("press") or step.get("move") or "", step.get("comment", ""), values)
        if "start" in step:
            engine.start(uow, step["start"], record_id)
        elif "move" in step:
            engine.move(uow, form.path, record_id, press)
        else:
            engine.decide(uow, self._task(uow, record_id), press)

    def plan(self, form: FormModel, record_id: int, todo: Mapping[str, Any]) -> None:
        """Let somebody have written down what is to be done about a record."""
        uow, person = self.uow, self.person(todo["by"]["_user"])
        said, due = Said.plain(todo["title"]), datetime.fromisoformat(todo["due"])
        made = Todo(uow.app.key, TodoKind.own, said, None, form.uid, record_id, person, due=due)
        add_todo(uow.conn, uow.ids, uow.clock, made)

    def _as(self, step: Mapping[str, Any]) -> Uow:
        """Return a unit of somebody who acted at a moment, within the demo's transaction."""
        conn, user_id = self.uow.conn, self.person(step["by"]["_user"])
        access = Access(people.load_person(conn, user_id))
        uow = self.installation.store.uow(conn, self.uow.app, access, Cause(self.uow.cause.door, user_id))
        hush(uow)
        return replace(uow, clock=_Then(datetime.fromisoformat(step["at"])))

    def _task(self, uow: Uow, record_id: int) -> int:
        """Return the open task that somebody has about a record. Raises NotFound."""
        mine = (_TASK.c.user_id == uow.access.user_id) & (_TASK.c.instance_id == _INSTANCE.c.id)
        open_ = _TASK.c.state == TaskState.open.value
        for each in select(uow.conn, Task, mine, open_, _INSTANCE.c.record_id == record_id):
            return each.id
        raise NotFound
