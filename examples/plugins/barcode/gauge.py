"""Gauge: one figure on a dial."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from engines.query import Order
from engines.report.answer import Answer, Line
from engines.report.asking import Asker, figures, measure_head
from engines.report.options import COUNT, MeasureOptions, QueryOptions
from engines.report.shown import Shown
from engines.report.widget import Figure, Widget
from schemas.kinds import kind


class GaugeOptions(QueryOptions):
    """The figure, and where the dial ends."""

    measure: MeasureOptions = COUNT
    full: Annotated[int, Field(ge=1)] = 100


@kind
class Gauge(Widget[GaugeOptions]):
    """A dial from nothing to full."""

    name, icon = "gauge", "chart-pie"
    Options = GaugeOptions
    examples = ({}, {"measure": {"function": "sum", "field": "amount"}, "full": 1000})

    def ask(self, options: GaugeOptions, asker: Asker) -> Answer:
        """Return one line with one figure."""
        question = asker.question(options.form, options.where, options.period)
        found = figures(question.rows((), [options.measure], 1, Order.largest)[0], [options.measure])
        doors = tuple(question.doors((), (), [options.measure]))
        return Answer(
            (), (measure_head(question.form, 0, options.measure),), (Line((), tuple(found), doors),)
        )

    def figure(self, options: GaugeOptions, shown: Shown) -> Figure:
        """Return a dial."""
        value = shown.lines[0].values[0] or 0
        dial = {"axis": {"range": [0, max(options.full, float(value))]}}
        return {
            "data": [{"type": "indicator", "mode": "gauge+number", "value": value, "gauge": dial}],
            "layout": {},
        }

    def measures(self, options: GaugeOptions) -> Iterator[tuple[str, MeasureOptions]]:
        """Yield the figure."""
        yield "measure", options.measure
