"""What choosing a record fills in, where nothing was sent: never over what somebody typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engines.form.logic import Filling
from engines.query import Op
from engines.store.reading.brought import Brought, Found
from engines.store.writing.batch import Batch
from engines.store.writing.heeding import same
from engines.store.writing.lookups import as_ids, existing


@dataclass(frozen=True, slots=True)
class _Place:
    """Values that a choice fills: of a record, or of one row. ``old``: what stood there before."""

    values: dict[str, Any]
    old: Mapping[str, Any]

    def chosen(self, key: str) -> int | None:
        return self.values[key] if key in self.values else self.old.get(key)


def fill(batch: Batch) -> None:
    """Fill mapped fields that were not sent, if they are blank or hold what the earlier choice filled in."""
    for each in batch.form.fillings:
        key = each.field.key
        places = [place for place in _places(batch, each) if place.chosen(key) != place.old.get(key)]
        ids = {number for place in places for number in (place.values.get(key), place.old.get(key)) if number}
        if not places:
            continue
        uow, target = batch.uow, batch.uow.app.form(str(each.field.target))
        brought = Brought(batch.store, uow.conn, uow.app, uow.access)
        found = brought.of(target, ids, each.paths.values())
        for own, path in each.paths.items():
            _fill(batch, each, own, [(place, *_brings(place, key, path, found)) for place in places])


def _places(batch: Batch, each: Filling) -> Iterator[_Place]:
    for draft in batch.written(Op.create, Op.update):
        old = draft.old or {}
        if each.outer is None:
            if each.field.key in draft.values:
                yield _Place(draft.values, old)
            continue
        stood = {row["_id"]: row for row in old.get(each.outer.key, ())}
        for row in draft.values.get(each.outer.key) or ():
            if each.field.key in row:
                yield _Place(row, stood.get(row.get("_id"), {}))


def _brings(place: _Place, key: str, path: tuple[str, ...], found: Found) -> tuple[Any, Any]:
    """Return what the choice brings and what the earlier one brought; ``...`` for what may not be seen."""
    now, before = place.values[key], place.old.get(key)
    brings = None if now is None else found.get(now, {}).get(path, ...)
    return brings, ... if before is None else found.get(before, {}).get(path, ...)


def _fill(batch: Batch, each: Filling, own: str, places: list[tuple[_Place, Any, Any]]) -> None:
    field, app = each.form.fields[own], batch.uow.app
    made: list[tuple[_Place, Any]] = []
    for place, brings, brought in places:
        if brings is ... or own in place.values:
            continue
        stands = place.old.get(own)
        mine = brought is not ... and same(field, stands, each.value(app, own, brought))
        value = each.value(app, own, brings)
        if value is ...:  # what was filled before belongs to the other choice all the same
            value, fits = (() if field.plural else None), mine
        else:
            fits = mine or stands is None or stands == ()
        if fits:
            made.append((place, value))
    known = None
    if field.kind.target not in {None, "file"}:
        known = existing(batch, field, (number for _, value in made for number in as_ids(value)))
    for place, value in made:
        if known is None or known.issuperset(as_ids(value)):
            place.values[own] = value
