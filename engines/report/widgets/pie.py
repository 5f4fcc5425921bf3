"""Pie: parts of a whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from engines.report.answer import Answer
from engines.report.asking import Asker
from engines.report.drawing import colors, layout
from engines.report.grouping import Grouping, grouped
from engines.report.options import COUNT, GroupOptions, MeasureOptions, QueryOptions
from engines.report.shown import Shown
from engines.report.widget import Figure, Widget
from schemas.kinds import kind

_SLICES = 8


class PieOptions(QueryOptions):
    """What is divided, and by what."""

    group: GroupOptions
    measure: MeasureOptions = COUNT
    shape: Literal["ring", "full"] = "ring"


@kind
class Pie(Widget[PieOptions]):
    """Slices that add up to everything; of many groups the rest is a slice, too."""

    name, icon = "pie", "chart-pie"
    Options = PieOptions
    adds_up = True
    examples = (
        {"group": {"field": "stage"}},
        {
            "group": {"field": "word", "top": 3},
            "measure": {"function": "sum", "field": "amount"},
            "shape": "full",
        },
    )

    def ask(self, options: PieOptions, asker: Asker) -> Answer:
        """Return one line a slice."""
        question = asker.question(options.form, options.where, options.period)
        return grouped(question, [Grouping(options.group, _SLICES)], [options.measure])

    def figure(self, options: PieOptions, shown: Shown) -> Figure:
        """Return one trace; what is not above nothing has no slice."""
        lines = [each for each in shown.lines if (each.values[0] or 0) > 0]
        trace = {
            "type": "pie", "labels": [each.labels[0] for each in lines],
            "values": [each.values[0] for each in lines],
            "customdata": [[each.urls[0], each.texts[0]] for each in lines],
            "marker": {"colors": colors(lines)}, "sort": False, "direction": "clockwise",
            "textinfo": "percent", "textposition": "inside", "insidetextorientation": "horizontal",
            "hole": 0.58 if options.shape == "ring" else 0,
        }  # fmt: skip
        return {"data": [trace], "layout": layout(showlegend=True)}

    def groups(self, options: PieOptions) -> Iterator[tuple[str, GroupOptions]]:
        """Yield the dimension."""
        yield "group", options.group

    def measures(self, options: PieOptions) -> Iterator[tuple[str, MeasureOptions]]:
        """Yield the figure."""
        yield "measure", options.measure
