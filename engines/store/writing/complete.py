"""Middle phases: typed values, defaults, what really changed, and the checks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engines.expression import ExpressionError
from engines.form import FormModel, Storage
from engines.query import Draft, Op
from engines.store.writing.batch import Batch
from schemas.errors import Issue


def coerce(batch: Batch) -> None:
    """Turn raw values into typed ones; wrong ones become issues, the rest goes on."""
    drafts = [each for each in batch.drafts if each.change.op in {Op.create, Op.update}]
    refused = {id(each): {issue.path for issue in each.issues} for each in drafts if each.issues}
    raw: list[Mapping[str, Any]] = []
    for each in drafts:
        wrong = refused.get(id(each))
        values = each.change.values
        raw.append({key: values[key] for key in values if key not in wrong} if wrong else values)
    values_list, issues = batch.form.coercer.many(raw)
    for index, (draft, values) in enumerate(zip(drafts, values_list, strict=True)):
        draft.values = values
        if issues is not None:
            draft.issues.extend(issues[index])


def add_defaults(batch: Batch) -> None:
    """Fill what a new record leaves out. Sent blanks stay blank: the person emptied them."""
    for draft in batch.written(Op.create):
        _defaults(batch, batch.form, draft.values)
    for field in batch.form.subforms:
        for draft in batch.written(Op.create, Op.update):
            assert field.rows is not None  # noqa: S101 - subforms have rows
            for row in draft.values.get(field.key) or ():
                if "_id" not in row:
                    _defaults(batch, field.rows, row)


def _defaults(batch: Batch, form: FormModel, values: dict[str, Any]) -> None:
    for field in form.defaults:
        if field.key not in values and field.default is not None:
            values[field.key] = field.default(batch.context)


def find_changes(batch: Batch) -> None:
    """Keep what differs from what stands there: 1.0 to 1.00 and blank to blank are no change."""
    for draft in batch.written(Op.create, Op.update):
        if draft.old is None:
            draft.changed = draft.values
            continue
        for key, value in draft.values.items():
            field = batch.form.fields[key]
            old = draft.old.get(key)
            same = _plain_rows(value) == _plain_rows(old) if field.rows is not None else (value or None) == (old or None)
            if not (same or (not field.plural and value == old)):
                draft.changed[key] = value


def _plain_rows(rows: Iterable[Mapping[str, Any]] | None) -> list[dict[str, Any]]:
    """Return rows for comparison: ids as numbers, blanks left out."""
    found = []
    for row in rows or ():
        plain = {key: value for key, value in row.items() if value not in (None, ())}
        if "_id" in plain:
            plain["_id"] = int(plain["_id"])
        found.append(plain)
    return found


def run_checks(batch: Batch) -> None:
    """Check required fields, then the form's own conditions on what the record will be."""
    for draft in batch.written(Op.create, Op.update):
        known = {issue.path.split(".")[0] for issue in draft.issues}
        draft.issues.extend(_missing(batch, draft, known))
        if draft.issues or not draft.changed:
            continue
        merged = draft.values if draft.old is None else {**draft.old, **draft.values}
        for check in batch.form.checks:
            try:
                holds = check.holds(merged, batch.context)
            except ExpressionError as error:
                draft.issues.append(Issue(check.field or "", error.code, error.params))
                continue
            if holds is False:
                draft.issues.append(Issue(check.field or "", "record.check_failed", {"message": check.message}))


def _missing(batch: Batch, draft: Draft, known: set[str]) -> Iterable[Issue]:
    for field in batch.form.fields.values():
        key = field.key
        if key in known or (draft.old is not None and key not in draft.values):
            continue
        if field.options.required and not _filled(draft.values.get(key)) and _expected(batch, key):
            yield Issue(key, "field.required")
        if field.rows is not None:
            yield from _missing_in_rows(field.rows, key, draft.values.get(key) or ())


def _missing_in_rows(rows: FormModel, key: str, values: Iterable[Mapping[str, Any]]) -> Iterable[Issue]:
    for index, row in enumerate(values):
        for field in rows.fields.values():
            if field.options.required and not _filled(row.get(field.key)):
                yield Issue(f"{key}.{index}.{field.key}", "field.required")


def _filled(value: Any) -> bool:
    return value is not None and value != () and value != []


def _expected(batch: Batch, key: str) -> bool:
    """Nobody is asked for what he may not fill in, and a number is drawn later."""
    field = batch.form.fields[key]
    if field.kind.storage not in {Storage.column, Storage.links, Storage.rows} or field.kind.name == "serial":
        return False
    return batch.system or key in batch.access.edit
