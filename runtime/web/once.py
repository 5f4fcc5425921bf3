"""The same answer for the same ``Idempotency-Key``: kept in the transaction that did what it answers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import orjson
import sqlalchemy as sa

from engines.query import Uow
from engines.store import platform
from engines.store.upsert import upsert
from runtime.web.call import Answer, Call
from schemas.errors import Invalid, Issue

_KEY = re.compile(r"[!-~]{1,200}")
_answer = platform.answer


@dataclass(frozen=True, slots=True)
class Once:
    """One person's key, and a digest of what it was sent with."""

    user: int
    key: str
    request: str

    @classmethod
    def of(cls, call: Call, *parts: bytes) -> Once | None:
        """Return the key of a request; ``parts`` tell it from others at its address. Raises Invalid."""
        key = call.headers.get("idempotency-key")
        if key is None:
            return None
        if not _KEY.fullmatch(key):
            raise Invalid([Issue("Idempotency-Key", "request.bad_key")], "request.invalid")
        return cls.named(call, key, *parts)

    @classmethod
    def named(cls, call: Call, key: str, *parts: bytes) -> Once:
        """Return a key that the request does not name in its headers."""
        asked = b"\0".join((call.method.encode(), call.path.encode(), *parts))
        return cls(call.person.id if call.person else 0, key, hashlib.sha256(asked).hexdigest())

    def answer(self, uow: Uow, work: Callable[[], Answer]) -> Answer:
        """Do ``work`` and keep its answer in the same transaction, or return the answer of the first time."""
        answered = self.claim(uow.conn, uow.clock.now())
        if answered is not None:
            return answered
        answer = work()
        self.keep(uow.conn, answer)
        return answer

    def claim(self, conn: sa.Connection, now: datetime) -> Answer | None:
        """Take the key, or return what was answered before; the second waits for the first to commit."""
        values = {"user_id": self.user, "key": self.key, "request": self.request, "at": now}
        claim = upsert(conn, _answer).values(values).on_conflict_do_nothing().returning(_answer.c.key)
        return None if conn.execute(claim).first() is not None else self.recall(conn)

    def keep(self, conn: sa.Connection, answer: Answer) -> None:
        """Remember the answer."""
        statement = sa.update(_answer).where(self._mine())
        conn.execute(statement.values(status=answer.status, body=answer.body))

    def recall(self, conn: sa.Connection) -> Answer | None:
        """Return what was answered before. Raises Invalid where the key was sent with something else."""
        row = conn.execute(sa.select(_answer).where(self._mine())).first()
        if row is None:
            return None
        if row.request != self.request:
            raise Invalid([Issue("Idempotency-Key", "request.key_reused")], "request.key_reused")
        answer = Answer(row.status, row.body)
        said = orjson.loads(row.body) if row.body else {}
        if said.get("_version") is not None:
            answer.headers["ETag"] = f'"{said["_version"]}"'
        if said.get("job") is not None:
            answer.headers["Location"] = f"/api/jobs/{said['job']}"
        answer.headers["Idempotent-Replayed"] = "true"
        return answer

    def _mine(self) -> sa.ColumnElement[bool]:
        return (_answer.c.user_id == self.user) & (_answer.c.key == self.key)
