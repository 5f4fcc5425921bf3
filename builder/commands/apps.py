"""Definitions: validated, planned, applied, exported, compared, laid out as a folder."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from builder.commands.sources import Source, read_named, read_path
from builder.designer.changes import Told
from builder.packages.archive import is_package
from builder.packages.installing import install, pack
from builder.packages.layout import write_folder
from builder.telling import line_json
from engines.access import Access
from engines.form.verify import load_verified
from runtime.commands.frame import find_app
from runtime.commands.terminal import Terminal
from runtime.grammar import make_grammar
from runtime.installation import Settings
from runtime.plugins import Plugins
from runtime.web.errors import issues_json
from schemas.difference import differences
from schemas.dumper import dump, plain
from schemas.errors import Invalid
from schemas.grammar import Grammar

if TYPE_CHECKING:
    from engines.store.plan import Line, Plan
    from runtime.installation import Installation

_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted of a publish, and how it is told."""

    restore: Sequence[str] = ()
    loss: Sequence[str] = ()
    as_json: bool = False


def validate(terminal: Terminal, files: Sequence[Path], *, as_json: bool = False) -> bool:
    """Report every problem of every file or folder; needs no installation. False when there is one."""
    grammar = _grammar()
    if not as_json:
        return not [file for file in files if not _valid(terminal, grammar, file)]
    found = []
    for file in files:
        issues = _problems(grammar, file)
        found.append({"file": str(file), "problems": issues_json(issues, terminal.texts)})
    _write_json(found)
    return not any(each["problems"] for each in found)


def plan(terminal: Terminal, installation: Installation, file: Path, wish: Wish) -> bool:
    """Show what publishing would change; False when something stands in the way."""
    found = _plan(installation, read_path(file), wish)
    if wish.as_json:
        _write_json({"lines": [line_json(terminal.texts, each) for each in found.lines]})
        return not found.blocking
    if not found.lines:
        terminal.say("app.unchanged")
        return True
    terminal.table(("change", "element", "count"), _rows(terminal, found.lines), right=("count",))
    if found.blocking:
        terminal.warn("app.blocked", count=len(found.blocking))
    return not found.blocking


def apply(terminal: Terminal, installation: Installation, file: Path, wish: Wish) -> None:
    """Publish; the same bytes again change nothing. Raises Invalid where the plan is blocked.

    A package of an app that is not there is installed with its records.
    """
    source = read_path(file)
    before, records = _version(installation, source), 0
    warnings = _plan(installation, source, wish).warnings
    with source.placed():
        if before is None and file.is_file() and is_package(file.read_bytes()[:2]):
            with file.open("rb") as stream:
                made = install(installation, stream, None)
            app, records = made.app, made.records
        else:
            app = installation.publisher.apply(
                source.data, actor=None, restore=wish.restore, allow_loss=wish.loss
            )
    if wish.as_json:
        changed = app.version != before
        _write_json({"app": app.key, "version": app.version, "changed": changed, "records": records})
        return
    if app.version == before:
        terminal.say("app.unchanged")
        return
    terminal.say("app.applied", "green", app=app.key, version=app.version)
    if records:
        terminal.say("app.records", count=records)
    for each in warnings:
        terminal.warn("app.warning", text=terminal.text(each.code, each.params))


def export(
    terminal: Terminal, installation: Installation, key: str, target: Path | None, *, records: bool = False
) -> None:
    """Write the published bytes: to a file, as a package where its name ends with ``.zip``, into a folder.

    Raises Invalid for an app that is not there.
    """
    app = find_app(installation, key)
    if target is None:
        sys.stdout.buffer.write(dump(app.definition))
        sys.stdout.buffer.flush()
    elif target.suffix == ".zip":
        with pack(installation, app, Access(None) if records else None) as package:
            target.write_bytes(package.read())
    elif target.suffix == ".json":
        target.write_bytes(dump(app.definition))
    else:
        terminal.say("app.laid_out", count=write_folder(target, plain(app.definition)), file=target)


def convert(terminal: Terminal, source: Path, target: Path) -> None:
    """Write a definition from a file into a folder, or the other way round. Raises Invalid."""
    read = read_path(source)
    with read.placed():
        app = load_verified(read.data, _grammar())
    if target.suffix == ".json":
        target.write_bytes(dump(app))
        terminal.say("app.laid_out", count=1, file=target)
    else:
        terminal.say("app.laid_out", count=write_folder(target, plain(app)), file=target)


def diff(terminal: Terminal, old: str, new: str, *, as_json: bool = False) -> bool:
    """Show what two definitions say differently, each a path or a published app; True if nothing."""
    grammar = _grammar()
    one, other = (load_verified(read_named(each).data, grammar) for each in (old, new))
    found = differences(one, other)
    words = Told(grammar, terminal.texts, plain(one), plain(other))
    lines = [(each, words.line(each)) for each in found]
    if as_json:
        told = [
            {"path": each.path, "state": line.state, "where": line.where, "what": line.what,
             "old": each.old, "new": each.new}
            for each, line in lines
        ]  # fmt: skip
        _write_json({"differences": told})
    for each, line in () if as_json else lines:
        values = f": {line.old} → {line.new}" if line.old or line.new else ""
        place = " · ".join(filter(None, (line.where, line.what)))
        terminal.out.print(f"{place}{values}  [{each.path}]", soft_wrap=True)
    if not found and not as_json:
        terminal.say("app.same")
    return not found


def _grammar() -> Grammar:
    """Return what may be said with the plug-ins of the installation that the environment names."""
    return make_grammar(Plugins.load(Settings.from_environment().plugins))


def _plan(installation: Installation, source: Source, wish: Wish) -> Plan:
    with source.placed():
        return installation.publisher.plan(source.data, restore=wish.restore, allow_loss=wish.loss)


def _valid(terminal: Terminal, grammar: Grammar, file: Path) -> bool:
    if issues := _problems(grammar, file):
        terminal.warn("app.invalid", file=file, count=len(issues))
        terminal.fail(Invalid(issues))
        return False
    said = orjson.loads(read_path(file).data)
    terminal.say("app.valid", "green", file=file, app=said["key"], count=len(said.get("forms", ())))
    return True


def _problems(grammar: Grammar, file: Path) -> list[Any]:
    try:
        source = read_path(file)
        with source.placed():
            load_verified(source.data, grammar)
    except Invalid as error:
        return list(error.issues)
    return []


def _rows(terminal: Terminal, lines: Iterable[Line]) -> Iterable[tuple[str, str, str]]:
    for each in lines:
        told = terminal.text(each.code, {**each.params, "count": each.count or 0})
        examples = ", ".join(
            str(some.get("title") or some.get("value") or "") for some in each.examples[:_EXAMPLES]
        )
        mark = "✗ " if each.blocking else "! " if each.kind == "warning" else ""
        count = "" if each.count is None else f"{each.count:,}"
        yield f"{mark}{told}" + (f" ({examples})" if examples else ""), each.path, count


def _version(installation: Installation, source: Source) -> int | None:
    with source.placed():
        key = installation.publisher.read(source.data).key
    with installation.db.read() as conn:
        found = installation.apps(conn, installation.current(conn)).get(key)
    return None if found is None else found.version


def _write_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
