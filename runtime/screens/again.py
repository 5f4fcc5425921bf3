"""A form that is sent again, because nobody heard the answer: it is saved once, and says so twice."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable
from typing import Any

import orjson

from engines.query import Result, Uow
from runtime.web.call import Answer, Call
from runtime.web.once import Once

_TOKEN = re.compile(r"[\w-]{8,80}")
_PASSING = frozenset({"csrf", "_live"})  # what may differ though nobody typed anything


def new_token() -> str:
    """Return what makes a page known again."""
    return secrets.token_urlsafe(12)


def saved_once(call: Call, uow: Uow, work: Callable[[], Result]) -> Result:
    """Do ``work``, or return what it saved when the same page brought the same.

    Whoever goes back, changes something and sends the page again sends something new.
    """
    token = call.field("_once")
    if not _TOKEN.fullmatch(token):
        return work()
    once = Once.named(call, f"fill:{token}:{_digest(call)}")
    nested = uow.conn.begin_nested()
    known = once.claim(uow.conn, uow.clock.now())
    if known is not None:
        nested.commit()
        said = orjson.loads(known.body)
        return Result(int(said["id"]), int(said["version"]))
    result = work()
    if not result.ok:
        nested.rollback()
        return result
    once.keep(uow.conn, Answer(200, orjson.dumps({"id": str(result.id), "version": str(result.version)})))
    nested.commit()
    return result


def _digest(call: Call) -> str:
    def said(value: Any) -> str:
        return value if isinstance(value, str) else f"file:{value.filename}:{value.size}"

    sent = [(name, said(value)) for name, value in call.posted if name not in _PASSING]
    return hashlib.sha256(repr(sent).encode()).hexdigest()[:32]
