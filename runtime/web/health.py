"""Whether the server can serve: asked by whatever watches over it."""

from __future__ import annotations

import sqlalchemy as sa

from runtime.web.call import Answer, Call, json_answer
from runtime.web.routing import Permission, Routes


def add_health_routes(routes: Routes) -> None:
    """Register ``GET /health``."""
    routes.add("GET", "/health", Permission.public)(health)


def health(call: Call) -> Answer:
    """Answer 200 when the database answers."""
    call.conn.execute(sa.select(sa.literal(1)))
    return json_answer({"ok": True})
