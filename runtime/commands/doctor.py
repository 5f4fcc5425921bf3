"""What an installation is made of, and what of it does not work."""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runtime.commands.terminal import Terminal
    from runtime.installation import Installation
    from runtime.plugins import Plugin


def tell(terminal: Terminal, installation: Installation) -> bool:
    """Say it; False where an app cannot be opened."""
    settings = installation.settings
    terminal.say("doctor.version", version=version("weftwright"), python=platform.python_version())
    terminal.say("doctor.data", place=settings.data.resolve())
    terminal.say("doctor.database", kind="SQLite" if installation.db.sqlite else "PostgreSQL")
    for each in installation.plugins.loaded:
        terminal.say("doctor.plugin", name=each.name, brings=brought(terminal, each))
    if not installation.plugins.loaded:
        terminal.say("doctor.no_plugins", place=settings.plugins.resolve())
    with installation.db.read() as conn:
        epoch = installation.current(conn)
        count = len(installation.apps(conn, epoch))
        closed = installation.models.closed(conn, epoch)
    terminal.say("doctor.apps", count=count)
    for error in closed.values():
        terminal.warn("doctor.closed", text=terminal.text(error.reason, error.params))
    return not closed


def brought(terminal: Terminal, plugin: Plugin) -> str:
    """Return what a plug-in adds, by name."""
    names = [*sorted(each.name for each in plugin.kinds), *plugin.functions]
    return ", ".join(names) or terminal.text("command.doctor.empty")
