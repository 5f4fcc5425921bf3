"""What choosing a record fills in, compiled for one form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engines.form.model import AppModel, FieldModel, FormModel

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Filling:
    """A relation that fills other fields. ``form``: the one it stands in; ``outer``: its subform, if any."""

    field: FieldModel
    form: FormModel
    outer: FieldModel | None
    paths: Mapping[str, Path]

    def value(self, app: AppModel, key: str, found: Any) -> Any:
        """Return what was found over there as a value of the field here; ``...`` where it does not fit."""
        if found is None or found == ():
            return () if self.form.fields[key].plural else None
        source = end_of(app, app.form(str(self.field.target)), self.paths[key])
        values, issues = self.form.coercer.one({key: source.to_json(found)})
        return ... if issues else values[key]


def end_of(app: AppModel, form: FormModel, path: Path) -> FieldModel:
    """Return the field at the end of a path that was verified."""
    found = form.fields[path[0]]
    return found if len(path) == 1 else end_of(app, app.form(str(found.target)), path[1:])


def fillings(form: FormModel) -> Iterator[Filling]:
    """Yield the relations that fill other fields of a form, and of the rows of its subforms."""
    for each in form.fields.values():
        inner = () if each.rows is None else each.rows.fields.values()
        for holder, outer, field in ((form, None, each), *((each.rows, each, one) for one in inner)):
            if holder is not None and (fill := getattr(field.options, "fill", None)):
                paths = {key: tuple(text.split(".")) for key, text in fill.items()}
                yield Filling(field, holder, outer, paths)
