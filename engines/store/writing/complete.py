"""Middle phases: typed values, defaults, what really changed, and the checks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from engines.expression import ExpressionError
from engines.form import FieldModel, FormModel
from engines.form.coerce import problem_of
from engines.query import Draft, Op
from engines.store.writing.batch import Batch
from engines.store.writing.demanding import missing
from engines.store.writing.heeding import same
from engines.store.writing.records import records
from engines.store.writing.shape import demanding
from schemas.errors import Issue


def coerce(batch: Batch) -> None:
    """Turn raw values into typed ones; wrong ones become issues, the rest goes on."""
    drafts = list(batch.written(Op.create, Op.update))
    raw: list[Mapping[str, Any]] = []
    for each in drafts:
        values, wrong = each.change.values, each.issues and {issue.path for issue in each.issues}
        raw.append({key: values[key] for key in values if key not in wrong} if wrong else values)
    values_list, issues = batch.form.coercer.many(raw)
    for index, (draft, found) in enumerate(zip(drafts, values_list, strict=True)):
        draft.values = found
        if issues is not None:
            draft.issues.extend(issues[index])
        if (
            draft.issues
        ):  # in the order in which they were sent, so that a hidden field looks unknown here too
            places = {key: place for place, key in enumerate(draft.change.values)}
            draft.issues.sort(key=lambda issue: places.get(issue.path.split(".")[0], -1))


def add_defaults(batch: Batch) -> None:
    """Fill what new records and rows leave out. Sent blanks stay blank: the person emptied them."""
    for draft in batch.written(Op.create) if batch.form.defaults else ():
        _defaults(batch, batch.form, draft, draft.values, "")
    for field in batch.form.subforms:
        for draft in batch.written(Op.create, Op.update):
            if field.key in draft.values:
                draft.values[field.key] = tuple(_rows(batch, field, draft))


def _rows(batch: Batch, field: FieldModel, draft: Draft) -> Iterator[dict[str, Any]]:
    """Complete rows: one that names its id keeps what it does not mention, a new one gets defaults."""
    form = field.rows
    assert form is not None  # noqa: S101 - subforms have rows
    old = {} if draft.old is None else {row["_id"]: row for row in draft.old[field.key]}
    blank: dict[str, Any] = {each.key: () if each.plural else None for each in (*form.stored, *form.linked)}
    for index, row in enumerate(draft.values[field.key] or ()):
        if row.get("_id") is None:
            row.pop("_id", None)
            _defaults(batch, form, draft, row, f"{field.key}.{index}.")
        yield blank | old.get(row.get("_id"), {}) | row


def _defaults(batch: Batch, form: FormModel, draft: Draft, values: dict[str, Any], prefix: str) -> None:
    for field in form.defaults:
        if field.key not in values and field.default is not None:
            try:
                values[field.key] = field.default(batch.context)
            except ExpressionError as error:
                draft.issues.append(Issue(prefix + field.key, error.code, error.params))
            except ValidationError as error:
                draft.issues.append(Issue(prefix + field.key, *problem_of(error)))


def find_changes(batch: Batch) -> None:
    """Keep what differs from what stands there: 1.0 to 1.00 and blank to blank are no change."""
    for draft in batch.written(Op.create, Op.update):
        if draft.old is None:
            draft.changed = draft.values
            continue
        for key, value in list(draft.values.items()):
            field = batch.form.fields[key]
            old = draft.old.get(key)
            if same(field, value, old):
                continue
            if field.kind.write_once:
                draft.issues.append(Issue(key, "field.read_only"))
                del draft.values[key]
            else:
                draft.changed[key] = value


def run_checks(batch: Batch) -> None:
    """Check what must be filled, then the form's own conditions on what the record will be."""
    fields, logic, checks = demanding(batch.form), batch.form.logic, batch.form.checks
    if not fields and not checks:
        return
    drafts = list(batch.written(Op.create, Op.update))
    for draft, record in zip(drafts, records(batch, drafts, batch.shape.read, logic.inner), strict=True):
        state = logic.state(record, batch.context)
        if fields:
            draft.issues.extend(missing(batch, draft, state, fields))
        if draft.issues or not draft.changed:
            continue
        for check in checks:
            if check.field in state.hidden:  # nobody could put it right
                continue
            try:
                holds = check.holds(record, batch.context)
            except ExpressionError as error:
                draft.issues.append(Issue(check.field or "", error.code, error.params))
                continue
            if holds is False:
                draft.issues.append(
                    Issue(check.field or "", "record.check_failed", {"message": check.message})
                )
