"""Flows through REST: what runs for a record, beginning and moving, and the tasks of the caller."""

from __future__ import annotations

from typing import Any

from engines.flow.flows import withdrawable
from engines.flow.graph import Graph
from engines.flow.moving import may_move, offered
from engines.flow.options import Move
from engines.flow.reading import Trail, open_tasks, stays, trails
from engines.flow.rows import Task, Visit
from engines.form import FormModel
from engines.form.columns import iso
from engines.query import Query, Uow
from engines.store import reading
from frontend.texts import Texts
from runtime.api.answering import once, writing
from runtime.api.parameters import known, number
from runtime.api.shapes import record_json
from runtime.flows import starts, where
from runtime.tasks import Met, button_name, meet, node_name, press_of
from runtime.web.answers import texts_of
from runtime.web.call import Answer, Call, id_in, json_answer
from runtime.web.errors import issues_json, text_of
from runtime.web.routing import Permission, Routes
from schemas.errors import Invalid, Issue, NotFound

_RECORD = "/api/{app}/{form}/{id}"
_MOST = 200


def add_flow_routes(routes: Routes) -> None:
    """Register the routes of flows."""
    person = Permission.person
    routes.add("GET", "/api/tasks", person)(my_tasks)
    routes.add("GET", "/api/tasks/{id}", person)(show_task)
    routes.add("POST", "/api/tasks/{id}", person)(decide)
    routes.add("GET", _RECORD + "/flows", person)(record_flows)
    routes.add("POST", _RECORD + "/flows", person, in_unit=True)(start)
    routes.add("POST", _RECORD + "/flows/{instance}/withdraw", person, in_unit=True)(withdraw)
    routes.add("POST", _RECORD + "/move", person, in_unit=True)(move)


def my_tasks(call: Call) -> Answer:
    """Answer what the caller is asked for, oldest first."""
    known(call, "limit", "after")
    limit = min(max(number(call, "limit", 50), 1), _MOST)
    after = id_in(call.query["after"]) if call.query.get("after") else 0
    if after is None:
        raise Invalid([Issue("after", "query.bad_cursor")], "query.invalid")
    found = open_tasks(call.conn, call.person.id if call.person else 0, limit + 1, after)
    data = []
    for task in found[:limit]:
        try:
            data.append(_task_json(meet(call, task.id)))
        except NotFound:  # its flow or its record cannot be read any more
            continue
    return json_answer({"data": data, "next": str(found[limit - 1].id) if len(found) > limit else None})


def show_task(call: Call) -> Answer:
    """Answer one task with its record, as far as the task lets see it."""
    known(call)
    met = meet(call, call.record_id)
    values = record_json(met.graph.form, met.read().records[0]) if met.sees else None
    return json_answer({**_task_json(met), "values": values})


def decide(call: Call) -> Answer:
    """Press a button of a task."""
    met, asked = meet(call, call.record_id), press_of(call.json_object, "button")

    def work(uow: Uow) -> Answer:
        run = call.installation.flows.decide(uow, met.task.id, asked)
        instance = {"id": str(run.instance.id), "state": run.instance.state.value}
        return json_answer({"id": str(met.task.id), "button": asked.button, "instance": instance})

    return once(call, work, met.app)


def record_flows(call: Call) -> Answer:
    """Answer what runs and ran for a record, its stages, and what may be begun or moved."""
    known(call)
    form, texts, record_id = call.form, texts_of(call), call.record_id
    store, graphs = call.installation.store, call.installation.flows.graphs
    reading.get(store, call.conn, call.app, call.access, Query(form.path, ()), record_id)
    data = [_trail_json(call, each) for each in trails(call.conn, graphs, call.app, form, record_id)]
    stages: list[dict[str, Any]] = []
    moves: list[dict[str, Any]] = []
    for place in where(call, form, record_id):
        stages += _stages_json(call, form, place.graph.field.uid if place.graph.field else 0, record_id)
        if place.stage is None:
            continue
        moves += [
            _move_json(place.graph, each, texts)
            for each in offered(place.graph, place.stage, place.record, place.context)
            if may_move(store, call.conn, place.graph, call.access, record_id, each)
        ]
    begun = [
        {"flow": each.flow.key, "label": each.name(texts.locale)} for each in starts(call, form, record_id)
    ]
    return json_answer({"data": data, "stages": stages, "moves": moves, "starts": begun})


def start(call: Call) -> Answer:
    """Begin a flow."""
    _ = call.form  # whoever may not see the form is told nothing about the body
    body, record_id = call.json_object, call.record_id
    if set(body) != {"flow"} or not isinstance(body["flow"], str):
        raise Invalid([Issue("flow", "field.required")], "request.invalid")

    def work(uow: Uow, form: FormModel) -> Answer:
        _see(call, uow, form)
        found = call.installation.flows.start(uow, body["flow"], record_id)
        return json_answer({"id": str(found)}, 201)

    return writing(call, work)


def withdraw(call: Call) -> Answer:
    """Take back what the caller began."""
    comment = call.json_object.get("comment") if call.body else None
    instance = id_in(call.params["instance"])
    if comment is not None and not isinstance(comment, str):
        raise Invalid([Issue("comment", "field.not_text")], "request.invalid")

    def work(uow: Uow, form: FormModel) -> Answer:
        _see(call, uow, form)
        flows = call.installation.flows
        run = flows.open_any(uow, instance or 0)
        if run.instance.record_id != call.record_id or run.graph.form.path != form.path:
            raise NotFound
        run = flows.withdraw(uow, run.instance.id, comment or "")
        return json_answer({"id": str(run.instance.id), "state": run.instance.state.value})

    return writing(call, work)


def move(call: Call) -> Answer:
    """Take a record to another stage, and answer with it."""
    _ = call.form  # whoever may not see the form is told nothing about the body
    asked, record_id = press_of(call.json_object, "move"), call.record_id

    def work(uow: Uow, form: FormModel) -> Answer:
        call.installation.flows.move(uow, form.path, record_id, asked)
        store = call.installation.store
        page = reading.get(store, uow.conn, uow.app, uow.access, Query(form.path), record_id)
        body = record_json(form, page.records[0])
        return json_answer(body, ETag=f'"{body["_version"]}"')

    return writing(call, work)


def _see(call: Call, uow: Uow, form: FormModel) -> None:
    """Let nobody do anything to a record that is out of sight. Raises NotFound."""
    store = call.installation.store
    reading.get(store, uow.conn, uow.app, uow.access, Query(form.path, ()), call.record_id)


# -------------------------------------------------------------------- as JSON


def _task_json(met: Met) -> dict[str, Any]:
    texts, graph, task = texts_of(met.call), met.graph, met.task
    buttons = [
        {"key": e.key, "type": e.type, "label": button_name(e, texts), "comment": e.comment}
        for e in met.buttons
    ]
    return {
        "id": str(task.id), "kind": task.kind, "state": task.state.value, "app": met.app.key,
        "form": graph.form.key, "record": str(met.instance.record_id), "flow": graph.flow.key,
        "instance": str(met.instance.id), "node": met.visit.node,
        "label": node_name(graph, met.visit.node, texts), "due": _moment(met.visit.due),
        "opened_at": _moment(task.opened_at), "buttons": buttons, "fields": dict(met.rights),
        "error": _error(met.call, met.visit),
    }  # fmt: skip


def _move_json(graph: Graph, move: Move, texts: Texts) -> dict[str, Any]:
    return {
        "key": move.key, "label": texts.label(move.label), "flow": graph.flow.key, "comment": move.comment,
        "needs": [graph.keys.field(key).key for key in move.needs],
    }  # fmt: skip


def _trail_json(call: Call, trail: Trail) -> dict[str, Any]:
    graph, instance = trail.graph, trail.instance
    mine = call.person is not None and instance.started_by == call.person.id
    return {
        "id": str(instance.id), "flow": graph.flow.key, "label": graph.name(texts_of(call).locale),
        "state": instance.state.value, "version": instance.version,
        "started_by": _id(instance.started_by), "started_at": _moment(instance.started_at),
        "ended_at": _moment(instance.ended_at), "withdrawable": mine and withdrawable(graph, instance),
        "visits": [_visit_json(call, trail, each) for each in trail.visits],
    }  # fmt: skip


def _visit_json(call: Call, trail: Trail, visit: Visit) -> dict[str, Any]:
    decisions = [
        {
            "act": each.act, "button": each.button, "user": _id(each.user_id), "comment": each.comment,
            "at": _moment(each.at),
        }
        for each in trail.decisions.get(visit.id, ())
    ]  # fmt: skip
    node = trail.graph.nodes.get(visit.node)
    return {
        "id": str(visit.id), "node": visit.node, "type": None if node is None else node.kind.name,
        "label": node_name(trail.graph, visit.node, texts_of(call)), "number": visit.number,
        "state": visit.state.value, "outcome": visit.outcome, "entered_at": _moment(visit.entered_at),
        "left_at": _moment(visit.left_at), "due": _moment(visit.due), "error": _error(call, visit),
        "tasks": [_asked_json(each) for each in trail.tasks.get(visit.id, ())], "decisions": decisions,
    }  # fmt: skip


def _asked_json(task: Task) -> dict[str, Any]:
    return {
        "user": str(task.user_id), "kind": task.kind, "state": task.state.value, "outcome": task.outcome,
        "opened_at": _moment(task.opened_at), "closed_at": _moment(task.closed_at),
    }  # fmt: skip


def _stages_json(call: Call, form: FormModel, field_uid: int, record_id: int) -> list[dict[str, Any]]:
    field = next(each for each in form.fields.values() if each.uid == field_uid)
    if not call.access.form(call.app, form).usable(field.key):
        return []
    names = call.app.names.by_path
    keys = {names[f"{field.path}.{each.key}"].uid: each.key for each in getattr(field.options, "options", ())}
    return [
        {
            "field": field.key, "stage": keys.get(each.stage), "how": each.how, "by": _id(each.entered_by),
            "entered_at": _moment(each.entered_at), "left_at": _moment(each.left_at),
        }
        for each in stays(call.conn, field.uid, record_id)
    ]  # fmt: skip


def _error(call: Call, visit: Visit) -> dict[str, Any] | None:
    error = visit.detail.get("error")
    if error is None:
        return None
    texts = texts_of(call)
    issues = [Issue(e["path"], e["code"], e["params"]) for e in error.get("issues", ())]
    found = {"code": error["code"], "text": text_of(texts, error["code"], error["params"])}
    return found | {"issues": issues_json(issues, texts)}


def _moment(value: Any) -> str | None:
    return None if value is None else iso(value)


def _id(value: int | None) -> str | None:
    return None if value is None else str(value)
