"""Serial numbers: drawn in the transaction that uses them, so that none is lost and none comes twice."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import sqlalchemy as sa

from engines.expression import fold
from engines.form import FieldModel
from engines.form.fields.serial import FieldPart, SerialOptions, compose, counter_of, period
from engines.query import Draft
from engines.store import platform
from engines.store.upsert import upsert
from engines.store.writing.batch import Batch

_LONGEST_STEP = 1000


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
    counter, floor = (field.uid, period(options, now)), counter_of(options).start - 1
    alike = not any(isinstance(each, FieldPart) for each in options.parts)
    used, left, step = {fold(text) for text in brought}, list(drafts), 1
    while left:
        # Imported originals may stand in the way; those records draw again, further on and in longer steps.
        count = len(left) * step
        first = _advance(batch, counter, floor, count) - count + 1
        texts = [compose(options, left[at % len(left)].values, now, first + at) for at in range(count)]
        used |= _taken(batch, field, [fold(text) for text in texts])
        left, looked = _give(batch, field.key, left, texts, used, alike=alike)
        if looked < count:
            _advance(batch, counter, floor, looked - count)
        step = min(step * 2, _LONGEST_STEP) if alike else 1


def _give(
    batch: Batch, key: str, drafts: Sequence[Draft], texts: Sequence[str], used: set[str], *, alike: bool
) -> tuple[list[Draft], int]:
    """Give free texts to the drafts in their order; return who got none, and how many texts were looked at.

    ``alike``: a text fits any draft, so that none is passed over; else each draft has its own.
    """
    waiting, missed, looked = deque(drafts), [], 0
    for text in texts:
        if not waiting:
            break
        looked += 1
        folded = fold(text)
        if folded not in used:
            used.add(folded)
            draft = waiting.popleft()
            draft.values[key] = text
            batch.drawn.append((draft, key))
        elif not alike:
            missed.append(waiting.popleft())
    return [*missed, *waiting], looked


def _advance(batch: Batch, counter: tuple[int, str], floor: int, count: int) -> int:
    """Move a counter (field and period) on and return where it stands; locked until the transaction ends.

    ``floor``: where it stands at least; a designer may raise it later.
    """
    table, conn = platform.serial, batch.uow.conn
    field_uid, key = counter
    last = sa.case((table.c.last < floor, floor), else_=table.c.last)
    step = (
        sa.update(table)
        .where(table.c.field_uid == field_uid, table.c.period == key)
        .values(last=last + count)
        .returning(table.c.last)
    )
    found = conn.scalar(step)
    if found is None:
        start = {"field_uid": field_uid, "period": key, "last": floor}
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
