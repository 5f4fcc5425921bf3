"""Writes through REST: results to answers, and the same answer for the same Idempotency-Key."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import orjson
import sqlalchemy as sa

from engines.form import FormModel, Storage
from engines.query import Change, Op, Query, Result, Uow
from engines.store import platform, reading
from engines.store.writing import write
from runtime.api.shapes import record_json
from runtime.web.call import Answer, Call, form_in, json_answer
from schemas.errors import Conflict, Forbidden, Invalid, Issue, NotFound

_SYSTEM = ("_id", "_version", "_created_at", "_created_by", "_updated_at", "_updated_by")


def writing(call: Call, work: Callable[[Uow, FormModel], Answer]) -> Answer:
    """Run ``work`` in a unit; a repeated Idempotency-Key is answered from the table and nothing runs twice."""
    key = call.headers.get("idempotency-key")
    form = call.form  # looked up before the snapshot is given back
    call.app.forms[form.path]  # noqa: B018 - the same
    if key is None:
        with call.unit() as uow:
            return work(uow, form_in(uow, call))
    if not 1 <= len(key) <= 200:  # noqa: PLR2004 - stated in the reference
        raise Invalid([Issue("Idempotency-Key", "request.bad_key")], "request.invalid")
    digest = hashlib.sha256(b"\0".join((call.method.encode(), call.path.encode(), call.body))).hexdigest()
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
    """Claim the key, or return what was answered before. A second request waits for the first one's commit."""
    table, now = platform.answer, call.installation.clock.now()
    values = {"user_id": _user(call), "key": key, "request": digest, "at": now}
    insert: Any
    if uow.conn.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert  # noqa: PLC0415 - only where it is the dialect
    else:
        from sqlalchemy.dialects.sqlite import insert  # noqa: PLC0415 - only where it is the dialect
    if uow.conn.execute(insert(table).values(values).on_conflict_do_nothing()).rowcount == 1:
        return None
    row = uow.conn.execute(sa.select(table).where(table.c.user_id == _user(call), table.c.key == key)).one()
    if row.request != digest:
        raise Invalid([Issue("Idempotency-Key", "request.key_reused")], "request.invalid")
    answer = Answer(row.status, row.body)
    answer.headers["Idempotent-Replayed"] = "true"
    return answer


def one(result: Result) -> Result:
    """Return the result, or raise what it means for a single record."""
    if result.ok:
        return result
    codes = {issue.code: issue for issue in result.issues}
    if "record.not_found" in codes:
        raise NotFound
    if "record.forbidden" in codes:
        raise Forbidden
    if "record.stale" in codes:
        raise Stale(result)
    raise Invalid(result.issues)


class Stale(Conflict):
    """The record moved on; the answer carries what stands there now."""

    code = "record.conflict"

    def __init__(self, result: Result) -> None:
        super().__init__(version=result.issues[0].params.get("version"))


def shown(call: Call, uow: Uow, form: FormModel, result: Result) -> dict[str, Any]:
    """Return a written record as its writer may see it: straight from the write where nothing is hidden."""
    if result.record is not None and uow.access.unlimited(uow.app):
        return record_json(form, {key: result.record.get(key) for key in _SYSTEM + tuple(form.fields)} | _made(form, result))
    try:
        page = reading.get(call.installation.store, uow.conn, uow.app, uow.access, Query(form.path), result.id or 0)
    except NotFound:
        # Somebody may create what he may not see afterwards.
        return {"_id": str(result.id), "_version": result.version}
    return record_json(form, page.records[0])


def _made(form: FormModel, result: Result) -> dict[str, Any]:
    """Return the fields that show system columns."""
    record = result.record or {}
    system = (each for each in form.fields.values() if each.kind.storage is Storage.system)
    return {each.key: record.get(each.kind.system_column) for each in system}


def change_one(call: Call, op: Op, values: dict[str, Any] | None = None, status: int = 200) -> Answer:
    """Write one record and answer with it."""
    version = if_match(call)
    record_id = None if op is Op.create else call.record_id

    def work(uow: Uow, form: FormModel) -> Answer:
        change = Change(op, values or {}, record_id, version)
        result = one(write(call.installation.store, uow, form, [change])[0])
        if op in {Op.delete, Op.purge}:
            return Answer(204)
        body = shown(call, uow, form, result)
        return json_answer(body, status, ETag=f'"{result.version}"')

    return writing(call, work)


def if_match(call: Call) -> int | None:
    """Read ``If-Match``; ``*`` and a missing header match anything. Raises Invalid for what is no version."""
    text = call.headers.get("if-match", "*").strip()
    if text == "*":
        return None
    bare = text.removeprefix("W/").strip('"')
    if not bare.isascii() or not bare.isdecimal() or len(bare) > 9:  # noqa: PLR2004 - versions are small
        raise Invalid([Issue("If-Match", "request.bad_version", {"value": text[:40]})], "request.invalid")
    return int(bare)

