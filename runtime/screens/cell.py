"""One cell of a list, edited where it stands: its own input, one write with its version, the row again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from typing import Any

from engines.form import FieldModel, FormModel
from engines.query import Change, Op, Query
from engines.store import reading
from engines.store.history import entries
from engines.store.writing import write
from frontend.sheets import CellPage, RowsPage
from runtime.screens.closed import WRITTEN, why_closed
from runtime.screens.errors import by_path, refusal
from runtime.screens.inputs import input_view, raw_ids, raw_of
from runtime.screens.kept import saved_views
from runtime.screens.listing import open_listing
from runtime.screens.posted import read_posted
from runtime.screens.shell import form_url, page, texts_of
from runtime.screens.table import rows_of, table_columns
from runtime.screens.values import Showing, names_for
from runtime.web.call import Answer, Call, form_in
from schemas.errors import Conflict as Stale
from schemas.errors import Invalid, Issue, NotFound


@dataclass(slots=True)
class _Cell:
    """A cell: its record as it stands, what is typed, what is wrong. ``theirs``: it was changed since."""

    form: FormModel
    field: FieldModel
    record: Mapping[str, Any]
    labels: Mapping[str, Mapping[int, str]]
    raw: Any
    errors: dict[str, tuple[str, ...]] = dataclass_field(default_factory=dict)
    theirs: bool = False


def show_cell(call: Call) -> Answer:
    """Answer the input of a cell, or why it cannot be edited."""
    cell = _open(call)
    reason = why_closed(call, cell.form, cell.field, cell.record)
    return _answer(call, cell, texts_of(call).t(f"screen.cell.{reason}") if reason else "")


def save_cell(call: Call) -> Answer:
    """Save what was typed in a cell and answer its row; or the input again, with what is wrong."""
    cell = _open(call)
    reason = why_closed(call, cell.form, cell.field, cell.record)
    if reason:
        return _answer(call, cell, texts_of(call).t(f"screen.cell.{reason}"), 403)
    before = _digits(call.field("_version"))
    typed = read_posted(call, [cell.field])
    current = int(cell.record["_version"])
    known = current if before in {None, current} or _untouched(call, cell, before) else before
    issues = _write(call, cell, typed, known)
    if not issues:
        return show_row(call)
    cell = _open(call)
    error = refusal(issues)
    cell.theirs = isinstance(error, Stale)
    if not cell.theirs and not isinstance(error, Invalid):
        raise error
    if not cell.theirs:
        cell.errors = by_path(issues, texts_of(call))
    return _answer(call, replace(cell, raw=typed.get(cell.field.key)), status=409 if cell.theirs else 422)


def show_row(call: Call) -> Answer:
    """Answer one row as the list shows it, whether or not its filter still holds."""
    listing = open_listing(call, saved_views(call, call.form))
    fields, title = listing.shown(), listing.form.title
    keys = [each.key for each in fields]
    keys += [title.key] if title is not None and listing.rights.readable(title.key) else []
    query = Query(listing.form.path, tuple(dict.fromkeys(keys)), labels=True)
    found = reading.get(call.installation.store, call.conn, call.app, call.access, query, call.record_id)
    showing = Showing(call, listing.form, found.labels)
    rows = tuple(rows_of(listing, showing, fields, found.records))
    model = RowsPage(table_columns(listing, showing, fields), rows, select=listing.selects)
    return page(call, "runtime/rows.html", model)


def _open(call: Call) -> _Cell:
    """Read the record of a cell. Raises NotFound for a field that does not exist for the reader."""
    form, key = call.form, call.params["field"]
    field, rights = form.fields.get(key), call.access.form(call.app, form)
    if field is None or not rights.readable(key):
        raise NotFound
    query = Query(form.path, labels=True)
    found = reading.get(call.installation.store, call.conn, call.app, call.access, query, call.record_id)
    record = found.records[0]
    showing = Showing(call, form, found.labels)
    raw = raw_of(showing, field, record.get(key)) if field.storage in WRITTEN else None
    return _Cell(form, field, record, found.labels, raw)


def _untouched(call: Call, cell: _Cell, before: int) -> bool:
    """Tell whether nobody has changed this cell since a version, whatever became of the rest of its row."""
    since = (each for each in entries(call.conn, call.app, cell.form, int(cell.record["_id"])))
    return not any(each.version > before and cell.field.key in each.old for each in since)


def _write(call: Call, cell: _Cell, typed: Mapping[str, Any], version: int) -> Sequence[Issue]:
    with call.unit() as uow:
        change = Change(Op.update, typed, int(cell.record["_id"]), version)
        result = write(call.installation.store, uow, form_in(uow, call), [change])[0]
    return () if result.ok else result.issues


def _answer(call: Call, cell: _Cell, reason: str = "", status: int = 200) -> Answer:
    form, each = cell.form, cell.field
    labels = dict(cell.labels)
    for path, names in names_for(call, raw_ids([each], {each.key: cell.raw})).items():
        labels[path] = {**labels.get(path, {}), **names}
    showing = Showing(call, form, labels)
    own = {key: texts for key, texts in cell.errors.items() if key.partition(".")[0] == each.key}
    view = input_view(showing, each, cell.raw, own) if not reason else showing.view(each)
    model = CellPage(
        url=f"{form_url(form)}/{cell.record['_id']}/cell/{each.key}",
        field=view,
        version=str(cell.record["_version"]),
        reason=reason,
        problems=tuple(_others(cell, own, showing)),
        theirs=(showing.cell(each, cell.record.get(each.key)).text or showing.texts.t("ui.record.blank"))
        if cell.theirs
        else None,
    )
    return page(call, "runtime/cell.html", model, status=status)


def _others(cell: _Cell, own: Mapping[str, Any], showing: Showing) -> Iterator[str]:
    """Yield what is wrong elsewhere in the record because of this cell."""
    for key, texts in cell.errors.items():
        if key not in own:
            field = cell.form.fields.get(key.partition(".")[0])
            label = showing.texts.label(field.options.label) if field is not None else ""
            yield from (f"{label}: {text}" if label else text for text in texts)


def _digits(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
