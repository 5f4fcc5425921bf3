"""Moves from stage to stage: what one asks for, and the move itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engines.flow.moving import may_move, moves_of
from engines.flow.options import Move
from engines.flow.pressing import Press
from engines.form import FieldModel
from engines.query import Page, Query, Uow
from engines.store import reading
from frontend.flows import MovePage
from frontend.views import FieldView, Link
from frontend.views import Issue as Shown
from runtime.flows import Place, where
from runtime.screens.errors import by_path, summary
from runtime.screens.flow.once import Going, do_once, token
from runtime.screens.inputs import input_view, raw_ids, raw_of, sections
from runtime.screens.posted import read_posted
from runtime.screens.shell import back_of, form_url, go, page, texts_of
from runtime.screens.values import Showing, names_for, record_title
from runtime.web.call import Answer, Call
from runtime.web.errors import text_of
from schemas.errors import Conflict, Invalid, Issue, NotFound


def ask(call: Call) -> Answer:
    """Answer the page of a move that asks for something."""
    found = _read(call)
    _, move, needs = _move(call)
    return _answer(call, move, needs, found)


def make(call: Call) -> Answer:
    """Make a move and go back to the record, or show what it still asks for."""
    _, move, needs = _move(call)
    values, record_id = read_posted(call, needs), call.record_id
    asked = Press(move.key, call.field("comment"), values)
    texts, url = texts_of(call), back_of(call) or f"{form_url(call.form)}/{call.record_id}"

    def work(uow: Uow) -> Going:
        call.installation.flows.move(uow, call.form.path, record_id, asked)
        return url, texts.t("screen.flow.moved", label=texts.label(move.label))

    try:
        return do_once(call, call.app, work)
    except Conflict as error:
        return go(call, url, text_of(texts, error.reason, dict(error.params)), "warning")
    except Invalid as error:
        if asks(move):
            return _answer(call, move, needs, _read(call), values, tuple(error.issues))
        first = error.issues[0]
        label = call.form.fields[first.path].options.label if first.path in call.form.fields else ""
        said = text_of(texts, first.code, dict(first.params))
        return go(call, url, f"{texts.label(label)} {said}".strip(), "danger")


def asks(move: Move) -> bool:
    """Tell whether a move asks for something before it is made."""
    return bool(move.needs) or move.comment == "required"


def _read(call: Call) -> Page:
    store = call.installation.store
    query = Query(call.form.path, labels=True)
    return reading.get(store, call.conn, call.app, call.access, query, call.record_id)


def _move(call: Call) -> tuple[Place, Move, list[FieldModel]]:
    """Return the move, where the record now stands. Raises NotFound, and Conflict when it is late."""
    _read(call)
    store = call.installation.store
    places = list(where(call, call.form, call.record_id))
    for place in places:
        for each in () if place.stage is None else moves_of(place.graph, place.stage):
            if each.key == call.params["move"] and may_move(
                store, call.conn, place.graph, call.access, call.record_id, each
            ):
                return place, each, [place.graph.keys.field(key) for key in each.needs]
    if not places:
        raise NotFound
    raise Conflict("flow.moved_on")


def _answer(
    call: Call,
    move: Move,
    needs: list[FieldModel],
    found: Page,
    typed: Mapping[str, Any] | None = None,
    issues: tuple[Issue, ...] = (),
) -> Answer:
    texts, form = texts_of(call), call.form
    labels: dict[str, Mapping[int, str]] = dict(found.labels)
    for path, names in names_for(call, raw_ids(needs, typed or {})).items():
        labels[path] = {**labels.get(path, {}), **names}
    showing, errors = Showing(call, form, labels), by_path(issues, texts)
    views = {each.key: _input(showing, each, found, typed or {}, errors) for each in needs}
    shown = list(summary(form, {path: said for path, said in errors.items() if path != "comment"}, texts))
    shown += [Shown(text, "comment", texts.t("screen.flow.comment")) for text in errors.get("comment", ())]
    title, label = record_title(form, found.records[0]), texts.label(move.label)
    model = MovePage(
        title=texts.t("screen.flow.move_title", label=label, title=title),
        url=call.path + (f"?{call.query_string.decode('latin-1')}" if call.query_string else ""),
        request=token(),
        cancel_url=back_of(call) or f"{form_url(form)}/{call.record_id}",
        submit=label,
        sections=sections(showing, form, views),
        issues=tuple(shown),
        comment=call.field("comment") if call.method == "POST" else "",
        comment_needed=move.comment == "required",
        commented=move.comment != "none",
        errors=errors.get("comment", ()),
    )
    crumbs = [
        Link(texts.label(form.definition.label), form_url(form)),
        Link(title, f"{form_url(form)}/{call.record_id}"),
    ]
    return page(call, "runtime/move.html", model, crumbs, status=422 if issues else 200)


def _input(
    showing: Showing,
    field: FieldModel,
    found: Page,
    typed: Mapping[str, Any],
    errors: Mapping[str, tuple[str, ...]],
) -> FieldView:
    raw = typed.get(field.key, raw_of(showing, field, found.records[0].get(field.key)))
    return replace(input_view(showing, field, raw, errors), required=True)
