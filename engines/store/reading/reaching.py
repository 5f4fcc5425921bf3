"""How far records came: the steps of a select field they ever stood at, as their history tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import sqlalchemy as sa

from engines.form import FieldModel
from engines.form.columns import Choice
from engines.query import Reached
from engines.store.reading.grouping import column
from engines.store.reading.opening import Reading
from engines.store.reading.sorting import plain
from schemas.errors import Invalid, Issue

_DAY = 86_400_000
Condition = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Way:
    """The steps of a field in SQL: their uids in order, and the cells that hold where a record stands now."""

    reading: Reading
    field: FieldModel
    uids: Sequence[int]
    now: sa.ColumnElement[Any]

    @property
    def seen(self) -> Condition:
        """Return where the reader may see the field, for history does not look through the lens."""
        where = self.reading.lens.partial(self.field.key)
        return sa.true() if where is None else where

    def rank(self) -> sa.ColumnElement[Any]:
        """Return how far a record is now. An option beside the way says no more than that it was begun."""
        known = dict.fromkeys(_choice(self.field).uids.by_uid, 0)
        known |= {uid: place for place, uid in enumerate(self.uids)}
        return sa.case(known, value=plain(self.now), else_=sa.null())

    def past(self) -> sa.Subquery:
        """Return how far each record that ever moved on had been before: ``record_id`` and ``rank``."""
        visited = self.reading.store.stages.visited(self.reading.form, self.field).subquery("visited")
        rank = sa.case({uid: place for place, uid in enumerate(self.uids)}, value=visited.c.stage)
        return (
            sa.select(visited.c.record_id, sa.func.max(rank).label("rank"))
            .where(visited.c.stage.in_(self.uids))
            .group_by(visited.c.record_id)
            .subquery("past")
        )


def way(reading: Reading, key: str, steps: Sequence[str], parameter: str = "filter") -> Way:
    """Return the way through some options. Raises Invalid for a field that holds none of them."""
    now = column(reading, key, parameter).value
    field = reading.form.fields.get(key)
    if field is None or not field.columns or not isinstance(field.column.type, Choice):
        raise Invalid([Issue(parameter, "query.not_groupable", {"name": key})], "query.invalid")
    known = field.column.type.uids.by_key
    for step in steps:
        if step not in known:
            raise Invalid([Issue(parameter, "query.unknown_field", {"name": step})], "query.invalid")
    return Way(reading, field, [known[step] for step in steps], now)


def reached(reading: Reading, asked: Reached) -> Condition:
    """Return where a record ever reached a step: it stands there or further on now, or once did."""
    found = way(reading, asked.field, asked.steps)
    if asked.step not in asked.steps:
        raise Invalid([Issue("filter", "query.unknown_field", {"name": asked.step})], "query.invalid")
    place = asked.steps.index(asked.step)
    visited = reading.store.stages.visited(reading.form, found.field).subquery("visited")
    once = reading.form.table.c["_id"].in_(
        sa.select(visited.c.record_id).where(visited.c.stage.in_(found.uids[place:]))
    )
    stands = found.now.is_not(None) if place == 0 else found.now.in_(asked.steps[place:])
    return sa.and_(found.seen, sa.or_(stands, once))


def _choice(field: FieldModel) -> Choice:
    kind = field.column.type
    assert isinstance(kind, Choice)  # noqa: S101 - ``way`` looked
    return kind


def medians(found: Way, cohort: sa.Select[tuple[int]]) -> dict[int, Decimal]:
    """Return by option uid how many days half of the ended stays took at most."""
    stays = found.reading.store.stages.stays(found.reading.form, found.field).subquery("stays")
    took = stays.c.left_at - stays.c.entered_at
    ranked = (
        sa.select(
            stays.c.stage,
            took.label("took"),
            sa.func.row_number().over(partition_by=stays.c.stage, order_by=took).label("place"),
            sa.func.count().over(partition_by=stays.c.stage).label("number"),
        )
        .where(stays.c.record_id.in_(cohort), stays.c.stage.in_(found.uids))
        .subquery("ranked")
    )
    # The one in the middle, or the two around it.
    double, number = ranked.c.place * 2, ranked.c.number
    middle = sa.or_(double == number, double == number + 1, double == number + 2)
    statement = (
        sa.select(ranked.c.stage, sa.func.min(ranked.c.took), sa.func.max(ranked.c.took))
        .where(middle)
        .group_by(ranked.c.stage)
    )
    return {stage: _days(low, high) for stage, low, high in found.reading.conn.execute(statement)}


def _days(low: int, high: int) -> Decimal:
    days: Decimal = (Decimal(low) + Decimal(high)) / 2 / _DAY
    return days.quantize(Decimal("0.1"), ROUND_HALF_UP)
