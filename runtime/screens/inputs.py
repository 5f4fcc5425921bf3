"""Fields as inputs, always from raw values: those of a record, of a draft or of a refused post."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from engines.expression import ValueType
from engines.form import FieldModel, FormModel
from frontend.views import FieldView, Item, Section, SubRow, Tab, in_tabs
from runtime.screens.values import Showing

Errors = Mapping[str, tuple[str, ...]]
_OPTIONS_AT_MOST = 20_000  # that stand in the rows of one subform together
_OFFERED = 8  # of those that are searched for, to browsers without scripts


def raw_of(showing: Showing, field: FieldModel, value: Any) -> Any:
    """Return a typed value as an input would post it."""
    if field.rows is not None:
        inner = field.rows.fields
        return [
            {
                key: raw_of(showing, inner[key], each) if key in inner else str(each)
                for key, each in row.items()
            }
            for row in value or ()
        ]
    if isinstance(value, datetime):
        return showing.local(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return field.to_json(value)


def input_view(showing: Showing, field: FieldModel, raw: Any, errors: Errors) -> FieldView:
    """Return a field with what is typed in it and what is wrong with it."""
    view = showing.view(field)
    if field.rows is None:
        return _typed(showing, field, view, raw, errors.get(field.key, ()))
    rows = tuple(_rows(showing, field, raw or (), errors))
    wrong = (*errors.get(field.key, ()), *_of_rows(errors, field.key))
    return replace(view, rows=rows, value=len(rows), errors=wrong)


def _typed(
    showing: Showing, field: FieldModel, view: FieldView, raw: Any, errors: tuple[str, ...], prefix: str = ""
) -> FieldView:
    options = {**view.options, "local": raw} if field.kind.value_type is ValueType.datetime else view.options
    value = raw == "true" if field.kind.value_type is ValueType.bool else raw
    items = _items(showing, field, raw, prefix)
    return replace(view, value=value, options=options, items=items, errors=errors)


def _rows(
    showing: Showing, field: FieldModel, rows: Sequence[Mapping[str, Any]], errors: Errors
) -> Iterator[SubRow]:
    assert field.rows is not None  # noqa: S101 - only subforms are passed
    prefix = f"{field.key}."
    inner = [each for each in field.rows.fields.values() if not each.options.hidden]
    blank = [(each, _searched(showing, each, prefix, len(rows))) for each in inner]
    for index, row in enumerate(rows):
        path = f"{prefix}{index}."
        cells = (
            _typed(showing, each, view, row.get(each.key), errors.get(path + each.key, ()), prefix)
            for each, view in blank
        )
        yield SubRow(str(row.get("_id", "")), tuple(cells))


def _searched(showing: Showing, field: FieldModel, prefix: str, rows: int) -> FieldView:
    """Return a field of rows; options that are too many to stand in every one of them are searched for."""
    view, options = showing.view(field, prefix), getattr(field.options, "options", ())
    if len(options) * rows <= _OPTIONS_AT_MOST:
        return view
    first = [{"id": each.key, "text": showing.texts.label(each.label)} for each in options[:_OFFERED]]
    found = {"options": (), "lookup_url": showing.lookup_url(field, prefix), "choices": first}
    return replace(view, options={**view.options, **found})


def _of_rows(errors: Errors, path: str) -> Iterator[str]:
    """Return what is wrong with whole rows."""
    for name, texts in errors.items():
        if name.startswith(f"{path}.") and name.count(".") == path.count(".") + 1:
            yield from texts


def _items(showing: Showing, field: FieldModel, raw: Any, prefix: str) -> tuple[Item, ...]:
    several = raw if isinstance(raw, (list, tuple)) else [raw] if raw else []
    if field.target is None:
        known = showing.options(field)
        return showing.items(field, tuple(each for each in several if each in known), prefix) if known else ()
    ids = tuple(int(each) for each in several if is_id(each))
    return showing.items(field, ids, prefix) if ids else ()


def is_id(raw: Any) -> bool:
    """Tell whether a raw value may be an id."""
    text = str(raw)
    return text.isascii() and text.isdecimal() and len(text) <= 18


def raw_ids(
    fields: Iterable[FieldModel], raw: Mapping[str, Any]
) -> Iterator[tuple[str, FieldModel, set[int]]]:
    """Return the ids that stand in raw values, with the fields they stand in."""
    for field in fields:
        value = raw.get(field.key)
        if field.rows is not None:
            for inner in field.rows.fields.values():
                rows = value if isinstance(value, list) else []
                ids = {int(each) for row in rows for each in _several(row.get(inner.key)) if is_id(each)}
                if inner.target is not None:
                    yield f"{field.key}.{inner.key}", inner, ids
        elif field.target is not None:
            yield field.key, field, {int(each) for each in _several(value) if is_id(each)}


def _several(value: Any) -> Sequence[Any]:
    return value if isinstance(value, (list, tuple)) else [value] if value else []


def sections(
    showing: Showing, form: FormModel, views: Mapping[str, FieldView], rest: str = ""
) -> tuple[Section, ...]:
    """Lay fields out as the definition says; those it does not name follow under ``rest``."""
    found, placed = [], set()
    for part in form.definition.layout.sections:
        fields = tuple(views[key] for key in part.fields if key in views)
        placed |= set(part.fields)
        if fields:
            # What must be filled or put right is never behind a door.
            closed = part.collapsed and not any(each.required or each.errors for each in fields)
            title = showing.texts.label(part.label)
            found.append(Section(title, fields, key=part.key, collapsed=closed, tab=part.tab or ""))
    others = tuple(view for key, view in views.items() if key not in placed)
    if others:
        found.append(Section(rest if found else "", others, key="rest"))
    return tuple(found)


def laid_out(
    showing: Showing, form: FormModel, views: Mapping[str, FieldView]
) -> tuple[tuple[Section, ...], tuple[Tab, ...]]:
    """Lay fields out as the definition says, in tabs where it has some."""
    rest = showing.texts.t("screen.section.more")
    titles = {each.key: showing.texts.label(each.label) for each in form.definition.layout.tabs}
    return in_tabs(sections(showing, form, views, rest), titles, rest)
