"""A published version looked at again: what has changed since, in words, and the way back to it."""

from __future__ import annotations

import orjson
import sqlalchemy as sa

from builder.designer.changes import Told
from builder.designer.desk import Desk
from builder.designer.elements.pages import crumbs
from builder.designer.starting import drafted
from engines.store.platform import version
from frontend.design import VersionPage
from runtime.screens.shell import page
from runtime.web.call import Answer, Call
from schemas.difference import differences
from schemas.dumper import plain
from schemas.elements import App
from schemas.errors import NotFound


def show_version(call: Call) -> Answer:
    """Answer what stands differently now from how it was in a version."""
    desk = Desk(call)
    number, data = _asked(call)
    old, new = _read(call, data), call.app.definition
    words = Told(desk.call.installation.grammar, desk.texts, plain(old), plain(new))
    lines = tuple(words.line(each) for each in differences(old, new))
    model = VersionPage(
        desk.texts.t("design.versions_one", number=number), desk.bar(), f"{desk.base}/versions/{number}",
        lines, current=number == call.app.version,
    )  # fmt: skip
    return page(call, "builder/version.html", model, crumbs(desk, ""), nav=desk.nav())


def restore_version(call: Call) -> Answer:
    """Bring the draft up to a version: one command, which the plan explains and undo takes back."""
    _, data = _asked(call)
    return drafted(call, call.app, orjson.dumps(plain(_read(call, data))), "design.restored")


def _asked(call: Call) -> tuple[int, bytes]:
    """Return the version that the address names and its bytes. Raises NotFound."""
    text = call.params["number"]
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise NotFound
    data = call.conn.scalar(
        sa.select(version.c.definition).where(version.c.app == call.app.key, version.c.number == int(text))
    )
    if data is None:
        raise NotFound
    return int(text), bytes(data)


def _read(call: Call, data: bytes) -> App:
    grammar = call.installation.grammar
    return grammar.app.model_validate(orjson.loads(data), by_alias=True, by_name=False)
