"""Lists and single records."""

from __future__ import annotations

from typing import Any

from engines.form.columns import iso
from engines.query import Op, Query
from engines.store import reading
from engines.store.history import as_seen, entries
from engines.store.merging import merged_into
from runtime.api.answering import change_one
from runtime.api.parameters import flag, known, list_query
from runtime.api.shapes import all_labels, keys_of, page_json, record_json, record_labels
from runtime.web.answers import texts_of
from runtime.web.call import Answer, Call, json_answer
from runtime.web.routing import Permission, Routes
from schemas.behaviour import rules_of
from schemas.errors import NotFound

_FORM = "/api/{app}/{form}"


def add_record_routes(routes: Routes) -> None:
    """Register the routes of lists and records."""
    person = Permission.person
    routes.add("GET", _FORM, person)(list_records)
    routes.add("POST", _FORM, person, in_unit=True)(create_record)
    routes.add("GET", _FORM + "/{id}", person)(get_record)
    routes.add("PATCH", _FORM + "/{id}", person, in_unit=True)(update_record)
    routes.add("DELETE", _FORM + "/{id}", person, in_unit=True)(delete_record)
    routes.add("POST", _FORM + "/{id}/restore", person, in_unit=True)(restore_record)
    routes.add("GET", _FORM + "/{id}/history", person)(record_history)


def list_records(call: Call) -> Answer:
    """Answer a list."""
    query = list_query(call)
    page = reading.read(call.installation.store, call.conn, call.app, call.access, query)
    return json_answer(page_json(call.form, page, texts_of(call) if query.labels else None))


def create_record(call: Call) -> Answer:
    """Create one record."""
    return change_one(call, Op.create, call.json_object)


def get_record(call: Call) -> Answer:
    """Answer one record with its version as ETag."""
    known(call, "fields", "labels", "trash")
    query = Query(
        call.form.path,
        fields=keys_of(call.query.get("fields")),
        labels=flag(call, "labels"),
        trash=flag(call, "trash"),
    )
    try:
        page = reading.get(call.installation.store, call.conn, call.app, call.access, query, call.record_id)
    except NotFound:
        return _moved(call)
    body = record_json(call.form, page.records[0])
    if query.labels:
        body["_labels"] = record_labels(page.records[0], all_labels(call.form, page, texts_of(call)))
    return json_answer(body, ETag=f'"{body["_version"]}"')


def _moved(call: Call) -> Answer:
    """Lead to the record that took this one in. Raises NotFound where there is none to be seen."""
    to = merged_into(call.conn, call.form.uid, call.record_id)
    if to is None or flag(call, "trash"):
        raise NotFound
    query = Query(call.form.path, fields=())
    reading.get(call.installation.store, call.conn, call.app, call.access, query, to)
    where = call.path.rpartition("/")[0]
    return json_answer({"merged_into": str(to)}, 301, Location=f"{where}/{to}")


def update_record(call: Call) -> Answer:
    """Change some fields of one record."""
    return change_one(call, Op.update, call.json_object)


def delete_record(call: Call) -> Answer:
    """Move one record to the trash."""
    return change_one(call, Op.delete)


def restore_record(call: Call) -> Answer:
    """Bring one record back from the trash."""
    return change_one(call, Op.restore)


def record_history(call: Call) -> Answer:
    """Answer what happened to one record, newest first; fields the reader may not see did not change."""
    known(call, "trash")
    store, app, form = call.installation.store, call.app, call.form
    query = Query(form.path, fields=(), trash=flag(call, "trash"))
    reading.get(store, call.conn, app, call.access, query, call.record_id)
    visible = reading.visible_fields(store, call.conn, app, call.access, form, call.record_id)
    rules = {app.names.uid(f"rule:{each.key}"): each.key for each in rules_of(app.definition)}
    found: list[dict[str, Any]] = []
    for entry in entries(call.conn, app, form, call.record_id):
        each = as_seen(entry, visible)
        if entry.old and not each.old:
            continue
        found.append({
            "at": None if each.at is None else iso(each.at), "door": each.door, "note": each.note,
            "actor": None if each.actor is None else str(each.actor), "op": each.op, "version": each.version,
            "old": each.old, "rules": {key: rules[uid] for key, uid in each.rules.items() if uid in rules},
        })  # fmt: skip
    return json_answer({"data": found})
