"""Views a person saved for herself: the state of a list under a name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from engines.form import FormModel
from engines.store.platform import personal_view
from runtime.screens.listing import open_listing, read_state
from runtime.screens.shell import form_url, go, texts_of
from runtime.web.call import Answer, Call
from schemas.errors import LimitReached, NotFound

MOST = 50
_NAME_AT_MOST = 60
Saved = tuple[int, str, Sequence[Any]]


def saved_views(call: Call, form: FormModel) -> list[Saved]:
    """Return id, name and parameters of the reader's own views of a form."""
    table = personal_view
    statement = (
        sa.select(table.c.id, table.c.name, table.c.detail)
        .where(table.c.user_id == _user(call), table.c.form_uid == form.uid)
        .order_by(table.c.id)
    )
    return [(row[0], row[1], row[2] or []) for row in call.conn.execute(statement)]


def save_view(call: Call) -> Answer:
    """Keep the posted state under a name."""
    form, listing = call.form, open_listing(call)
    pairs = [(name, value) for name, value in call.posted if isinstance(value, str)]
    state = read_state(pairs, form, listing.asking)
    if len(saved_views(call, form)) >= MOST:
        raise LimitReached("limit.reached", limit=MOST)
    name, text = _name(call), texts_of(call).t("screen.view.saved")
    detail = [list(each) for each in state.pairs()]
    with call.unit() as uow:
        number = uow.ids.next()
        row = {"id": number, "user_id": _user(call), "form_uid": form.uid, "name": name, "detail": detail}
        uow.conn.execute(sa.insert(personal_view).values(row))
    return go(call, f"{form_url(form)}?view={number}", text)


def rename_view(call: Call) -> Answer:
    """Give a view another name, and the state it is shown in."""
    form, number = call.form, _number(call)
    pairs = [(name, value) for name, value in call.posted if isinstance(value, str)]
    state = read_state(pairs, form, open_listing(call).asking)
    values = {"name": _name(call), "detail": [list(each) for each in state.pairs()]}
    _change(call, form, sa.update(personal_view).values(values))
    return go(call, f"{form_url(form)}?view={number}", texts_of(call).t("screen.view.saved"))


def delete_view(call: Call) -> Answer:
    """Forget a view."""
    form = call.form
    _change(call, form, sa.delete(personal_view))
    return go(call, form_url(form), texts_of(call).t("screen.view.deleted"))


def _change(call: Call, form: FormModel, statement: Any) -> None:
    table = personal_view
    mine = (table.c.id == _number(call), table.c.user_id == _user(call), table.c.form_uid == form.uid)
    with call.unit() as uow:
        if uow.conn.execute(statement.where(*mine)).rowcount != 1:
            raise NotFound


def _name(call: Call) -> str:
    name = " ".join(call.field("name").split())[:_NAME_AT_MOST]
    return name or texts_of(call).t("screen.view.unnamed")


def _number(call: Call) -> int:
    text = call.params["view"]
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise NotFound
    return int(text)


def _user(call: Call) -> int:
    return call.person.id if call.person else 0
