"""Lines: how a figure moves over time."""

from __future__ import annotations

from engines.report.chart import Chart
from engines.report.drawing import dated, layout, legend, pale, series
from engines.report.options import ChartOptions
from engines.report.shown import Shown
from engines.report.widget import Figure
from engines.store.reading.buckets import BUCKETS
from schemas.kinds import kind


@kind
class Line(Chart):
    """Points joined by a line; where there is no figure the line is broken."""

    name, icon = "line", "chart-line"
    top = 60
    examples = (
        {"group": {"field": "day", "bucket": "month"}, "measure": {"function": "sum", "field": "amount"}},
        {"group": {"field": "seen", "bucket": "week"}, "split": {"field": "stage"}},
    )

    def figure(self, options: ChartOptions, shown: Shown) -> Figure:
        """Return one trace a series."""
        several = series(dated(shown) if options.group.bucket in BUCKETS else shown)
        alone = len(several) == 1
        data = [
            {
                "type": "scatter", "mode": "lines+markers", "name": each.name, "x": each.labels,
                "y": each.values, "customdata": each.points, "connectgaps": False,
                "line": {"color": each.color, "width": 2}, "marker": {"color": each.color, "size": 7},
                **({"fill": "tozeroy", "fillcolor": pale(each.color)} if alone else {}),
            }
            for each in several
        ]  # fmt: skip
        axes = {"xaxis": {"type": "category"}, "yaxis": {"rangemode": "tozero"}}
        return {"data": data, "layout": layout(**axes, **dict(legend(several)))}
