"""Why somebody may see a field of a record or not: the question as it is asked, and all that decided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from builder.designer.seeing.standing import Standing
from engines.access import Trace
from engines.flow.reading import sees
from engines.flow.rows import Instance, Visit, by_id
from engines.flow.sight import rights, task_access
from engines.form import FieldModel, FormModel
from engines.store import reading
from engines.store.shares import Share, shares
from runtime.flows import locked
from runtime.tasks import node_name
from schemas.elements import Role
from schemas.errors import Forbidden, NotFound


@dataclass(frozen=True, slots=True)
class Given:
    """A task of a flow, which lets its person see a record whatever the roles say."""

    flow: str
    node: str
    trace: Trace
    edit: bool


@dataclass(eq=False)
class Question:
    """About one field of a form, in one record or in any."""

    standing: Standing
    form_key: str
    field_key: str
    record_id: int | None = None

    def __post_init__(self) -> None:
        """Refuse who may not know what a record holds: the answer tells which conditions it meets."""
        if self.record_id is not None and not self.standing.free:
            raise Forbidden

    @cached_property
    def form(self) -> FormModel:
        """Return the form. Raises NotFound."""
        found = self.standing.app.forms.get(self.form_key)
        if found is None or found.parent is not None:
            raise NotFound
        return found

    @cached_property
    def field(self) -> FieldModel:
        """Return the field. Raises NotFound."""
        if self.field_key not in self.form.fields:
            raise NotFound
        return self.form.fields[self.field_key]

    @cached_property
    def trace(self) -> Trace:
        """Return how the roles decide."""
        standing = self.standing
        store, conn = standing.call.installation.store, standing.call.conn
        about = (self.form, self.field.key)
        return reading.trace(store, conn, standing.app, standing.rights, about, self.record_id)

    @cached_property
    def silent(self) -> tuple[Role, ...]:
        """Return the roles that are held and say nothing of the form."""
        heard = {each.said.role.key for each in self.trace.heard}
        held = self.standing.rights.roles(self.standing.app)
        return tuple(each for each in held if each.key not in heard and not each.admin)

    @cached_property
    def locked(self) -> bool:
        """Tell whether people must leave the record alone while it is decided on."""
        return self.record_id is not None and locked(self.standing.call, self.form, self.record_id)

    @cached_property
    def shares(self) -> list[Share]:
        """Return the share by which the person sees the record for a time."""
        call, person, record = self.standing.call, self.standing.person_id, self.record_id
        if person is None or record is None:
            return []
        return shares(call.conn, call.installation.clock, self.form.uid, record, person)

    @cached_property
    def given(self) -> tuple[Given, ...]:
        """Return what tasks of flows let the person see beside the roles."""
        person, record = self.standing.person_id, self.record_id
        return () if person is None or record is None else tuple(self._given(person, record))

    def _given(self, person: int, record: int) -> Iterator[Given]:
        call, app = self.standing.call, self.standing.call.app
        for task in sees(call.conn, person, self.form.uid, record):
            (instance,) = by_id(call.conn, Instance, [task.instance_id])
            (visit,) = by_id(call.conn, Visit, [task.visit_id])
            graph = call.installation.flows.graphs.pinned(call.conn, app, instance.flow_uid, instance.version)
            node, texts = graph.node(visit.node), self.standing.desk.texts
            said = rights(graph, node).get(self.field.key, "hidden")
            access = task_access(self.standing.rights, graph, node, record)
            about = (self.form, self.field.key)
            trace = reading.trace(call.installation.store, call.conn, app, access, about, record)
            writes = task.state == "open" and said in {"edit", "required"}
            yield Given(graph.name(texts.locale), node_name(graph, visit.node, texts), trace, writes)
