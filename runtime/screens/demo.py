"""An administrator takes the demo's records away and keeps the design."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from engines.store import platform
from frontend.views import Action
from runtime.demo import DOOR, clear_demo
from runtime.screens.shell import go, texts_of
from runtime.web.call import Answer, Call
from runtime.web.routing import Permission, Routes


def add_demo_routes(routes: Routes) -> None:
    """Register what an administrator may do with the demo."""
    routes.add("POST", "/demo/{app}/clear", Permission.admin)(clear)


def demo_actions(call: Call) -> Iterator[Action]:
    """Return a button for each app whose demo records are still there."""
    if call.person is None or not call.person.admin:
        return
    texts, cause = texts_of(call), platform.cause
    keys = sa.select(cause.c.app).where(cause.c.door == DOOR).distinct()
    brought = set(call.conn.scalars(keys))
    for key, app in call.installation.apps(call.conn, call.epoch).items():
        if key in brought and any(_holds(call, each.table) for each in app.forms.values() if not each.parent):
            name = texts.label(app.definition.label)
            yield Action(
                texts.t("ui.demo.clear", name=name), f"/demo/{key}/clear", "post", "trash", "danger",
                texts.t("ui.demo.clear_confirm", name=name),
            )  # fmt: skip


def _holds(call: Call, table: sa.Table) -> bool:
    demo = sa.select(platform.cause.c.id).where(platform.cause.c.door == DOOR)
    found = sa.select(sa.literal(1)).select_from(table).where(table.c["_cause"].in_(demo)).limit(1)
    return call.conn.scalar(found) is not None


def clear(call: Call) -> Answer:
    """Remove the demo's records; what people changed or added since stays."""
    app, texts = call.app, texts_of(call)
    call.release()
    gone = clear_demo(call.installation, app)
    return go(call, "/?all=1", texts.t("ui.demo.cleared", count=gone))
