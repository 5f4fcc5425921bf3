"""Records into a spreadsheet, through the one read path, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO, Any, Literal
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engines.access import Access, FormAccess
from engines.exchange.labels import SheetLabels
from engines.exchange.writers import Column, CsvWriter, Writer, XlsxWriter
from engines.form import AppModel, FieldModel, FormModel, Storage
from engines.query import Query
from engines.store import reading
from engines.store.store import Store
from schemas.elements import Action, label_of
from schemas.errors import Forbidden, NotFound

_PAGE = 500
_PLAIN = (Decimal, datetime, date, time)


@dataclass(frozen=True, slots=True)
class Source:
    """Where records come from, and who takes them."""

    store: Store
    app: AppModel
    access: Access


@dataclass(frozen=True, slots=True)
class Style:
    """What the sheet looks like; ``locale`` of headers and options."""

    format: Literal["csv", "xlsx"] = "xlsx"
    locale: str = "zh-CN"


def export(source: Source, query: Query, target: IO[bytes], style: Style) -> int:
    """Write what a query finds and return the number of rows; never more than a page of them is in memory.

    One snapshot serves all pages, so ``target`` should be a file and not a slow reader. Rows of subforms
    and lists that other forms keep are left out. Raises NotFound, Forbidden, and Invalid as ``reading.read``.
    """
    form = source.app.forms.get(query.form)
    if form is None or form.parent is not None:
        raise NotFound
    rights = source.access.form(source.app, form)
    if not rights.may(Action.export):
        raise Forbidden if rights.may(Action.view) else NotFound
    fields = _fields(form, rights, query)
    columns = [
        Column(name, *_format(each)) for name, each in zip(_headers(fields, style), fields, strict=True)
    ]
    name = label_of(form.definition.label, style.locale)
    writer: Writer = (CsvWriter if style.format == "csv" else XlsxWriter)(target, name, columns)
    try:
        with source.store.db.read() as conn:
            narrowed = replace(query, fields=tuple(each.key for each in fields))
            for cells in _rows(source, conn, narrowed, style):
                writer.write(cells)
    finally:  # also after a refusal: until then the rows of a workbook lie in a file of its own
        count = writer.close()
    return count


def _fields(form: FormModel, rights: FormAccess, query: Query) -> list[FieldModel]:
    wanted = form.fields if query.fields is None else query.fields
    left_out = {Storage.rows, Storage.none}
    found = (form.fields.get(key) for key in wanted if rights.readable(key))
    return [each for each in found if each is not None and each.storage not in left_out]


def _headers(fields: list[FieldModel], style: Style) -> list[str]:
    seen: dict[str, int] = {}
    found = []
    for each in fields:
        label = label_of(each.options.label, style.locale)
        seen[label] = seen.get(label, 0) + 1
        found.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return found


def _format(field: FieldModel) -> tuple[int | None, str]:
    """Return the places of a number and the sign behind it."""
    return getattr(field.options, "decimals", None), "%" if field.kind.name == "percent" else ""


def _rows(source: Source, conn: sa.Connection, query: Query, style: Style) -> Iterator[list[Any]]:
    """Iterate over the cells of every record, page by page."""
    form = source.app.form(query.form)
    zone = ZoneInfo(source.app.definition.time_zone)
    rights = source.access.form(source.app, form)
    veiled = rights.masked | rights.outline.keys()
    access = _Exporting(source.access.holder)
    after: str | None = None
    while True:
        asked = replace(query, limit=_PAGE, after=after, before=None, labels=True)
        page = reading.read(source.store, conn, source.app, access, asked)
        labels = SheetLabels(page.labels, style.locale, zone)
        shown = [(key, _cell(form.fields[key], labels, veiled=key in veiled)) for key in query.fields or ()]
        for record in page.records:
            yield [show(record[key]) for key, show in shown]
        after = page.next
        if after is None:
            return


def _cell(field: FieldModel, labels: SheetLabels, *, veiled: bool) -> Callable[[Any], Any]:
    """Return what turns a value into a cell: a number, a date, or the text that a person reads."""

    def show(value: Any) -> Any:
        if value is None or value == ():
            return None
        if isinstance(value, datetime):
            return value.astimezone(labels.zone).replace(tzinfo=None, microsecond=0)
        if isinstance(value, _PLAIN) or (veiled and isinstance(value, str)):
            return value  # an outline is no value of its kind any more
        return field.kind.to_text(value, field.options, labels)

    return show


class _Exporting(Access):
    """The rights of a person who exports: of what may be seen, what may be taken away."""

    def form(self, app: AppModel, form: FormModel) -> FormAccess:
        """Return the rights with the rows bounded by the right to export."""
        rights = super().form(app, form)
        taken = rights.act.get(Action.export)
        if taken is None or taken.covers(rights.rows):
            return rights
        return replace(rights, act={**rights.act, Action.view: rights.rows & taken})
