"""Writes through REST: results to answers, and the same answer for the same Idempotency-Key."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from engines.form import AppModel, FormModel
from engines.query import Change, Op, Query, Result, Uow
from engines.store import reading
from engines.store.writing import write
from runtime.api.parameters import known
from runtime.api.shapes import record_json
from runtime.web.call import Answer, Call, form_in, json_answer
from runtime.web.once import Once
from schemas.errors import Conflict, Forbidden, Invalid, Issue, NotFound

_VERSION = re.compile(r'(?:W/)?("?)([0-9]{1,9})\1')
_GONE = {Op.delete, Op.purge}


def writing(call: Call, work: Callable[[Uow, FormModel], Answer]) -> Answer:
    """Run ``work`` in a unit; a repeated Idempotency-Key is answered from the table, nothing runs twice."""
    _ = call.form  # who may not see it learns nothing else, and no transaction begins
    return once(call, lambda uow: work(uow, form_in(uow, call)))


def once(call: Call, work: Callable[[Uow], Answer], app: AppModel | None = None) -> Answer:
    """Run ``work`` in a unit, once for each Idempotency-Key."""
    if call.query_string:
        known(call)
    asked = Once.of(call, call.body)
    with call.unit(app) as uow:
        uow.wary = "handling=strict" in call.headers.get("prefer", "").replace(" ", "").lower()
        return work(uow) if asked is None else asked.answer(uow, lambda: work(uow))


def shown(call: Call, uow: Uow, form: FormModel, result: Result, *, trash: bool = False) -> dict[str, Any]:
    """Return a record as its writer may see it: straight from the write where nothing is hidden."""
    if uow.access.unlimited(uow.app) and (record := result.record) is not None:
        return record_json(form, record)
    query = Query(form.path, trash=trash)
    try:
        page = reading.get(call.installation.store, uow.conn, uow.app, uow.access, query, result.id or 0)
    except NotFound:  # somebody may write what is out of sight afterwards
        return {"_id": str(result.id), "_version": result.version}
    return record_json(form, page.records[0])


def change_one(call: Call, op: Op, values: dict[str, Any] | None = None) -> Answer:
    """Write one record and answer with it."""
    version = None if op is Op.create else if_match(call)
    record_id = None if op is Op.create else call.record_id

    def work(uow: Uow, form: FormModel) -> Answer:
        change = Change(op, values or {}, record_id, version)
        result = write(call.installation.store, uow, form, [change])[0]
        if not result.ok:
            raise _refusal(call, uow, form, op, result)
        if op in _GONE:
            return Answer(204)
        body = shown(call, uow, form, result)
        return json_answer(body, 201 if op is Op.create else 200, ETag=f'"{result.version}"')

    return writing(call, work)


def _refusal(
    call: Call, uow: Uow, form: FormModel, op: Op, result: Result
) -> NotFound | Forbidden | Conflict | Invalid:
    """Return what the issues mean for a single record."""
    codes = {issue.code: issue for issue in result.issues if not issue.path}
    if "record.not_found" in codes:
        return NotFound()
    if "record.forbidden" in codes:
        return Forbidden("record.forbidden")
    if "record.stale" in codes:
        stale = Conflict("record.conflict", version=codes["record.stale"].params.get("version"))
        stale.current = shown(call, uow, form, result, trash=op is Op.restore)
        return stale
    return Invalid(result.issues)


def if_match(call: Call) -> int | None:
    """Read ``If-Match``; ``*`` and a missing header match anything. Raises Invalid for what is no version."""
    text = call.headers.get("if-match", "*").strip()
    if text == "*":
        return None
    found = _VERSION.fullmatch(text)
    if found is None:
        raise Invalid([Issue("If-Match", "request.bad_version", {"value": text[:40]})], "request.invalid")
    return int(found[2])
