"""A card is put elsewhere: one write, or one step of the flow that alone may move it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from engines.flow.flows import lock_record
from engines.flow.graph import Graph
from engines.flow.moving import may_move, moves_of
from engines.flow.options import Move
from engines.flow.pressing import Press
from engines.query import Change, Op
from engines.store.writing import write
from runtime.flows import Place, where
from runtime.screens.errors import refusal
from runtime.screens.flow.moving import asks
from runtime.screens.kept import saved_views
from runtime.screens.listing import Listing, open_listing
from runtime.screens.looks.browsing import browser_of
from runtime.screens.shell import go, texts_of
from runtime.web.call import Answer, Call, form_in, json_answer
from runtime.web.errors import text_of
from schemas.errors import Conflict, Forbidden, Invalid, Issue, NotFound, WeftError


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it. ``level``: ``success``, ``warning`` or ``danger``; ``url``: what is asked first."""

    level: str
    text: str = ""
    url: str = ""
    status: int = 200


def put_record(call: Call) -> Answer:
    """Put a record to another place of a view, and say what became of it."""
    listing = open_listing(call, saved_views(call, call.form))
    try:
        found = _put(listing)
    except WeftError as error:
        found = _refused(listing, error)
    if "json" in call.headers.get("accept", ""):
        return json_answer({"level": found.level, "text": found.text, "url": found.url}, found.status)
    text = found.text or texts_of(call).t("screen.look.put")
    return (
        go(call, found.url, "") if found.url else go(call, listing.state.url(listing.base), text, found.level)
    )


def _put(listing: Listing) -> Outcome:
    """Move it. Raises what the write path, the flow and the kind of view refuse."""
    call, view = listing.call, listing.view
    if view is None or listing.kind.name != view.type:
        raise NotFound
    values = listing.kind.put(view, browser_of(listing), call.record_id, call.field("to"))
    version = _version(call)
    for graph in call.installation.flows.graphs.of_form(call.app, listing.form.path):
        if graph.field is not None and graph.field.key in values:
            return _by_flow(listing, graph, values[graph.field.key], version)
    with call.unit() as uow:
        change = Change(Op.update, values, call.record_id, version)
        result = write(call.installation.store, uow, form_in(uow, call), [change])[0]
    if not result.ok:
        raise refusal(result.issues)
    return Outcome("success")


def _version(call: Call) -> int | None:
    text = call.field("version")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _by_flow(listing: Listing, graph: Graph, to: Any, version: int | None) -> Outcome:
    """Let the flow move the record, or lead to the page on which it asks for what it needs."""
    call = listing.call
    place = next(
        (each for each in where(call, listing.form, call.record_id) if each.graph.uid == graph.uid), None
    )
    if place is None or place.stage is None:
        raise Conflict("flow.not_in_a_stage")
    if place.record.get(graph.field.key if graph.field else "") == to:
        return Outcome("success")
    found = _way(listing, place, to)
    if asks(found):
        back = urlencode({"_back": listing.state.url(listing.base)})
        return Outcome("success", url=f"{listing.base}/{call.record_id}/move/{found.key}?{back}")
    if not place.graph.holds(found.when, place.record, place.context):
        raise Invalid([Issue("move", "flow.move_not_yet")])

    with call.unit() as uow:
        lock_record(uow.conn, form_in(uow, call), call.record_id)
        now = browser_of(listing).with_conn(uow.conn).one(call.record_id, ())["_version"]
        if version is not None and now != version:
            raise Conflict("record.conflict")
        call.installation.flows.move(uow, call.form.path, call.record_id, Press(found.key, "", {}))
    return Outcome("success")


def _way(listing: Listing, place: Place, to: Any) -> Move:
    """Return the move that leads there and that the person may make. Raises Invalid, Forbidden."""
    call, graph, stage = listing.call, place.graph, place.stage or ""
    ways = [each for each in moves_of(graph, stage) if each.to and to in graph.stage_value(each.to).values()]
    if not ways:
        raise Invalid([Issue("move", "view.no_way")])
    mine = (call.installation.store, call.conn, graph, call.access, call.record_id)
    allowed = [each for each in ways if may_move(*mine, each)]
    if not allowed:
        raise Forbidden("view.not_your_move")
    held = (each for each in allowed if asks(each) or graph.holds(each.when, place.record, place.context))
    return next(held, allowed[0])


def _refused(listing: Listing, error: WeftError) -> Outcome:
    texts = texts_of(listing.call)
    if isinstance(error, Conflict):
        text = (
            texts.t("screen.look.stale")
            if error.reason == "record.conflict"
            else text_of(texts, error.reason, dict(error.params))
        )
        return Outcome("warning", text, status=409)
    if isinstance(error, Invalid) and error.issues:
        return Outcome("danger", " ".join(_said(listing, error.issues)), status=422)
    status = 404 if isinstance(error, NotFound) else 403
    code = (
        error.reason if isinstance(error, Forbidden) and error.reason.startswith(("view.", "flow.")) else ""
    )
    return Outcome(
        "danger",
        texts.t(code or ("screen.look.gone" if status == 404 else "screen.look.not_allowed")),
        status=status,
    )


def _said(listing: Listing, issues: Iterable[Issue]) -> Iterable[str]:
    """Yield each refusal with the field that it is about."""
    texts, fields = texts_of(listing.call), listing.form.fields
    for each in issues:
        said = text_of(texts, each.code, dict(each.params))
        key = each.path.partition(".")[0]
        name = texts.label(fields[key].options.label) if key in fields else ""
        yield texts.t("screen.look.refused_field", name=name, text=said) if name else said
