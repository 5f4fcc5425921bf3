"""Rows to changes: references resolved, keys looked up, stand-ins where a cell holds no value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from engines.exchange.mapping import Column, Plan
from engines.exchange.options import Options, Target
from engines.exchange.present import unchanged
from engines.exchange.references import References, Unknown, blank
from engines.exchange.sheet import Chunk
from engines.expression import fold
from engines.query import Change, Op, Uow
from engines.store.reading import matching
from schemas.errors import Issue

Cells = Mapping[str, list[Any]]  # field key -> what stands in each row
ROW = ""  # stands for the row where a problem is not a field's


@dataclass(slots=True)
class Batch:
    """``changes`` and the ``places`` of their rows in the chunk; a row that cannot be tried has none.

    ``wrong``: place of a row -> field key or ``ROW`` -> problem that the file itself or a look-up has.
    ``later``: place of a row -> columns that name another row of the file, linked when both are there.
    ``blanked``: place of a row -> number of references left blank.
    """

    changes: list[Change] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    wrong: dict[int, dict[str, Issue]] = field(default_factory=dict)
    later: dict[int, list[Column]] = field(default_factory=dict)
    blanked: Counter[int] = field(default_factory=Counter)

    def note(self, place: int, key: str, code: str, **params: object) -> None:
        """Note a problem."""
        self.wrong.setdefault(place, {})[key] = Issue(key, code, params)

    def forget(self, place: int, column: Column) -> None:
        """Take back what was noted of one cell."""
        self.wrong.get(place, {}).pop(column.field.key, None)
        if place in self.wrong and not self.wrong[place]:
            del self.wrong[place]
        if column in self.later.get(place, ()):
            self.later[place].remove(column)

    def hopeless(self, place: int) -> bool:
        """Tell whether the row cannot be tried."""
        return ROW in self.wrong.get(place, ())


class Drafter:
    """Drafts the chunks of one import, in their order."""

    def __init__(self, target: Target, mapping: Plan, options: Options) -> None:
        self._target = target
        self._columns = mapping.columns
        self._options = options
        self._blanks = frozenset(map(fold, options.blanks))
        self._references = References(target.store, target.app, target.access)
        self._seen: dict[str, int] = {}
        self._coming: dict[str, frozenset[str]] = {}

    def expect(self, chunks: Sequence[Chunk]) -> None:
        """Say which rows come in one transaction: they may name each other."""
        places = {each.field.key: each.place for each in self._columns}
        for each in self._columns:
            if each.field.target == self._target.form.path and not each.field.plural and each.key in places:
                place = places[each.key]
                self._coming[each.field.key] = frozenset(
                    _same(cell) for some in chunks for cell in some.columns[place]
                )

    @property
    def linked(self) -> bool:
        """Tell whether rows may name each other."""
        return any(each.field.target == self._target.form.path for each in self._columns)

    def pass_over(self, chunk: Chunk, places: Sequence[int]) -> None:
        """Remember the keys of rows that are written already: a later row must not bear one of them."""
        column = next((each for each in self._columns if each.field.key == self._options.key), None)
        if column is not None:
            for place in places:
                self._seen.setdefault(_same(chunk.columns[column.place][place]), chunk.numbers[place])

    def link(self, uow: Uow, column: Column, names: Sequence[Any]) -> list[Any]:
        """Return what rows of the same file are called by, now that they are there: an id or ``Unknown``."""
        return self._references.resolve(uow.conn, column, names)

    def draft(self, conn: sa.Connection, chunk: Chunk) -> Batch:
        """Return the changes of one chunk."""
        batch = Batch()
        cells = {each.field.key: self._cells(conn, chunk, each, batch) for each in self._columns}
        self._mark(chunk, cells, batch)
        targets = self._targets(conn, chunk, cells, batch)
        kept = self._kept(conn, chunk, cells, targets, batch) if targets else {}
        keys = tuple(cells)
        gaps = any(None in column or "" in column for column in cells.values())
        for place, row in enumerate(zip(*cells.values(), strict=True)):
            if batch.wrong and batch.hopeless(place):
                continue
            found = targets[place] if targets else None
            values = dict(zip(keys, row, strict=True))
            for column in batch.later.get(place, ()):
                del values[column.field.key]
            for key in kept.get(place, ()):
                values.pop(key, None)
            if found is not None:
                batch.changes.append(Change(Op.update, values, found))
            elif gaps:
                filled = {key: cell for key, cell in values.items() if cell is not None and cell != ""}
                batch.changes.append(Change(Op.create, filled))
            else:
                batch.changes.append(Change(Op.create, values))
            batch.places.append(place)
        return batch

    def _cells(self, conn: sa.Connection, chunk: Chunk, column: Column, batch: Batch) -> list[Any]:
        """Return the raw values of one field, references resolved."""
        cells = list(chunk.columns[column.place])
        if self._blanks:
            cells = [
                "" if isinstance(each, str) and fold(each.strip()) in self._blanks else each for each in cells
            ]
        if column.field.kind.target is None:
            return cells
        found = self._references.resolve(conn, column, cells)
        coming = self._coming.get(column.field.key, frozenset())
        for place, each in enumerate(found):
            if each.__class__ is not Unknown:
                continue
            if each.code == "import.not_found" and _same(cells[place]) in coming:
                batch.later.setdefault(place, []).append(column)
            elif each.code == "import.not_found" and self._options.unresolved == "blank":
                found[place] = None
                batch.blanked[place] += 1
            else:
                batch.note(place, column.field.key, each.code, value=each.value)
        return found

    def _mark(self, chunk: Chunk, cells: Cells, batch: Batch) -> None:
        """Put stand-ins where the file says that a cell holds no value."""
        keys = {each.place: each.field.key for each in self._columns}
        for each in chunk.problems:
            if each.column is None:
                batch.note(each.row, ROW, each.code, value=each.value)
            elif each.column in keys:
                key = keys[each.column]
                cells[key][each.row] = Unknown(each.code, each.value)
                batch.note(each.row, key, each.code, value=each.value)

    def _targets(self, conn: sa.Connection, chunk: Chunk, cells: Cells, batch: Batch) -> Sequence[int | None]:
        """Return the record that each row changes, None where it makes a new one; empty without a key."""
        key, target = self._options.key, self._target
        if self._options.records:
            return [self._options.records.get(number) for number in chunk.numbers]
        if key is None:
            return ()
        plain = [None if each.__class__ is Unknown or blank(each) else each for each in cells[key]]
        wanted = (each for each in plain if each is not None)
        found = matching.matches(target.store, conn, target.app, target.access, (target.form, key), wanted)
        return [
            self._one(chunk.numbers[place], place, cell, found, batch) for place, cell in enumerate(plain)
        ]

    def _kept(
        self, conn: sa.Connection, chunk: Chunk, cells: Cells, targets: Sequence[int | None], batch: Batch
    ) -> dict[int, list[str]]:
        """Return the places of rows and the links in them that stay as they are, whatever else may be named.

        A title that several records bear, somebody who left, and what is out of sight come back unchanged.
        """
        kept: dict[int, list[str]] = {}
        for place, each in unchanged(self._target, conn, self._columns, chunk, targets):
            key = each.field.key
            kept.setdefault(place, []).append(key)
            batch.forget(place, each)
            if cells[key][place] is None and not blank(chunk.columns[each.place][place]):
                batch.blanked[place] -= 1
        return kept

    def _one(self, number: int, place: int, cell: Any, found: matching.Found, batch: Batch) -> int | None:
        key = str(self._options.key)
        if cell is None:
            if key not in batch.wrong.get(place, ()):
                batch.note(place, ROW, "import.no_key", name=key)
            return None
        first = self._seen.setdefault(_same(cell), number)
        ids = found.get(cell, ())
        if first != number:
            batch.note(place, ROW, "import.repeated_key", value=str(cell)[:40], row=first)
        elif len(ids) > 1:
            batch.note(place, ROW, "import.ambiguous", value=str(cell)[:40])
        return ids[0] if ids else None


def _same(cell: Any) -> str:
    """Return what two cells share that name the same record."""
    return fold(str(cell).strip())
