"""The catalogue: which element bears which uid and physical name, living, trashed or being built."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engines.form.names import Name, Names
from engines.store.platform import element
from engines.store.publishing.naming import short


@dataclass(frozen=True, slots=True)
class Row:
    """One catalogued element.

    ``detail``: ``parent`` (uid), ``was`` (keys it once had), for fields also their shape. ``building`` while
    a publish prepares it; then ``for`` is the uid of the field whose new storage it is. ``spare``: a column
    of the computed field ``for`` that waits to be filled again. ``options`` (key -> uid) of storage that a
    change of type left behind.
    """

    uid: int
    app: str
    path: str
    kind: str
    physical: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    trashed_at: datetime | None = None

    @property
    def key(self) -> str:
        """Return the last part of the path."""
        return re.split(r"[.:@]", self.path)[-1]

    @property
    def parent(self) -> int | None:
        """Return the uid of the form or field it stands in."""
        return self.detail.get("parent")

    @property
    def building(self) -> bool:
        """Tell whether a publish that has not ended made it."""
        return bool(self.detail.get("building"))

    @property
    def spare(self) -> bool:
        """Tell whether it is a column of no version: computed values in it are out of date."""
        return bool(self.detail.get("spare"))

    @property
    def live(self) -> bool:
        """Tell whether the published version has it."""
        return self.trashed_at is None and not self.building and not self.spare

    @property
    def owns_table(self) -> bool:
        """Tell whether its physical name is a table's and not a column's."""
        return self.physical is not None and "." not in self.physical


@dataclass(frozen=True, slots=True)
class Shape:
    """What makes stored values what they are; a field whose shape changes gets new storage.

    ``formula``: digest of what a stored computed value depends on; ``""`` of one that people fill in.
    """

    type: str
    storage: str
    cell: str = ""
    target: int | str | None = None
    formula: str = ""

    @classmethod
    def of(cls, row: Row) -> Shape:
        """Return the shape a field's values have."""
        told = row.detail
        names = ("type", "storage", "cell", "target", "formula")
        return cls(**{"type": "", "storage": ""} | {name: told[name] for name in names if name in told})

    def told(self) -> dict[str, Any]:
        """Return it as ``detail`` keeps it."""
        told = {"type": self.type, "storage": self.storage, "cell": self.cell, "target": self.target}
        return told | ({"formula": self.formula} if self.formula else {})

    def alike(self, other: Shape) -> bool:
        """Tell whether cells are of the same kind, whatever is in them."""
        return replace(self, formula="") == replace(other, formula="")

    def serves(self, wanted: Shape) -> bool:
        """Tell whether what is kept so can stay: computed values may go on as entered ones."""
        return self == wanted or (not wanted.formula and self.alike(wanted))


def load_rows(conn: sa.Connection, app_key: str | None = None) -> list[Row]:
    """Read the catalogue of one app, or of all."""
    statement = sa.select(element).order_by(element.c.uid)
    if app_key is not None:
        statement = statement.where(element.c.app == app_key)
    return [Row(**{**row._mapping, "detail": row.detail or {}}) for row in conn.execute(statement)]


def load_names(conn: sa.Connection, app_key: str, *, include_trash: bool = False) -> Names:
    """Read the names of the published version; of several trashed elements at a path the newest counts."""
    rows = load_rows(conn, app_key)
    found = [row for row in rows if row.live]
    if include_trash:
        trashed = [(row.trashed_at, row.uid, row) for row in rows if row.trashed_at is not None]
        found = [row for *_, row in sorted(trashed, key=lambda each: each[:2])] + found
    return names_of((row.path, row.uid, row.physical) for row in found)


def names_of(found: Iterable[tuple[str, int, str | None]]) -> Names:
    """Build the names a definition is compiled with; later entries win."""
    return Names({path: Name(uid, physical and short(physical)) for path, uid, physical in found})


def physical_names(conn: sa.Connection) -> list[str]:
    """Return every physical name ever given and not purged, of all apps."""
    return list(conn.execute(sa.select(element.c.physical).where(element.c.physical.is_not(None))).scalars())


def insert_rows(conn: sa.Connection, rows: Sequence[Row]) -> None:
    """Add rows."""
    if rows:
        conn.execute(sa.insert(element), [_values(row) for row in rows])


def update_rows(conn: sa.Connection, rows: Sequence[Row]) -> None:
    """Write rows over what the catalogue says of their uids."""
    if rows:
        parts = {name: sa.bindparam(f"new_{name}", type_=element.c[name].type) for name in _CHANGEABLE}
        statement = sa.update(element).where(element.c.uid == sa.bindparam("of_uid")).values(parts)
        changes = [
            {"of_uid": row.uid, **{f"new_{name}": value for name, value in _values(row).items()}}
            for row in rows
        ]
        conn.execute(statement, [{key: each[key] for key in each if key not in _FIXED} for each in changes])


def delete_rows(conn: sa.Connection, uids: Sequence[int]) -> None:
    """Forget elements; what they own must be gone already."""
    if uids:
        conn.execute(sa.delete(element).where(element.c.uid.in_(uids)))


_CHANGEABLE = ("path", "kind", "physical", "detail", "trashed_at")
_FIXED = frozenset({"new_uid", "new_app"})


def _values(row: Row) -> dict[str, Any]:
    return {
        "uid": row.uid, "app": row.app, "path": row.path, "kind": row.kind, "physical": row.physical,
        "detail": dict(row.detail), "trashed_at": row.trashed_at,
    }  # fmt: skip
