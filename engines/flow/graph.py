"""A flow of one version, ready to run on today's data."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import orjson
import sqlalchemy as sa

from engines.expression import Context, ErrorValue, ExpressionError, compile_python, parse, references
from engines.flow.keys import Keys
from engines.flow.kinds import NodeType
from engines.flow.shape import Drawn, Shape, draw, shape_of
from engines.form import AppModel, FieldModel, FormModel
from engines.store.catalogue import names_of
from engines.store.derived.leaves import Leaves
from engines.store.models import published
from engines.store.people import finder
from engines.store.people.meant import Asked
from engines.store.said import Said
from engines.store.wording import Wording
from schemas.behaviour import Flow, flows_of
from schemas.elements import App, LongText, Text, label_of
from schemas.errors import Conflict, Invalid, Issue, NotFound
from schemas.formulas import formulas
from schemas.grammar import Grammar
from schemas.kinds import Registry
from schemas.upgrade import upgrade
from schemas.who import Who

Record = Mapping[str, Any]
_KEPT = 500


@dataclass(frozen=True, eq=False)
class Graph:
    """``uid``: of the flow. ``number``: the version of the app it stands in."""

    uid: int
    number: int
    flow: Flow
    nodes: Mapping[str, Drawn]
    keys: Keys
    _formulas: dict[str, Callable[[Record, Context], Any]] = field(default_factory=dict)
    _finders: dict[tuple[Who, ...], Callable[[Asked], list[int]]] = field(default_factory=dict)
    _wordings: dict[str, Wording] = field(default_factory=dict)

    @property
    def app(self) -> AppModel:
        """Return the app as it is now."""
        return self.keys.app

    @property
    def form(self) -> FormModel:
        """Return the form as it is now."""
        return self.keys.form

    @cached_property
    def shape(self) -> Shape:
        """Return which node lies in which branches."""
        return shape_of(self.nodes, self.start.options.key)

    @cached_property
    def start(self) -> Drawn:
        """Return the node at which it begins."""
        return next(each for each in self.nodes.values() if each.kind.name == "start")

    @cached_property
    def entry(self) -> str:
        """Return the node after the start; of a pipeline, its first stage."""
        return str(getattr(self.start.options, "next", ""))

    @cached_property
    def field(self) -> FieldModel | None:
        """Return the select field of a pipeline."""
        return None if self.flow.field is None else self.keys.field(self.flow.field)

    def stage_value(self, key: str) -> dict[str, Any]:
        """Return what a record of the pipeline holds in a stage."""
        said, found = self.flow.field, self.field
        return {} if said is None or found is None else {found.key: self.keys.option(said, key)}

    def stage_of(self, value: str | None) -> str | None:
        """Return the stage that a record with this value is in, None where the version knows none."""
        said, found = self.flow.field, self.field
        if said is None or found is None or value is None:
            return None
        uid = self.app.names.uid(f"{found.path}.{value}")
        key = value if self.keys.same else self.keys.option_of_uid(said, uid)
        return key if key in self.nodes else None

    def node(self, key: str) -> Drawn:
        """Return a node."""
        return self.nodes[key]

    def name(self, locale: str) -> str:
        """Return what the flow is called."""
        return label_of(self.flow.label, locale)

    @cached_property
    def paths(self) -> frozenset[tuple[str, ...]]:
        """Return what the flow's formulas read beyond the record itself, by today's keys."""
        found: set[tuple[str, ...]] = set()
        for text in texts_of(self.flow):
            with suppress(ExpressionError, Conflict):  # what is gone meanwhile is told where it is needed
                found |= {path for path in references(self.keys.formula(parse(text))) if len(path) > 1}
        return frozenset(found)

    def row(self, conn: sa.Connection, record: Record) -> Record:
        """Return a record with what its flow reads over relations beside it."""
        if not self.paths:
            return record
        row = dict(record)
        Leaves(conn, self.app).add(self.form, [row], self.paths)
        return row

    def evaluate(self, formula: str, record: Record, context: Context) -> Any:
        """Return what a formula of the definition yields; an error is an ``ErrorValue``."""
        if formula not in self._formulas:
            self._formulas[formula] = compile_python(self.keys.formula(parse(formula)))
        return self._formulas[formula](record, context)

    def holds(self, condition: str | None, record: Record, context: Context) -> bool:
        """Tell whether a condition is TRUE; none at all always is."""
        return condition is None or self.evaluate(condition, record, context) is True

    def people(self, who: tuple[Who, ...], asked: Asked) -> list[int]:
        """Return who is meant, each once; those who left are not found."""
        if who not in self._finders:
            self._finders[who] = finder([self.keys.who(each) for each in who])
        return self._finders[who](asked)

    def say(self, text: Text | LongText, record: Record, context: Context) -> Said:
        """Return a text of the definition about a record."""
        key = text if isinstance(text, str) else text.model_dump_json()
        if key not in self._wordings:
            read = self.keys.formula
            self._wordings[key] = Wording.of(self.app, self.form, text, lambda said: read(parse(said)))
        return self._wordings[key].say(record, context)

    def values(self, said: Mapping[str, Any], record: Record, context: Context) -> dict[str, Any]:
        """Return what ``set`` says as typed values by today's keys. Raises Invalid."""
        raw: dict[str, Any] = {}
        for key, value in said.items():
            target = self.keys.field(key)
            if isinstance(value, dict) and set(value) == {"formula"}:
                found = self.evaluate(str(value["formula"]), record, context)
                if isinstance(found, ErrorValue):
                    raise Invalid([Issue(target.key, "flow.no_value", {"value": str(found)})])
                raw[target.key] = found
            else:
                raw[target.key] = self._literal(key, target, value)
        values, issues = self.form.coercer.one(raw)
        if issues:
            raise Invalid(issues)
        return values

    def _literal(self, key: str, target: FieldModel, value: Any) -> Any:
        if self.keys.same or not getattr(target.options, "options", ()):
            return value
        if isinstance(value, list):
            return [self.keys.option(key, str(each)) for each in value]
        return value if value is None else self.keys.option(key, str(value))


class Graphs:
    """The graphs of this process, loaded when they are first asked for."""

    def __init__(self, grammar: Grammar, kinds: Registry[NodeType[Any]]) -> None:
        self._grammar = grammar
        self._kinds = kinds
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, int, int, int], Graph] = {}

    def by_form(self, app: AppModel) -> dict[str, tuple[Graph, ...]]:
        """Return the flows of each form in the current version, in the order of the definition."""
        found: dict[str, tuple[Graph, ...]] = {}
        for each in flows_of(app.definition):
            found[each.form] = (*found.get(each.form, ()), self._current(app, each))
        return found

    def of_form(self, app: AppModel, form: str) -> tuple[Graph, ...]:
        """Return the flows of a form in the current version."""
        return app.kept("flow.graphs", self.by_form).get(form, ())

    def of_key(self, app: AppModel, key: str) -> Graph:
        """Return a flow of the current version by its key. Raises NotFound."""
        for each in flows_of(app.definition):
            if each.key == key:
                return self._current(app, each)
        raise NotFound

    def pinned(self, conn: sa.Connection, app: AppModel, uid: int, number: int) -> Graph:
        """Return a flow as it stood in a version. Raises NotFound where its form is no more."""
        kept = (app.key, app.version, uid, number)
        found = self._kept.get(kept)
        return found or self._keep(kept, self._load(conn, app, uid, number))

    def _current(self, app: AppModel, flow: Flow) -> Graph:
        uid = app.names.uid(f"flow:{flow.key}")
        kept = (app.key, app.version, uid, app.version)
        found = self._kept.get(kept)
        return found or self._keep(
            kept, self._build(Keys(app, app.forms[flow.form], app.names, flow.form), uid, flow)
        )

    def _keep(self, kept: tuple[str, int, int, int], graph: Graph) -> Graph:
        with self._lock:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            return self._kept.setdefault(kept, graph)

    def _load(self, conn: sa.Connection, app: AppModel, uid: int, number: int) -> Graph:
        if number == app.version:
            for each in flows_of(app.definition):
                if app.names.uid(f"flow:{each.key}") == uid:
                    return self._current(app, each)
        row = published(conn, app.key, number)
        names = names_of((path, told[0], told[1]) for path, told in row.names.items())
        raw = upgrade(orjson.loads(row.definition))
        said = next(each for each in raw["flows"] if names.uid(f"flow:{each['key']}") == uid)
        flow = self._grammar.element("flows").model_validate(said, by_alias=True, by_name=False)
        assert isinstance(flow, Flow)  # noqa: S101 - what the grammar puts there
        form = self._form(app, names.uid(flow.form))
        return self._build(Keys(app, form, names, flow.form), uid, flow, number)

    def _form(self, app: AppModel, uid: int) -> FormModel:
        found = next((each for each in app.forms.values() if each.uid == uid), None)
        if found is None:
            raise NotFound
        return found

    def _build(self, keys: Keys, uid: int, flow: Flow, number: int | None = None) -> Graph:
        nodes = draw(flow.nodes, self._kinds, ())
        return Graph(uid, keys.app.version if number is None else number, flow, nodes, keys)


def texts_of(flow: Flow) -> Iterator[str]:
    """Yield every formula of a flow."""
    app = App(weft=1, key="a", label="A").model_copy(update={"flows": (flow,)})
    return (text for _, text in formulas(app))
