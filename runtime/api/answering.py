"""Writes through REST: results to answers, and the same answer for the same Idempotency-Key."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any

import orjson
import sqlalchemy as sa

from engines.form import FormModel
from engines.query import Change, Op, Query, Result, Uow
from engines.store import platform, reading
from engines.store.upsert import upsert
from engines.store.writing import write
from runtime.api.parameters import known
from runtime.api.shapes import record_json
from runtime.web.call import Answer, Call, form_in, json_answer
from schemas.errors import Conflict, Forbidden, Invalid, Issue, NotFound

_KEY = re.compile(r"[!-~]{1,200}")
_VERSION = re.compile(r'(?:W/)?("?)([0-9]{1,9})\1')
_GONE = {Op.delete, Op.purge}


def writing(call: Call, work: Callable[[Uow, FormModel], Answer]) -> Answer:
    """Run ``work`` in a unit; a repeated Idempotency-Key is answered from the table, nothing runs twice."""
    if call.query_string:
        known(call)
    key = call.headers.get("idempotency-key")
    _ = call.form  # who may not see it learns nothing else, and no transaction begins
    if key is None:
        with call.unit() as uow:
            return work(uow, form_in(uow, call))
    if not _KEY.fullmatch(key):
        raise Invalid([Issue("Idempotency-Key", "request.bad_key")], "request.invalid")
    asked = b"\0".join((call.method.encode(), call.path.encode(), call.body))
    digest = hashlib.sha256(asked).hexdigest()
    with call.unit() as uow:
        answered = _answered(uow, call, key, digest)
        if answered is not None:
            return answered
        answer = work(uow, form_in(uow, call))
        table = platform.answer
        uow.conn.execute(
            sa.update(table)
            .where(table.c.user_id == _user(call), table.c.key == key)
            .values(status=answer.status, body=answer.body)
        )
        return answer


def _user(call: Call) -> int:
    return call.person.id if call.person else 0


def _answered(uow: Uow, call: Call, key: str, digest: str) -> Answer | None:
    """Claim the key, or return what was answered before; a second request waits for the first to commit."""
    table = platform.answer
    values = {"user_id": _user(call), "key": key, "request": digest, "at": uow.clock.now()}
    claim = upsert(uow.conn, table).values(values).on_conflict_do_nothing().returning(table.c.key)
    if uow.conn.execute(claim).first() is not None:
        return None
    row = uow.conn.execute(sa.select(table).where(table.c.user_id == _user(call), table.c.key == key)).one()
    if row.request != digest:
        raise Invalid([Issue("Idempotency-Key", "request.key_reused")], "request.key_reused")
    answer = Answer(row.status, row.body)
    version = orjson.loads(row.body).get("_version") if row.body else None
    if version is not None:
        answer.headers["ETag"] = f'"{version}"'
    answer.headers["Idempotent-Replayed"] = "true"
    return answer


def shown(call: Call, uow: Uow, form: FormModel, result: Result, *, trash: bool = False) -> dict[str, Any]:
    """Return a record as its writer may see it: straight from the write where nothing is hidden."""
    if result.record is not None and uow.access.unlimited(uow.app):
        return record_json(form, result.record)
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
