"""The child process in which scenarios are played for a server: what it finds goes back by a pipe."""

from __future__ import annotations

from multiprocessing.connection import Connection

import orjson

from runtime.children import stand_back
from runtime.scenarios.playing import Asked, plan, play_all
from runtime.scenarios.wording import Wording

_MEMORY = 2_000_000_000


def serve(conn: Connection, asked: Asked) -> None:
    """Play, report after each scenario, and leave."""
    stand_back(_MEMORY)
    try:
        made = plan(asked)
        wording = Wording(made.app, made.plugins.speak(asked.locale))
        for each in play_all(made):
            conn.send_bytes(orjson.dumps(wording.report(each)))
    except Exception as error:  # noqa: BLE001 - whatever it is, whoever asked is told
        conn.send_bytes(orjson.dumps({"failed": f"{type(error).__name__}: {error}"[:1000]}))
