"""The same request twice is answered twice and done once: keys of programs, tokens of forms."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import orjson
import sqlalchemy as sa

from engines.query import Uow
from engines.store import platform
from engines.store.upsert import upsert
from runtime.web.call import Answer, Call
from schemas.errors import Invalid, Issue

_ANSWER = platform.answer


def repeated(call: Call, uow: Uow, key: str, work: Callable[[], Answer]) -> Answer:
    """Do ``work`` and keep its answer in the same transaction, or return the answer of the first time.

    Raises Invalid for a key that stood for something else before.
    """
    asked = b"\0".join((call.method.encode(), call.path.encode(), call.body))
    answered = _claim(call, uow, key, hashlib.sha256(asked).hexdigest())
    if answered is not None:
        return answered
    answer = work()
    mine = (_ANSWER.c.user_id == _user(call)) & (_ANSWER.c.key == key)
    uow.conn.execute(sa.update(_ANSWER).where(mine).values(status=answer.status, body=answer.body))
    return answer


def _user(call: Call) -> int:
    return call.person.id if call.person else 0


def _claim(call: Call, uow: Uow, key: str, digest: str) -> Answer | None:
    """Claim the key, or return what was answered before; a second request waits for the first to commit."""
    values = {"user_id": _user(call), "key": key, "request": digest, "at": uow.clock.now()}
    claim = upsert(uow.conn, _ANSWER).values(values).on_conflict_do_nothing().returning(_ANSWER.c.key)
    if uow.conn.execute(claim).first() is not None:
        return None
    mine = (_ANSWER.c.user_id == _user(call)) & (_ANSWER.c.key == key)
    row = uow.conn.execute(sa.select(_ANSWER).where(mine)).one()
    if row.request != digest:
        raise Invalid([Issue("Idempotency-Key", "request.key_reused")], "request.key_reused")
    answer = Answer(row.status, row.body)
    version = orjson.loads(row.body).get("_version") if row.body else None
    if version is not None:
        answer.headers["ETag"] = f'"{version}"'
    answer.headers["Idempotent-Replayed"] = "true"
    return answer
