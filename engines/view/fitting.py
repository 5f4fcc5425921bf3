"""Which fields of a form can be what a view needs: columns of a board, days of a calendar, figures."""

from __future__ import annotations

from dataclasses import dataclass

from engines.expression import ValueType
from engines.form.computed import Broken, Fields, Resolved
from engines.form.families import buckets_of
from engines.form.shapes import SORTED, sortable
from engines.form.system import SYSTEM_TYPES

_ORDERED = {ValueType.number, ValueType.time, ValueType.date, ValueType.datetime}


@dataclass(frozen=True, slots=True)
class Fitting:
    """The fields of one form of a definition; an unknown one is no problem of ours."""

    form: str
    fields: Fields

    def type_of(self, key: str) -> ValueType | None:
        """Return what the values of a field are, None for one that is not there."""
        found = self.found(key)
        return SYSTEM_TYPES.get(key) if found is None else found.kind.value_type

    def found(self, key: str) -> Resolved | None:
        """Return a field."""
        try:
            return self.fields.find(self.form, key)
        except Broken:  # reported where it stands
            return None

    def buckets(self, key: str) -> tuple[str, ...]:
        """Return by what records may be put in groups of a field's values."""
        found = self.found(key)
        return buckets_of(self.type_of(key), None if found is None else found.kind.family)

    def in_a_cell(self, key: str) -> bool:
        """Tell whether a record has one value of a field, in one place."""
        found = self.found(key)
        return found is not None and found.storage in SORTED

    def groupable(self, key: str) -> bool:
        """Tell whether records can be put in groups by a field."""
        found = self.found(key)
        if found is None:
            return key in SYSTEM_TYPES
        if sortable(self.fields, self.form, key):
            return True
        return found.storage in SORTED and found.kind.target is not None

    def figures(self, key: str) -> tuple[str, ...]:
        """Return the figures that a column of a field may have, the usual one first."""
        if not self.in_a_cell(key):
            return ()
        type_ = self.type_of(key)
        found = ["sum", "average"] if type_ is ValueType.number else []
        found += ["min", "max"] if type_ in _ORDERED else []
        found += ["filled", "blank"]
        return (*found, "distinct") if self.groupable(key) else tuple(found)

    def stored(self, key: str) -> bool:
        """Tell whether a field has a column of its own that people may write."""
        found = self.found(key)
        return found is not None and found.storage in SORTED and not found.kind.write_once
