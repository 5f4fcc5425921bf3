"""What the catalogue says after a publish."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import sqlalchemy as sa

from engines.store.catalogue import Row, Shape, delete_rows, update_rows
from engines.store.publishing.assign import Assignment, Fate, Place
from engines.store.publishing.elements import path_of


def building_rows(app: str, assignment: Assignment, known: Sequence[Row]) -> list[Row]:
    """Return the rows under which a publish catalogues what it prepares, apart from those already there."""
    there = {row.uid for row in known}
    found: list[Row] = []
    for path, place in assignment.places.items():
        detail = place.detail() | {"building": True}
        if place.fate is Fate.new and place.uid not in there:
            found.append(Row(place.uid, app, path, place.slot.kind, place.physical, detail))
        elif place.storage_uid is not None and place.storage_uid not in there:
            detail |= {"for": place.uid}
            found.append(Row(place.storage_uid, app, path, place.slot.kind, place.physical, detail))
    return found


@dataclass(slots=True)
class Changes:
    """Rows to write, in this order."""

    deleted: list[int] = field(default_factory=list)
    released: list[Row] = field(default_factory=list)
    updated: list[Row] = field(default_factory=list)

    def write(self, conn: sa.Connection) -> None:
        """Write them."""
        delete_rows(conn, self.deleted)
        update_rows(conn, self.released)
        update_rows(conn, self.updated)


def changes(app: str, assignment: Assignment, rows: Sequence[Row], now: datetime) -> Changes:
    """Return what turns the catalogue of the old version, with everything prepared, into that of the new."""
    found = Changes()
    for path, place in assignment.places.items():
        row = Row(place.uid, app, path, place.slot.kind, place.physical, place.detail())
        if row != place.row:
            found.updated.append(row)
        if place.storage_uid is not None and place.row is not None:
            _left_behind(app, place, rows, now, found)
    moved = {place.uid: place for place in assignment.places.values() if place.retyped}
    gone = {row.uid: _trashed(row, moved, now) for row in assignment.dropped}
    trash = {row.uid: row for row in rows if row.trashed_at is not None} | gone
    living = {place.uid: path for path, place in assignment.places.items()}
    left = {row.uid: row for row in found.updated if row.trashed_at is not None}
    for uid, row in trash.items():
        if uid not in living:
            path = _path(row, trash | left, living)
            if uid in gone or path != row.path:
                found.updated.append(replace(row, path=path))
    return found


def _left_behind(app: str, place: Place, rows: Sequence[Row], now: datetime, found: Changes) -> None:
    """Put the storage of the old type into the trash under the uid that the new storage was built under."""
    uid, row = place.storage_uid, place.row
    if uid is None or row is None:
        return
    if row.physical is None:
        found.deleted.append(uid)
        return
    children = {
        each.key: each.uid for each in rows if each.live and each.parent == row.uid and each.kind == "option"
    }
    detail = {
        "parent": place.parent,
        "was": row.detail.get("was", []),
        **Shape.of(row).told(),
        "options": children,
    }
    path = path_of(row.kind, row.key, place.slot.parent)
    left = Row(uid, app, path, row.kind, row.physical, detail, now)
    if Shape.of(row).formula:  # nobody misses values that can be computed
        left = replace(left, detail=detail | {"spare": True, "for": place.uid}, trashed_at=None)
    found.released.append(replace(left, physical=None))
    found.updated.append(left)


def _trashed(row: Row, moved: Mapping[int, Place], now: datetime) -> Row:
    """Return a row that leaves; what stood in storage that is left behind goes with it."""
    place = moved.get(row.parent) if row.parent is not None else None
    detail = dict(row.detail)
    if place is not None and not place.has_parts(row.kind):
        detail["parent"] = place.storage_uid
    return replace(row, detail=detail, trashed_at=now)


def _path(row: Row, trash: Mapping[int, Row], living: Mapping[int, str]) -> str:
    """Return the path of a trashed element, which follows the names of what it stood in."""
    if row.parent is None:
        return path_of(row.kind, row.key)
    if row.parent in living:
        return path_of(row.kind, row.key, living[row.parent])
    above = trash.get(row.parent)
    return row.path if above is None else path_of(row.kind, row.key, _path(above, trash, living))
