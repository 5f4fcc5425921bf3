"""Who else designs the app just now and where, and whether the draft moved on under an open page."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from builder.designer.desk import Desk, about_of
from builder.designer.remarks.showing import keyed, named
from engines.store import people
from engines.store.platform import design, design_step
from engines.store.presence import Present, enter, others
from frontend.seeing import HerePart, Other
from frontend.views import Person, Shell
from runtime.screens.shell import texts_of
from runtime.web.answers import locale_of
from runtime.web.call import Answer, Call
from schemas.errors import NotFound

_LONGEST = 400


def tell_here(call: Call) -> Answer:
    """Note where the caller is; answer who else is there and whether the draft is another one by now."""
    box, app, me = call.installation, call.app.key, call.person.id if call.person else 0
    page = call.field("page")[:_LONGEST]
    if not call.field("page").startswith(f"/design/{app}"):
        page = f"/design/{app}"
    call.release()
    with box.db.write() as conn:
        enter(conn, box.clock, app, me, page)
    desk = Desk(call)
    model = HerePart(
        tuple(_others(desk, others(call.conn, box.clock, app, me))),
        _moved(desk, call.field("revision")),
        page,
    )
    frame = Shell(site="", csrf=call.csrf, path=call.path)
    html = box.renderer.render(
        "builder/here.html", locale_of(call), "auto", call.nonce, page=model, shell=frame
    )
    return Answer(200, html.encode(), "text/html; charset=utf-8")


def _others(desk: Desk, found: list[Present]) -> Iterator[Other]:
    for each in found:
        where = _where(desk, each.place)
        text = desk.texts.t("presence.at", name=each.name, where=where)
        yield Other(Person(str(each.user_id), each.name), text)


def _where(desk: Desk, page: str) -> str:
    """Return what the page of somebody is about; never more than the draft holds now."""
    try:
        return named(desk, keyed(desk, about_of(page, desk.base)))
    except NotFound:
        return desk.texts.label(desk.draft.document.get("label"))


def _moved(desk: Desk, seen: str) -> str:
    """Return what to say where the draft is no more the one that the page shows; blank where it is."""
    call = desk.call
    row = call.conn.execute(sa.select(design.c.revision, design.c.done).where(design.c.app == call.app.key))
    found = row.first()
    if not seen.isdecimal() or seen == str(desk.draft.revision if found is None else found.revision):
        return ""
    t = texts_of(call).t
    if found is None:
        return t("presence.published")
    last = sa.select(design_step.c.actor).where(
        design_step.c.app == call.app.key, design_step.c.number == found.done
    )
    actor = call.conn.scalar(last)
    name = people.names(call.conn, [actor]).get(actor, "") if actor else ""
    mine = call.person is not None and actor == call.person.id
    return t("presence.moved_by", name=name) if name and not mine else t("presence.moved")
