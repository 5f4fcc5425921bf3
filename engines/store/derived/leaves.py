"""What expressions read over relations, of many records at once: one query a form and hop."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engines.expression import Ref
from engines.form import AppModel, FieldModel, FormModel, Storage
from engines.store.encode import chunks
from engines.store.linked import load_links, load_rows

Path = tuple[str, ...]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Leaves:
    """Reads an app's records as they are, whoever asks: a derived value is a fact of its record."""

    conn: sa.Connection
    app: AppModel

    def add(self, form: FormModel, rows: Sequence[Row], paths: Iterable[Path]) -> None:
        """Add to each row what its paths lead to, under the path joined by dots.

        ``rows`` hold the form's own values and, of a record that is there, ``_id``. What a path finds over
        several records is a tuple in their order, blanks included, so that lists of one record line up.
        """
        heads: dict[str, set[Path]] = {}
        for path in paths:
            field = form.fields.get(path[0])
            if field is None:
                continue
            if field.storage is Storage.through and field.computed is not None:
                self._alias(form, rows, path, field)
            elif len(path) > 1 or field.storage is Storage.none:
                heads.setdefault(path[0], set()).add(path[1:])
        for key, rests in heads.items():
            self._hop(form, rows, form.fields[key], {rest for rest in rests if rest})

    def of(self, form: FormModel, ids: Iterable[int], paths: Iterable[Path]) -> dict[int, Row]:
        """Return the living records of ``ids`` with their own values and what the paths lead to."""
        wanted = set(paths)
        keys = {path[0] for path in wanted} | {key for path in wanted for key in self._behind(form, path[0])}
        table = form.table
        columns: list[Any] = [table.c["_id"]]
        columns += [each.column.label(each.key) for each in form.stored if each.key in keys]
        columns += [table.c[key].label(key) for key in sorted(keys) if key in table.c and key.startswith("_")]
        columns += [
            table.c[str(each.kind.system_column)].label(each.key)
            for each in form.fields.values()
            if each.storage is Storage.system and each.key in keys
        ]
        statement = sa.select(*dict.fromkeys(columns))
        if "_trashed_at" in table.c:
            statement = statement.where(table.c["_trashed_at"].is_(None))
        found: dict[int, Row] = {}
        for some in chunks(ids):
            rows = self.conn.execute(statement.where(table.c["_id"].in_(some)).order_by(table.c["_id"]))
            found |= {row["_id"]: dict(row) for row in rows.mappings()}
        for field in (*form.linked, *form.subforms):
            if field.key in keys:
                values = self._plural(field, list(found))
                for record_id, row in found.items():
                    row[field.key] = values.get(record_id, ())
        self.add(form, list(found.values()), wanted)
        return found

    def _behind(self, form: FormModel, key: str) -> Iterable[str]:
        """Return the own fields that a looked-up one goes over."""
        field = form.fields.get(key)
        if field is None or field.storage is not Storage.through or field.computed is None:
            return ()
        first = next(iter(field.computed.paths))[0]
        return (first, *self._behind(form, first))

    def _alias(self, form: FormModel, rows: Sequence[Row], path: Path, field: FieldModel) -> None:
        """Read a looked-up field where it lives."""
        assert field.computed is not None  # noqa: S101 - the caller looked
        node = field.computed.node
        assert isinstance(node, Ref)  # noqa: S101 - a look-up is a path
        there = node.path + path[1:]
        self.add(form, rows, [there])
        for row in rows:
            row[".".join(path)] = row.get(".".join(there))

    def _plural(self, field: FieldModel, ids: Sequence[int]) -> Mapping[int, tuple[Any, ...]]:
        return load_links(self.conn, field, ids) if field.rows is None else load_rows(self.conn, field, ids)

    def _hop(self, form: FormModel, rows: Sequence[Row], field: FieldModel, rests: set[Path]) -> None:
        """Follow one field of every row."""
        beyond = form.scope.fields.beyond(form.path, field.key)
        if beyond is None:
            return
        target = self.app.forms[beyond]
        if field.rows is not None:
            self._over_rows(rows, field, target, rests)
            return
        if field.storage is Storage.none:
            named = self._related(rows, field, target)
        else:
            named = [_ids(row.get(field.key)) for row in rows]
        there = self.of(target, {each for ids in named for each in ids}, rests) if rests else {}
        many = field.storage is not Storage.column
        for row, ids in zip(rows, named, strict=True):
            if many:
                row[field.key] = ids
            for rest in rests:
                values = tuple(_at(there[each], rest) for each in ids if each in there)
                row[".".join((field.key, *rest))] = values if many else values[0] if values else None

    def _over_rows(self, rows: Sequence[Row], field: FieldModel, target: FormModel, rests: set[Path]) -> None:
        """Follow fields of subform rows, which may not be stored yet."""
        inner = [dict(each) for row in rows for each in row.get(field.key) or ()]
        self.add(target, inner, rests)
        place = 0
        for row in rows:
            count = len(row.get(field.key) or ())
            mine = inner[place : place + count]
            place += count
            for rest in rests:
                row[".".join((field.key, *rest))] = tuple(_at(each, rest) for each in mine)

    def _related(self, rows: Sequence[Row], field: FieldModel, target: FormModel) -> list[tuple[int, ...]]:
        """Return the ids of the records that name each row, oldest first."""
        via = target.fields[str(getattr(field.options, "via", ""))]
        owner: Any = via.column
        statement = sa.select(owner, target.table.c["_id"]).order_by(target.table.c["_id"])
        if via.link is not None:
            statement = statement.join_from(
                target.table, via.link, via.link.c["_record_id"] == target.table.c["_id"]
            )
        found: dict[int, list[int]] = {}
        for some in chunks(row["_id"] for row in rows if row.get("_id")):
            living = statement.where(owner.in_(some), target.table.c["_trashed_at"].is_(None))
            for named, record_id in self.conn.execute(living):
                found.setdefault(named, []).append(record_id)
        return [tuple(found.get(row.get("_id") or 0, ())) for row in rows]


def _ids(value: Any) -> tuple[int, ...]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def _at(row: Mapping[str, Any], rest: Path) -> Any:
    return row.get(".".join(rest))
