"""Rollup: one value out of many records that belong to this one."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from engines.expression import Call, Node, Ref, parse
from engines.expression import Literal as Constant
from engines.form.computed import ComputedType, Fields, Resolved
from engines.form.field import Storage
from schemas.elements import FieldKey, FieldOptions, Formula, Yields
from schemas.elements import Ref as Names
from schemas.kinds import kind

Summary = Literal["count", "sum", "average", "min", "max", "first", "last", "list"]
_FUNCTIONS = {"count": "COUNTA", "list": "JOIN"}
_SEPARATOR = "、"


class RollupOptions(FieldOptions):
    """Which records, which of their fields, and what becomes of the values.

    ``of``: a related list, a relation to many, or a subform. ``filter``: a condition over these records.
    """

    of: Annotated[FieldKey, Names("field")]
    function: Summary = "sum"
    field: Annotated[FieldKey, Names("field>of")] | None = None
    filter: Annotated[Formula, Yields("condition", reads=">of")] | None = None
    decimals: Annotated[int, Field(ge=0, le=8)] | None = None
    expose: bool = False


@kind
class Rollup(ComputedType[RollupOptions]):
    """A count, a sum or another summary over however many records."""

    name, icon = "rollup", "sum"
    Options = RollupOptions

    def borrows(self, options: RollupOptions, fields: Fields, form: str) -> Resolved | None:
        """Borrow the type of the summarised field; a count is a whole number, a list is text."""
        target, listed = fields.beyond(form, options.of), fields.find(form, options.of)
        if target is None or listed is None or not listed.many:
            return None
        if options.function in {"count", "list"}:
            name = "number" if options.function == "count" else "long_text"
            return _plain(fields, name, options, f"{form}.{options.key}", {})
        found = None if options.field is None else fields.find(target, options.field)
        if found is None or found.storage in {Storage.links, Storage.rows, Storage.none}:
            return None
        if options.decimals is not None and "decimals" in found.kind.Options.model_fields:
            finer = found.options.model_copy(update={"decimals": options.decimals})
            return Resolved(found.kind, finer, found.storage, found.home)
        return found

    def tree(self, options: RollupOptions) -> Node:
        """Return the function over the values, filtered."""
        path = (options.of,) if options.field is None else (options.of, options.field)
        listed: Node = Ref(path)
        if options.filter is not None:
            listed = Call("FILTER", (listed, parse(options.filter)))
        name = _FUNCTIONS.get(options.function, options.function.upper())
        return Call(name, (listed, Constant(_SEPARATOR)) if name == "JOIN" else (listed,))


def _plain(fields: Fields, name: str, said: FieldOptions, home: str, more: dict[str, Any]) -> Resolved:
    known = fields.kinds[name]
    made = known.Options.model_construct(_fields_set=None, key=said.key, label=said.label, type=name, **more)
    return Resolved(known, made, Storage.column, home)
