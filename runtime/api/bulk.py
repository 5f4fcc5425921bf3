"""Many records in one request."""

from __future__ import annotations

from typing import Any, Literal

from engines.form import FormModel
from engines.query import Change, Op, Result, Uow
from engines.store.writing import write
from runtime.api.answering import writing
from runtime.web.answers import texts_of
from runtime.web.call import Answer, Call, id_in, json_answer
from runtime.web.errors import issues_json
from runtime.web.routing import Permission, Routes
from schemas.errors import Invalid, Issue
from schemas.kinds import nearest

_LIMIT = 32_000_000
_ACTIONS = {"create": Op.create, "update": Op.update, "delete": Op.delete, "restore": Op.restore}
_MODES = ("all", "each")
_KEYS = ("action", "mode", "records")
_SYSTEM = {"_id", "_version"}
_LARGEST_VERSION = 999_999_999


def add_bulk_routes(routes: Routes) -> None:
    """Register the bulk route."""
    routes.add("POST", "/api/{app}/{form}/bulk", Permission.person, limit=_LIMIT, in_unit=True)(bulk)


def bulk(call: Call) -> Answer:
    """Write many records; a result per record in their order.

    ``all`` (default): one problem and nothing is written, 422.
    ``each``: 200, problems stand in their results.
    """
    _ = call.form  # whoever may not see it learns nothing about the body either
    body = call.json_object
    unknown = sorted(set(body) - set(_KEYS))
    if unknown:
        issues = [
            Issue(name, "request.unknown_key", {"name": name}, nearest(name, _KEYS)) for name in unknown
        ]
        raise Invalid(issues, "request.invalid")
    op = _ACTIONS[_word(body, "action", tuple(_ACTIONS), "create")]
    mode: Literal["all", "each"] = "each" if _word(body, "mode", _MODES, "all") == "each" else "all"
    records = body.get("records")
    if not isinstance(records, list):
        raise Invalid([Issue("records", "request.not_a_list")], "request.invalid")
    changes = [_change(op, each, index) for index, each in enumerate(records)]
    return writing(call, lambda uow, form: _write(call, uow, form, changes, mode))


def _unknown(path: str, name: str, suggestion: str | None = None) -> Issue:
    return Issue(path, "request.unknown_key", {"name": name[:40]}, suggestion)


def _word(body: dict[str, Any], name: str, allowed: tuple[str, ...], default: str) -> str:
    found = body.get(name, default)
    if not isinstance(found, str) or found not in allowed:
        raise Invalid([Issue(name, "request.not_allowed", {"value": str(found)[:40]})], "request.invalid")
    return found


def _change(op: Op, raw: Any, index: int) -> Change:
    if op is not Op.create and op is not Op.update and isinstance(raw, str):
        return Change(op, {}, _id(raw, index))
    if not isinstance(raw, dict):
        raise Invalid([Issue(str(index), "request.not_an_object")], "request.invalid")
    if op is Op.create:
        return Change(op, raw)
    values = {key: value for key, value in raw.items() if key not in _SYSTEM}
    if values and op is not Op.update:
        raise Invalid([_unknown(f"{index}.{key}", key) for key in values], "request.invalid")
    return Change(op, values, _id(raw.get("_id"), index), _version(raw.get("_version"), index))


def _id(raw: Any, index: int) -> int:
    found = id_in(raw) if isinstance(raw, str) else raw
    if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found < 1 << 63:
        raise Invalid([Issue(f"{index}._id", "field.not_an_id", {"value": str(raw)[:40]})], "request.invalid")
    return found


def _version(raw: Any, index: int) -> int | None:
    if raw is None or (isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw <= _LARGEST_VERSION):
        return raw
    issue = Issue(f"{index}._version", "request.not_a_version", {"value": str(raw)[:40]})
    raise Invalid([issue], "request.invalid")


def _write(
    call: Call, uow: Uow, form: FormModel, changes: list[Change], mode: Literal["all", "each"]
) -> Answer:
    results = write(call.installation.store, uow, form, changes, mode)
    if mode == "all" and not all(each.ok for each in results):
        raise Invalid([
            issue.under(str(index)) for index, each in enumerate(results) for issue in each.issues
        ])  # fmt: skip

    def shown(result: Result) -> dict[str, Any]:
        found: dict[str, Any] = {
            "id": None if result.id is None else str(result.id),
            "version": result.version,
        }
        if result.issues:
            found["issues"] = issues_json(result.issues, texts_of(call))
        return found

    return json_answer({"results": [shown(each) for each in results]})
