"""What was sent to a public form and waits to be looked at, for those who could enter it by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from engines.form import FormModel
from engines.store import publics
from frontend.publics import HeldRow
from runtime.screens.shell import form_url
from runtime.screens.values import Showing, ids_in, names_for
from runtime.web.call import Call
from schemas.elements import Action

_SHOWN = 50


def may_see_held(call: Call, form: FormModel) -> bool:
    """Tell whether what waits is the person's business: to make links gives no right to answers."""
    return call.access.form(call.app, form).may(Action.create)


def held_rows(call: Call, uid: int, form: FormModel) -> Iterator[HeldRow]:
    """Yield what waits, each with the answers whose fields the person may fill in."""
    rights = call.access.form(call.app, form)
    if not may_see_held(call, form):
        return
    several = publics.held(call.conn, uid, _SHOWN)
    fields, seen = form.fields, rights.fill - rights.masked
    typed = [
        {key: each for key, each in (one.values or {}).items() if key in seen and each} for one in several
    ]
    values = [form.coercer.one(dict(each))[0] for each in typed]
    showing = Showing(call, form, _names(call, form, values))
    for one, raw, row in zip(several, typed, values, strict=True):
        shown = tuple(
            (showing.texts.label(fields[key].options.label), _text(showing, key, row, each))
            for key, each in raw.items()
        )
        yield HeldRow(str(one.id), showing.moment(one.at), shown, _by_hand(form, one, raw))


def _names(call: Call, form: FormModel, rows: list[dict[str, Any]]) -> dict[str, dict[int, str]]:
    """Return the names behind the ids of all rows, looked up once for each field."""
    wanted: dict[str, tuple[Any, set[int]]] = {}
    for row in rows:
        for key, value in row.items():
            for path, field, ids in ids_in(form.fields[key], value):
                wanted.setdefault(path, (field, set()))[1].update(ids)
    return names_for(call, ((path, field, ids) for path, (field, ids) in wanted.items()))


def _text(showing: Showing, key: str, row: Mapping[str, Any], raw: Any) -> str:
    """Return an answer as people read it; what is no value of its field by now stays as it was typed."""
    return showing.cell(showing.form.fields[key], row[key]).text if key in row else str(raw)


def _by_hand(form: FormModel, one: publics.Response, raw: Mapping[str, Any]) -> str:
    """Return where to enter it: in its record, where what waits is a correction, or in a new one."""
    if one.record_id is not None:
        return f"{form_url(form)}/{one.record_id}/edit"
    ahead = urlencode({key: each for key, each in raw.items() if isinstance(each, str)})
    return f"{form_url(form)}/new?{ahead}"
