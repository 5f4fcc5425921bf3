"""Views a person saved: the state of a list under a name, for herself or shared."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engines.form import FormModel
from engines.store.platform import personal_view
from runtime.screens.kept import may_share, saved_views, set_first, user_of
from runtime.screens.listing import open_listing, read_state
from runtime.screens.shell import form_url, go, texts_of
from runtime.shared_views import EVERYBODY
from runtime.web.call import Answer, Call
from schemas.errors import LimitReached, NotFound

MOST = 50
_NAME_AT_MOST = 60


def save_view(call: Call) -> Answer:
    """Keep the posted state under a name."""
    form, listing = call.form, open_listing(call)
    pairs = [(name, value) for name, value in call.posted if isinstance(value, str)]
    state = read_state(pairs, form, listing.asking)
    if sum(each.mine for each in saved_views(call, form)) >= MOST:
        raise LimitReached("limit.reached", limit=MOST)
    name, text = _name(call), texts_of(call).t("screen.view.saved")
    detail = [list(each) for each in state.pairs()]
    shared = _shared(call)
    with call.unit() as uow:
        number = uow.ids.next()
        row = {
            "id": number, "user_id": user_of(call), "form_uid": form.uid, "name": name, "detail": detail,
            "shared": shared,
        }  # fmt: skip
        uow.conn.execute(sa.insert(personal_view).values(row))
    return go(call, f"{form_url(form)}?view={number}", text)


def rename_view(call: Call) -> Answer:
    """Give a view another name, and the state it is shown in."""
    form, number = call.form, _number(call)
    pairs = [(name, value) for name, value in call.posted if isinstance(value, str)]
    state = read_state(pairs, form, open_listing(call).asking)
    values = {
        "name": _name(call), "detail": [list(each) for each in state.pairs()], "shared": _shared(call),
    }  # fmt: skip
    _change(call, form, sa.update(personal_view).values(values))
    return go(call, f"{form_url(form)}?view={number}", texts_of(call).t("screen.view.saved"))


def delete_view(call: Call) -> Answer:
    """Forget a view."""
    form = call.form
    _change(call, form, sa.delete(personal_view))
    return go(call, form_url(form), texts_of(call).t("screen.view.deleted"))


def _change(call: Call, form: FormModel, statement: Any) -> None:
    table = personal_view
    mine = (table.c.id == _number(call), table.c.user_id == user_of(call), table.c.form_uid == form.uid)
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


def begin_with(call: Call) -> Answer:
    """Let one's list begin with a view, or with the usual one again."""
    form, view = call.form, call.field("view")
    known = {each.key for each in form.definition.views} | {str(each.id) for each in saved_views(call, form)}
    if view and view not in known:
        raise NotFound
    with call.unit() as uow:
        set_first(uow.conn, user_of(call), form, view)
    url = f"{form_url(form)}?view={view}" if view else form_url(form)
    return go(call, url, texts_of(call).t("screen.view.first_set" if view else "screen.view.first_unset"))


def _shared(call: Call) -> list[str] | None:
    """Return with whom the view is shared: what was ticked, by who may share."""
    if not may_share(call):
        return None
    known = {EVERYBODY, *map(str, call.app.roles.values())}
    found = [str(value) for name, value in call.posted if name == "share" and value in known]
    return list(dict.fromkeys(found)) or None
