"""When fields are there, asked for and open, compiled for one form; fields of a subform by their row.

A hidden field counts as blank for every condition: what is not on the page is no answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Any, NamedTuple

from engines.expression import Context, Node, compile_python, parse, references, resolve
from engines.expression.compiled import Evaluate, Row

if TYPE_CHECKING:
    from engines.expression import FieldScope
    from engines.form.model import FieldModel, FormModel


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A condition of the form: it holds only where it is TRUE."""

    node: Node
    evaluate: Evaluate

    @classmethod
    def of(cls, text: str, scope: FieldScope) -> Rule:
        """Compile a condition that was verified."""
        node = resolve(parse(text), scope)
        return cls(node, compile_python(node))

    @property
    def paths(self) -> frozenset[tuple[str, ...]]:
        """Return what it reads."""
        return references(self.node)

    @property
    def keys(self) -> frozenset[str]:
        """Return the fields of the record that it reads, or through which it reads others."""
        return frozenset(path[0] for path in self.paths)

    def holds(self, row: Row, context: Context) -> bool:
        """Tell whether it is TRUE."""
        return self.evaluate(row, context) is True


@dataclass(frozen=True, slots=True, eq=False)
class FieldLogic:
    """What depends on the rest of the record. ``visible``: the field's own condition and its section's."""

    field: FieldModel
    visible: tuple[Rule, ...] = ()
    required: Rule | None = None
    read_only: Rule | None = None
    rows: FormLogic | None = None

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Return every condition of the field itself."""
        return tuple(each for each in (*self.visible, self.required, self.read_only) if each is not None)

    @property
    def demanding(self) -> frozenset[str]:
        """Return the fields that decide whether this one must be filled."""
        rules = (*self.visible, *((self.required,) if self.required else ()))
        return frozenset(key for rule in rules for key in rule.keys)


class State(NamedTuple):
    """One record as its conditions see it. ``view``: its values, hidden ones blank."""

    view: Mapping[str, Any]
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class FormLogic:
    """The conditions of one form, or of the rows of a subform. ``fields`` in an order that decides them."""

    fields: Mapping[str, FieldLogic] = field(default_factory=dict)

    @classmethod
    def of(cls, form: FormModel, around: FieldScope | None = None) -> FormLogic:
        """Compile the conditions of a form. ``around``: the record's fields, which rows may name too."""
        scope = form if around is None else Around(form, around)
        sections = {
            key: part.visible_if
            for part in form.definition.layout.sections if part.visible_if is not None
            for key in part.fields
        }  # fmt: skip
        found = {each.key: _field(each, scope, sections.get(each.key)) for each in form.fields.values()}
        some = {key: each for key, each in found.items() if each.rules or each.rows is not None}
        return cls({key: some[key] for key in _ordered(some)})

    def __bool__(self) -> bool:
        """Tell whether anything here depends on anything."""
        return bool(self.fields)

    @cached_property
    def hiding(self) -> tuple[FieldLogic, ...]:
        """Return the fields that may be hidden, each after those that decide about it."""
        return tuple(each for each in self.fields.values() if each.visible)

    @cached_property
    def paths(self) -> frozenset[tuple[str, ...]]:
        """Return all that the conditions read."""
        own = {path for each in self.fields.values() for rule in each.rules for path in rule.paths}
        inner = {path for each in self.fields.values() if each.rows for path in each.rows.paths}
        return frozenset(own | inner)

    @cached_property
    def inner(self) -> Mapping[str, frozenset[tuple[str, ...]]]:
        """Return what the conditions in rows read, by the key of the subform."""
        return {key: each.rows.paths for key, each in self.fields.items() if each.rows is not None}

    @cached_property
    def reads(self) -> frozenset[str]:
        """Return the fields of the record at which what they read begins."""
        return frozenset(path[0] for path in self.paths)

    def state(self, record: Row, context: Context) -> State:
        """Decide what is hidden; ``record`` holds what the conditions read."""
        if not self.hiding:
            return State(record)
        view, hidden = dict(record), set()
        for each in self.hiding:
            if not all(rule.holds(view, context) for rule in each.visible):
                key = each.field.key
                hidden.add(key)
                view[key] = () if each.field.plural else None
                for leaf in self._leaves[key]:
                    view[leaf] = () if isinstance(view.get(leaf), tuple) else None
        return State(view, frozenset(hidden))

    @cached_property
    def _leaves(self) -> Mapping[str, list[str]]:
        """Return under which keys stands what a field leads to."""
        found: dict[str, list[str]] = {each.field.key: [] for each in self.hiding}
        for path in self.paths:
            if len(path) > 1 and path[0] in found:
                found[path[0]].append(".".join(path))
        return found


@dataclass(frozen=True, slots=True)
class Around:
    """What conditions in a row may name: the row's fields, and the record's where the row has none such."""

    row: FieldScope
    record: FieldScope

    def type_of(self, path: tuple[str, ...]) -> Any:
        """Return the type at the end of a path."""
        found = self.row.type_of(path)
        return self.record.type_of(path) if found is None else found


def _field(each: FieldModel, scope: FieldScope, section: str | None) -> FieldLogic:
    options = each.options
    texts = (options.visible_if, section)
    visible = tuple(Rule.of(text, scope) for text in texts if text is not None)
    required, read_only = (
        None if text is None else Rule.of(text, scope) for text in (options.required_if, options.read_only_if)
    )
    rows = None if each.rows is None else FormLogic.of(each.rows, scope)
    return FieldLogic(each, visible, required, read_only, rows or None)


def _ordered(fields: Mapping[str, FieldLogic]) -> Iterator[str]:
    """Yield each field after those whose being there decides about it; verified to be no circle."""
    graph = {
        key: sorted({name for rule in each.visible for name in rule.keys if name in fields and name != key})
        for key, each in fields.items()
    }
    return iter(TopologicalSorter(graph).static_order())
