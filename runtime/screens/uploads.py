"""A spreadsheet between the steps of an import: kept as a file of its sender, looked into, matched."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from engines.exchange.mapping import Mapper, Plan
from engines.exchange.sheet import open_table
from engines.form import FieldModel, FormModel, Storage
from engines.store import files
from engines.store.files import FileRow
from frontend.importing import ImportColumn
from frontend.views import Item
from runtime.imports.laying import laid_out
from runtime.screens.shell import texts_of
from runtime.web.call import Call
from schemas.errors import NotFound

_SAMPLES = 3


def fillable(call: Call, form: FormModel) -> list[FieldModel]:
    """Return the fields a column of a sheet may fill."""
    rights = call.access.form(call.app, form)
    return [
        each
        for each in form.fields.values()
        if each.storage in {Storage.column, Storage.links}
        and each.target != "file"
        and rights.editable(each.key)
    ]


def sent_sheet(call: Call) -> FileRow:
    """Return the sheet the posted token names. Raises NotFound for somebody else's."""
    text = call.field("token")
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise NotFound
    row = files.get_file(call.conn, int(text))
    if row.record_id is not None or call.person is None or row.user_id != call.person.id:
        raise NotFound
    return row


def look_into(call: Call, form: FormModel, row: FileRow) -> tuple[tuple[ImportColumn, ...], int]:
    """Return the columns, with samples and likely fields, and the number of rows. Raises Invalid."""
    rights = call.access.form(call.app, form)
    with laid_out(call.installation, row) as path, open_table(path) as table:
        plan = Mapper(call.app, form, rights).map(table.headers, {})
        samples: list[list[str]] = [[] for _ in table.headers]
        count = 0
        for chunk in table.chunks:
            count += len(chunk.numbers)
            for some, cells in zip(samples, chunk.columns, strict=True):
                said = (str(each)[:60] for each in cells if each not in ("", None))
                some.extend(islice(said, _SAMPLES - len(some)))
        targets = _targets(plan)
        columns = (
            ImportColumn(name, tuple(samples[place]), targets.get(place, ""))
            for place, name in enumerate(table.headers)
        )
        return tuple(columns), count


def _targets(plan: Plan) -> Mapping[int, str]:
    return {each.place: each.field.key for each in plan.columns}


def field_items(call: Call, form: FormModel) -> tuple[Item, ...]:
    """Return what a column may be matched with."""
    texts = texts_of(call)
    return tuple(Item(each.key, texts.label(each.options.label)) for each in fillable(call, form))


def key_items(call: Call, form: FormModel) -> tuple[Item, ...]:
    """Return the fields that may tell whether a record is there already: unique ones and the title."""
    texts = texts_of(call)
    known = {each.key for each in form.unique} | ({form.title.key} if form.title else set())
    found = (each for each in fillable(call, form) if each.key in known)
    return tuple(Item(each.key, texts.label(each.options.label)) for each in found)
