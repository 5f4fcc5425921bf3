"""Rows that are only checked leave no trace in the database; what they claim is remembered here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engines.exchange.mapping import ID, Column
from engines.exchange.options import Target
from engines.exchange.references import Unknown, spaced
from engines.form import FieldModel
from engines.query import Change, Op, Result, Touched, Uow
from engines.store.writing import check
from engines.store.writing.lookups import comparer
from schemas.errors import Issue


@dataclass(slots=True)
class Claims:
    """Checks rows as if all the rows before them had been written.

    ``columns``: those that may name other rows of the file.
    """

    target: Target
    columns: Sequence[Column]
    _taken: dict[str, set[Any]] = field(default_factory=dict)
    _named: dict[str, Counter[Any]] = field(default_factory=dict)

    def attempt(self, uow: Uow, changes: Sequence[Change]) -> list[Result]:
        """Check changes, and that none takes a value that an earlier row of the file has taken."""
        results = check(self.target.store, uow, self.target.form, changes)
        touched = {each.id: each for each in uow.changes[-1].touched}
        return [self._claim(each, touched.get(each.id or 0)) for each in results]

    def attach(self, _: Uow, changes: Sequence[Change]) -> list[Result]:
        """Take it that rows can be linked whose names were found: there is nothing yet to look up."""
        return [Result(each.id, 1) for each in changes]

    def find(self, _: Uow, column: Column, names: Sequence[Any]) -> list[Any]:
        """Return for names of rows of the file what was found: a stand-in for an id, or ``Unknown``."""
        named, known = self._named.get(str(column.key), Counter()), self._compared(column, names)
        counts = [max((named[each] for each in some), default=0) for some in known]
        return [
            1 if count == 1 else Unknown("import.ambiguous" if count else "import.not_found", str(name)[:40])
            for name, count in zip(names, counts, strict=True)
        ]

    def _claim(self, result: Result, touched: Touched | None) -> Result:
        if touched is None:
            return result
        issues: list[Issue] = []
        claimed: list[tuple[set[Any], Any]] = []
        for each in self.target.form.unique:
            value = touched.new.get(each.key)
            if value is not None:
                taken, said = self._taken.setdefault(each.key, set()), comparer(each)(value)
                claimed.append((taken, said))
                if said in taken:
                    issues.append(Issue(each.key, "field.taken", {"value": str(value)[:40]}))
        if issues:
            return Result(result.id, None, tuple(issues))
        for taken, said in claimed:
            taken.add(said)
        self._note(touched)
        return result

    def _note(self, touched: Touched) -> None:
        """Note what later rows may call a row by."""
        if touched.op is Op.create and self.columns:
            for each in self._keys():
                value = touched.new.get(each.key)
                if value is not None:
                    self._named.setdefault(each.key, Counter())[comparer(each)(value)] += 1

    def _keys(self) -> Iterable[FieldModel]:
        keys = {each.key for each in self.columns if each.key not in {None, ID}}
        return (self.target.form.fields[str(key)] for key in keys)

    def _compared(self, column: Column, names: Sequence[Any]) -> list[set[Any]]:
        """Return what each name, with its blanks as they are and as the eye sees them, is compared by."""
        if column.key in {None, ID}:
            return [set() for _ in names]
        key = self.target.form.fields[str(column.key)]
        compared = comparer(key)
        both = [{key.key: each} for name in names for each in (name, spaced(name))]
        values: list[Mapping[str, Any]] = [*self.target.form.coercer.many(both)[0]]
        found = [None if each.get(key.key) is None else compared(each[key.key]) for each in values]
        return [{found[at], found[at + 1]} - {None} for at in range(0, len(found), 2)]
