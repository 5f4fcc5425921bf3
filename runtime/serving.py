"""Runs an installation: a server with its greeting, or a worker; until told to stop."""

from __future__ import annotations

import errno
import gc
import json
import logging
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import uvicorn

from engines.store import people
from runtime.commands.doctor import brought
from schemas.errors import Conflict

if TYPE_CHECKING:
    from runtime.commands.terminal import Terminal
    from runtime.installation import Installation, Settings
    from runtime.web.application import Application

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_STOPS = (signal.SIGINT, signal.SIGTERM)
_BACKLOG = 2048
_REFUSED = {errno.EADDRINUSE: "serve.port_busy", errno.EACCES: "serve.port_denied"}


def serve(create: Callable[[Settings], Application], settings: Settings, terminal: Terminal) -> None:
    """Serve until told to stop. Raises Conflict where the address cannot be had."""
    _log_to_terminal()
    if settings.demo and not settings.demo_hosts and settings.host not in _LOOPBACK:
        terminal.warn("serve.loopback", host=settings.host)
        settings = replace(settings, host="127.0.0.1")
    with closing(listen(settings)) as listening:
        with terminal.busy("serve.starting"):
            app = create(settings)
        greet(app.installation, terminal)
        spare_collector()
        _run(app, listening)


def work(installation: Installation, terminal: Terminal) -> None:
    """Run jobs until told to stop; what is running is finished."""
    _log_to_terminal()
    stop = threading.Event()
    for each in _STOPS:
        signal.signal(each, lambda *_: stop.set())
    installation.start()
    terminal.say("serve.worker")
    stop.wait()


def listen(settings: Settings) -> socket.socket:
    """Take the address, before anything else is begun: whoever comes early waits. Raises Conflict."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        found = socket.socket(family, kind, protocol)
        try:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            found.bind(address)
            found.listen(_BACKLOG)
        except OSError:
            found.close()
            raise
    except OSError as error:
        code = _REFUSED.get(error.errno or 0, "serve.bad_host")
        raise Conflict(code, host=settings.host, port=str(settings.port)) from None
    return found


def greet(installation: Installation, terminal: Terminal) -> None:
    """Say where the server is, and how to get in."""
    address = installation.settings.address
    terminal.say("serve.address", "bold green", url=address)
    with installation.db.read() as conn:
        fresh, demo = people.setup_open(conn), people.demo_people(conn)
    for each in installation.plugins.loaded:
        terminal.say("serve.plugin", name=each.name, brings=brought(terminal, each))
    if fresh:
        terminal.say("serve.setup", url=f"{address}/setup?code={installation.first_admin.code}")
    elif installation.settings.demo and demo:
        terminal.say("serve.accounts")
        titles = (terminal.texts.label(json.loads(each.demo or "{}")) for each in demo)
        rows = [(each.login, each.name, title) for each, title in zip(demo, titles, strict=True)]
        terminal.table(("login", "name", "title"), rows)
    terminal.say("serve.stop")


def _log_to_terminal() -> None:
    """Write what we have to say ourselves, and of the libraries only what should not be."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    logging.getLogger("weft").setLevel(logging.INFO)


def spare_collector() -> None:
    """Let the garbage collector pass over what lives as long as the process.

    Grammar, models and templates are a million objects; walking them took half of a small save.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _run(app: Application, listening: socket.socket) -> None:
    """Access lines are not written: they cost a tenth of a small request."""
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, http="httptools", lifespan="on", server_header=False,
        date_header=False, timeout_graceful_shutdown=5, proxy_headers=False,
    )  # fmt: skip
    for each in _STOPS:  # the server raises the signal again when it has stopped, which is then no news
        signal.signal(each, lambda *_: None)
    _Server(config, app).run(sockets=[listening])


class _Server(uvicorn.Server):
    """Ends the streams first: the server waits for its connections, and they would wait for news."""

    def __init__(self, config: uvicorn.Config, app: Application) -> None:
        super().__init__(config)
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let every stream end, then the rest."""
        self._app.installation.hub.close()
        await super().shutdown(sockets)
