"""Figures over many records as the database adds them up: one grouped query a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from engines.expression import Context, compile_sql
from engines.form import AppModel, FieldModel, FormModel
from engines.form.reaching import Plain
from engines.form.sums import Part
from engines.store.encode import chunks

Row = dict[str, Any]
# Sums of scaled integers in two limbs: neither part overflows 64 bits before a billion rows do.
_LIMB = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Sums:
    """Adds up for an app's records."""

    conn: sa.Connection
    app: AppModel
    context: Context

    def add(self, form: FormModel, rows: Sequence[Row], parts: Iterable[Part]) -> None:
        """Give each row the figures under the parts' keys. Without ``_id`` a row has no records behind it."""
        heads: dict[str, list[Part]] = {}
        for part in parts:
            heads.setdefault(part.head, []).append(part)
        for head, some in heads.items():
            found = self._figures(form, form.fields[head], some, [row.get("_id") for row in rows])
            for row in rows:
                made = found.get(row.get("_id") or 0, {})
                for part in some:
                    row[part.key] = part.of(made.get(part.key, _nothing(part)), self.context)

    def _figures(
        self, form: FormModel, field: FieldModel, parts: Sequence[Part], ids: Sequence[int | None]
    ) -> Mapping[int, Mapping[str, Any]]:
        """Return record id -> key of a part -> figure."""
        known = [each for each in ids if each]
        if not known:
            return {}
        try:
            return self._run(form, field, parts, known, wide=False)
        except sa.exc.DBAPIError as error:
            if "integer overflow" not in str(error):
                raise
        return self._run(form, field, parts, known, wide=True)

    def _run(
        self, form: FormModel, field: FieldModel, parts: Sequence[Part], ids: Sequence[int], *, wide: bool
    ) -> Mapping[int, Mapping[str, Any]]:
        target = self.app.forms[str(form.scope.fields.beyond(form.path, field.key))]
        owner, listed = _listing(field, target)
        columns = [
            each.label(f"_{place}_{limb}")
            for place, part in enumerate(parts)
            for limb, each in enumerate(self._columns(target, part, wide=wide))
        ]
        living = [target.table.c["_trashed_at"].is_(None)] if "_trashed_at" in target.table.c else []
        found: dict[int, dict[str, Any]] = {}
        for some in chunks(ids):
            # Of one list there is nothing to group, which spares a comparison a row.
            alone = len(some) == 1
            named = sa.literal(some[0], sa.BigInteger) if alone else owner
            statement = sa.select(named.label("_owner"), *columns).select_from(listed)
            statement = statement.where(owner == some[0] if alone else owner.in_(some), *living)
            for row in self.conn.execute(statement if alone else statement.group_by(owner)).mappings():
                figures = {part.key: _figure(target, part, row, place) for place, part in enumerate(parts)}
                found[row["_owner"]] = figures
        return found

    def _columns(self, target: FormModel, part: Part, *, wide: bool) -> Sequence[sa.ColumnElement[Any]]:
        """Return what a figure is made of, of the records that meet the part's condition."""
        made = _aggregates(target, part, wide=wide)
        if part.condition is None:
            return made
        plain = Plain(self.app, target, self.context)
        where = compile_sql(part.condition, plain, self.context)
        return [each.filter(where) for each in made]


def _aggregates(target: FormModel, part: Part, *, wide: bool) -> list[Any]:
    if part.field is None:
        return [sa.func.count()]
    column = target.fields[part.field].column
    if part.function in {"COUNT", "COUNTA"}:
        # Asked so, what an option left behind that was removed is blank.
        return [sa.func.count(sa.case((column.is_not(None), 1)))]
    if part.function in {"MIN", "MAX"}:
        return [getattr(sa.func, part.function.lower())(column, type_=column.type)]
    cells = sa.type_coerce(column, sa.BigInteger())
    if not wide:
        return [sa.func.sum(cells)]
    whole = cells.op("/", return_type=sa.BigInteger())(sa.literal(_LIMB))
    return [sa.func.sum(whole), sa.func.sum(cells % _LIMB)]


def _figure(target: FormModel, part: Part, row: Any, place: int) -> Any:
    value = row[f"_{place}_0"]
    if part.function in {"COUNT", "COUNTA"}:
        return Decimal(value)
    if part.function != "SUM" or value is None:
        return value
    low = row.get(f"_{place}_1")
    units = int(value) if low is None else int(value) * _LIMB + int(low)
    decimals = getattr(target.fields[str(part.field)].column.type, "decimals", 0)
    return Decimal(units).scaleb(-decimals)


def _nothing(part: Part) -> Any:
    return Decimal(0) if part.function in {"COUNT", "COUNTA"} else None


def _listing(field: FieldModel, target: FormModel) -> tuple[sa.ColumnElement[Any], Any]:
    """Return the column that names the record whose list it is, and what the list is read from."""
    table = target.table
    if field.rows is not None:
        return table.c["_parent_id"], table
    if field.link is not None:
        link = field.link
        return link.c["_record_id"], sa.join(link, table, table.c["_id"] == field.column)
    via = target.fields[str(getattr(field.options, "via", ""))]
    if via.link is None:
        return via.column, table
    return via.column, sa.join(table, via.link, via.link.c["_record_id"] == table.c["_id"])
