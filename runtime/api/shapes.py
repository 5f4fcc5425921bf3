"""Records as JSON, closures built once per form and set of fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from engines.expression import ValueType
from engines.form import FormModel
from engines.form.columns import iso
from engines.form.system import SYSTEM_TYPES
from engines.query import Page
from frontend.texts import Texts

Labels = Mapping[str, Mapping[Any, str]]
_SYSTEM: tuple[tuple[str, Callable[[Any], str]], ...] = (
    ("_created_at", iso), ("_updated_at", iso), ("_created_by", str), ("_updated_by", str),
)  # fmt: skip


def record_json(form: FormModel, record: Mapping[str, Any]) -> dict[str, Any]:
    """Return one record: system keys with an underscore, and field keys in the order of the form."""
    found: dict[str, Any] = {"_id": str(record["_id"]), "_version": record["_version"]}
    for key, write in _SYSTEM:
        if key in record:  # not where its reader may not know
            value = record[key]
            found[key] = None if value is None else write(value)
    for key, field in form.fields.items():
        if key in record:
            found[key] = field.to_json(record[key])
    return found


def value_json(form: FormModel, key: str, value: Any) -> Any:
    """Return the JSON form of a value of a field or a system key."""
    if key in form.fields:
        return form.fields[key].to_json(value)
    if isinstance(value, datetime):
        return iso(value)
    return str(value) if value is not None and SYSTEM_TYPES.get(key) is ValueType.id else value


def page_json(form: FormModel, page: Page, texts: Texts | None) -> dict[str, Any]:
    """Return a page of a list, with labels where ``texts`` say in which language."""
    records = [record_json(form, each) for each in page.records]
    if texts is not None:
        labels = all_labels(form, page, texts)
        for shown, record in zip(records, page.records, strict=True):
            shown["_labels"] = record_labels(record, labels)
    body: dict[str, Any] = {"data": records, "next": page.next, "previous": page.previous}
    if page.count is not None:
        body["total"] = {"count": page.count, "capped": page.capped}
    return body


def all_labels(form: FormModel, page: Page, texts: Texts) -> Labels:
    """Return what a person reads for the ids and options on a page."""
    people = page.labels.get("_people", {})
    found: dict[str, Mapping[Any, str]] = {"_created_by": people, "_updated_by": people}
    for key, field in form.fields.items():
        if choices := getattr(field.options, "options", ()):
            found[key] = {each.key: texts.label(each.label) for each in choices}
    return found | {key: names for key, names in page.labels.items() if key != "_people"}


def record_labels(record: Mapping[str, Any], labels: Labels) -> dict[str, Any]:
    """Return what a person reads for what stands in a record; an id that may not be seen has none.

    A field ``items.item`` of a subform has a list with an entry for each row.
    """
    found: dict[str, Any] = {}
    for key, names in labels.items():
        outer, _, inner = key.partition(".")
        value = record.get(outer)
        if inner:
            found[key] = [_label(row.get(inner), names) for row in value or ()]
        elif value is not None:
            found[key] = _label(value, names)
    return found


def _label(value: Any, names: Mapping[Any, str]) -> Any:
    return [names.get(each) for each in value] if isinstance(value, tuple) else names.get(value)


def keys_of(text: str | None) -> tuple[str, ...] | None:
    """Return the keys of a comma-separated parameter, each once; None when it is missing."""
    if text is None:
        return None
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
