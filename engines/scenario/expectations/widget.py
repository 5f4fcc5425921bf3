"""Widget: a figure of a dashboard, as somebody sees it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import Field

from engines.report.answer import Answer, Line
from engines.report.answering import answer, boards_of, dashboard, widget
from engines.report.asking import Asker
from engines.scenario.kinds import Example, ExpectationType, Miss
from engines.scenario.verify import Look
from engines.scenario.world import World
from schemas.elements import Key, Ref
from schemas.elements import Line as Words
from schemas.errors import Issue, NotFound
from schemas.kinds import kind
from schemas.scenarios import ExpectationOptions, PersonKey


class WidgetOptions(ExpectationOptions):
    """``group``: what the line is about, else the first; ``is``: its first figure, a number as text."""

    dashboard: Annotated[Key, Ref("dashboard")]
    widget: Key
    seen_by: PersonKey | None = None
    group: Words | None = None
    is_: Annotated[Words | None, Field(alias="is")] = None


@kind
class Figure(ExpectationType[WidgetOptions]):
    """A figure of a dashboard."""

    name, icon = "widget", "chart-bar"
    Options = WidgetOptions
    examples = (
        Example((
            {"type": "update", "form": "order", "record": "old", "set": {"amount": "5"}},
            {"type": "widget", "dashboard": "board", "widget": "total", "is": "5"},
        )),
        Example((
            {"type": "move", "form": "order", "record": "old", "move": "go"},
            {"type": "widget", "dashboard": "board", "widget": "stages", "group": "open", "is": "1"},
        )),
        Example(
            ({"type": "update", "form": "order", "record": "old", "set": {"amount": "5"}},
             {"type": "widget", "dashboard": "board", "widget": "total", "is": "6"}),
            ("widget",),
        ),
    )  # fmt: skip

    def misses(self, options: WidgetOptions, world: World) -> Iterator[Miss]:
        """Ask the widget, as on the page."""
        person = world.person_id(options.seen_by)
        with world.reading() as conn:
            access = world.access(conn, person)
            try:
                board = dashboard(world.app, access, options.dashboard)
            except NotFound:
                found = None
            else:
                asker = Asker(world.store, conn, world.app, access)
                shown = answer(world.engines.widgets, widget(board, options.widget), asker)
                found = _figure(world, shown, options.group)
        if not _same(found, options.is_):
            said = {"widget": f"{options.dashboard}.{options.widget}", "group": options.group or ""}
            yield Miss(
                "widget", {**said, "expected": options.is_, "found": None if found is None else str(found)}
            )

    def verify(self, options: WidgetOptions, look: Look) -> Iterator[Issue]:
        """Check that there is such a widget."""
        board = next((each for each in boards_of(look.app) if each.key == options.dashboard), None)
        if board is not None:
            known = [each.key for each in board.widgets]
            yield from look.one_of("widget", "scenario.unknown_widget", options.widget, known)


def _figure(world: World, found: Answer, group: str | None) -> Any:
    """Return the first figure of a line; None where there is no such line, or nothing may be seen."""
    lines: list[Line] = [each for each in found.lines if group is None or group in _names(world, found, each)]
    return lines[0].figures[0] if lines and lines[0].figures else None


def _names(world: World, found: Answer, line: Line) -> list[str]:
    names: list[str] = []
    for head, value in zip(found.dimensions, line.groups, strict=False):
        field = None if head.path is None else world.form(head.path[0]).fields.get(head.path[1])
        shown = value if field is None or head.bucket else world.naming.json(field, value)
        names.append(shown.isoformat() if hasattr(shown, "isoformat") else str(shown))
    return names


def _same(found: Any, wanted: str | None) -> bool:
    if found is None or wanted is None:
        return found is None and wanted is None
    try:
        return Decimal(str(found)) == Decimal(wanted)
    except InvalidOperation:
        return str(found) == wanted
