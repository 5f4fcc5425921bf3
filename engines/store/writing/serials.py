"""Serial numbers: drawn in the transaction that uses them, so that none is lost and none comes twice."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from engines.form import FieldModel
from engines.form.fields.serial import compose, period
from engines.query import Draft
from engines.store import platform
from engines.store.encode import RowEncoder
from engines.store.writing.batch import Batch


def number(batch: Batch, drafts: Sequence[Draft]) -> None:
    """Give every new record its numbers; a number that came with the record is kept."""
    for field in batch.form.stored:
        if field.kind.name == "serial":
            wanting = [each for each in drafts if each.values.get(field.key) is None]
            if wanting:
                _draw(batch, field, wanting)


def _draw(batch: Batch, field: FieldModel, drafts: Sequence[Draft]) -> None:
    now = batch.context.now.astimezone(batch.context.zone)
    key = period(field.options, now)
    left = list(drafts)
    while left:
        last = _advance(batch, field.uid, key, len(left))
        drawn = {
            compose(field.options, each.values, now, last - len(left) + place + 1): each
            for place, each in enumerate(left)
        }
        taken = _taken(batch, field, list(drawn))
        for text, each in drawn.items():
            if text not in taken:
                each.values[field.key] = text
        # Imported originals may stand in the way; those records draw again, further on.
        left = [each for text, each in drawn.items() if text in taken]


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
        if conn.dialect.name == "postgresql":
            from sqlalchemy.dialects.postgresql import insert  # noqa: PLC0415 - only where it is the dialect

            conn.execute(insert(table).values(start).on_conflict_do_nothing())
        else:
            conn.execute(sa.insert(table).values(start))
        found = conn.scalar(step)
    return int(found)


def _taken(batch: Batch, field: FieldModel, texts: Sequence[str]) -> set[str]:
    compared = field.fold if field.fold is not None else field.column
    index = next(place for place, each in enumerate(field.columns) if each is compared)
    make = RowEncoder.of(batch.form, batch.uow.conn.dialect).makers[field.key][index]
    cells = {make(text): text for text in texts}
    found: set[str] = set()
    ordered = list(cells)
    for start in range(0, len(ordered), 5000):
        statement = sa.select(compared).where(compared.in_(ordered[start : start + 5000]))
        found.update(cells[cell] for cell in batch.uow.conn.scalars(statement))
    return found
