"""The fields of a form page: inputs for what may be written, values for the rest, as things stand now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from engines.form import FieldModel, Storage
from frontend.views import FieldView
from runtime.screens.depending import Depending
from runtime.screens.inputs import Errors, input_view

_SHOWN = frozenset({Storage.column, Storage.links, Storage.rows, Storage.through})


def form_views(
    depending: Depending, raw: Mapping[str, Any], record: Mapping[str, Any] | None, errors: Errors
) -> Iterator[tuple[str, FieldView]]:
    """Yield the views of a form's fields by key. ``record`` None: a new one, which shows what it computes."""
    showing, form = depending.showing, depending.form
    rights = showing.call.access.form(showing.call.app, form)
    for key, each in form.fields.items():
        if key in depending.inputs:
            view = input_view(showing, each, raw.get(key), errors)
            yield key, _as_it_stands(replace(view, required=depending.required(key)), depending)
        elif rights.readable(key) and _worth_showing(each) and (record is not None or each.computed):
            value = None if record is None else record.get(key)
            view = showing.filled(showing.view(each), each, value, masked=key in rights.masked)
            yield key, _as_it_stands(replace(view, read_only=True, required=False), depending)


def _as_it_stands(view: FieldView, depending: Depending) -> FieldView:
    logic = depending.form.logic.fields.get(view.key)
    if logic is None or not logic.visible:
        return view
    return replace(view, depends=True, absent=depending.absent(view.key) and not view.errors)


def _worth_showing(each: FieldModel) -> bool:
    return not each.options.hidden and each.storage in _SHOWN
