"""A task as its person meets it, whatever the door: its record, what may be seen of it and done about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engines.access import Access
from engines.flow.graph import Graph
from engines.flow.options import Button, FieldRight
from engines.flow.pressing import Press
from engines.flow.reading import task_of
from engines.flow.rows import Instance, Task, TaskState, Visit, by_id
from engines.flow.shape import Drawn
from engines.flow.sight import fields_of, rights, task_access
from engines.form import AppModel, FieldModel
from engines.query import Page, Query
from engines.store import reading
from frontend.texts import Texts
from runtime.web.call import Call, id_in
from schemas.errors import Invalid, Issue, NotFound

_REPAIRS = (("retry", "approve"), ("skip", "reject"))


@dataclass(frozen=True, slots=True)
class Met:
    """One task with what stands around it."""

    call: Call
    app: AppModel
    task: Task
    visit: Visit
    instance: Instance
    graph: Graph

    @property
    def node(self) -> Drawn:
        """Return the node it stands at."""
        return self.graph.node(self.visit.node)

    @property
    def access(self) -> Access:
        """Return the rights it gives."""
        return task_access(self.call.access, self.graph, self.node, self.instance.record_id)

    @property
    def rights(self) -> Mapping[str, FieldRight]:
        """Return what it lets do with each field; of one that is done, nothing is left to write."""
        readable = self.access.form(self.app, self.graph.form).readable
        said = rights(self.graph, self.node)
        found: dict[str, FieldRight] = {
            key: right if readable(key) else "hidden" for key, right in said.items()
        }
        if self.task.state is TaskState.open and self.task.kind not in {"incident", "stage"}:
            return found
        return {key: "read" if right in {"edit", "required"} else right for key, right in found.items()}

    @property
    def editable(self) -> list[FieldModel]:
        """Return the fields it lets write."""
        return [
            self.graph.form.fields[key] for key, right in self.rights.items() if right in {"edit", "required"}
        ]

    @property
    def buttons(self) -> Sequence[Button]:
        """Return what may be done."""
        if self.task.state is not TaskState.open or self.task.kind == "stage":
            return ()
        if self.task.kind == "incident":
            return [Button(key=key, type="submit", comment="none") for key, _ in _REPAIRS]
        return self.node.kind.buttons(self.node.options)

    @property
    def sees(self) -> bool:
        """Tell whether it lets see its record: one that was taken away does not."""
        return self.task.state in {TaskState.open, TaskState.done, TaskState.told}

    def read(self, *, labels: bool = False) -> Page:
        """Read the record. Raises NotFound where it is gone, or the task lets see nothing."""
        if not self.sees:
            raise NotFound
        keys = tuple(fields_of(self.graph.form, self.rights))
        query = Query(self.graph.form.path, keys, labels=labels)
        store = self.call.installation.store
        return reading.get(store, self.call.conn, self.app, self.access, query, self.instance.record_id)


def meet(call: Call, task_id: int) -> Met:
    """Return a task of the caller. Raises NotFound for those of others, and for those that are nobody's."""
    installation, conn = call.installation, call.conn
    task = task_of(conn, call.person.id if call.person else 0, task_id)
    (instance,) = by_id(conn, Instance, [task.instance_id])
    app = installation.app(conn, instance.app, call.epoch)
    graph = installation.flows.graphs.pinned(conn, app, instance.flow_uid, instance.version)
    (visit,) = by_id(conn, Visit, [task.visit_id])
    return Met(call, app, task, visit, instance, graph)


def node_name(graph: Graph, key: str, texts: Texts) -> str:
    """Return what a node is called: by its label, as a stage by its option, else by its kind."""
    node = graph.nodes.get(key)
    if node is None:
        return key
    if node.options.label is not None:
        return texts.label(node.options.label)
    now = set(graph.stage_value(key).values()) if node.kind.name == "stage" else set()
    for option in getattr(graph.field.options, "options", ()) if graph.field else ():
        if option.key in now:
            return texts.label(option.label)
    return texts.t(f"node.{node.kind.name}.label")


def button_name(button: Button, texts: Texts) -> str:
    """Return what a button is called."""
    if button.label is not None:
        return texts.label(button.label)
    code = f"screen.flow.button.{button.key}"
    return texts.t(code) if texts.has(code) else texts.t(f"screen.flow.button.{button.type}")


def press_of(body: Mapping[str, Any], name: str) -> Press:
    """Read a pressed button or move from JSON. Raises Invalid."""
    issues = [Issue(key, "request.unknown_key", {"name": key}) for key in body if key not in {name, *_BODY}]
    issues += [
        Issue(key, "request.not_allowed", {"value": str(body[key])[:40]})
        for key, kind in {name: str, **_BODY}.items()
        if body.get(key) is not None and not isinstance(body[key], kind)
    ]
    if not body.get(name):
        issues.append(Issue(name, "field.required"))
    if issues:
        raise Invalid(issues, "request.invalid")
    to = body.get("to")
    found = None if to is None else id_in(str(to))
    if to is not None and found is None:
        raise Invalid([Issue("to", "field.no_such_record", {"value": str(to)[:40]})])
    return Press(str(body[name]), body.get("comment") or "", body.get("values") or {}, found)


_BODY: Mapping[str, type] = {"comment": str, "values": dict, "to": str}
