"""Files: sent before the form that names them, read by whoever may read a record that holds them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from engines.form import AppModel, FormModel
from engines.query import Query
from engines.store import files, reading
from engines.store.files import FileRow
from runtime.screens.posted import keep_upload, sent_file
from runtime.web.call import Answer, Call, json_answer
from schemas.errors import Invalid, Issue, NotFound

LIMIT = 1 << 30
_CHUNK = 1 << 18


def upload_file(call: Call) -> Answer:
    """Keep a file for the person who sends it; no record holds it yet."""
    given = sent_file(call)
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
            if form.uid == row.form_uid and form.parent is None:
                yield app, form


def _shows(call: Call, app: AppModel, form: FormModel, row: FileRow) -> bool:
    """Tell whether the record is seen and its field shows the file, itself or in a row of a subform."""
    field = next((each for each in form.fields.values() if each.uid == row.field_uid), None)
    if field is None or not call.access.form(app, form).usable(field.key):
        return False
    query = Query(form.path, (field.key,))
    try:
        store, record_id = call.installation.store, int(row.record_id or 0)
        found = reading.get(store, call.conn, app, call.access, query, record_id)
    except NotFound:
        return False
    value: Any = found.records[0].get(field.key) or ()
    if field.rows is None:
        return row.id in value
    inner = [each.key for each in field.rows.fields.values() if each.target == "file"]
    return any(row.id in (line.get(key) or ()) for line in value for key in inner)
