"""OpenAPI 3.1, generated from the definition that answers, as far as the caller may see it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engines.access import Access, FormAccess
from engines.form import AppModel, FormModel
from engines.form.shapes import SORTED
from engines.report.answering import dashboards
from frontend.texts import Texts
from runtime.api import parts
from runtime.api.boards import board_paths
from runtime.api.describing import ID, Schema, record_schema, values_schema
from runtime.api.flow_parts import TASK, flow_paths, task_paths
from runtime.api.merge_parts import merge_paths
from runtime.api.rule_parts import RULE_RUN, rule_paths, runs_path
from runtime.api.talk_parts import talk_paths
from runtime.api.work_parts import NOTICE, TODO, work_paths
from runtime.web.answers import texts_of
from runtime.web.call import Answer, Call, json_answer
from runtime.web.routing import Permission, Routes
from schemas.behaviour import rules_of
from schemas.elements import Action
from schemas.errors import NotFound


def add_openapi_routes(routes: Routes) -> None:
    """Register the description of an app's API."""
    routes.add("GET", "/api/{app}/openapi.json", Permission.person)(describe)


def describe(call: Call) -> Answer:
    """Answer the description of one app. An app of which the caller may see no form does not exist."""
    found = document(call.app, call.access, texts_of(call))
    if not found["paths"]:
        raise NotFound
    return json_answer(found)


def document(app: AppModel, access: Access, texts: Texts) -> Schema:
    """Return the OpenAPI document of an app as one caller sees it."""
    paths: Schema = {}
    schemas: Schema = {"Problem": parts.PROBLEM}
    for form in app.forms.values():
        rights = access.form(app, form)
        if form.parent is None and any(rights.may(action) for action in Action):
            described = _Described(app, form, rights, texts)
            schemas |= described.schemas()
            paths |= dict(described.paths())
    if paths and app.definition.flows:
        schemas["Task"] = TASK
        paths |= dict(task_paths(texts))
    if paths and (app.definition.rules or app.definition.flows):
        schemas |= {"Todo": TODO, "Notice": NOTICE}
        paths |= dict(work_paths(texts))
    if paths and app.definition.rules:
        schemas["RuleRun"] = RULE_RUN
        paths |= dict([runs_path(app.key, texts)] if access.may_design(app) else [])
    paths |= dict(board_paths(app.key, [*dashboards(app, access)], texts))
    return {
        "openapi": "3.1.0",
        "info": {"title": texts.label(app.definition.label), "version": app.definition.version},
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "parameters": parts.parameters(texts),
            "responses": {"problem": {
                "description": texts.t("ui.api.problem"),
                "content": {"application/problem+json": {"schema": parts.schema("Problem")}},
            }},
        },
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Described:
    """One form on its way into the document."""

    app: AppModel
    form: FormModel
    rights: FormAccess
    texts: Texts

    @property
    def _asks(self) -> tuple[str, ...]:
        """Return the header that lets likely duplicates stand in the way, where any are pointed out."""
        return ("prefer",) if self.form.definition.duplicates else ()

    def schemas(self) -> Schema:
        """Return the schemas of the form's records."""
        form, rights, texts = self.form, self.rights, self.texts
        found = {form.key: record_schema(form, rights, texts)}
        if rights.may(Action.create):
            found[f"{form.key}.create"] = values_schema(form, rights, texts, new=True)
        if rights.may(Action.edit):
            found[f"{form.key}.update"] = values_schema(form, rights, texts, new=False)
        return found

    def paths(self) -> Iterator[tuple[str, Schema]]:
        """Yield the addresses of the form that the caller may use."""
        base, rights = f"/api/{self.app.key}/{self.form.key}", self.rights
        record = parts.schema(self.form.key)
        collection: Schema = {}
        if rights.may(Action.view):
            collection["get"] = self._get("list", parts.page(record), parts.LIST)
        if rights.may(Action.create):
            collection["post"] = self._send("create", record, f"{self.form.key}.create", "201", *self._asks)
        if collection:
            yield base, collection
        yield from self._one(f"{base}/{{id}}", record)
        yield from self._many(base)
        if rights.may(Action.view):
            yield from self._figures(base)
        if rights.may(Action.import_):
            yield f"{base}/import", {"post": self._import()}
        if rights.may(Action.export) and rights.may(Action.view):
            for kind in ("csv", "xlsx"):
                yield f"{base}/export.{kind}", {"get": self._get(f"export_{kind}", None, parts.EXPORT)}
        if rights.may(Action.view):
            yield from self._engines(base, record)
            yield from talk_paths(base, self._operation)

    def _many(self, base: str) -> Iterator[tuple[str, Schema]]:
        rights = self.rights
        if any(rights.may(action) for action in (Action.create, Action.edit, Action.delete)):
            found = self._send("bulk", parts.RESULTS, None, "200", *self._asks)
            yield f"{base}/bulk", {"post": found | {"requestBody": parts.body(parts.BULK)}}
        if rights.may(Action.edit) and rights.may(Action.delete):
            yield from merge_paths(base, self._operation)

    def _engines(self, base: str, record: Schema) -> Iterator[tuple[str, Schema]]:
        definition, key = self.app.definition, self.form.key
        if any(getattr(each, "form", "") == key for each in definition.flows):
            yield from flow_paths(base, record, self._operation)
        if any(getattr(each.on, "form", "") == key for each in rules_of(definition)):
            yield from rule_paths(base, record, self._operation)

    def _one(self, base: str, record: Schema) -> Iterator[tuple[str, Schema]]:
        rights, one = self.rights, parts.path("id", ID)
        found: Schema = {}
        if rights.may(Action.view):
            found["get"] = self._get("get", record, parts.ONE)
        if rights.may(Action.edit):
            found["patch"] = self._send(
                "update", record, f"{self.form.key}.update", "200", "if_match", *self._asks
            )
        if rights.may(Action.delete):
            found["delete"] = self._send("delete", None, None, "204", "if_match")
            restore = self._send("restore", record, None, "200", "if_match")
            yield f"{base}/restore", {"parameters": [one], "post": restore}
        if found:
            yield base, {"parameters": [one], **found}
        if rights.may(Action.view):
            history = self._get("history", parts.rows(parts.STEP), ("trash",))
            yield f"{base}/history", {"parameters": [one], "get": history}

    def _figures(self, base: str) -> Iterator[tuple[str, Schema]]:
        fields, rights = self.form.fields.items(), self.rights
        grouped = self.form.sortable | {key for key, each in fields if each.storage in SORTED}
        keys = [key for key, _ in fields if rights.usable(key) and key in grouped]
        yield f"{base}/aggregate", {"get": self._get("aggregate", parts.rows({}), parts.FIGURES)}
        if keys:
            found = self._get("distinct", parts.rows(parts.COUNTED), parts.DISTINCT)
            yield (
                f"{base}/distinct/{{field}}",
                {"parameters": [parts.path("field", {"enum": keys})], "get": found},
            )
        pointing = [
            key for key, each in fields
            if each.target not in {None, "file"} and (rights.readable(key) or rights.editable(key))
        ]  # fmt: skip
        if pointing:
            found = self._get("lookup", parts.rows(parts.CHOICE), parts.LOOKUP)
            yield (
                f"{base}/lookup/{{field}}",
                {"parameters": [parts.path("field", {"enum": pointing})], "get": found},
            )

    def _import(self) -> Schema:
        found = self._operation(
            "import", "200", parts.REPORT, parts.refs("key", *parts.IMPORT), parts.WRITE_FAILS
        )
        started = {"description": self.texts.t("ui.api.import_later")}
        found["responses"]["202"] = started | {"content": {"application/json": {"schema": parts.STARTED}}}
        return found | {"requestBody": parts.sheet()}

    def _get(self, name: str, schema: Schema | None, parameters: tuple[str, ...]) -> Schema:
        return self._operation(name, "200", schema, parts.refs(*parameters), parts.READ_FAILS)

    def _send(self, name: str, schema: Schema | None, body: str | None, status: str, *headers: str) -> Schema:
        found = self._operation(name, status, schema, parts.refs("key", *headers), parts.WRITE_FAILS)
        return found | ({"requestBody": parts.body(parts.schema(body))} if body else {})

    def _operation(
        self, name: str, status: str, schema: Schema | None, parameters: list[Any], fails: tuple[str, ...]
    ) -> Schema:
        label = self.texts.label(self.form.definition.label)
        text = self.texts.t(f"ui.api.{name}", form=label)
        ok: Schema = {"description": text}
        if schema is not None:
            ok["content"] = {"application/json": {"schema": schema}}
        elif name.startswith("export_"):
            ok["content"] = {parts.SHEETS[name]: {"schema": {}}}
        responses = {status: ok} | {each: {"$ref": "#/components/responses/problem"} for each in fails}
        return {
            "operationId": f"{self.form.key}_{name}", "summary": text, "tags": [label],
            "parameters": parameters, "responses": responses,
        }  # fmt: skip
