"""What was typed and not saved, kept on the server."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engines.form import FormModel
from engines.store.platform import draft
from engines.store.upsert import upsert
from frontend.records import KeptDraft
from frontend.views import Action
from runtime.screens.posted import read_posted, writable
from runtime.screens.shell import form_url, go, texts_of
from runtime.screens.values import Showing
from runtime.web.call import Answer, Call

_AT_MOST = 200_000  # characters; a draft is a help, not an archive


def keep_draft(call: Call) -> Answer:
    """Keep what was typed so far; answers nothing."""
    form, number = call.form, draft_id(call)
    values = read_posted(call, writable(call, form, number or None))
    if len(str(values)) > _AT_MOST:
        return Answer(413)
    keep(call, form, number, values)
    return Answer(204)


def keep(call: Call, form: FormModel, number: int, values: Mapping[str, Any]) -> None:
    """Write a draft over the one before."""
    call.release()
    installation = call.installation
    with installation.db.write() as conn:
        row = {
            "user_id": _user(call), "form_uid": form.uid, "record_id": number,
            "values": dict(values), "saved_at": installation.clock.now(),
        }  # fmt: skip
        statement = upsert(conn, draft).values(row)
        keys = ["user_id", "form_uid", "record_id"]
        changed = {"values": statement.excluded["values"], "saved_at": statement.excluded.saved_at}
        conn.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed))


def discard_draft(call: Call) -> Answer:
    """Forget what was typed and go back to the form."""
    form, number = call.form, draft_id(call)
    call.release()
    with call.installation.db.write() as conn:
        forget(conn, call, form, number)
    return go(call, form_address(form, number), texts_of(call).t("screen.draft.discarded"))


def forget(conn: sa.Connection, call: Call, form: FormModel, number: int) -> None:
    """Remove a draft."""
    conn.execute(sa.delete(draft).where(*_mine(call, form, number)))


def draft_of(call: Call, form: FormModel, number: int) -> tuple[dict[str, Any], datetime] | None:
    """Return what was typed and when; None when there is nothing."""
    row = call.conn.execute(
        sa.select(draft.c["values"], draft.c.saved_at).where(*_mine(call, form, number))
    ).first()
    return None if row is None or not row[0] else (dict(row[0]), row[1])


def offer(showing: Showing, form: FormModel, number: int, when: datetime, url: str) -> KeptDraft:
    """Return the banner that offers a draft."""
    t, link = showing.texts.t, "&" if "?" in url else "?"
    fields = (("_record", str(number or "")),)
    drop = Action(t("ui.form.draft_discard"), f"{form_url(form)}/draft/discard", "post", fields=fields)
    return KeptDraft(showing.moment(when).text, f"{url}{link}_draft=1", drop)


def form_address(form: FormModel, number: int) -> str:
    """Return the address of the form of a record, or of a new one."""
    return f"{form_url(form)}/{number}/edit" if number else f"{form_url(form)}/new"


def draft_id(call: Call) -> int:
    """Return the record a posted form is about; 0 for a new one."""
    text = call.field("_record")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else 0


def _mine(call: Call, form: FormModel, number: int) -> tuple[sa.ColumnElement[bool], ...]:
    return draft.c.user_id == _user(call), draft.c.form_uid == form.uid, draft.c.record_id == number


def _user(call: Call) -> int:
    return call.person.id if call.person else 0
