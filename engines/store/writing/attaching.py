"""Files go to the record that names them, once; from then on its rights are theirs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engines.form import FieldModel
from engines.query import Draft, Op
from engines.store.files import FileRow, Place, attach, claim
from engines.store.writing.batch import Batch, problem
from engines.store.writing.shape import file_fields

_MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class _Added:
    """A file that a draft adds. ``outer``: the field of the record; ``field``: in its rows, or the same."""

    draft: Draft
    path: str
    outer: FieldModel
    field: FieldModel
    id: int


def look_up_files(batch: Batch) -> None:
    """Refuse files that are not the actor's, that another record holds, or that the field does not take."""
    holding = batch.shape.holding
    if not holding:
        return
    drafts = list(batch.written(Op.create, Op.update))
    added = [each for draft in drafts for outer in holding for each in _added(draft, outer)]
    if not added:
        return
    known = claim(batch.uow.conn, {each.id for each in added})
    first: dict[int, tuple[int, str]] = {}
    for each in added:
        row, place = known.get(each.id), (each.draft.index, each.outer.key)
        if row is None or not _may(batch, each, row) or first.setdefault(each.id, place) != place:
            problem(each.draft, each.path, "field.no_such_record", value=str(each.id))
        else:
            _fits(each, row)


def attach_files(batch: Batch, drafts: list[Draft]) -> None:
    """Give every file that a draft adds to its record; a file in a row of a subform is the record's too."""
    user_id, holding = batch.uow.access.user_id, batch.shape.holding
    if user_id is None or not holding:
        return
    for draft in drafts:
        for outer in holding:
            if ids := {each.id for each in _added(draft, outer)}:
                attach(batch.uow.conn, user_id, ids, Place(batch.form.uid, outer.uid, draft.id))


def _added(draft: Draft, outer: FieldModel) -> Iterator[_Added]:
    """Yield the files that did not stand in the field before, in whichever row."""
    if not draft.changed.get(outer.key):
        return
    old = {} if draft.old is None else draft.old
    stood = {number for _, _, number in _named(outer, old)}
    for path, field, number in _named(outer, draft.changed):
        if number not in stood:
            yield _Added(draft, path, outer, field, number)


def _named(outer: FieldModel, values: Mapping[str, object]) -> Iterator[tuple[str, FieldModel, int]]:
    found = values.get(outer.key)
    rows = found if isinstance(found, tuple) else ()
    if outer.rows is None:
        yield from ((outer.key, outer, each) for each in rows)
        return
    for index, row in enumerate(rows):
        for field in file_fields(outer):
            for each in row.get(field.key) or ():
                yield f"{outer.key}.{index}.{field.key}", field, each


def _may(batch: Batch, added: _Added, row: FileRow) -> bool:
    """Tell whether the file is the actor's and in no record, or was in this field of the record before."""
    if batch.system:
        return True
    if row.record_id is None:
        return row.user_id == batch.uow.access.user_id
    here = (batch.form.uid, added.outer.uid, added.draft.id)
    return (row.form_uid, row.field_uid, row.record_id) == here


def _fits(added: _Added, row: FileRow) -> None:
    options = added.field.options
    most = int(getattr(options, "max_mb", 0))
    if most and row.size > most * _MEGABYTE:
        problem(added.draft, added.path, "file.too_large", limit=f"{most} MB")
    accepted = getattr(options, "accept", ())
    if accepted and row.type not in accepted:
        problem(added.draft, added.path, "file.not_accepted", name=row.name)
