"""What choosing a record brings along: values for other inputs, and what formulas of the page read there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engines.form import FieldModel, FormModel
from engines.form.logic import Filling
from engines.store.reading.brought import Brought
from runtime.cells import cell
from runtime.screens.depending import Depending
from runtime.screens.inputs import is_id, raw_of
from runtime.screens.telling import Telling, led_to
from runtime.screens.values import Showing, ids_in, names_for
from runtime.web.call import Answer, Call, json_answer
from schemas.errors import NotFound

Json = dict[str, Any]


def show_brought(call: Call) -> Answer:
    """Answer what ``field`` fills in and leads to if it names ``id``; and what it filled naming ``was``.

    Raises NotFound for a field that the person may not fill in.
    """
    form, place = call.form, call.query.get("field", "")
    key = place.partition(".")[0]
    rights = call.access.form(call.app, form)
    if key not in form.fields or not rights.editable(key):
        raise NotFound
    number, was = (int(text) if is_id(text := call.query.get(name, "")) else None for name in ("id", "was"))
    showing = Showing(call, form, {})
    found: Json = {"fill": {}, "was": {}, "leads": {}}
    each = next((one for one in form.fillings if _place(one) == place), None)
    if each is not None:
        found["fill"], found["was"] = _filled(showing, each, number), _filled(showing, each, was)
    inputs = frozenset(each for each in form.fields if rights.editable(each))
    leads = Telling(Depending(showing, inputs, 0, {})).leads().get(place, ())
    if leads:
        found["leads"] = {name: cell(value) for name, value in led_to(call, form, key, number, leads).items()}
    return json_answer(found)


def _place(each: Filling) -> str:
    return each.field.key if each.outer is None else f"{each.outer.key}.{each.field.key}"


def _filled(showing: Showing, each: Filling, number: int | None) -> Json:
    """Return field key -> what an input would post, what it reads as, and the names of ids in it."""
    call = showing.call
    if number is None:
        return {}
    target = call.app.form(str(each.field.target))
    brought = Brought(call.installation.store, call.conn, call.app, call.access)
    there = brought.of(target, [number], each.paths.values()).get(number, {})
    values = {
        own: value
        for own, path in each.paths.items()
        if path in there and (value := each.value(call.app, own, there[path])) is not ...
    }
    ids = [one for own, value in values.items() for one in ids_in(each.form.fields[own], value)]
    labels = names_for(call, ids)
    return {own: _input(showing, each.form.fields[own], value, labels) for own, value in values.items()}


def _input(showing: Showing, field: FieldModel, value: Any, labels: dict[str, dict[int, str]]) -> Json:
    named = Showing(showing.call, showing.form, labels)
    shown = named.cell(field, value)
    items = [{"id": each.key, "text": each.text} for each in shown.items]
    return {"value": raw_of(named, field, value), "text": shown.text, "items": items}


def without_untouched(form: FormModel, posted: Mapping[str, Any], before: Mapping[str, Any]) -> Json:
    """Leave out what a page without scripts posts as it was: nobody typed it, so a choice may fill it."""
    own = {key for each in form.fillings if each.outer is None for key in each.paths}
    kept = {
        key: value
        for key, value in posted.items()
        if key not in own or (value or "") != (before.get(key) or "")
    }
    for each in form.fillings:
        if each.outer is not None and each.outer.key in kept:
            rows = kept[each.outer.key]
            kept[each.outer.key] = [_row(row, each) for row in rows]
    return kept


def _row(row: Mapping[str, Any], each: Filling) -> Json:
    new = "_id" not in row
    return {key: value for key, value in row.items() if not (new and key in each.paths and not value)}
