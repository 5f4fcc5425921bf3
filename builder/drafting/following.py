"""What was said about an element follows it where a command leads it, and back."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engines.store.remarks import moved


def follow(conn: sa.Connection, app: str, command: dict[str, Any], *, back: bool = False) -> None:
    """Let remarks follow a command as its log has it; ``back``: it is taken back."""
    for each in command.get("commands", ())[:: -1 if back else 1]:
        follow(conn, app, each, back=back)
    old, new = str(command.get("at", "")), _led(command)
    if new is not None and new != old:
        moved(conn, app, *((new, old) if back else (old, new)))


def _led(command: dict[str, Any]) -> str | None:
    """Return where a command led the element it is about, None where it stays."""
    above, _, name = str(command.get("at", "")).rpartition("/")
    if command["do"] == "rename":
        return f"{above}/{command['key']}"
    if command["do"] == "move" and command.get("to") is not None and not name.isdecimal():
        return f"{command['to']}/{name}"
    return None


def today(document: Any, place: str) -> str | None:
    """Return where the element of a place stands now, by its former keys too; None where it is no more."""
    found: list[str] = []
    here = document
    for segment in place.split("/") if place else ():
        step = _step(here, segment)
        if step is None:
            return None
        here = here[step]
        keyed = isinstance(step, int) and isinstance(here, dict) and "key" in here
        found.append(str(here["key"]) if keyed else segment)
    return "/".join(found)


def _step(here: Any, segment: str) -> str | int | None:
    if isinstance(here, dict):
        return segment if segment in here else None
    if not isinstance(here, list):
        return None
    keyed = [(index, each) for index, each in enumerate(here) if isinstance(each, dict)]
    for named in (lambda each: each.get("key") == segment, lambda each: segment in each.get("was", ())):
        for index, each in keyed:
            if named(each):
                return index
    return int(segment) if segment.isdecimal() and len(segment) < 6 and int(segment) < len(here) else None
