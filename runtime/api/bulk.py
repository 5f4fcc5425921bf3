"""Many records in one request."""

from __future__ import annotations

from typing import Any, Literal

from engines.form import FormModel
from engines.query import Change, Op, Result, Uow
from engines.store.writing import write
from runtime.api.answering import writing
from runtime.web.answers import locale_of
from runtime.web.call import Answer, Call, json_answer
from runtime.web.errors import issues_json
from runtime.web.routing import Permission, Routes
from schemas.errors import Invalid, Issue

_LIMIT = 32_000_000
_ACTIONS = {"create": Op.create, "update": Op.update, "delete": Op.delete, "restore": Op.restore}
_SYSTEM = {"_id", "_version"}


def add_bulk_routes(routes: Routes) -> None:
    """Register the bulk route."""
    routes.add("POST", "/api/{app}/{form}/bulk", Permission.person, limit=_LIMIT, in_unit=True)(bulk)


def bulk(call: Call) -> Answer:
    """Write many records; a result per record in their order.

    ``all`` (default): one problem and nothing is written, 422. ``each``: 200, problems stand in their results.
    """
    body = call.json_object
    unknown = sorted(set(body) - {"action", "mode", "records"})
    if unknown:
        raise Invalid([Issue(name, "request.unknown_key", {"name": name}) for name in unknown], "request.invalid")
    action, mode, records = body.get("action", "create"), body.get("mode", "all"), body.get("records")
    if action not in _ACTIONS:
        raise Invalid([Issue("action", "request.not_allowed", {"value": str(action)[:40]})], "request.invalid")
    if mode not in {"all", "each"}:
        raise Invalid([Issue("mode", "request.not_allowed", {"value": str(mode)[:40]})], "request.invalid")
    if not isinstance(records, list):
        raise Invalid([Issue("records", "request.not_a_list")], "request.invalid")
    changes = [_change(_ACTIONS[action], each, index) for index, each in enumerate(records)]
    return writing(call, lambda uow, form: _write(call, uow, form, changes, mode))


def _change(op: Op, raw: Any, index: int) -> Change:
    if op is Op.create:
        return Change(op, raw if isinstance(raw, dict) else _refuse(index))
    if op is not Op.update and isinstance(raw, str):
        return Change(op, {}, _id(raw, index))
    if not isinstance(raw, dict):
        _refuse(index)
    version = raw.get("_version")
    if version is not None and (not isinstance(version, int) or isinstance(version, bool)):
        raise Invalid([Issue(f"{index}._version", "request.bad_version", {"value": str(version)[:40]})], "request.invalid")
    values = {key: value for key, value in raw.items() if key not in _SYSTEM}
    return Change(op, values if op is Op.update else {}, _id(raw.get("_id"), index), version)


def _refuse(index: int) -> Any:
    raise Invalid([Issue(str(index), "request.not_an_object")], "request.invalid")


def _id(raw: Any, index: int) -> int:
    text = str(raw)
    if not text.isascii() or not text.isdecimal() or len(text) > 18:  # noqa: PLR2004 - ids have 63 bits
        raise Invalid([Issue(f"{index}._id", "field.not_an_id", {"value": text[:40]})], "request.invalid")
    return int(text)


def _write(
    call: Call, uow: Uow, form: FormModel, changes: list[Change], mode: Literal["all", "each"]
) -> Answer:
    results = write(call.installation.store, uow, form, changes, mode)
    if mode == "all" and not all(each.ok for each in results):
        raise Invalid([
            issue.under(str(index)) for index, each in enumerate(results) for issue in each.issues
        ])  # fmt: skip
    texts = call.installation.renderer.texts[locale_of(call)]

    def shown(result: Result) -> dict[str, Any]:
        found: dict[str, Any] = {"id": None if result.id is None else str(result.id), "version": result.version}
        return found | ({"issues": issues_json(result.issues, texts)} if result.issues else {})

    return json_answer({"results": [shown(each) for each in results]})
