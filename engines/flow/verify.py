"""What only flows know to be wrong in a definition: the graph, whom it asks, what it writes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engines.expression import ExpressionError, FieldScope, ValueType, check, check_condition, parse
from engines.flow.options import Asking, Button, Note, Place
from engines.flow.shape import Drawn, Level, Shape, draw, endless, shape_of, unreached
from engines.form.computed import Fields
from engines.form.derivation import problem_at
from engines.form.field import FieldType
from engines.form.giving import verify_values
from schemas.behaviour import Flow, flows_of
from schemas.elements import App, Form, LongText, Text
from schemas.errors import Issue
from schemas.formulas import texts
from schemas.grammar import Grammar
from schemas.kinds import Registry
from schemas.loader import pointer
from schemas.tags import Tag, Unclosed, split
from schemas.who import Computed, HeadOf, InField, ManagerOf, Who

_PEOPLE = {ValueType.id, ValueType.ids, ValueType.any}


def verify_flows(app: App, grammar: Grammar) -> Iterator[Issue]:
    """Yield every problem of every flow; unknown keys are passed over, because the loader reports them."""
    piped: dict[tuple[str, str], str] = {}
    for index, flow in enumerate(flows_of(app)):
        form = app.form(flow.form)
        if form is None:
            continue
        at: Place = ("flows", index)
        yield from _Checker(app, form, flow, grammar, at).check()
        if flow.field is not None and piped.setdefault((flow.form, flow.field), flow.key) != flow.key:
            yield Issue(pointer((*at, "field")), "definition.flow_two_pipelines", {"name": flow.field})


@dataclass(frozen=True, slots=True)
class Look:
    """What a node may look at to tell what is wrong with it. Places are told from the node on."""

    app: App
    form: Form
    flow: Flow
    fields: Registry[FieldType[Any, Any]]
    nodes: Mapping[str, Drawn]
    shape: Shape
    at: Place = ()
    key: str = ""

    @property
    def scope(self) -> FieldScope:
        """Return what formulas about the record may name."""
        return Fields.of(self.app, self.fields).scope(self.form.key)

    @property
    def level(self) -> Level:
        """Return the branches around the node."""
        return self.shape.levels.get(self.key, ())

    def issue(self, code: str, *place: str | int, **params: object) -> Issue:
        """Return a problem."""
        return Issue(pointer((*self.at, *place)), code, params)

    def condition(self, text: str | None, *place: str | int) -> Iterator[Issue]:
        """Check a condition about the record."""
        if text is None:
            return
        try:
            check_condition(parse(text), self.scope)
        except ExpressionError as error:
            yield self._wrong(error, place)

    def values(self, said: Mapping[str, Any], *place: str | int) -> Iterator[Issue]:
        """Check what is put into fields; a stage is moved by moves only."""
        yield from verify_values(self.app, self.form, self.fields, said, (*self.at, *place))
        pipelines = {each.field for each in flows_of(self.app) if each.form == self.form.key}
        for key in said:
            if key in pipelines:
                yield self.issue("definition.flow_sets_stage", *place, key, name=key)

    def who(self, who: tuple[Who, ...], *place: str | int) -> Iterator[Issue]:
        """Check that fields hold people, and formulas yield them."""
        for index, each in enumerate(who):
            if isinstance(each, Computed):
                yield from self._people(each.formula, *place, index, "formula")
            elif isinstance(each, InField | ManagerOf | HeadOf) and each.field is not None:
                targets = {"user", "department"} if isinstance(each, HeadOf) else {"user"}
                found = self.form.field(each.field)
                if found is not None and self.fields[found.type].target not in targets:
                    yield self.issue("definition.not_a_member", *place, index, "field", name=each.field)

    def messages(self, messages: tuple[Note, ...], *place: str | int) -> Iterator[Issue]:
        """Check messages."""
        for index, each in enumerate(messages):
            yield from self.note(each, *place, index)

    def note(self, note: Note, *place: str | int) -> Iterator[Issue]:
        """Check to whom a message goes, and what it says."""
        yield from self.who(note.to, *place, "to")
        yield from self.text(note.title, *place, "title")
        yield from self.text(note.body, *place, "body")

    def text(self, said: Text | LongText | None, *place: str | int) -> Iterator[Issue]:
        """Check the formulas within a text, in each language."""
        for where, text in texts(said):
            try:
                parts = split(text)
            except Unclosed as error:
                yield self.issue("rule.open_tag", *place, *where, at=error.at + 1)
                continue
            for tag in parts:
                if isinstance(tag, Tag):
                    yield from self._formula(tag.formula, *place, *where)

    def _formula(self, text: str, *place: str | int) -> Iterator[Issue]:
        try:
            check(parse(text), self.scope)
        except ExpressionError as error:
            yield self._wrong(error, place)

    def fillable(self, keys: tuple[str, ...], *place: str | int) -> Iterator[Issue]:
        """Check that people can write the fields."""
        for index, key in enumerate(keys):
            found = self.form.field(key)
            if found is not None and (self.fields[found.type].write_once or key == self.flow.field):
                yield self.issue("definition.not_given", *place, index, name=key)

    def asking(self, options: Asking, types: Collection[str], needed: str) -> Iterator[Issue]:
        """Check a node that waits for people."""
        yield from self.who(options.who, "who")
        for key, right in options.fields.items():
            if right in {"edit", "required"}:
                yield from self.fillable((key,), "fields")
        for index, button in enumerate(options.buttons):
            yield from self._button(button, types, "buttons", index)
        if options.buttons and not any(each.type in {needed, "return"} for each in options.buttons):
            yield self.issue("definition.flow_no_way_on", "buttons", name=needed)

    def stage(self, key: str, since: str | None) -> Iterator[Issue]:
        """Check the option that a stage stands for."""
        if self.flow.field is None:
            yield self.issue("definition.flow_no_pipeline", "type", name=key)
            return
        if self.level:
            yield self.issue("definition.flow_stage_in_branch", name=key)
        found = self.form.field(self.flow.field)
        known = {each.key for each in getattr(found, "options", ())}
        if found is not None and key not in known:
            yield self.issue("definition.flow_no_such_option", "key", name=key)
        date = None if since is None else self.form.field(since)
        if date is not None and self.fields[date.type].value_type not in {ValueType.date, ValueType.datetime}:
            yield self.issue("definition.not_a_date", "since", name=str(since))

    def _button(self, button: Button, types: Collection[str], *place: str | int) -> Iterator[Issue]:
        if button.type not in types:
            yield self.issue("definition.not_allowed", *place, "type", name=button.type)
        yield from self.values(button.set, *place, "set")
        yield from self.messages(button.notify, *place, "notify")
        if button.to is None:
            return
        target = self.nodes.get(button.to)
        if button.type != "return" or (target is not None and not target.kind.rests):
            yield self.issue("definition.flow_no_return", *place, "to", name=button.to)
        elif target is not None:
            level = self.shape.levels.get(button.to, ())
            inside = self.level[: len(level)] == level
            if not inside or (button.resume == "straight" and level != self.level):
                yield self.issue("definition.flow_leaves_branch", *place, "to", name=button.to)

    def _people(self, formula: str, *place: str | int) -> Iterator[Issue]:
        try:
            found = check(parse(formula), self.scope)
        except ExpressionError as error:
            yield self._wrong(error, place)
            return
        if found not in _PEOPLE:
            params = {"expected": ValueType.ids.value, "found": found.value, "at": 1}
            yield self.issue("expression.type_mismatch", *place, **params)

    def _wrong(self, error: ExpressionError, place: Place) -> Issue:
        return problem_at(error, (*self.at, *place), [each.key for each in self.form.fields])


@dataclass(slots=True)
class _Checker:
    """Checks one flow."""

    app: App
    form: Form
    flow: Flow
    grammar: Grammar
    at: Place
    nodes: dict[str, Drawn] = field(default_factory=dict)

    def check(self) -> Iterator[Issue]:
        self.nodes = draw(self.flow.nodes, self.grammar.families["nodes"], self.at)
        starts = [key for key, each in self.nodes.items() if each.kind.name == "start"]
        if len(starts) != 1:
            yield Issue(pointer((*self.at, "nodes")), "definition.flow_one_start", {"count": len(starts)})
            return
        shape = shape_of(self.nodes, starts[0])
        yield from shape.issues
        for key in unreached(self.nodes, shape):
            yield Issue(pointer(self.nodes[key].at), "definition.flow_unreachable", {"name": key})
        if (circle := endless(self.nodes)) is not None:
            yield Issue(pointer(self.nodes[circle].at), "definition.flow_endless", {"name": circle})
        yield from self._into_start(starts[0])
        for key, drawn in self.nodes.items():
            yield from drawn.kind.verify(drawn.options, self._look(shape, drawn.at, key))
        yield from self._look(shape, self.at).who(self.flow.admin, "admin")
        yield from self._pipeline(starts[0])

    def _look(self, shape: Shape, at: Place, key: str = "") -> Look:
        return Look(self.app, self.form, self.flow, self.grammar.fields, self.nodes, shape, at, key)

    def _into_start(self, start: str) -> Iterator[Issue]:
        for drawn in self.nodes.values():
            for output in drawn.outputs:
                if output.to == start:
                    yield Issue(pointer(output.at), "definition.flow_into_start", {"name": start})

    def _pipeline(self, start: str) -> Iterator[Issue]:
        """Check that a pipeline has a stage for each option, and that records begin in the first."""
        if self.flow.field is None:
            return
        at, found = (*self.at, "field"), self.form.field(self.flow.field)
        if found is None:
            return
        if self.grammar.fields[found.type].value_type is not ValueType.option:
            yield Issue(pointer(at), "definition.flow_not_a_select", {"name": found.key})
            return
        stages = {key for key, each in self.nodes.items() if each.kind.name == "stage"}
        for option in getattr(found, "options", ()):
            if option.key not in stages:
                yield Issue(pointer(at), "definition.flow_no_stage_for", {"name": option.key})
        first = next((each.to for each in self.nodes[start].outputs), "")
        if first not in stages:
            yield Issue(pointer((*self.nodes[start].at, "next")), "definition.flow_begins_elsewhere")
        elif found.default is not None and found.default != first:
            yield Issue(pointer(at), "definition.flow_default_elsewhere", {"name": first})
