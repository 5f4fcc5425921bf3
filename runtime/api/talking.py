"""What stands beside a record through REST: comments, who follows it, and with whom it is shared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import sqlalchemy as sa

from engines.form import FormModel
from engines.form.columns import instant, iso, millis
from engines.query import Uow
from engines.store import comments as kept
from engines.store import people
from engines.store.comments import Comment, Level
from engines.store.shares import Share
from runtime import sharing, talking
from runtime.allowed import Spot
from runtime.api.answering import writing
from runtime.api.parameters import known, number
from runtime.web.call import Answer, Call, id_in, json_answer
from runtime.web.routing import Permission, Routes
from schemas.errors import Invalid, Issue

_ONE = "/api/{app}/{form}/{id}"
_MOST = 200
_LATEST = 253_402_300_799_000  # milliseconds: what a moment can be at the latest
_RIGHTS = ("read", "edit")


def add_talk_routes(routes: Routes) -> None:
    """Register the routes; before those of records."""
    person = Permission.person
    routes.add("GET", _ONE + "/comments", person)(list_comments)
    routes.add("POST", _ONE + "/comments", person, in_unit=True)(say)
    routes.add("DELETE", _ONE + "/comments/{comment}", person, in_unit=True)(take_back)
    routes.add("GET", _ONE + "/followers", person)(list_followers)
    routes.add("POST", _ONE + "/follow", person, in_unit=True)(follow)
    routes.add("DELETE", _ONE + "/follow", person, in_unit=True)(unfollow)
    routes.add("GET", _ONE + "/shares", person)(list_shares)
    routes.add("POST", _ONE + "/shares", person, in_unit=True)(share)
    routes.add("DELETE", _ONE + "/shares/{share}", person, in_unit=True)(end_share)


def list_comments(call: Call) -> Answer:
    """Answer what people said, the latest first."""
    known(call, "limit", "after")
    limit, spot = min(max(number(call, "limit", 50), 1), _MOST), Spot.read(call)
    spot.person()
    found = kept.comments(call.conn, *spot.place, _before(call.query.get("after", "")), limit + 1)
    names = people.names(call.conn, {each.author for each in found})
    last = found[limit - 1] if len(found) > limit else None
    following = None if last is None else f"{millis(last.at)}.{last.id}"
    return json_answer({"data": [_said(each, names) for each in found[:limit]], "next": following})


def _before(text: str) -> list[sa.ColumnElement[bool]]:
    """Return the condition of what follows a place in the list. Raises Invalid for what is none."""
    if not text:
        return []
    at, last = (id_in(each) for each in text.partition(".")[::2])
    if at is None or last is None or at > _LATEST:
        raise Invalid([Issue("after", "query.bad_cursor")], "query.invalid")
    columns, moment = kept.comment.c, instant(at)
    return [(columns.at < moment) | ((columns.at == moment) & (columns.id < last))]


def _said(each: Comment, names: Mapping[int, str]) -> dict[str, Any]:
    return {
        "id": str(each.id), "at": iso(each.at), "author": str(each.author),
        "name": names.get(each.author, ""), "body": each.body, "named": dict(each.named),
    }  # fmt: skip


def say(call: Call) -> Answer:
    """Say something; who is named in ``named``, or after an ``@``, is told if they may see the record."""
    body = _body(call, "body", "named")
    picked = _ids(body.get("named") or [])

    def work(spot: Spot) -> Answer:
        heard = talking.say(spot, _text(body, "body"), picked)
        named = {str(each): name for each, name in heard.named.items()}
        told = {"id": str(heard.number), "named": named, "blind": [str(each) for each in heard.blind]}
        return json_answer(told, 201)

    return _at(call, work)


def take_back(call: Call) -> Answer:
    """Take back what one said."""
    return _at(call, partial(talking.take_back, number=id_in(call.params["comment"])))


def list_followers(call: Call) -> Answer:
    """Answer who follows the record."""
    known(call)
    spot = Spot.read(call)
    spot.person()
    found = kept.followers(call.conn, call.form.uid, [call.record_id])
    rows = [{"person": str(each.user_id), "name": each.name, "level": each.level} for each in found]
    return json_answer({"data": rows})


def follow(call: Call) -> Answer:
    """Follow the record: everything that changes, or comments only."""
    said = _text(_body(call, "level"), "level") or Level.everything
    if said not in set(Level):
        raise Invalid([Issue("level", "request.not_allowed", {"value": said[:40]})], "request.invalid")

    def work(spot: Spot) -> Answer:
        talking.follow(spot, Level(said))
        return json_answer({"level": said})

    return _at(call, work)


def unfollow(call: Call) -> Answer:
    """Follow the record no more."""
    return _at(call, partial(talking.follow, level=None))


def list_shares(call: Call) -> Answer:
    """Answer with whom the record is shared now."""
    known(call)
    return json_answer({"data": [_shared(each) for each in sharing.shared(Spot.read(call))]})


def _shared(each: Share) -> dict[str, Any]:
    return {
        "id": str(each.id), "person": str(each.user_id), "name": each.name, "until": iso(each.until),
        "right": "edit" if each.edit else "read", "by": str(each.by),
    }  # fmt: skip


def share(call: Call) -> Answer:
    """Share the record with a colleague until the end of a day."""
    body = _body(call, "person", "until", "right")
    right = _text(body, "right") or "read"
    if right not in _RIGHTS:
        raise Invalid([Issue("right", "request.not_allowed", {"value": right[:40]})], "request.invalid")
    asked = sharing.Asked(id_in(_text(body, "person")), _text(body, "until"), right == "edit")
    return _at(call, lambda spot: json_answer({"id": str(sharing.share(spot, asked))}, 201))


def end_share(call: Call) -> Answer:
    """End a share before its time."""
    return _at(call, partial(sharing.end, number=id_in(call.params["share"])))


def _at(call: Call, work: Callable[[Spot], Answer | None]) -> Answer:
    """Do something at a record, once for each Idempotency-Key."""

    def there(uow: Uow, form: FormModel) -> Answer:
        return work(Spot.of(call, uow, form)) or Answer(204)

    return writing(call, there)


def _body(call: Call, *names: str) -> Mapping[str, Any]:
    """Return what was sent. Raises Invalid for what means nothing."""
    _ = call.form  # whoever may not see it learns nothing about the body either
    body = call.json_object
    unknown = [Issue(each, "request.unknown_key", {"name": each[:40]}) for each in body if each not in names]
    if unknown:
        raise Invalid(unknown, "request.invalid")
    return body


def _text(body: Mapping[str, Any], name: str) -> str:
    found = body.get(name)
    if found is not None and not isinstance(found, str):
        raise Invalid([Issue(name, "field.not_text", {"value": str(found)[:40]})], "request.invalid")
    return found or ""


def _ids(said: object) -> list[int]:
    if not isinstance(said, list):
        raise Invalid([Issue("named", "request.not_a_list")], "request.invalid")
    found = [id_in(each) if isinstance(each, str) else None for each in said]
    if None in found:
        wrong = str(said[found.index(None)])[:40]
        raise Invalid([Issue("named", "field.not_an_id", {"value": wrong})], "request.invalid")
    return [each for each in found if each is not None]
