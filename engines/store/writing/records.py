"""Records as they will be, with all that expressions read of them: one query a form and hop for the batch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from engines.query import Draft
from engines.store.derived.leaves import Leaves, Path
from engines.store.writing.batch import Batch


def records(
    batch: Batch,
    drafts: Sequence[Draft],
    paths: Iterable[Path],
    inner: Mapping[str, Iterable[Path]] | None = None,
) -> list[dict[str, Any]]:
    """Return each draft's record as it will be, with what the paths lead to under their keys and dots.

    ``inner``: key of a subform -> paths from its rows on; the rows are copies that hold what these lead to.
    """
    found = [_record(batch, each) for each in drafts]
    leaves = Leaves(batch.uow.conn, batch.uow.app)
    beyond = {path for path in paths if len(path) > 1 or path[0] not in batch.shape.blank}
    if beyond and found:
        leaves.add(batch.form, found, beyond)
    for key, some in (inner or {}).items():
        form = batch.form.fields[key].rows
        wanted = {path for path in some if len(path) > 1 and form is not None and path[0] in form.fields}
        if wanted and form is not None:
            rows = [[dict(row) for row in each.get(key) or ()] for each in found]
            leaves.add(form, [row for mine in rows for row in mine], wanted)
            for each, mine in zip(found, rows, strict=True):
                each[key] = tuple(mine)
    return found


def _record(batch: Batch, draft: Draft) -> dict[str, Any]:
    found = dict(draft.values) if draft.old is None else {**draft.old, **draft.values}
    found["_id"] = draft.id
    for key, column in batch.shape.shadows:
        found[key] = found.get(column)
    return found
