"""A passage: how many records ever reached each step, all steps under the same conditions."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import accumulate
from typing import Any

import sqlalchemy as sa

from engines.access import Access
from engines.form import AppModel
from engines.query import Passage, Passed, Query, Step
from engines.store.reading import measuring
from engines.store.reading.opening import Reading, open_reading
from engines.store.reading.path import conditions
from engines.store.reading.reaching import Way, medians, way
from engines.store.store import Store
from schemas.errors import Invalid, Issue

_ADDS_UP = {"count", "sum"}
Figure = tuple[int, Decimal | int]


def passage(store: Store, conn: sa.Connection, app: AppModel, access: Access, asked: Passage) -> Passed:
    """Return the steps with what reached them; each number is at most the one before it.

    Raises Invalid for a field or measure that the reader may not use.
    """
    if asked.measure.function not in _ADDS_UP:
        name = asked.measure.function
        raise Invalid([Issue("measure", "query.unknown_measure", {"name": name})], "query.invalid")
    reading = open_reading(store, conn, app, access, Query(asked.form, where=asked.where))
    found = way(reading, asked.field, asked.steps, "group")
    where = [*conditions(reading), found.seen]
    stopped, assumed = _stopped(reading, found, asked, where)
    cohort = sa.select(reading.form.table.c["_id"]).where(*where)
    took = medians(found, cohort)
    places = range(len(asked.steps))
    # Whoever stopped at a step passed all before it.
    totals = list(accumulate((stopped.get(place, (0, 0)) for place in reversed(places)), _add))[::-1]
    steps = (
        Step(step, *total, took.get(uid))
        for step, uid, total in zip(asked.steps, found.uids, totals, strict=True)
    )
    return Passed(tuple(steps), assumed)


def _add(one: Figure, other: Figure) -> Figure:
    return one[0] + other[0], one[1] + other[1]


def _stopped(
    reading: Reading, found: Way, asked: Passage, where: list[sa.ColumnElement[bool]]
) -> tuple[Mapping[int, Figure], int]:
    """Return count and figure by the furthest step, and how many have no history though they are not new."""
    table, now, past = reading.form.table, found.rank(), found.past()
    furthest = sa.case(
        (past.c.rank.is_(None), now),
        (now.is_(None), past.c.rank),
        (past.c.rank > now, past.c.rank),
        else_=now,
    )
    moved = found.now != asked.steps[0]
    parts = measuring.parts(reading, asked.measure, wide=True)
    rank: sa.ColumnElement[Any] = sa.literal_column("_rank")
    statement = (
        sa.select(
            furthest.label("_rank"),
            sa.func.count().label("_count"),
            sa.func.count().filter(past.c.rank.is_(None), moved).label("_assumed"),
            *[each.label(f"_m0_{index}") for index, each in enumerate(parts)],
        )
        .select_from(table.outerjoin(past, past.c.record_id == table.c["_id"]))
        .where(*where, furthest.is_not(None))
        .group_by(rank)
    )
    rows = reading.conn.execute(statement).mappings().all()
    figures = {
        row["_rank"]: (row["_count"], measuring.figure(reading, asked.measure, row, 0, wide=True))
        for row in rows
    }
    return figures, sum(row["_assumed"] for row in rows)
