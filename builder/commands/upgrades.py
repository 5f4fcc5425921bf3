"""An upgrade at the terminal: what a package changed, and what is taken landing in the draft."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from builder.commands.sources import read_path
from builder.drafting.drafts import Drafts
from builder.packages.doing import compared, land
from builder.packages.telling import items_json
from runtime.commands.frame import find_app
from runtime.commands.terminal import Terminal

if TYPE_CHECKING:
    from runtime.installation import Installation


@dataclass(frozen=True, slots=True)
class Wish:
    """What to take beyond the rest, what to leave, and how to tell it."""

    take: Sequence[str] = ()
    decline: Sequence[str] = ()
    dry_run: bool = False
    as_json: bool = False


def upgrade(terminal: Terminal, installation: Installation, file: Path, wish: Wish) -> bool:
    """Bring the draft of an app up to a package; False where something changed on both sides is undecided."""
    drafts = Drafts(installation.db, installation.grammar, installation.clock)
    source = read_path(file)
    with source.placed():
        theirs = installation.publisher.read(source.data)
    app = find_app(installation, theirs.key)
    with installation.db.read() as conn:
        found, draft = compared(conn, drafts, app, theirs)
    paths = found.paths(wish.take, wish.decline)
    document = found.taking(paths)
    items = items_json(found, terminal.texts, paths)
    told_of = {*wish.take, *wish.decline}
    undecided = sum(each["conflict"] and each["path"] not in told_of for each in items)
    if not wish.dry_run and items:
        land(drafts, app, draft.revision, theirs, document, None)
    if wish.as_json:
        told = {"app": app.key, "own": found.own, "undecided": undecided, "items": items}
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
        return not undecided
    for each in items:
        mark = "✓" if each["taken"] else "!" if each["conflict"] else "–"
        terminal.out.print(f"{mark} {each['text']}  [{each['path']}]", soft_wrap=True)
    _say(terminal, wish, len(items), undecided)
    return not undecided


def _say(terminal: Terminal, wish: Wish, count: int, undecided: int) -> None:
    if undecided:
        terminal.warn("upgrade.undecided", count=undecided)
    if not count:
        terminal.say("upgrade.same")
    elif not wish.dry_run:
        terminal.say("upgrade.landed", "green")
