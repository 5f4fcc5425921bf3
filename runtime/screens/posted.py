"""A posted HTML form as raw values: only fields that may be written and stood on the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from starlette.datastructures import UploadFile

from engines.expression import ValueType
from engines.form import FieldModel, FormModel, Storage
from engines.store import files
from runtime.flows import fixed
from runtime.web.call import Call

_WRITTEN = {Storage.column, Storage.links, Storage.rows}
_ROWS_AT_MOST = 1000
_MEGABYTE = 1 << 20
_SENT_AT_MOST = 1 << 30  # the body has a limit of its own


def writable(call: Call, form: FormModel, record_id: int | None = None) -> list[FieldModel]:
    """Return the fields the person may fill in a new record, or change in this one."""
    rights = call.access.form(call.app, form)
    keys = (rights.fill if record_id is None else rights.edit.keys()) - fixed(
        call, form, new=record_id is None
    )
    found = [
        each for each in form.fields.values()
        if each.key in keys and each.key not in rights.masked and each.storage in _WRITTEN
        and not (each.options.read_only or each.options.hidden or each.kind.write_once)
    ]  # fmt: skip
    if record_id is None:
        return found
    lens = call.installation.store.lens(call.app, call.access, form)
    partial = {each.key: rights.edit[each.key] for each in found if not rights.edit[each.key].everything}
    if not partial:
        return found
    kinds = list(dict.fromkeys(partial.values()))  # many fields share few
    asked = sa.select(*[lens.within(each) for each in kinds]).where(form.table.c["_id"] == record_id)
    row = call.conn.execute(asked).first() or ()
    holding = {each for each, holds in zip(kinds, row, strict=False) if holds}
    return [each for each in found if each.key not in partial or partial[each.key] in holding]


def read_posted(call: Call, fields: Iterable[FieldModel]) -> dict[str, Any]:
    """Return field key -> raw value of what was posted. New files are kept and become ids."""
    posted: dict[str, list[Any]] = {}
    for name, value in call.posted:
        posted.setdefault(name, []).append(value)
    found: dict[str, Any] = {}
    for field in fields:
        if field.rows is not None:
            if field.key in posted or any(name.startswith(f"{field.key}.") for name in posted):
                found[field.key] = _rows(call, field, posted)
        elif field.key in posted:
            found[field.key] = _value(call, field, posted[field.key])
    return found


def _value(call: Call, field: FieldModel, given: Sequence[Any]) -> Any:
    if field.target == "file":
        return [each for each in (_file(call, field, one) for one in given) if each]
    texts = [each for each in given if isinstance(each, str)]
    if field.plural:
        return [each for each in texts if each.strip()]
    return texts[-1] if texts else ""


def _file(call: Call, field: FieldModel, given: Any) -> str:
    if not isinstance(given, UploadFile):
        return str(given)
    if not given.filename:
        return ""
    # Of people, what is too large for the field is refused beside it, with everything else they typed.
    most = _SENT_AT_MOST if call.person else int(getattr(field.options, "max_mb", 20)) * _MEGABYTE
    return str(keep_upload(call, given, most)[0])


def sent_file(call: Call) -> UploadFile | None:
    """Return the one file a form was sent with."""
    found = (value for name, value in call.posted if name == "file" and isinstance(value, UploadFile))
    return next(found, None)


def keep_upload(call: Call, given: UploadFile, limit: int) -> tuple[int, files.Kept]:
    """Keep one upload for the person who sent it; the bytes are written before any transaction begins."""
    installation = call.installation
    kept = files.keep(installation.files, given.file, given.filename or "", limit)
    user = call.person.id if call.person else 0
    call.release()
    with installation.db.write() as conn:
        return files.add_file(conn, installation.ids, installation.clock, user, kept), kept


def _rows(call: Call, field: FieldModel, posted: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """Return the rows of a subform in the order of their numbers; rows without any input are left out."""
    assert field.rows is not None  # noqa: S101 - only subforms are passed
    inner = {each.key: each for each in field.rows.fields.values() if each.storage in _WRITTEN}
    rows: dict[int, dict[str, Any]] = {}
    for name, given in posted.items():
        parts = name.split(".")
        if len(parts) != 3 or parts[0] != field.key or not parts[1].isdecimal():
            continue
        row = rows.setdefault(int(parts[1][:9]), {})
        if parts[2] == "_id":
            row["_id"] = str(given[-1])
        elif parts[2] in inner:
            row[parts[2]] = _value(call, inner[parts[2]], given)
    kept = [rows[number] for number in sorted(rows)][: _ROWS_AT_MOST + 1]  # one too many is refused
    return [
        row for row in kept if "_id" in row or any(_said(inner[key], value) for key, value in row.items())
    ]


def _said(field: FieldModel, value: Any) -> bool:
    """Tell whether a cell holds input; an unticked box is none."""
    return bool(value) and not (field.kind.value_type is ValueType.bool and value == "false")
