"""Scenarios at the terminal: played, and told step by step where something is not as expected."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from builder.commands.sources import read_named
from runtime.installation import Settings
from runtime.scenarios.playing import Asked, plan, play_all
from runtime.scenarios.wording import Wording, totals

if TYPE_CHECKING:
    from runtime.commands.terminal import Terminal


@dataclass(frozen=True, slots=True)
class Wish:
    """How to play and tell."""

    only: str | None = None
    address: str = ""
    as_json: bool = False
    every_step: bool = False


def test(terminal: Terminal, name: str, wish: Wish) -> bool:
    """Play the scenarios of a file, a folder or a published app; False when something is not as expected."""
    settings = Settings.from_environment()
    source = read_named(name)
    asked = Asked(source.data, wish.only, wish.address, terminal.texts.locale, settings.plugins)
    with source.placed():
        made = plan(asked)
    wording, reports = Wording(made.app, terminal.texts), []
    for each in play_all(made):
        reports.append(wording.report(each))
        if not wish.as_json:
            _tell(terminal, reports[-1], every_step=wish.every_step)
    found = totals(reports)
    if wish.as_json:
        sys.stdout.write(json.dumps({"app": made.app.key, **found}, ensure_ascii=False, indent=2) + "\n")
    elif not reports:
        terminal.say("test.none", app=made.app.key)
    else:
        style = "green" if found["good"] else "red"
        terminal.say(
            "test.good" if found["good"] else "test.bad", style, count=len(reports), failed=found["failed"]
        )
    return bool(found["good"])


def _tell(terminal: Terminal, report: Mapping[str, Any], *, every_step: bool) -> None:
    good = report["good"]
    title = f"{'✓' if good else '✗'} {report['label']}  ({report['key']}, {report['seconds']:.1f} s)"
    terminal.out.print(title, style="green" if good else "bold red", soft_wrap=True)
    if "prepared" in report:
        _miss(terminal, report["prepared"])
    if good and not every_step:
        return
    for each in report["steps"]:
        mark, style = ("✓", "") if each["good"] else ("✗", "red")
        line = f"  {mark} {each['place']:>2}  {each['at']}  {each['text']}"
        terminal.out.print(line, style=style or None, soft_wrap=True)
        for one in each["misses"]:
            _miss(terminal, one)
        for one in each["notes"]:
            terminal.out.print(f"        · {one}", style="dim", soft_wrap=True)
    left = report["total"] - len(report["steps"])
    if left:
        terminal.say("test.left", "dim", count=left)


def _miss(terminal: Terminal, miss: Mapping[str, Any]) -> None:
    terminal.out.print(f"        {miss['text']}  [{miss['at']}]", style="red", soft_wrap=True)
