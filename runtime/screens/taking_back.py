"""What a person did to many records at once is taken back by herself, as far as nobody has built on it."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from engines.form.columns import millis
from engines.query import Cause
from engines.store import platform
from engines.store.undo import Undoing
from frontend.views import Action
from runtime.screens.shell import form_url, go, texts_of
from runtime.web.call import Answer, Call, id_in
from schemas.errors import NotFound

DOORS = frozenset({"paste", "bulk"})
_PATIENCE = timedelta(days=1)


def undo_action(call: Call, cause_id: int | None) -> Action | None:
    """Return the button that takes something back."""
    if cause_id is None:
        return None
    url = f"{form_url(call.form)}/undo/{cause_id}"
    return Action(texts_of(call).t("screen.undo.undo"), url, "post", "arrow-back-up")


def take_back(call: Call) -> Answer:
    """Take back what one's own cause did to a form. Raises NotFound for what is another's, or long ago."""
    form, number = call.form, id_in(call.params["cause"])
    app = call.app
    cause, person = platform.cause, call.person.id if call.person else 0
    since = millis(call.installation.clock.now() - _PATIENCE)
    mine = (cause.c.id == number, cause.c.actor == person, cause.c.app == app.key, cause.c.door.in_(DOORS))
    recent = sa.type_coerce(cause.c.at, sa.BigInteger) >= since
    if number is None or call.conn.scalar(sa.select(cause.c.id).where(*mine, recent)) is None:
        raise NotFound
    call.release()
    because = Cause("undo", person, parent=number)
    found = Undoing(call.installation.store, app, form, number, because).carry_out()
    t = texts_of(call).t
    text = t("screen.undo.done", restored=found.restored, removed=found.removed)
    if found.left:
        return go(call, form_url(form), t("screen.undo.some", done=text, count=found.left), "warning")
    return go(call, form_url(form), text)
