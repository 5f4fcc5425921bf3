"""What the figures share: colours, points that lead to their records, series."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engines.report.options import QueryOptions
from engines.report.shown import Shown, ShownLine
from engines.report.widget import Figure, Widget

# Told apart by people who do not see all colours, on white and on dark grounds.
PALETTE = ("#3f74e0", "#e8912d", "#22a38a", "#b75bb5", "#d8576b", "#6f9f2c", "#4aa5d8", "#9a7b5b")
REST = "#97a1b3"
COLORS = {
    "blue": "#3f74e0", "azure": "#4aa5d8", "indigo": "#5a5fd0", "purple": "#9458c9", "pink": "#cf5a9b",
    "red": "#d8576b", "orange": "#e8912d", "yellow": "#d9ac25", "lime": "#8aad2e", "green": "#3fa35b",
    "teal": "#22a38a", "cyan": "#2fa3b5", "gray": "#97a1b3",
}  # fmt: skip
Trace = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Series:
    """One colour of a chart: its name, and its lines in the order of the axis."""

    name: str
    color: str
    lines: tuple[ShownLine, ...]

    @property
    def labels(self) -> list[str]:
        """Return the names along the axis."""
        return [each.labels[0] for each in self.lines]

    @property
    def values(self) -> list[float | None]:
        """Return the first figures."""
        return [each.values[0] for each in self.lines]

    @property
    def points(self) -> list[list[str]]:
        """Return for each point where it leads, and what it reads."""
        return [[each.urls[0], each.texts[0]] for each in self.lines]


def series(shown: Shown) -> list[Series]:
    """Split the lines by their second dimension; without one they are one series."""
    if len(shown.dimensions) < 2:
        return [Series(shown.measures[0], PALETTE[0], shown.lines)]
    found: dict[str, list[ShownLine]] = {}
    for each in shown.lines:
        found.setdefault(each.labels[1], []).append(each)
    return [
        Series(name, _color(lines[0], 1, number), tuple(lines))
        for number, (name, lines) in enumerate(found.items())
    ]


def _color(line: ShownLine, place: int, number: int) -> str:
    chosen = line.colors[place] if len(line.colors) > place else ""
    return COLORS.get(chosen) or PALETTE[number % len(PALETTE)]


def colors(lines: Sequence[ShownLine]) -> list[str]:
    """Return a colour for each slice: its option's, else one of the palette; grey for all others together."""
    return [_color(each, 0, number) for number, each in enumerate(lines)]


def dated(shown: Shown) -> Shown:
    """Leave out what has no date: it has no place on an axis of time; the table shows it."""
    lines = tuple(each for each in shown.lines if not each.blank)
    return Shown(shown.dimensions, shown.measures, lines, shown.total)


def layout(**more: Any) -> dict[str, Any]:
    """Return a layout; fonts, grounds and margins are the page's."""
    return {"showlegend": False, **more}


def legend(several: Sequence[Series]) -> Iterator[tuple[str, bool]]:
    """Yield the legend where there is something to tell apart."""
    if len(several) > 1:
        yield "showlegend", True


def pale(color: str) -> str:
    """Return a colour that lets through what lies behind."""
    red, green, blue = (int(color[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, 0.12)"


def draw(kind: Widget[Any], options: QueryOptions, shown: Shown) -> Figure | None:
    """Return a widget's figure; Plotly reads markup in texts, so what people wrote is written plainly."""
    return kind.figure(options, _plain(shown))


def _plain(shown: Shown) -> Shown:
    lines = tuple(
        replace(each, labels=tuple(map(_text, each.labels)), texts=tuple(map(_text, each.texts)))
        for each in shown.lines
    )
    return Shown(tuple(map(_text, shown.dimensions)), tuple(map(_text, shown.measures)), lines)


def _text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
