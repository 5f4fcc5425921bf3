"""Messages that outlive a redirect: one signed cookie, shown once."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from typing import Any

import orjson

from frontend.views import Action, Flash
from runtime.web.call import Call

COOKIE = "weft_flash"
_LONGEST = 500


def flash_cookie(call: Call, text: str, kind: str = "success", undo: Action | None = None) -> str:
    """Return the cookie that shows ``text`` on the next page; ``undo`` becomes a button beside it."""
    shown: dict[str, Any] = {"text": text[:_LONGEST], "kind": kind}
    if undo is not None:
        shown |= {"action": undo.text, "url": undo.url, "fields": [list(each) for each in undo.fields]}
    body = urlsafe_b64encode(orjson.dumps(shown)).decode()
    return f"{COOKIE}={body}.{_sign(call, body)}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax"


def flashes(call: Call) -> tuple[Flash, ...]:
    """Return the message that was left, if nobody touched it."""
    body, _, signature = call.cookies.get(COOKIE, "").partition(".")
    if not body or not hmac.compare_digest(signature.encode(), _sign(call, body).encode()):
        return ()
    try:
        shown = orjson.loads(urlsafe_b64decode(body))
    except (orjson.JSONDecodeError, NotBase64):
        return ()
    action = None
    if "action" in shown:
        fields = tuple((str(name), str(value)) for name, value in shown["fields"])
        action = Action(shown["action"], shown["url"], "post", fields=fields)
    return (Flash(shown["text"], shown["kind"], action),)


def forget_cookie() -> str:
    """Return the cookie that takes the message away once it was shown."""
    return f"{COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"


def _sign(call: Call, body: str) -> str:
    user = call.person.id if call.person else 0
    key = call.installation.secret
    return hmac.new(key, f"flash:{user}:{body}".encode(), hashlib.sha256).hexdigest()[:32]
