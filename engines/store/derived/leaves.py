"""What expressions read over relations, of many records at once: one query a form and hop."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engines.expression import Context, Ref
from engines.form import AppModel, FieldModel, FormModel, Storage
from engines.form.formulas import FormulaModel
from engines.form.sums import Part
from engines.store.derived.sums import Sums
from engines.store.encode import chunks
from engines.store.linked import load_plural

Path = tuple[str, ...]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Leaves:
    """Reads an app's records as they are, whoever asks: a derived value is a fact of its record.

    ``context``: the moment for which fields are computed that the clock has a say in; without it they are
    blank. ``trash``: ids asked for may name records in the trash. ``hold``: on PostgreSQL records that
    relations name are kept as they are until the transaction ends, so that what is computed from them stays
    true: who changes one afterwards finds the record that it was computed for.
    """

    conn: sa.Connection
    app: AppModel
    context: Context | None = None
    trash: bool = False
    hold: bool = False

    def add(self, form: FormModel, rows: Sequence[Row], paths: Iterable[Path]) -> None:
        """Add to each row what its paths lead to, under the path joined by dots.

        ``rows`` hold the form's own values and, of a record that is there, ``_id``. What a path finds over
        several records is a tuple in their order, blanks included, so that lists of one record line up.
        """
        heads: dict[str, set[Path]] = {}
        moments: set[str] = set()
        for path in paths:
            field = form.fields.get(path[0])
            if field is None:
                continue
            if field.storage is Storage.through:
                self._alias(form, rows, path, field)
            elif field.storage is Storage.moment:
                moments.add(field.key)
            elif len(path) > 1 or field.storage is Storage.none:
                heads.setdefault(path[0], set()).add(path[1:])
        for key, rests in heads.items():
            self._hop(form, rows, form.fields[key], {rest for rest in rests if rest})
        self._compute(form, rows, moments)

    def supply(self, form: FormModel, rows: Sequence[Row], formulas: Iterable[FormulaModel]) -> None:
        """Give each row all that formulas read beyond it, figures over many records under their parts' keys.

        Rows of subforms and links are taken as ``rows`` hold them, whatever is stored.
        """
        wanted = list(formulas)
        parts = {part.key: part for each in wanted for part in each.parts}.values()
        stored = [part for part in parts if form.fields[part.head].storage is Storage.none]
        held = [part for part in parts if form.fields[part.head].storage is not Storage.none]
        self.add(form, rows, {path for each in wanted for path in each.near} | _paths(held))
        if self.context is not None:
            Sums(self.conn, self.app, self.context).add(form, rows, stored)
            for row in rows if held else ():
                row.update((part.key, part.of_loaded(row, self.context)) for part in held)

    def of(self, form: FormModel, ids: Iterable[int], paths: Iterable[Path]) -> dict[int, Row]:
        """Return the living records of ``ids`` with their own values and what the paths lead to."""
        return self._of(form, ids, set(paths), top=True)

    def _of(
        self, form: FormModel, ids: Iterable[int], wanted: set[Path], *, top: bool = False, hold: bool = False
    ) -> dict[int, Row]:
        keys = set(_own_keys(form, {path[0] for path in wanted}))
        statement = self._statement(form, keys, trash=top and self.trash, hold=hold)
        found: dict[int, Row] = {}
        for some in chunks(ids):
            rows = self.conn.execute(statement.where(form.table.c["_id"].in_(some)))
            found |= {row["_id"]: dict(row) for row in rows.mappings()}
        for field in (*form.linked, *form.subforms):
            if field.key in keys:
                values = load_plural(self.conn, field, list(found))
                for record_id, row in found.items():
                    row[field.key] = values.get(record_id, ())
        self.add(form, list(found.values()), wanted)
        return found

    def _statement(self, form: FormModel, keys: set[str], *, trash: bool, hold: bool) -> sa.Select[Any]:
        table = form.table
        columns: list[Any] = [table.c["_id"]]
        columns += [each.column.label(each.key) for each in form.stored if each.key in keys]
        columns += [table.c[key] for key in sorted(keys - {"_id"}) if key.startswith("_") and key in table.c]
        columns += [
            table.c[str(each.kind.system_column)].label(each.key)
            for each in form.fields.values()
            if each.storage is Storage.system and each.key in keys
        ]
        statement = sa.select(*columns).order_by(table.c["_id"])
        if "_trashed_at" in table.c and not trash:
            statement = statement.where(table.c["_trashed_at"].is_(None))
        if hold and self.hold and self.conn.dialect.name == "postgresql":
            # A record that will itself be renewed is taken at once: two who share it could not both go on.
            statement = statement.with_for_update(read=not _renewed(form), key_share=_renewed(form))
        return statement

    def _alias(self, form: FormModel, rows: Sequence[Row], path: Path, field: FieldModel) -> None:
        """Read a looked-up field where it lives."""
        there = _looked_up(field) + path[1:]
        self.add(form, rows, [there])
        for row in rows:
            row[".".join(path)] = row.get(".".join(there))

    def _compute(self, form: FormModel, rows: Sequence[Row], keys: set[str]) -> None:
        """Compute what no record holds, because it is another tomorrow."""
        if not keys or self.context is None:
            return
        wanted = [each for each in form.moments if each.field.key in keys]
        self.supply(form, rows, wanted)
        for each in wanted:
            for row in rows:
                row[each.field.key] = each.assembled(row, self.context)

    def _hop(self, form: FormModel, rows: Sequence[Row], field: FieldModel, rests: set[Path]) -> None:
        """Follow one field of every row."""
        beyond = form.scope.fields.beyond(form.path, field.key)
        if beyond is None:
            return
        target = self.app.forms[beyond]
        if field.rows is not None:
            self._over_rows(rows, field, target, rests)
            return
        listed = field.storage is Storage.none
        named = self._related(rows, field, target) if listed else [_ids(row.get(field.key)) for row in rows]
        ids = {each for some in named for each in some}
        there = self._of(target, ids, rests, hold=not listed) if rests and ids else {}
        many = field.storage is not Storage.column
        for row, some in zip(rows, named, strict=True):
            if many:
                row[field.key] = some
            for rest in rests:
                values = tuple(_at(there[each], rest) for each in some if each in there)
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


def _paths(parts: Iterable[Part]) -> set[Path]:
    return {path for part in parts for path in part.paths}


def _own_keys(form: FormModel, heads: Iterable[str]) -> Iterator[str]:
    """Yield the record's own fields that paths begin with, those behind look-ups and moments too."""
    for key in heads:
        yield key
        field = form.fields.get(key)
        if field is not None and field.computed is not None and field.storage is not Storage.column:
            yield from _own_keys(form, {path[0] for path in field.computed.paths})


def _looked_up(field: FieldModel) -> Path:
    assert field.computed is not None  # noqa: S101 - look-ups are passed
    node = field.computed.node
    assert isinstance(node, Ref)  # noqa: S101 - a look-up is a path
    return node.path


def _renewed(form: FormModel) -> bool:
    """Tell whether changes of other records make computed values of this form anew."""
    own = {key for key, each in form.fields.items() if each.storage in {Storage.column, Storage.system}}
    return any(len(path) > 1 or path[0] not in own for each in form.formulas for path in each.paths)


def _ids(value: Any) -> tuple[int, ...]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def _at(row: Mapping[str, Any], rest: Path) -> Any:
    return row.get(".".join(rest))
