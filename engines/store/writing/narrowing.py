"""Choices that depend on other fields: refused where they are not among those that are offered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engines.form.logic import Narrowed
from engines.query import Draft, Op
from engines.store.derived.leaves import Leaves
from engines.store.writing.batch import Batch, problem
from engines.store.writing.records import records


@dataclass(frozen=True, slots=True)
class _Cell:
    """One choice. ``here``: the values it depends on; ``old``: what stood there, None if nothing did."""

    draft: Draft
    path: str
    here: Mapping[str, Any]
    old: Mapping[str, Any] | None


def narrow(batch: Batch) -> None:
    """Look at choices that are new, and at those beside which something changed."""
    found = batch.form.narrowed
    if not found:
        return
    drafts = [each for each in batch.written(Op.create, Op.update) if each.changed]
    own = {path for each in found for path in each.beside if path[0] in batch.form.fields}
    inner: dict[str, set[tuple[str, ...]]] = {}
    for each in found:
        if each.outer is not None:
            inner.setdefault(each.outer.key, set()).update(each.beside)
    rows = records(batch, drafts, own, inner)
    hidden = [batch.form.logic.state(row, batch.context).hidden for row in rows]
    for each in found:
        key = each.field.key if each.outer is None else each.outer.key
        shown = [
            (draft, row)
            for draft, row, some in zip(drafts, rows, hidden, strict=True)
            if key not in some or key in draft.changed
        ]
        cells = [cell for draft, row in shown for cell in _cells(each, draft, row)]
        if each.range is None:
            _options(each, cells)
        else:
            _records(batch, each, cells)


def _cells(each: Narrowed, draft: Draft, record: Mapping[str, Any]) -> Iterator[_Cell]:
    known = {issue.path for issue in draft.issues}
    if each.outer is None:
        if each.field.key not in known and not draft.changed.keys().isdisjoint({each.field.key, *each.keys}):
            yield _Cell(draft, each.field.key, record, draft.old)
        return
    key, old = each.outer.key, draft.old or {}
    stood = {row["_id"]: row for row in old.get(key, ())}
    for index, row in enumerate(record.get(key) or ()):
        path, before = f"{key}.{index}.{each.field.key}", stood.get(row.get("_id"))
        if path not in known:
            yield _Cell(draft, path, {**record, **row}, None if before is None else {**old, **before})


def _options(each: Narrowed, cells: list[_Cell]) -> None:
    for cell in cells:
        if _asked(each, cell) and each.misplaced(cell.here) is not None:
            problem(cell.draft, cell.path, "field.not_among")


def _records(batch: Batch, each: Narrowed, cells: list[_Cell]) -> None:
    assert each.range is not None  # noqa: S101 - the caller looked
    asked = [(cell, ids) for cell in cells if (ids := _asked(each, cell))]
    if not asked:
        return
    target = batch.uow.app.form(str(each.field.target))
    leaves = Leaves(batch.uow.conn, batch.uow.app)
    there = leaves.of(target, {each for _, ids in asked for each in ids}, each.range.there)
    for cell, ids in asked:
        if not all(each.fits(there.get(one, {}), cell.here, batch.context) for one in ids):
            problem(cell.draft, cell.path, "field.not_among")


def _asked(each: Narrowed, cell: _Cell) -> list[Any]:
    """Return the choices to look at: all where something beside them changed, else those that are new."""
    chosen = _several(cell.here.get(each.field.key))
    if cell.old is None or any(cell.here.get(key) != cell.old.get(key) for key in each.keys):
        return chosen
    stood = _several(cell.old.get(each.field.key))
    return [one for one in chosen if one not in stood]


def _several(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, tuple) else [value]
