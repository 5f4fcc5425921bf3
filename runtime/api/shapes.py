"""Records as JSON, closures built once per form and set of fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engines.form import FormModel
from engines.form.columns import iso
from engines.query import Page


def record_json(form: FormModel, record: Mapping[str, Any]) -> dict[str, Any]:
    """Return one record: field keys, and system keys with an underscore."""
    found: dict[str, Any] = {"_id": str(record["_id"]), "_version": record["_version"]}
    for key in ("_created_at", "_updated_at"):
        value = record.get(key)
        found[key] = None if value is None else iso(value)
    for key in ("_created_by", "_updated_by"):
        value = record.get(key)
        found[key] = None if value is None else str(value)
    fields = form.fields
    for key, value in record.items():
        if key in fields:
            found[key] = fields[key].to_json(value)
    return found


def page_json(form: FormModel, page: Page) -> dict[str, Any]:
    """Return a page of a list."""
    records = [record_json(form, each) for each in page.records]
    if page.labels:
        for shown, record in zip(records, page.records, strict=True):
            shown["_labels"] = record_labels(form, record, page.labels)
    body: dict[str, Any] = {"data": records, "next": page.next, "previous": page.previous}
    if page.count is not None:
        body["total"] = {"count": page.count, "capped": page.capped}
    return body


def record_labels(
    form: FormModel, record: Mapping[str, Any], labels: Mapping[str, Mapping[int, str]]
) -> dict[str, Any]:
    """Return what a person reads for the ids in a record; an id that may not be seen has none."""
    found: dict[str, Any] = {}
    for key, names in labels.items():
        if key in form.fields and key in record:
            value = record[key]
            if isinstance(value, tuple):
                found[key] = [names.get(each) for each in value]
            elif value is not None:
                found[key] = names.get(value)
    return found


def keys_of(text: str | None) -> tuple[str, ...] | None:
    """Return the keys of a comma-separated parameter; None when it is missing."""
    if text is None:
        return None
    return tuple(part.strip() for part in text.split(",") if part.strip())


def values_of(raw: Any) -> Sequence[Any]:
    """Return a list as it is, anything else as an empty one."""
    return raw if isinstance(raw, list) else []
