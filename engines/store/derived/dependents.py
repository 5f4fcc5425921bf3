"""Who is made of what: for each field, the computed ones that a change of it reaches, and the way back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engines.expression import Ref
from engines.form import AppModel, FieldModel, FormModel, Storage
from engines.form.formulas import FormulaModel

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dependent:
    """A stored computed field of ``form``. ``way``: the hops from its record to the one that changed.

    ``joins``: the change is that a record enters or leaves the related list at the end of the way.
    """

    form: FormModel
    formula: FormulaModel
    way: Path
    joins: bool = False


Dependents = Mapping[tuple[str, str], tuple[Dependent, ...]]


def dependents_of(app: AppModel) -> Dependents:
    """Return them by form and field; kept with the version. ``""`` for a field: records come and go."""
    found: dict[tuple[str, str], dict[tuple[str, str, Path, bool], Dependent]] = {}
    for form in app.forms.values():
        for formula in form.formulas:
            for path in formula.paths:
                for at, dependent in _along(app, form, formula, path):
                    same = (form.path, formula.field.key, dependent.way, dependent.joins)
                    found.setdefault(at, {})[same] = dependent
    return {at: tuple(some.values()) for at, some in found.items()}


def _along(
    app: AppModel, form: FormModel, formula: FormulaModel, path: Path
) -> Iterator[tuple[tuple[str, str], Dependent]]:
    """Yield every place on a path where a change matters, beyond the record itself."""
    here, way = form, Path()
    for step in _plain(app, form, path):
        field = here.fields.get(step)
        if way:
            yield (here.path, step), Dependent(form, formula, way)
        beyond = None if field is None else here.scope.fields.beyond(here.path, step)
        if field is None or beyond is None:
            return
        here, way = app.forms[beyond], (*way, step)
        if field.storage is Storage.none:
            via = str(getattr(field.options, "via", ""))
            yield (here.path, via), Dependent(form, formula, way, joins=True)
        if here.parent is None:
            yield (here.path, ""), Dependent(form, formula, way, joins=field.storage is Storage.none)


def _plain(app: AppModel, form: FormModel, path: Path) -> Path:
    """Write a path without looked-up fields, by the way they go."""
    field: FieldModel | None = form.fields.get(path[0])
    if field is not None and field.storage is Storage.through and field.computed is not None:
        node = field.computed.node
        assert isinstance(node, Ref)  # noqa: S101 - a look-up is a path
        return _plain(app, form, node.path + path[1:])
    beyond = form.scope.fields.beyond(form.path, path[0])
    if len(path) == 1 or beyond is None:
        return path
    return (path[0], *_plain(app, app.forms[beyond], path[1:]))
