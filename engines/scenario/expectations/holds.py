"""Holds: a condition is true of a record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from engines.expression import compile_python, parse, resolve
from engines.query import Query
from engines.rule.facts import Facts, paths_of
from engines.scenario.kinds import Example, ExpectationType, Miss
from engines.scenario.options import Recorded
from engines.scenario.world import World
from schemas.elements import Formula, Yields
from schemas.errors import NotFound
from schemas.kinds import kind
from schemas.scenarios import ExpectationOptions


class HoldsOptions(Recorded, ExpectationOptions):
    """``that``: what is to be true of the record."""

    that: Annotated[Formula, Yields("condition", reads="@form")]


@kind
class Holds(ExpectationType[HoldsOptions]):
    """A condition about a record."""

    name, icon = "holds", "math-function"
    Options = HoldsOptions
    examples = (
        Example((
            {"type": "update", "form": "order", "record": "old", "set": {"amount": "5"}},
            {"type": "holds", "form": "order", "record": "old", "that": "amount * 2 = double"},
        )),
        Example(
            ({"type": "update", "form": "order", "record": "old", "set": {"amount": "5"}},
             {"type": "holds", "form": "order", "record": "old", "that": "amount > 5"}),
            ("holds",),
        ),
    )  # fmt: skip

    def misses(self, options: HoldsOptions, world: World) -> Iterator[Miss]:
        """Work the condition out for the record as it is."""
        form, record = world.form(options.form), world.record_id(options.record)
        said = {"form": form.definition.label, "record": options.record, "expected": options.that}
        try:
            world.read(None, Query(form.path, ()), record)
        except NotFound:
            yield Miss("gone", said)
            return
        node = parse(options.that)
        with world.reading() as conn:
            context = world.context(conn)
            facts = Facts.of(world.app, form, paths_of(form, node))
            row = facts.load(conn, [record], context).get(record, {})
            if compile_python(resolve(node, form))(row, context) is not True:
                yield Miss("holds", said)
