"""Definitions: validated, planned, applied, exported, compared."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engines.form.verify import load_verified
from runtime.commands.frame import find_app
from runtime.commands.terminal import Terminal
from runtime.grammar import make_grammar
from runtime.installation import Settings
from runtime.plugins import Plugins
from schemas.difference import differences
from schemas.dumper import dump
from schemas.errors import Invalid
from schemas.grammar import Grammar

if TYPE_CHECKING:
    from engines.store.plan import Line
    from runtime.installation import Installation
    from schemas.elements import App

_EXAMPLES = 5


def validate(terminal: Terminal, files: Sequence[Path]) -> bool:
    """Report every problem of every file; needs no installation. False when there is one."""
    grammar = make_grammar(Plugins.load(Settings.from_environment().plugins))
    return not [file for file in files if not _valid(terminal, grammar, file)]


def plan(
    terminal: Terminal, installation: Installation, file: Path, restore: Sequence[str], loss: Sequence[str]
) -> bool:
    """Show what publishing would change; False when something stands in the way."""
    found = installation.publisher.plan(file.read_bytes(), restore=restore, allow_loss=loss)
    if not found.lines:
        terminal.say("app.unchanged")
        return True
    terminal.table(("change", "element", "count"), _rows(terminal, found.lines), right=("count",))
    if found.blocking:
        terminal.warn("app.blocked", count=len(found.blocking))
    return not found.blocking


def apply(
    terminal: Terminal, installation: Installation, file: Path, restore: Sequence[str], loss: Sequence[str]
) -> None:
    """Publish; the same bytes again change nothing. Raises Invalid where the plan is blocked."""
    before = _version(installation, file)
    warnings = installation.publisher.plan(file.read_bytes(), restore=restore, allow_loss=loss).warnings
    found = installation.publisher.apply(file.read_bytes(), actor=None, restore=restore, allow_loss=loss)
    if found.version == before:
        terminal.say("app.unchanged")
    else:
        terminal.say("app.applied", "green", app=found.key, version=found.version)
        for each in warnings:
            terminal.warn("app.warning", text=terminal.text(each.code, each.params))


def export(installation: Installation, key: str, file: Path | None) -> None:
    """Write the published bytes. Raises Invalid for an app that is not there."""
    data = dump(find_app(installation, key).definition)
    if file is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    else:
        file.write_bytes(data)


def diff(terminal: Terminal, installation: Installation, old: str, new: str) -> bool:
    """Show what two definitions say differently, each a file or a published app; True if nothing."""
    found = differences(_definition(installation, old), _definition(installation, new))
    rows = ((each.path, _shown(each.old), _shown(each.new)) for each in found)
    if found:
        terminal.table(("property", "old", "new"), rows)
    else:
        terminal.say("app.same")
    return not found


def _valid(terminal: Terminal, grammar: Grammar, file: Path) -> bool:
    try:
        found = load_verified(file.read_bytes(), grammar)
    except Invalid as error:
        terminal.warn("app.invalid", file=file, count=len(error.issues))
        terminal.fail(error)
        return False
    terminal.say("app.valid", "green", file=file, app=found.key, count=len(found.forms))
    return True


def _rows(terminal: Terminal, lines: Iterable[Line]) -> Iterable[tuple[str, str, str]]:
    for each in lines:
        told = terminal.text(each.code, {**each.params, "count": each.count or 0})
        examples = ", ".join(
            str(some.get("title") or some.get("value") or "") for some in each.examples[:_EXAMPLES]
        )
        mark = "✗ " if each.blocking else "! " if each.kind == "warning" else ""
        count = "" if each.count is None else f"{each.count:,}"
        yield f"{mark}{told}" + (f" ({examples})" if examples else ""), each.path, count


def _version(installation: Installation, file: Path) -> int | None:
    key = installation.publisher.read(file.read_bytes()).key
    with installation.db.read() as conn:
        found = installation.apps(conn, installation.current(conn)).get(key)
    return None if found is None else found.version


def _definition(installation: Installation, name: str) -> App:
    path = Path(name)
    if path.is_file():
        return installation.publisher.read(path.read_bytes())
    return find_app(installation, name).definition


def _shown(value: Any) -> str:
    if value is None:
        return "–"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
