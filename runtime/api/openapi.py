"""OpenAPI 3.1, generated from the definition that answers, as far as the caller may see it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import TypeAdapter

from engines.access import Access, FormAccess
from engines.form import AppModel, FieldModel, FormModel, Storage
from engines.form.model import each_context
from frontend.texts import Texts
from runtime.web.answers import locale_of
from runtime.web.call import Answer, Call, json_answer
from runtime.web.routing import Permission, Routes
from schemas.elements import Action

_JSON = "application/json"
_WRITABLE = {Storage.column, Storage.links, Storage.rows}
_ID = {"type": "string", "pattern": "^[0-9]{1,19}$"}


def add_openapi_routes(routes: Routes) -> None:
    """Register the description of an app's API."""
    routes.add("GET", "/api/{app}/openapi.json", Permission.person)(describe)


def describe(call: Call) -> Answer:
    """Answer the description of one app."""
    texts = call.installation.renderer.texts[locale_of(call)]
    return json_answer(document(call.app, call.access, texts))


def document(app: AppModel, access: Access, texts: Texts) -> dict[str, Any]:
    """Return the OpenAPI document of an app as one caller sees it."""
    forms = [each for each in app.forms.values() if each.parent is None]
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {"Problem": _problem()}
    for form in forms:
        rights = access.form(app, form)
        if not rights.may(Action.view) and not rights.may(Action.create):
            continue
        schemas[form.key] = _record(form, rights, texts)
        schemas[f"{form.key}_values"] = _values(form, rights, texts)
        paths |= dict(_paths(app, form, rights, texts))
    return {
        "openapi": "3.1.0",
        "info": {"title": texts.label(app.definition.label), "version": app.definition.version},
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "responses": {"problem": {
                "description": texts.t("ui.api.problem"),
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            }},
        },
    }  # fmt: skip


def _problem() -> dict[str, Any]:
    text = {"type": "string"}
    issue = {"type": "object", "properties": {"path": text, "code": text, "text": text, "suggestion": text}}
    return {
        "type": "object", "required": ["type", "title", "status", "code"],
        "properties": {"type": text, "title": text, "status": {"type": "integer"}, "code": text,
                       "issues": {"type": "array", "items": issue}},
    }  # fmt: skip


def _field(form: FormModel, field: FieldModel, texts: Texts) -> dict[str, Any]:
    """Return the JSON Schema of a field; blank is null, or an empty list."""
    if field.rows is not None:
        rows = {key: _field(field.rows, each, texts) for key, each in field.rows.fields.items()}
        item = {"type": "object", "properties": {"_id": _ID, **rows}}
        schema: dict[str, Any] = {"type": "array", "items": item}
    elif field.kind.storage is Storage.system:
        schema = {"type": ["string", "null"]}
    else:
        found = TypeAdapter(field.kind.annotation(field.options, each_context(form, field))).json_schema()
        schema = found if field.plural else {"anyOf": [found, {"type": "null"}]}
    schema["title"] = texts.label(field.options.label)
    if help_text := texts.label(field.options.help):
        schema["description"] = help_text
    return schema


def _record(form: FormModel, rights: FormAccess, texts: Texts) -> dict[str, Any]:
    system: dict[str, Any] = {
        "_id": _ID, "_version": {"type": "integer"},
        **{key: {"type": ["string", "null"], "format": "date-time"} for key in ("_created_at", "_updated_at")},
        **{key: {"type": ["string", "null"]} for key in ("_created_by", "_updated_by")},
    }  # fmt: skip
    fields = {
        key: _field(form, each, texts)
        for key, each in form.fields.items()
        if rights.readable(key) and each.kind.storage is not Storage.none
    }
    return {"type": "object", "title": texts.label(form.definition.label), "properties": system | fields}


def _values(form: FormModel, rights: FormAccess, texts: Texts) -> dict[str, Any]:
    fields = {
        key: _field(form, each, texts)
        for key, each in form.fields.items()
        if key in rights.edit and each.kind.storage in _WRITABLE
    }
    return {"type": "object", "properties": fields, "additionalProperties": False}


def _paths(app: AppModel, form: FormModel, rights: FormAccess, texts: Texts) -> Iterator[tuple[str, Any]]:
    base = f"/api/{app.key}/{form.key}"
    label = texts.label(form.definition.label)
    record, values = _ref(form.key), _ref(f"{form.key}_values")
    page = {"type": "object", "properties": {
        "data": {"type": "array", "items": record}, "next": {"type": ["string", "null"]},
        "previous": {"type": ["string", "null"]},
        "total": {"type": "object", "properties": {"count": {"type": "integer"}, "capped": {"type": "boolean"}}},
    }}  # fmt: skip

    def operation(name: str, status: str, schema: Any, **more: Any) -> dict[str, Any]:
        ok: dict[str, Any] = {"description": texts.t(f"ui.api.{name}", form=label)}
        if schema is not None:
            ok["content"] = {_JSON: {"schema": schema}}
        return {
            "operationId": f"{form.key}_{name}", "summary": texts.t(f"ui.api.{name}", form=label), "tags": [label],
            "responses": {status: ok, "default": {"$ref": "#/components/responses/problem"}}, **more,
        }  # fmt: skip

    listing = operation("list", "200", page, parameters=_list_parameters())
    create = operation("create", "201", record, requestBody=_body(values), parameters=[_KEY])
    yield base, {"get": listing} | ({"post": create} if rights.may(Action.create) else {})
    one: dict[str, Any] = {"parameters": [_path("id", _ID)], "get": operation("get", "200", record)}
    if rights.may(Action.edit):
        one["patch"] = operation("update", "200", record, requestBody=_body(values), parameters=[_MATCH, _KEY])
    if rights.may(Action.delete):
        one["delete"] = operation("delete", "204", None, parameters=[_MATCH, _KEY])
    yield f"{base}/{{id}}", one
    if rights.may(Action.delete):
        restore = operation("restore", "200", record, parameters=[_path("id", _ID), _KEY])
        yield f"{base}/{{id}}/restore", {"post": restore}
    history = operation("history", "200", {"type": "object"}, parameters=[_path("id", _ID)])
    yield f"{base}/{{id}}/history", {"get": history}
    yield f"{base}/bulk", {"post": operation("bulk", "200", {"type": "object"}, requestBody=_body(_BULK), parameters=[_KEY])}
    keys = [key for key, each in form.fields.items() if rights.usable(key) and each.kind.storage is Storage.column]
    if keys:
        pick = [_path("field", {"enum": keys}), _query("search"), _query("limit", {"type": "integer"})]
        yield f"{base}/distinct/{{field}}", {"get": operation("distinct", "200", {"type": "object"}, parameters=pick)}
        figures = [_query("group"), _query("measure"), _query("filter"), _query("search")]
        yield f"{base}/aggregate", {"get": operation("aggregate", "200", {"type": "object"}, parameters=figures)}
    pointing = [key for key, each in form.fields.items() if each.target not in {None, "file"} and rights.readable(key)]
    if pointing:
        pick = [_path("field", {"enum": pointing}), _query("search"), _query("limit", {"type": "integer"})]
        yield f"{base}/lookup/{{field}}", {"get": operation("lookup", "200", {"type": "object"}, parameters=pick)}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _body(schema: Any) -> dict[str, Any]:
    return {"required": True, "content": {_JSON: {"schema": schema}}}


def _path(name: str, schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _query(name: str, schema: Any = None, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema or {"type": "string"}, **more}


def _list_parameters() -> list[dict[str, Any]]:
    limit = {"type": "integer", "minimum": 1, "maximum": 500, "default": 50}
    switch = {"type": "string", "enum": ["0", "1"]}
    return [
        _query("filter", examples={"equals": {"value": '_version = 1'}}), _query("sort"), _query("fields"),
        _query("search"), _query("limit", limit), _query("after"), _query("before"),
        _query("total", {"enum": ["none", "capped", "exact"]}), _query("labels", switch), _query("trash", switch),
    ]  # fmt: skip


_KEY = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "minLength": 1, "maxLength": 200}}
_MATCH = {"name": "If-Match", "in": "header", "schema": {"type": "string", "examples": ['"1"']}}
_BULK = {
    "type": "object", "required": ["action", "records"], "additionalProperties": False,
    "properties": {
        "action": {"enum": ["create", "update", "delete", "restore"]}, "mode": {"enum": ["all", "each"]},
        "records": {"type": "array", "maxItems": 10_000, "items": {"type": ["object", "string"]}},
    },
}  # fmt: skip
