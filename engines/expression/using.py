"""Where each element of a definition is used: named by an option, or read by a formula."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from engines.expression.deps import references
from engines.expression.errors import ExpressionError
from engines.expression.naming import THIS
from engines.expression.parser import parse
from engines.expression.tree import Call, Node, walk
from engines.expression.tree import Ref as Path
from schemas.elements import App, Ref
from schemas.formulas import Place, formulas, inside, subject
from schemas.grammar import Pointer, referring
from schemas.marks import marks_of
from schemas.naming import Names

_BY_KEY = {"form", "role", "flow", "dashboard"}


@dataclass(frozen=True, slots=True)
class Use:
    """Something names, at a place, an element: ``field`` ``order.state``, ``role`` ``sales``."""

    kind: str
    path: str
    at: Pointer


def uses(app: App) -> Iterator[Use]:
    """Yield every use of forms, fields, options, roles, flows, their nodes, and dashboards."""
    names = Names.of(app)
    yield from _Walk(app, names).below(app, (), "")
    for place, text in formulas(app):
        for path in dict.fromkeys(_read(app, names, place, text)):
            yield Use("field", path, place.at)


@dataclass(frozen=True, slots=True)
class _Walk:
    app: App
    names: Names

    def below(self, model: BaseModel, at: Pointer, around: str) -> Iterator[Use]:
        form, kind = subject(model, around), type(model)
        marks = marks_of(Ref, kind)
        for name, said in referring(kind).items():
            value, here = getattr(model, name), (*at, said)
            mark = marks.get(name)
            if mark is not None:
                for key, where in _keys(value, here):
                    yield from self._use(mark.what, key, where, (model, form))
            yield from self._parts(value, here, inside(model, name, form))

    def _parts(self, value: Any, at: Pointer, form: str) -> Iterator[Use]:
        if isinstance(value, BaseModel):
            yield from self.below(value, at, form)
        elif isinstance(value, tuple):
            for index, item in enumerate(value):
                yield from self._parts(item, (*at, index), form)

    def _use(self, what: str, key: str, at: Pointer, around: tuple[BaseModel, str]) -> Iterator[Use]:
        holder, form = around
        if what in _BY_KEY:
            yield Use(what, key, at)
        elif what == "node":
            flow = self.app.flows[at[1]] if isinstance(at[1], int) else None
            yield Use(what, f"{flow.key if flow else ''}.{key}", at)
        elif what.startswith("option@"):
            for place in self.names.places(form, (str(getattr(holder, what[7:], "")),)) or ():
                yield Use("option", f"{place}.{key}", at)
        elif what.startswith("field"):
            target = self.names.target(what, holder, form)
            for place in self.names.places(target or "", (key,)) or ():
                yield Use("field", place, at)


def _keys(value: Any, at: Pointer) -> Iterator[tuple[str, Pointer]]:
    if isinstance(value, str):
        yield value, at
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _keys(item, (*at, index))
    elif isinstance(value, dict):
        yield from ((key, (*at, key)) for key in value)


def _read(app: App, names: Names, place: Place, text: str) -> Iterator[str]:
    """Yield the paths of the fields that a formula reads, on the way to others too."""
    try:
        node = parse(text)
    except ExpressionError:
        return
    lists = [(), *_lists(node)]
    around = app.forms[place.at[1]].key if place.at[0] == "forms" and isinstance(place.at[1], int) else ""
    for path in sorted(references(node)):
        if path[0] == THIS:
            yield from names.places(around, path[1:]) or ()
        for records in lists:
            yield from names.places(place.form, (*records, *path)) or ()


def _lists(node: Node) -> Iterator[tuple[str, ...]]:
    """Yield the paths to the lists that are filtered: conditions there read their records."""
    for each, _ in walk(node):
        if isinstance(each, Call) and each.name == "FILTER" and isinstance(each.args[0], Path):
            path = each.args[0].path
            yield from (path[:end] for end in range(1, len(path) + 1))
