"""Whether a figure is one that Plotly draws. Its own library says so; nothing else loads it."""

from __future__ import annotations

from typing import Any

from engines.report.options import QueryOptions
from engines.report.shown import Shown, ShownLine
from engines.report.widget import Figure, Widget

_FIGURES = 8
_COLORS = ("", "blue")


def problem(kind: Widget[Any], options: QueryOptions) -> str | None:
    """Return why a widget cannot be drawn, None where it can; tried on figures of all sorts."""
    figure = kind.figure(options, sample(kind, options))
    return None if figure is None else reason(figure)


def reason(figure: Figure) -> str | None:
    """Return why a figure is none."""
    import plotly.graph_objects as go

    try:
        go.Figure(figure)
    except ValueError as error:
        return str(error).strip().partition("\n")[0]
    return None


def sample(kind: Widget[Any], options: QueryOptions) -> Shown:
    """Return lines such as the widget might get: numbers, none, nothing."""
    count = max(len([*kind.groups(options)]), 1)
    values = (1.5, 0.0, None, -2.0)
    lines = tuple(
        ShownLine(
            tuple(f"{place}.{number % 2 if place else number}" for place in range(count)),
            (value,) * _FIGURES, ("1",) * _FIGURES, ("/",) * _FIGURES, _COLORS * count, blank=value is None,
        )
        for number, value in enumerate(values)
    )  # fmt: skip
    return Shown(("d",) * count, ("m",) * _FIGURES, lines)
