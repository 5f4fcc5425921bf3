"""Flows take part in every write: stages are moved by them alone, and records begin with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engines.flow.ending import cancel_about
from engines.flow.graph import Graph
from engines.flow.placing import Placed, place_many, since_of, stage_options
from engines.flow.rows import TaskState
from engines.flow.uow import FlowUow
from engines.form import AppModel
from engines.query import ChangeSet, Draft, Op, Touched, Uow
from engines.store import flows
from engines.store.encode import chunks
from schemas.elements import Action
from schemas.errors import Invalid, Issue

if TYPE_CHECKING:
    from engines.flow.flows import Flows

_INSTANCE, _TASK = flows.instance, flows.task


class FlowHook:
    """Implements ``WriteHook``: gives what flows give, and follows with what they do. The first hook."""

    def __init__(self, flows_: Flows) -> None:
        self._flows = flows_

    def graphs(self, app: AppModel, form: str) -> tuple[Graph, ...]:
        """Return the flows of a form; of most there are none, which costs two look-ups."""
        return self._flows.graphs.of_form(app, form)

    def before(self, uow: Uow, form: str, drafts: Sequence[Draft]) -> None:
        """Put in what the flow sets, and let new records begin in the first stage."""
        if isinstance(uow, FlowUow) and uow.armed:
            for draft in drafts:
                if draft.id == uow.record_id:
                    draft.values.update(uow.forced)
            return
        for graph in self.graphs(uow.app, form):
            if graph.field is not None:
                for draft in drafts:
                    if draft.change.op is Op.create:
                        self._begin(uow, graph, draft)

    def _begin(self, uow: Uow, graph: Graph, draft: Draft) -> None:
        """A record that names no stage begins in the first, with what that sets beside what was sent."""
        first = graph.stage_value(graph.entry)
        key = next(iter(first))
        if draft.values.get(key) is None:
            draft.values.update(first)
        if draft.values[key] != first[key]:
            return
        said = {
            name: value
            for name, value in stage_options(graph, graph.entry).set.items()
            if graph.keys.field(name).key not in draft.change.values
        }
        try:
            context = self._flows.store.context(uow.app, uow.access)
            row = graph.row(uow.conn, draft.values) if said else {}
            draft.values.update(graph.values(said, row, context) if said else {})
        except Invalid as error:
            draft.issues.extend(error.issues)

    def after(self, uow: Uow, changes: ChangeSet) -> None:
        """Begin the flows of new records, and end those of records that are gone."""
        found = self.graphs(uow.app, changes.form)
        if not found:
            return
        created = [each for each in changes.touched if each.op is Op.create]
        gone = [each.id for each in changes.touched if each.op in {Op.delete, Op.purge}]
        for graph in found:
            if created and graph.field is not None:
                self._place(uow, graph, created)
            elif created and getattr(graph.start.options, "on", "") == "create":
                self._start(uow, graph, created)
        if gone:
            cancel_about(uow, found[0].form.uid, gone, {each.field.uid for each in found if each.field})

    def _place(self, uow: Uow, graph: Graph, created: Sequence[Touched]) -> None:
        field, now = graph.field, uow.clock.now()
        assert field is not None  # noqa: S101 - the caller looked
        quiet: list[Placed] = []
        placed: list[Placed] = []
        for each in created:
            stage = graph.stage_of(each.new.get(field.key))
            if stage is None:
                continue
            if stage != graph.entry:
                placed.append(Placed(each.id, stage, since_of(uow.app, graph, stage, each.new, now)))
            elif _says_something(graph):
                run = self._flows.begin(uow, graph, each.id)
                run.prepared, run.how = stage, "started"
                run.work()
            else:
                quiet.append(Placed(each.id, stage, now))
        place_many(uow, graph, quiet, "started")
        place_many(uow, graph, placed, "placed")

    def _start(self, uow: Uow, graph: Graph, created: Iterable[Touched]) -> None:
        when = getattr(graph.start.options, "when", None)
        for each in created:
            run = self._flows.begin(uow, graph, each.id)
            if graph.holds(when, run.record, run.context):
                run.work()


class Guard:
    """Implements ``WriteHook``: refuses what only flows may do. The last hook, so it sees every value."""

    def __init__(self, flows_: Flows, hook: FlowHook) -> None:
        self._flows = flows_
        self._hook = hook

    def before(self, uow: Uow, form: str, drafts: Sequence[Draft]) -> None:
        """Refuse stages moved past the flow, and changes of a record that is being decided on."""
        found = self._hook.graphs(uow.app, form)
        if not found:
            return
        own: Mapping[str, Any] = {}
        if isinstance(uow, FlowUow) and uow.armed:
            own, uow.armed = uow.forced, False
            if all(draft.id == uow.record_id for draft in drafts):
                _keep_stages(found, drafts, own)
                return
        _keep_stages(found, drafts, {})
        self._place_rights(uow, found, drafts)
        if uow.access.holder is not None:
            _keep_locked(uow, found, drafts)

    def after(self, uow: Uow, changes: ChangeSet) -> None:
        """Follow nothing."""

    def _place_rights(self, uow: Uow, found: Sequence[Graph], drafts: Sequence[Draft]) -> None:
        for graph in found:
            if graph.field is None or may_place(uow, graph):
                continue
            key, first = graph.field.key, graph.stage_value(graph.entry)
            for draft in drafts:
                if draft.change.op is Op.create and draft.values.get(key) != first[key]:
                    draft.issues.append(Issue(key, "flow.may_not_place"))


def may_place(uow: Uow, graph: Graph) -> bool:
    """Tell whether the actor may let records begin anywhere: roles the flow names, else whoever imports."""
    access = uow.access
    if access.holder is None or access.unlimited(uow.app):
        return True
    if graph.flow.place:
        return bool({graph.keys.role_uid(key) for key in graph.flow.place} & access.holder.role_uids)
    return access.form(uow.app, graph.form).may(Action.import_)


def _says_something(graph: Graph) -> bool:
    options = stage_options(graph, graph.entry)
    return bool(options.who or options.notify or options.limit)


def _keep_stages(found: Sequence[Graph], drafts: Sequence[Draft], own: Mapping[str, Any]) -> None:
    for graph in found:
        if graph.field is None:
            continue
        key = graph.field.key
        for draft in drafts:
            if draft.old is None or draft.change.op is not Op.update or key not in draft.values:
                continue
            if draft.values[key] != own.get(key, draft.old.get(key)):
                draft.issues.append(Issue(key, "flow.only_moved"))


def _keep_locked(uow: Uow, found: Sequence[Graph], drafts: Sequence[Draft]) -> None:
    updated = {draft.id: draft for draft in drafts if draft.change.op is Op.update and _changes(draft)}
    if not updated:
        return
    locked = sa.literal_column("weft_flow_instance.locked") == sa.true()
    mending = sa.exists().where(  # whoever looks after a flow puts right what it stumbled over
        _TASK.c.instance_id == _INSTANCE.c.id, _TASK.c.user_id == uow.access.user_id,
        _TASK.c.kind == "incident", _TASK.c.state == TaskState.open.value,
    )  # fmt: skip
    for some in chunks(updated):
        wanted = sa.select(_INSTANCE.c.record_id, _INSTANCE.c.flow_uid).where(
            _INSTANCE.c.form_uid == found[0].form.uid, _INSTANCE.c.record_id.in_(some), locked, ~mending
        )
        for record_id, flow_uid in uow.conn.execute(wanted):
            draft = updated[record_id]
            graph = next((each for each in found if each.uid == flow_uid), None)
            open_ = () if graph is None else {graph.keys.field(key).key for key in graph.flow.open}
            if any(key not in open_ for key in _changes(draft)):
                draft.issues.append(Issue("", "flow.locked"))


def _changes(draft: Draft) -> list[str]:
    old = draft.old or {}
    return [key for key, value in draft.values.items() if value != old.get(key)]
