"""Serial numbers: drawn in the transaction that uses them, so that none is lost and none comes twice."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from engines.expression import fold
from engines.form import FieldModel
from engines.form.fields.serial import SerialOptions, compose, period
from engines.query import Draft
from engines.store import platform
from engines.store.upsert import upsert
from engines.store.writing.batch import Batch


def number(batch: Batch, drafts: Sequence[Draft]) -> None:
    """Give every new record its numbers; a number that came with the record is kept."""
    for field in batch.form.stored:
        if field.kind.name == "serial":
            wanting = [each for each in drafts if each.values.get(field.key) is None]
            if wanting:
                brought = {
                    each.values[field.key] for each in drafts if each.values.get(field.key) is not None
                }
                _draw(batch, field, wanting, brought)


def take_back(batch: Batch) -> None:
    """Forget what was drawn, because the counters were rolled back."""
    for draft, key in batch.drawn:
        draft.values[key] = None
    batch.drawn.clear()


def _draw(batch: Batch, field: FieldModel, drafts: Sequence[Draft], brought: set[str]) -> None:
    options = field.options
    assert isinstance(options, SerialOptions)  # noqa: S101 - the caller looked
    now = batch.context.now.astimezone(batch.context.zone)
    key = period(options, now)
    used = {fold(text) for text in brought}
    left = list(drafts)
    while left:
        last = _advance(batch, field.uid, key, len(left))
        drawn = [
            (each, compose(options, each.values, now, last - len(left) + place))
            for place, each in enumerate(left, 1)
        ]
        used |= _taken(batch, field, [fold(text) for _, text in drawn])
        left = []
        for each, text in drawn:
            # Imported originals may stand in the way; those records draw again, further on.
            if fold(text) in used:
                left.append(each)
                continue
            used.add(fold(text))
            each.values[field.key] = text
            batch.drawn.append((each, field.key))


def _advance(batch: Batch, field_uid: int, key: str, count: int) -> int:
    """Move the counter on and return where it stands; its row is locked until the transaction ends."""
    table, conn = platform.serial, batch.uow.conn
    step = (
        sa.update(table)
        .where(table.c.field_uid == field_uid, table.c.period == key)
        .values(last=table.c.last + count)
        .returning(table.c.last)
    )
    found = conn.scalar(step)
    if found is None:
        start = {"field_uid": field_uid, "period": key, "last": 0}
        conn.execute(upsert(conn, table).values(start).on_conflict_do_nothing())
        found = conn.scalar(step)
    return int(found)


def _taken(batch: Batch, field: FieldModel, folds: Sequence[str]) -> set[str]:
    """Return those that any record bears, in the trash or not."""
    assert field.fold is not None  # noqa: S101 - the kind has a fold
    found: set[str] = set()
    for start in range(0, len(folds), 5000):
        statement = sa.select(field.fold).where(field.fold.in_(folds[start : start + 5000]))
        found.update(batch.uow.conn.scalars(statement))
    return found
