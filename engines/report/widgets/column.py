"""Columns: figures that stand side by side, over groups or over time."""

from __future__ import annotations

from engines.report.chart import Chart
from engines.report.drawing import dated, layout, legend, series
from engines.report.options import ChartOptions
from engines.report.shown import Shown
from engines.report.widget import Figure
from engines.store.reading.buckets import BUCKETS
from schemas.kinds import kind


@kind
class Column(Chart):
    """Upright bars."""

    name, icon = "column", "chart-bar"
    top = 20
    examples = (
        {"group": {"field": "stage", "order": "value"}},
        {"group": {"field": "day", "bucket": "month"}, "split": {"field": "stage"}, "stacked": True,
         "measure": {"function": "sum", "field": "amount"}},
    )  # fmt: skip

    def figure(self, options: ChartOptions, shown: Shown) -> Figure:
        """Return one trace a series."""
        several = series(dated(shown) if options.group.bucket in BUCKETS else shown)
        data = [
            {
                "type": "bar", "name": each.name, "x": each.labels, "y": each.values,
                "customdata": each.points, "marker": {"color": each.color},
            }
            for each in several
        ]  # fmt: skip
        mode = "stack" if options.stacked else "group"
        return {
            "data": data,
            "layout": layout(barmode=mode, xaxis={"type": "category"}, **dict(legend(several))),
        }
