"""A formula tried on a record that is there, with the rights of whoever tries it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engines.expression import ErrorValue, Node, ValueType, compile_python, references
from engines.expression.values import kind_of
from engines.form import FormModel, Storage
from engines.query import Query
from engines.store import reading
from frontend.views import Item
from runtime.screens.shell import texts_of
from runtime.screens.values import Showing, record_title
from runtime.web.call import Call, id_in
from schemas.elements import Action
from schemas.errors import Invalid, NotFound

_OFFERED = 20


def records(call: Call, form: FormModel | None) -> tuple[Item, ...]:
    """Return the latest records that the person may see, to try a formula on."""
    if form is None or form.parent is not None or not call.access.form(call.app, form).may(Action.view):
        return ()
    title = form.title
    keys = (title.key,) if title is not None and call.access.form(call.app, form).readable(title.key) else ()
    found = reading.read(
        call.installation.store, call.conn, call.app, call.access, Query(form.path, keys, limit=_OFFERED)
    )
    return tuple(Item(str(each["_id"]), record_title(form, each)) for each in found.records)


def tried(call: Call, form: FormModel | None, node: Node, record: str) -> str:
    """Return what a formula yields on a record, in words; blank where there is none to try it on."""
    row: Mapping[str, Any] = {}
    if references(node):
        known = id_in(record)
        if form is None or form.parent is not None or known is None:
            return ""
        try:
            row = _row(call, form, node, known)
        except (NotFound, Invalid):
            return ""
    context = call.installation.store.context(call.app, call.access)
    return said(call, form, compile_python(node)(row, context))


def _row(call: Call, form: FormModel, node: Node, record: int) -> dict[str, Any]:
    """Read what a formula names: the record's own fields, and those of records it names."""
    paths = references(node)
    row = _read(call, form, {path[0] for path in paths}, record)
    found: dict[str, Any] = dict(row)
    for path in (each for each in paths if len(each) > 1):
        found[".".join(path)] = _beyond(call, form, row, path)
    return found


def _read(call: Call, form: FormModel, keys: set[str], record: int) -> dict[str, Any]:
    rights = call.access.form(call.app, form)
    shown = tuple(sorted(key for key in keys if key in form.fields and rights.usable(key)))
    query = Query(form.path, shown)
    found = reading.get(call.installation.store, call.conn, call.app, call.access, query, record)
    return dict(found.records[0])


def _beyond(call: Call, form: FormModel, row: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    """Return the value or values at the end of a path."""
    field, value = form.fields.get(path[0]), row.get(path[0])
    if field is None or value is None:
        return None
    if field.storage is Storage.rows:
        return tuple(each.get(path[1]) for each in value)
    target = call.app.forms.get(str(field.target))
    if target is None:
        return None
    several = isinstance(value, tuple)
    found = []
    for known in value if several else (value,):
        inner = _read(call, target, {path[1]}, known)
        found.append(inner.get(path[1]) if len(path) == 2 else _beyond(call, target, inner, path[1:]))
    return tuple(found) if several else found[0]


def said(call: Call, form: FormModel | None, value: Any) -> str:
    """Return a value in words."""
    texts = texts_of(call)
    if value is None or value == ():
        return texts.t("design.formulas.blank")
    if isinstance(value, ErrorValue):
        return texts.t("ui.formula.error_value", value=value.code)
    if isinstance(value, tuple):
        return texts.t("ui.common.separator").join(said(call, form, each) for each in value[:20])
    showing = Showing(call, form or next(iter(call.app.forms.values())), {})
    return _written(showing, value)


def _written(showing: Showing, value: Any) -> str:
    kind, formats = kind_of(value), showing.formats
    match kind:
        case ValueType.bool:
            return showing.texts.t("design.formulas.holds" if value else "design.formulas.fails")
        case ValueType.number:
            return formats.number()(value)
        case ValueType.date:
            return formats.day(value)
        case ValueType.datetime:
            return formats.date_time(showing.zone)(value)
    return str(value)
