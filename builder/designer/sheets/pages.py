"""A spreadsheet becomes an application: sent, its columns looked at and decided on, made and filled."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

import orjson

from builder.designer.sheets.columns import OFFERED, Column, propose
from builder.designer.sheets.making import Chosen, Made, made_of
from builder.designer.starting import HOME, first_of, free_key
from engines.exchange.sheet import open_table
from engines.store import files
from engines.store.files import FileRow
from frontend.beginning import SheetColumn, SheetPage
from frontend.views import Item, Link
from runtime.imports.asked import Asked, enqueue
from runtime.imports.laying import laid_out
from runtime.screens.posted import keep_upload, sent_file
from runtime.screens.shell import go, page, texts_of
from runtime.screens.uploads import sent_sheet
from runtime.web.call import Answer, Call, redirect
from runtime.web.errors import text_of
from schemas.errors import Conflict, Invalid, Issue

URL = f"{HOME}/sheet"
LIMIT = 60_000_000
_MOST_COLUMNS = 100


def take_sheet(call: Call) -> Answer:
    """Take the next step: look at the columns of a sheet that was sent, or make the application."""
    given = sent_file(call)
    try:
        if given is not None and given.filename:
            number, _ = keep_upload(call, given, LIMIT)
            row = files.get_file(call.conn, number)
            return _columns(call, row, *_read(call, row))
        return _made(call, sent_sheet(call)) if call.field("token") else _nothing(call)
    except Invalid as error:
        return go(call, HOME, first_of(call, error), "danger")


def _nothing(call: Call) -> Answer:
    return go(call, HOME, text_of(texts_of(call), "field.required", {}), "danger")


def _read(call: Call, row: FileRow) -> tuple[list[Column], int]:
    """Return the columns of a sheet and the number of its rows. Raises Invalid."""
    with laid_out(call.installation, row) as path, open_table(path) as table:
        if len(table.headers) > _MOST_COLUMNS:
            raise Invalid([Issue("file", "limit.reached", {"limit": _MOST_COLUMNS})])
        columns, count = [Column(each) for each in table.headers], 0
        for chunk in table.chunks:
            count += len(chunk.numbers)
            for column, cells in zip(columns, chunk.columns, strict=True):
                column.take(cells)
    return columns, count


def _columns(call: Call, row: FileRow, columns: Sequence[Column], count: int) -> Answer:
    texts, kinds = texts_of(call), call.installation.grammar.fields
    name = PurePath(row.name).stem[:60]
    shown = tuple(
        SheetColumn(
            each.header, each.header[:60] or texts.t("design.sheet.column", number=place),
            propose(each, kinds), each.samples,
        )
        for place, each in enumerate(columns, 1)
    )  # fmt: skip
    offered = tuple(Item(each, texts.t(f"field.{each}.label")) for each in OFFERED)
    model = SheetPage(URL, str(row.id), row.name, name, count, shown, offered, HOME)
    return page(call, "builder/from_sheet.html", model, [Link(texts.t("design.title"), HOME)])


def _made(call: Call, row: FileRow) -> Answer:
    """Publish what was decided, and let the rows be imported."""
    columns, count = _read(call, row)
    texts = texts_of(call)
    chosen = [_chosen(call, place, each) for place, each in enumerate(columns)]
    if not any(each.type for each in chosen):
        raise Invalid([Issue("file", "draft.no_columns")])
    label = call.field("label").strip()[:60] or PurePath(row.name).stem[:60]
    form_label = call.field("form").strip()[:60] or label
    made = made_of(
        chosen, label, form_label, texts.t("design.sheet.member"), texts.t("design.sheet.designer")
    )
    return _filled(call, row, made, chosen, count, label)


def _chosen(call: Call, place: int, column: Column) -> Chosen:
    kind = call.field(f"type.{place}")
    label = call.field(f"label.{place}").strip()[:60] or column.header[:60] or f"{place + 1}"
    required = bool(call.field(f"required.{place}"))
    return Chosen(column, label, kind if kind in OFFERED else "", required)


def _filled(call: Call, row: FileRow, made: Made, chosen: Sequence[Chosen], count: int, label: str) -> Answer:
    texts, person = texts_of(call), call.person.id if call.person else 0
    key = free_key(call, label)
    call.release()
    try:
        app = call.installation.publisher.apply(orjson.dumps(made.document | {"key": key}), actor=person)
    except Conflict as error:
        return go(call, HOME, text_of(texts, error.reason, dict(error.params)), "danger")
    headers = [each.column.header for each in chosen]
    asked = Asked(
        app.key, made.form, row.id, row.name, person, texts.locale, count, "each",
        columns=tuple(zip(headers, made.targets, strict=True)),
    )  # fmt: skip
    return redirect(f"/a/{app.key}/{made.form}/import/{enqueue(call.installation, asked)}")
