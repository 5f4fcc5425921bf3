"""Who is made of what: for each field, the computed ones that a change of it reaches, and the way back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engines.expression import Ref
from engines.form import AppModel, FieldModel, FormModel, Storage
from engines.form.formulas import FormulaModel

Path = tuple[str, ...]
Place = tuple[str, str]  # path of a form, key of a field or system column; "" for records that come and go


@dataclass(frozen=True, slots=True)
class Dependent:
    """A stored computed field of ``form``. ``way``: the hops from its record to the one that changed.

    ``joins``: the change is that a record enters or leaves the related list at the end of the way.
    """

    form: FormModel
    formula: FormulaModel
    way: Path
    joins: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """Computed fields of one form that can be made together: what they read is made in steps before."""

    form: FormModel
    formulas: tuple[FormulaModel, ...]


@dataclass(frozen=True, slots=True)
class Net:
    """How the computed fields of an app hang together. ``turns``: the step in which a field is made."""

    places: Mapping[Place, tuple[Dependent, ...]]
    steps: tuple[Step, ...]
    turns: Mapping[Place, int]


def net_of(app: AppModel) -> Net:
    """Return the net of an app; kept with the version."""
    return app.kept("derived", _net)


def _net(app: AppModel) -> Net:
    found: dict[Place, dict[tuple[Place, Path, bool], Dependent]] = {}
    for form in app.forms.values():
        for formula in form.formulas:
            for path in formula.paths:
                for at, dependent in _along(app, form, formula, path):
                    same = ((form.path, formula.field.key), dependent.way, dependent.joins)
                    found.setdefault(at, {})[same] = dependent
    steps = tuple(_steps(app))
    turns = {
        (step.form.path, each.field.key): turn for turn, step in enumerate(steps) for each in step.formulas
    }
    return Net({at: tuple(some.values()) for at, some in found.items()}, steps, turns)


def _along(
    app: AppModel, form: FormModel, formula: FormulaModel, path: Path
) -> Iterator[tuple[Place, Dependent]]:
    """Yield every place on a path where a change matters, with the way to it."""
    here, way = form, Path()
    for step in _plain(app, form, path):
        field = here.fields.get(step)
        yield (here.path, _watched(field, step)), Dependent(form, formula, way)
        beyond = None if field is None else here.scope.fields.beyond(here.path, step)
        if field is None or beyond is None:
            return
        here, way = app.forms[beyond], (*way, step)
        if field.storage is Storage.none:
            via = str(getattr(field.options, "via", ""))
            yield (here.path, via), Dependent(form, formula, way, joins=True)
        if here.parent is None:
            yield (here.path, ""), Dependent(form, formula, way, joins=field.storage is Storage.none)


def _watched(field: FieldModel | None, key: str) -> str:
    """Return the key under which a change is told; a field that shows a system column is that column."""
    return str(field.kind.system_column) if field is not None and field.storage is Storage.system else key


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


def _steps(app: AppModel) -> Iterator[Step]:
    """Put all stored computed fields in an order in which each finds what it reads."""
    waiting = {
        (form.path, each.field.key): (form, each, set(_reads(app, each.field)))
        for form in app.forms.values()
        for each in form.formulas
    }
    while waiting:  # definitions without circles only, so each round settles one
        ready: dict[str, Step] = {}
        settled: set[Place] = set()
        for place, (form, formula, reads) in list(waiting.items()):
            own = {each for each in reads if each[0] == form.path and each in settled}
            if not (reads - own) & waiting.keys():
                step = ready.get(form.path, Step(form, ()))
                ready[form.path] = Step(form, (*step.formulas, formula))
                settled.add(place)
        for place in settled:
            del waiting[place]
        yield from ready.values()


def _reads(app: AppModel, field: FieldModel) -> Iterator[Place]:
    """Yield the stored computed fields that one reads, over look-ups too."""
    assert field.computed is not None  # noqa: S101 - computed fields are passed
    for path, key in field.computed.sources:
        source = app.forms[path].fields.get(key)
        if source is None or source.computed is None:
            continue
        if source.storage is Storage.column:
            yield path, key
        else:
            yield from _reads(app, source)
