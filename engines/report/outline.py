"""A list in groups: which there are, how many records each holds and their figures, level by level."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import groupby
from typing import Any

from engines.expression import Node, ValueType, conjoin, regions
from engines.expression.deps import disjoin
from engines.form import FormModel
from engines.form.columns import Choice
from engines.query import Aggregate, Dimension, Measure, Order, Query
from engines.report.asking import Asker
from engines.store import reading
from engines.store.reading.buckets import start_of
from engines.store.reading.levels import LEVELS
from engines.store.reading.standing import standing

Path = tuple[Any, ...]
_COUNT = "_count"
# Figures of the whole that the figures of its groups make.
_ADDED: Mapping[str, Callable[[Iterable[Any]], Any]] = {"sum": sum, "filled": sum, "min": min, "max": max}


@dataclass(frozen=True, slots=True)
class Level:
    """What the groups of one level are made by. Ids stand in no order but that of how many there are."""

    field: str
    bucket: str | None = None
    order: Order = Order.first

    @property
    def dimension(self) -> Dimension:
        """Return the same for the database."""
        return Dimension(self.field, self.bucket)


@dataclass(frozen=True, slots=True)
class Total:
    """A figure of a field; ``blank`` counts what ``filled`` leaves."""

    field: str
    function: str


@dataclass(frozen=True, slots=True)
class Branch:
    """One group: its values from the outermost level on, and the condition that its records satisfy."""

    path: Path
    count: int
    figures: tuple[Any, ...]
    where: Node | None


@dataclass(frozen=True)
class Outline:
    """The records of one list, with the rights of whoever looks."""

    asker: Asker
    form: FormModel
    asked: Query
    levels: tuple[Level, ...] = ()
    totals: tuple[Total, ...] = ()

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """Return the figures as the database is asked for them."""
        asked = (
            Measure("filled" if each.function == "blank" else each.function, each.field, name=f"m{index}")
            for index, each in enumerate(self.totals)
        )
        return (Measure("count", name=_COUNT), *asked)

    def whole(self) -> Branch:
        """Return all records of the list as one group."""
        rows = self._rows((), self.asked.where, 1, Order.first)
        return self._branch((), rows[0])

    def level(self, number: int, parents: Sequence[Branch] | None, limit: int) -> list[Branch]:
        """Return the groups of a level inside ``parents``, or inside all; at most ``limit``, in their order.

        One query, however many parents there are.
        """
        levels = self.levels[: number + 1]
        within = None if parents is None else _any_of([each.where for each in parents])
        nodes = [each for each in (self.asked.where, within) if each is not None]
        dimensions = [each.dimension for each in levels]
        order = Order.first if levels[-1].order is Order.last and number else levels[-1].order
        rows = self._rows(dimensions, conjoin(*nodes) if nodes else None, limit, order)
        found = [self._branch(tuple(row[each.key] for each in dimensions), row) for row in rows]
        return self._ordered(levels[-1], found)

    def added_up(self, branches: Sequence[Branch]) -> Branch | None:
        """Return all groups of the outermost level as one, where their figures tell those of the whole."""
        functions = [
            _ADDED.get("filled" if each.function == "blank" else each.function) for each in self.totals
        ]
        if None in functions:
            return None
        figures = []
        for index, add in enumerate(functions):
            some = [each.figures[index] for each in branches if each.figures[index] is not None]
            figures.append(add(some) if some and add is not None else None)
        return Branch((), sum(each.count for each in branches), tuple(figures), None)

    def named(self, path: Path, count: int) -> Branch:
        """Return a group that is known to be there, without its figures."""
        return Branch(path, count, (), self.condition(path))

    def path_of(self, record: Mapping[str, Any]) -> Path:
        """Return the path of the group that a record stands in."""
        return tuple(self._value(each, record.get(each.field)) for each in self.levels)

    def condition(self, path: Path) -> Node | None:
        """Return the condition that holds for the records of a group, None for the whole."""
        stands = [
            standing(self.form, each.dimension, value) for each, value in zip(self.levels, path, strict=False)
        ]
        return conjoin(*stands) if stands else None

    def _rows(
        self, dimensions: Sequence[Dimension], where: Node | None, limit: int, order: Order
    ) -> list[dict[str, Any]]:
        asker, asked = self.asker, self.asked
        wanted = Aggregate(
            self.form.path, tuple(dimensions), self.measures, where, asked.search, limit, order, asked.reached
        )
        return reading.aggregate(asker.store, asker.conn, asker.app, asker.access, wanted)

    def _branch(self, path: Path, row: Mapping[str, Any]) -> Branch:
        count = int(row[_COUNT])
        found = (
            count - row[f"m{index}"] if each.function == "blank" else row[f"m{index}"]
            for index, each in enumerate(self.totals)
        )
        return Branch(path, count, tuple(found), self.condition(path))

    def _ordered(self, level: Level, found: list[Branch]) -> list[Branch]:
        """Put options in the order of their list; what the database cannot turn round is turned here."""
        field = self.form.fields[level.field]
        if level.order in {Order.largest, Order.smallest}:
            return found
        kind = field.column.type if field.columns else None
        if isinstance(kind, Choice):
            places = {key: place for place, key in enumerate(kind.uids.by_key)}
            found = sorted(found, key=lambda each: places.get(each.path[-1], -1))
            return found[::-1] if level.order is Order.last else found
        inner = len(self.levels) > 1 and len(found) > 0 and len(found[0].path) > 1
        if level.order is Order.last and inner:
            parts = (list(some)[::-1] for _, some in groupby(found, key=lambda each: each.path[:-1]))
            return [each for some in parts for each in some]
        return found

    def _value(self, level: Level, value: Any) -> Any:
        if level.bucket is None or value is None:
            return value
        if level.bucket in LEVELS:
            return regions.cut(str(value), level.bucket)
        if isinstance(value, datetime):
            value = value.astimezone(self._zone).date()
        return start_of(value, level.bucket) if isinstance(value, date) else None

    @cached_property
    def _zone(self) -> Any:
        return self.asker.store.context(self.asker.app, self.asker.access).zone


def needs_bucket(kind: ValueType) -> bool:
    """Tell whether groups of a type are stretches of days."""
    return kind in {ValueType.date, ValueType.datetime}


def _any_of(nodes: Sequence[Node | None]) -> Node | None:
    some = [each for each in nodes if each is not None]
    return disjoin(*some) if len(some) == len(nodes) else None
