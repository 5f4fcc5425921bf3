"""What a record must hold: required fields and rows, as far as they are there and the actor may fill them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engines.form import FieldModel, FormModel, Storage
from engines.form.logic import FieldLogic, FormLogic
from engines.form.logic.conditions import State
from engines.query import Draft
from engines.store.writing.batch import Batch
from engines.store.writing.shape import demanding
from schemas.errors import Issue


def missing(batch: Batch, draft: Draft, state: State, fields: Iterable[FieldModel]) -> Iterator[Issue]:
    """Yield what is asked for and blank.

    Of a record that is there only what is sent, and what a change of other fields now asks for.
    """
    known = {issue.path for issue in draft.issues}
    for field in fields:
        key, rules = field.key, batch.form.logic.fields.get(field.key)
        sent = draft.old is None or key in draft.values
        asked = sent or (rules is not None and not rules.demanding.isdisjoint(draft.changed))
        if key in known or not asked or key in state.hidden or _closed(batch, rules, state):
            continue
        if not _expected(batch, key, new=draft.old is None):
            continue
        value = state.view.get(key)
        rows = () if field.rows is None else value or ()
        least = getattr(field.options, "min_rows", 0)
        if _required(batch, field, rules, state) and not _filled(value):
            yield Issue(key, "field.required")
        elif len(rows) < least:
            yield Issue(key, "field.too_few", {"min_length": least})
        if field.rows is not None and sent:
            found = _missing_in_rows(batch, field.rows, rules.rows if rules else None, state, rows)
            yield from (each.under(key) for each in found if f"{key}.{each.path}" not in known)


def _missing_in_rows(
    batch: Batch, form: FormModel, logic: FormLogic | None, state: State, rows: Iterable[Mapping[str, Any]]
) -> Iterator[Issue]:
    fields = demanding(form) if logic else [each for each in form.fields.values() if each.options.required]
    for index, row in enumerate(rows):
        inner = logic.state({**state.view, **row}, batch.context) if logic else State(dict(row), frozenset())
        for field in fields:
            rules = logic.fields.get(field.key) if logic else None
            skipped = field.key in inner.hidden or _closed(batch, rules, inner)
            if not skipped and _required(batch, field, rules, inner) and not _filled(row.get(field.key)):
                yield Issue(f"{index}.{field.key}", "field.required")


def _required(batch: Batch, field: FieldModel, rules: FieldLogic | None, state: State) -> bool:
    if field.options.required:
        return True
    rule = None if rules is None else rules.required
    return rule is not None and rule.holds(state.view, batch.context)


def _closed(batch: Batch, rules: FieldLogic | None, state: State) -> bool:
    """Tell whether the field cannot be filled in as things stand."""
    rule = None if rules is None else rules.read_only
    return rule is not None and rule.holds(state.view, batch.context)


def _filled(value: Any) -> bool:
    return value is not None and value != ()


def _expected(batch: Batch, key: str, *, new: bool) -> bool:
    """Nobody is asked for what he may not fill in, and a number is drawn later."""
    field = batch.form.fields[key]
    if field.storage not in {Storage.column, Storage.links, Storage.rows} or field.kind.name == "serial":
        return False
    return batch.system or key in (batch.access.fill if new else batch.access.edit)
