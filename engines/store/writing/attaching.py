"""Files go to the record that names them; from then on its rights are theirs."""

from __future__ import annotations

from collections.abc import Iterator

from engines.form import FieldModel
from engines.query import Draft
from engines.store.files import Place, attach
from engines.store.writing.batch import Batch


def attach_files(batch: Batch, drafts: list[Draft]) -> None:
    """Give every file that a draft adds to its record; a file in a row of a subform is the record's too."""
    user_id = batch.uow.access.user_id
    holding = [each for each in batch.form.fields.values() if any(True for _ in _file_fields(each))]
    if user_id is None or not holding:
        return
    for draft in drafts:
        for field in holding:
            if ids := set(_ids(draft, field)):
                attach(batch.uow.conn, user_id, ids, Place(batch.form.uid, field.uid, draft.id))


def _file_fields(field: FieldModel) -> Iterator[FieldModel]:
    inner = (field,) if field.rows is None else field.rows.fields.values()
    return (each for each in inner if each.target == "file")


def _ids(draft: Draft, field: FieldModel) -> Iterator[int]:
    value = draft.changed.get(field.key) or ()
    if field.rows is None:
        yield from value
        return
    for row in value:
        for each in _file_fields(field):
            yield from row.get(each.key) or ()
