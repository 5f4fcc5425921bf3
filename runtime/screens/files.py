"""Files: sent before the form that names them, read by whoever may read a record that holds them."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import sqlalchemy as sa
from starlette.datastructures import UploadFile

from engines.form import AppModel, FormModel
from engines.query import Query
from engines.store import files, reading
from engines.store.files import FileRow
from runtime.screens.posted import keep_upload
from runtime.web.call import Answer, Call, json_answer
from schemas.errors import Invalid, Issue, NotFound

LIMIT = 1 << 30
_CHUNK = 1 << 18


def upload_file(call: Call) -> Answer:
    """Keep a file for the person who sends it; no record holds it yet."""
    given = next(
        (value for name, value in call.posted if name == "file" and isinstance(value, UploadFile)), None
    )
    if given is None or not given.filename:
        raise Invalid([Issue("file", "field.required")], "request.invalid")
    number, kept = keep_upload(call, given, LIMIT)
    return json_answer(
        {"id": str(number), "name": kept.name, "size": kept.size, "url": f"/files/{number}"}, 201
    )


def download_file(call: Call) -> Answer:
    """Answer a file. Absent and unreadable look alike."""
    row = files.get_file(call.conn, call.record_id)
    if not _may_read(call, row):
        raise NotFound
    kind, inline = files.disposition(row)
    how = "inline" if inline else "attachment"
    answer = Answer(200, type=kind, chunks=_chunks(call, row))
    answer.headers |= {
        "Content-Disposition": f"{how}; filename*=UTF-8''{quote(row.name)}",
        "Content-Length": str(row.size),
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return answer


def _chunks(call: Call, row: FileRow) -> Iterator[bytes]:
    with call.installation.files.open(row.digest) as kept:
        while chunk := kept.read(_CHUNK):
            yield chunk


def _may_read(call: Call, row: FileRow) -> bool:
    """Tell whether the person sent the file, or may read a field of a record that holds it."""
    if row.record_id is None:
        return call.person is not None and row.user_id == call.person.id
    return any(_shows(call, app, form, row) for app, form in _holders(call, row))


def _holders(call: Call, row: FileRow) -> Iterator[tuple[AppModel, FormModel]]:
    for app in call.installation.apps(call.conn, call.epoch).values():
        for form in app.forms.values():
            if form.uid == row.form_uid:
                yield app, form


def _shows(call: Call, app: AppModel, form: FormModel, row: FileRow) -> bool:
    """Tell whether the record is seen and the field in it shows the file; a row of a subform is its record's."""
    outer, record_id = form, int(row.record_id or 0)
    key = next((each.key for each in form.fields.values() if each.uid == row.field_uid), None)
    if form.parent is not None:
        table = form.table
        outer, key = app.form(form.parent), form.key
        record_id = call.conn.scalar(sa.select(table.c["_parent_id"]).where(table.c["_id"] == record_id)) or 0
    if key is None or not call.access.form(app, outer).usable(key):
        return False
    try:
        query = Query(outer.path, (key,))
        found = (
            reading.get(call.installation.store, call.conn, app, call.access, query, record_id)
            .records[0]
            .get(key)
        )
    except NotFound:
        return False
    held: object = found or ()
    if form.parent is not None:
        inner = [each.key for each in form.fields.values() if each.target == "file"]
        held = {one for line in found or () for name in inner for one in line.get(name) or ()}  # type: ignore[attr-defined]
    return row.id in held  # type: ignore[operator]
