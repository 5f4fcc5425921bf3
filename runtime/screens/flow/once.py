"""Posts of forms that are done once, however often the button is clicked."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import Any

import orjson

from engines.form import AppModel
from engines.query import Uow
from runtime.screens.shell import go
from runtime.web.call import Answer, Call
from runtime.web.once import Once

Going = tuple[str, str]  # where to go on, and what to say there
_TOKEN = re.compile(r"[\w-]{8,80}")


def token() -> str:
    """Return what makes this form known again."""
    return secrets.token_urlsafe(12)


def do_once(call: Call, app: AppModel, work: Callable[[Uow], Going]) -> Answer:
    """Do ``work`` in a unit and go on; the same form again goes on as the first did."""
    key = call.field("request")

    def answer(uow: Uow) -> Answer:
        url, text = work(uow)
        return Answer(303, orjson.dumps({"url": url, "text": text}))

    with call.unit(app) as uow:
        if _TOKEN.fullmatch(key):
            done = Once.named(call, f"form:{key}", call.body).answer(uow, lambda: answer(uow))
        else:
            done = answer(uow)
    said: dict[str, Any] = orjson.loads(done.body)
    return go(call, said["url"], said["text"])
