"""What keeps an installation safe: checks, backups, restoring; and taking the demo away again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from engines.store.backup import back_up
from engines.store.files import missing
from engines.store.restore import restore as put_back
from runtime.commands.frame import find_app
from runtime.commands.terminal import Terminal
from runtime.demo import clear_demo

if TYPE_CHECKING:
    from runtime.installation import Installation


def check(terminal: Terminal, installation: Installation) -> bool:
    """Look for what should not be; True when everything holds."""
    with installation.db.read() as conn, terminal.busy("check.looking"):
        apps = installation.apps(conn, installation.current(conn))
        found = installation.publisher.check(conn)
        lost = missing(conn, installation.files)
    for each in found:
        text = terminal.text(each.code, {**each.params, "count": each.count})
        terminal.warn("check.finding", place=each.path or "–", text=text)
    for digest in lost:
        terminal.warn("check.no_file", name=digest)
    if not found and not lost:
        terminal.say("check.good", "green", count=len(apps))
    return not found and not lost


def backup(terminal: Terminal, installation: Installation, archive: Path) -> bool:
    """Write everything into one file; False where an uploaded file was not there to be kept."""
    with _working(terminal, "backup.table") as progress:
        found = back_up(
            installation.db, installation.files, installation.secret, installation.clock, archive, progress
        )
    for digest in found.missing:
        terminal.warn("check.no_file", name=digest)
    terminal.say("backup.done", "green", file=archive, rows=found.rows, files=len(found.files))
    return not found.missing


def restore(terminal: Terminal, installation: Installation, archive: Path) -> None:
    """Fill an empty installation. Raises Conflict where it is not empty, or the file is not whole."""
    key = installation.settings.data / "key"
    with _working(terminal, "restore.table") as progress:
        found = put_back(installation.db, installation.files, key, installation.grammar, archive, progress)
    terminal.say("restore.done", "green", rows=found.rows, files=len(found.files))


def clear(terminal: Terminal, installation: Installation, key: str) -> None:
    """Remove the records that the demo brought. Raises Invalid for an app that is not there."""
    app = find_app(installation, key)
    with terminal.busy("demo.clearing"):
        gone = clear_demo(installation, app)
    terminal.say("demo.cleared", "green", count=gone)


@contextmanager
def _working(terminal: Terminal, code: str) -> Iterator[Callable[[str], None]]:
    """Show which table is being worked on."""
    with Console(stderr=True).status("") as status:
        yield lambda name: status.update(terminal.text(f"command.{code}", {"name": name}))
