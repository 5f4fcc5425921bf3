"""Bars: figures from top to bottom, with room for long names."""

from __future__ import annotations

from engines.report.chart import Chart
from engines.report.drawing import layout, legend, series
from engines.report.options import ChartOptions
from engines.report.shown import Shown
from engines.report.widget import Figure
from schemas.kinds import kind


@kind
class Bar(Chart):
    """Lying bars, the first on top."""

    name, icon = "bar", "align-left"
    top = 20
    examples = (
        {"group": {"field": "owner", "top": 10}, "measure": {"function": "sum", "field": "amount"}},
        {"group": {"field": "word"}, "split": {"field": "stage", "order": "value"}, "stacked": True},
    )

    def figure(self, options: ChartOptions, shown: Shown) -> Figure:
        """Return one trace a series."""
        several = series(shown)
        data = [
            {
                "type": "bar", "orientation": "h", "name": each.name, "y": each.labels, "x": each.values,
                "customdata": each.points, "marker": {"color": each.color},
            }
            for each in several
        ]  # fmt: skip
        axis = {"type": "category", "autorange": "reversed"}
        mode = "stack" if options.stacked else "group"
        return {"data": data, "layout": layout(barmode=mode, yaxis=axis, **dict(legend(several)))}
