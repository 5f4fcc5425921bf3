"""What cells name: records by a key, people and departments by name; one query a column and chunk."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from engines.access import Access
from engines.exchange.mapping import ID, Column
from engines.expression import fold
from engines.form import AppModel
from engines.form.readers.lists import SEPARATORS
from engines.form.readers.texts import one_line
from engines.store.reading import matching
from engines.store.store import Store

Named = Callable[[Hashable], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Unknown:
    """Stands where there is no value; every field type refuses it, so the row's other problems show too."""

    code: str
    value: str


@dataclass(slots=True)
class References:
    """Finds ids in the eyes of one actor."""

    store: Store
    app: AppModel
    access: Access
    _people: matching.Found | None = field(default=None)
    _departments: matching.Found | None = field(default=None)

    def resolve(self, conn: sa.Connection, column: Column, cells: Sequence[Any]) -> list[Any]:
        """Return for each cell the ids as a door would send them, blank for blank, or ``Unknown``."""
        if column.field.kind.target is None or column.key == ID:
            return list(cells)
        named = self._named(conn, column, cells)
        one = self._many if column.field.plural else self._one
        known: dict[Hashable, Any] = {
            cell: one(cell, named) for cell in dict.fromkeys(cells) if not blank(cell)
        }
        return [known.get(cell) for cell in cells]

    def _named(self, conn: sa.Connection, column: Column, cells: Sequence[Any]) -> Named:
        target = str(column.field.target)
        if target in {"user", "department"}:
            found = self._organisation(conn, target)
            return lambda cell: _by_text(found, one_line(str(cell)))
        names = {
            each for cell in cells if not blank(cell) for each in _names(cell, plural=column.field.plural)
        }
        wanted = names | {spaced(each) for each in names}
        asked = (self.app.form(target), str(column.key))
        records = matching.matches(self.store, conn, self.app, self.access, asked, wanted)
        return lambda cell: records.get(cell) or records.get(spaced(cell), ())

    def _organisation(self, conn: sa.Connection, target: str) -> matching.Found:
        if target == "user":
            if self._people is None:
                self._people = matching.people(conn)
            return self._people
        if self._departments is None:
            self._departments = matching.departments(conn)
        return self._departments

    @staticmethod
    def _one(cell: Any, named: Named) -> Any:
        ids = named(cell)
        if len(ids) == 1:
            return ids[0]
        return Unknown("import.ambiguous" if ids else "import.not_found", str(cell)[:40])

    def _many(self, cell: Any, named: Named) -> Any:
        parts: Iterable[Any] = [cell] if named(cell) else _names(cell, plural=True)[1:]
        found = [self._one(each, named) for each in parts]
        wrong = next((each for each in found if isinstance(each, Unknown)), None)
        return wrong or found


def spaced(cell: Hashable) -> Hashable:
    """Return a name with single spaces: the eye does not see a second one."""
    return " ".join(cell.split()) if isinstance(cell, str) else cell


def _by_text(found: matching.Found, text: str) -> tuple[int, ...]:
    return found.get(fold(text)) or found.get(matching.dialled(text), ())


def blank(cell: object) -> bool:
    """Tell whether a cell holds nothing."""
    return cell is None or (cell.__class__ is str and not str(cell).strip())


def _names(cell: Any, *, plural: bool) -> list[Any]:
    """Return the cell itself and, where several may stand in it, its parts."""
    if not plural or not isinstance(cell, str):
        return [cell, cell] if plural else [cell]
    return [cell, *filter(None, SEPARATORS.split(cell.strip()))]
