"""Conditions that can say why: each comparison within them with the values it met."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engines.expression import (
    FUNCTIONS,
    Call,
    Context,
    ErrorValue,
    ExpressionError,
    Node,
    Unary,
    compile_python,
    parse,
    references,
    resolve,
    to_text,
)
from engines.expression.tree import walk
from engines.form import AppModel, FormModel, Storage
from engines.store.wording import json_of, uids_of

Evaluate = Callable[[Mapping[str, Any], Context], Any]


@dataclass(frozen=True, slots=True)
class _Part:
    """One comparison. ``operands``: path, uid of its field (None for what is none) and what makes JSON."""

    text: str
    evaluate: Evaluate
    operands: tuple[tuple[str, int | None, Callable[[Any], Any]], ...]
    reads: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ConditionModel:
    """A condition, compiled.

    ``paths``: the fields and system keys it reads. ``volatile``: the clock, the organisation or the change
    that is under way has a say.
    """

    text: str
    evaluate: Evaluate
    parts: tuple[_Part, ...]
    reads: tuple[int, ...]
    paths: frozenset[tuple[str, ...]]
    volatile: bool
    form: FormModel

    @property
    def keys(self) -> frozenset[str]:
        """Return the fields and system keys of the record that it reads."""
        return frozenset(path[0] for path in self.paths)

    @classmethod
    def of(cls, app: AppModel, form: FormModel, text: str) -> ConditionModel:
        """Compile a condition, which was checked when the definition was published."""
        node = resolve(parse(text), form)
        parts = tuple(_part(app, form, each) for each in _parts(node))
        paths = references(node)
        moving = any(isinstance(each, Call) and FUNCTIONS[each.name].volatile for each, _ in walk(node))
        moving = moving or any(
            form.fields[key].storage is Storage.moment for key, *_ in paths if key in form.fields
        )
        return cls(text, compile_python(node), parts, uids_of(app, form, paths), paths, moving, form)

    def holds(self, row: Mapping[str, Any], context: Context) -> bool:
        """Tell whether it is TRUE; blank and errors are not."""
        return _truth(self.evaluate, row, context) is True

    def explain(self, row: Mapping[str, Any], context: Context) -> list[dict[str, Any]]:
        """Return each comparison with its result and the values it met, as JSON."""
        return [
            {"text": part.text, "result": _truth(part.evaluate, row, context), "reads": list(part.reads),
             "values": [[path, uid, told(row.get(path))] for path, uid, told in part.operands]}
            for part in self.parts
        ]  # fmt: skip


def _truth(evaluate: Evaluate, row: Mapping[str, Any], context: Context) -> bool | str | None:
    try:
        found = evaluate(row, context)
    except ExpressionError as error:
        return error.code
    return str(found) if isinstance(found, ErrorValue) else None if found is None else bool(found)


def _parts(node: Node) -> Iterator[Node]:
    """Yield what stands between AND and OR, in the order of the text."""
    match node:
        case Call(name="AND" | "OR", args=args):
            for each in args:
                yield from _parts(each)
        case Unary(op="NOT", operand=Call(name="AND" | "OR", args=args)):
            for each in args:
                yield from _parts(each)
        case _:
            yield node


def _part(app: AppModel, form: FormModel, node: Node) -> _Part:
    operands: list[tuple[str, int | None, Callable[[Any], Any]]] = []
    for path in sorted(references(node)):
        field = form.fields.get(path[0])
        if field is not None and len(path) == 1:
            operands.append((path[0], field.uid, field.to_json))
        else:
            operands.append((".".join(path), None, json_of))
    return _Part(to_text(node), compile_python(node), tuple(operands), uids_of(app, form, references(node)))
