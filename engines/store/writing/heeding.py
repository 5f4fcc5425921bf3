"""What depends on the rest of the record: a hidden field keeps what stands there, a closed one refuses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engines.form import FieldModel, FormModel
from engines.form.logic import FieldLogic, FormLogic
from engines.form.logic.conditions import State
from engines.query import Draft, Op
from engines.store.derived.computing import compute
from engines.store.writing.batch import Batch
from engines.store.writing.records import records
from schemas.errors import Issue

# Rights come first: what a person may not send is refused, hidden or not.
_OF_RIGHTS = frozenset({"field.unknown", "field.read_only"})


def heed(batch: Batch) -> None:
    """Drop what was typed into hidden fields and refuse what was changed in closed ones, before any hook.

    What rules and flows write afterwards, they write wherever they like.
    """
    logic = batch.form.logic
    if batch.system or not logic:
        return
    if not logic.reads.isdisjoint(_computed(batch.form)):
        compute(batch)
    drafts = [
        each
        for each in batch.written(Op.create, Op.update)
        if each.old is None or logic.fields.keys() & {*each.values, *_wrong(each)}
    ]
    for draft, row in zip(drafts, records(batch, drafts, logic.paths, logic.inner), strict=True):
        _heed(batch, logic, draft, logic.state(row, batch.context))


def _computed(form: FormModel) -> Iterator[str]:
    """Yield what must be computed before a condition reads it; fields of rows with their subform."""
    yield from (each.field.key for each in form.formulas)
    for subform in form.subforms:
        if subform.rows is not None and subform.rows.formulas:
            yield from (subform.key, *(each.field.key for each in subform.rows.formulas))


def same(field: FieldModel, value: Any, old: Any) -> bool:
    """Tell whether two values are one: 1.0 and 1.00 are, blank and blank are."""
    return (tuple(value or ()) == tuple(old or ())) if field.plural else bool(value == old)


def _wrong(draft: Draft) -> Iterator[str]:
    return (issue.path.partition(".")[0] for issue in draft.issues)


def _heed(batch: Batch, logic: FormLogic, draft: Draft, state: State) -> None:
    for key in state.hidden:
        draft.values.pop(key, None)
        _forget(draft, key)
    for key, each in logic.fields.items():
        if key not in draft.values:
            continue
        if each.read_only is not None and each.read_only.holds(state.view, batch.context):
            stands = _stands(batch, each.field, draft.old)
            if not same(each.field, draft.values[key], stands):
                draft.issues.append(Issue(key, "field.read_only"))
                del draft.values[key]
        elif each.rows is not None:
            _heed_rows(batch, each, draft, state)


def _heed_rows(batch: Batch, each: FieldLogic, draft: Draft, state: State) -> None:
    assert each.rows is not None  # noqa: S101 - the caller looked
    key = each.field.key
    stood = {row["_id"]: row for row in (draft.old or {}).get(key, ())}
    pairs = zip(draft.values[key] or (), state.view[key] or (), strict=True)
    for index, (row, seen) in enumerate(pairs):
        old = stood.get(row.get("_id"))
        inner = each.rows.state({**state.view, **seen}, batch.context)
        for name in inner.hidden:
            field = each.rows.fields[name].field
            row[name] = (() if field.plural else None) if old is None else old.get(name)
            _forget(draft, f"{key}.{index}.{name}")
        for name, cell in each.rows.fields.items():
            closed = cell.read_only is not None and cell.read_only.holds(inner.view, batch.context)
            if (
                closed
                and name not in inner.hidden
                and not same(cell.field, row.get(name), _stands(batch, cell.field, old))
            ):
                draft.issues.append(Issue(f"{key}.{index}.{name}", "field.read_only"))


def _stands(batch: Batch, field: FieldModel, old: Mapping[str, Any] | None) -> Any:
    """Return what a closed field holds: what it held, or of a new record its default."""
    if old is not None:
        return old.get(field.key)
    return None if field.default is None else field.default(batch.context)


def _forget(draft: Draft, path: str) -> None:
    """Forget what is wrong with a value that is dropped."""
    draft.issues[:] = [
        issue
        for issue in draft.issues
        if issue.code in _OF_RIGHTS or not (issue.path == path or issue.path.startswith(f"{path}."))
    ]
