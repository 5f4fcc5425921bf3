"""Names for ids: a definition knows none, so a scenario calls people, departments and records by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engines.form import FieldModel, FormModel


@dataclass(frozen=True, slots=True)
class Naming:
    """``records``: form and id by name."""

    people: Mapping[str, int]
    departments: Mapping[str, int]
    records: Mapping[str, tuple[str, int]]

    def raw(self, form: FormModel, key: str, value: Any) -> Any:
        """Return a value as a door receives it; what is no name stays, to be refused there."""
        field = form.fields.get(key)
        if field is None:
            return value
        if field.rows is not None and isinstance(value, list):
            return [self._row(field.rows, each) for each in value]
        if field.target is None:
            return value
        return (
            [self._id(field, each) for each in value] if isinstance(value, list) else self._id(field, value)
        )

    def _row(self, form: FormModel, row: Any) -> Any:
        if not isinstance(row, dict):
            return row
        return {name: self.raw(form, name, each) for name, each in row.items()}

    def _id(self, field: FieldModel, name: Any) -> Any:
        found = self._ids(field).get(name) if isinstance(name, str) else None
        return name if found is None else str(found)

    def _ids(self, field: FieldModel) -> Mapping[str, int]:
        if field.target == "user":
            return self.people
        if field.target == "department":
            return self.departments
        return {name: number for name, (form, number) in self.records.items() if form == field.target}

    def json(self, field: FieldModel, value: Any) -> Any:
        """Return the JSON of a value, with names where it holds ids that have one."""
        shown = field.to_json(value)
        if field.rows is not None:
            return [
                {key: self.json(field.rows.fields[key], each) for key, each in row.items()
                 if key in field.rows.fields}
                for row in value or ()
            ]  # fmt: skip
        if field.target is None:
            return shown
        names = {str(number): name for name, number in self._ids(field).items()}
        return (
            [names.get(each, each) for each in shown] if isinstance(shown, list) else names.get(shown, shown)
        )
