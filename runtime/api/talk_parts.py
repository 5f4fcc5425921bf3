"""The description of what stands beside a record: comments, followers, shares."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from engines.store.comments import LONGEST, Level
from runtime.api import parts
from runtime.api.describing import ID

Schema = dict[str, Any]
Operation = Callable[[str, str, Schema | None, list[Any], tuple[str, ...]], Schema]

_TEXT: Schema = {"type": "string"}
_MOMENT: Schema = {"type": "string", "format": "date-time"}
_IDS: Schema = {"type": "array", "items": ID}
_NAMED: Schema = {"type": "object", "additionalProperties": _TEXT}
_LEVEL: Schema = {"enum": [str(each) for each in Level]}
_RIGHT: Schema = {"enum": ["read", "edit"]}


def _all(**properties: Schema) -> Schema:
    return {"type": "object", "required": [*properties], "properties": properties}


def _sent(required: tuple[str, ...], **properties: Schema) -> Schema:
    closed = {"type": "object", "additionalProperties": False, "properties": properties}
    return closed | ({"required": [*required]} if required else {})


_COMMENT = _all(id=ID, at=_MOMENT, author=ID, name=_TEXT, body=_TEXT, named=_NAMED)
_PAGE = parts.rows(_COMMENT)
_PAGE["required"].append("next")
_PAGE["properties"]["next"] = {"type": ["string", "null"]}
_SAYING = _sent(("body",), body=_TEXT | {"minLength": 1, "maxLength": LONGEST}, named=_IDS)
_HEARD = _all(id=ID, named=_NAMED, blind=_IDS)
_FOLLOWER = _all(person=ID, name=_TEXT, level=_LEVEL)
_SHARE = _all(id=ID, person=ID, name=_TEXT, until=_MOMENT, right=_RIGHT, by=ID)
_SHARING = _sent(("person", "until"), person=ID, until=_TEXT | {"format": "date"}, right=_RIGHT)


def talk_paths(base: str, operation: Operation) -> Iterator[tuple[str, Schema]]:
    """Yield the addresses of one form, for who may see its records."""
    key, one = parts.refs("key"), parts.path("id", ID)

    def get(name: str, rows: Schema, *parameters: str) -> Schema:
        return operation(name, "200", rows, parts.refs(*parameters), parts.READ_FAILS)

    def post(name: str, status: str, answer: Schema, body: Schema) -> Schema:
        found = operation(name, status, answer, key, parts.WRITE_FAILS)
        return found | {"requestBody": parts.body(body)}

    def delete(name: str) -> Schema:
        return operation(name, "204", None, key, parts.WRITE_FAILS)

    talk, follow = f"{base}/{{id}}/comments", f"{base}/{{id}}/follow"
    said = {"get": get("comments", _PAGE, "limit", "after")}
    yield talk, {"parameters": [one], **said, "post": post("say", "201", _HEARD, _SAYING)}
    yield f"{talk}/{{comment}}", {"parameters": [one, parts.path("comment", ID)], "delete": delete("unsay")}
    yield f"{follow}ers", {"parameters": [one], "get": get("followers", parts.rows(_FOLLOWER))}
    followed = post("follow", "200", _all(level=_LEVEL), _sent((), level=_LEVEL))
    yield follow, {"parameters": [one], "post": followed, "delete": delete("unfollow")}
    shares = f"{base}/{{id}}/shares"
    shared = {"get": get("shares", parts.rows(_SHARE)), "post": post("share", "201", _all(id=ID), _SHARING)}
    yield shares, {"parameters": [one], **shared}
    yield f"{shares}/{{share}}", {"parameters": [one, parts.path("share", ID)], "delete": delete("unshare")}
