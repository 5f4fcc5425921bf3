"""What an export says of links: a cell that says the same when it comes back changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engines.exchange.labels import SheetLabels
from engines.exchange.mapping import ID, Column
from engines.exchange.options import Target
from engines.exchange.sheet import Chunk
from engines.form import FieldModel
from engines.form.readers.texts import one_line
from engines.query import Query
from engines.store import reading
from engines.store.encode import chunks

_PAGE = 500


def unchanged(
    target: Target,
    conn: sa.Connection,
    columns: Sequence[Column],
    chunk: Chunk,
    targets: Sequence[int | None],
) -> Iterator[tuple[int, Column]]:
    """Yield place and column of each link that its cell describes as an export would.

    ``targets``: the record that each row changes.
    """
    rights = target.access.form(target.app, target.form)
    linking = [each for each in columns if rights.readable(each.field.key) and _by_title(target, each)]
    places = {number: place for place, number in enumerate(targets) if number is not None}
    if not linking or not places:
        return
    texts = _present(target, conn, [each.field for each in linking], list(places))
    for number, said in texts.items():
        for each in linking:
            cell = chunk.columns[each.place][places[number]]
            if one_line(str("" if cell is None else cell)) == said[each.field.key]:
                yield places[number], each


def _by_title(target: Target, column: Column) -> bool:
    if column.field.target in {None, "file"} or column.key == ID:
        return False
    if column.field.target in {"user", "department"}:
        return True
    title = target.app.form(str(column.field.target)).title
    return title is not None and column.key == title.key


def _present(
    target: Target, conn: sa.Connection, fields: Sequence[FieldModel], ids: Sequence[int]
) -> Mapping[int, Mapping[str, str]]:
    """Return record id -> field key -> text, as the person would export it; what is out of sight is blank."""
    found: dict[int, dict[str, str]] = {}
    keys = tuple(each.key for each in fields)
    zone = ZoneInfo(target.app.definition.time_zone)
    for some in chunks(ids, _PAGE):
        query = Query(target.form.path, fields=keys, limit=_PAGE, ids=tuple(some), labels=True)
        page = reading.read(target.store, conn, target.app, target.access, query)
        labels = SheetLabels(page.labels, "en", zone)
        for record in page.records:
            number = int(str(record["_id"]))
            found[number] = {each.key: _text(each, record[each.key], labels) for each in fields}
    return found


def _text(field: FieldModel, value: object, labels: SheetLabels) -> str:
    blank = value is None or value == ()
    return "" if blank else one_line(str(field.kind.to_text(value, field.options, labels)))
