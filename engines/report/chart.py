"""What bars, columns, lines and slices share: one figure over groups."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from engines.report.answer import Answer
from engines.report.asking import Asker
from engines.report.grouping import MOST_SERIES, Grouping, grouped
from engines.report.options import ChartOptions, GroupOptions, MeasureOptions
from engines.report.widget import Widget


class Chart(Widget[ChartOptions]):
    """A figure over groups, and over series."""

    Options = ChartOptions
    top: ClassVar[int]

    def ask(self, options: ChartOptions, asker: Asker) -> Answer:
        """Return one line a group, or one for each pair of group and series."""
        question = asker.question(options.form, options.where, options.period)
        groupings = [Grouping(options.group, self.top)]
        if options.split is not None:
            groupings.append(Grouping(options.split, MOST_SERIES))
        return grouped(question, groupings, [options.measure], options.period)

    def groups(self, options: ChartOptions) -> Iterator[tuple[str, GroupOptions]]:
        """Yield one or two dimensions."""
        yield "group", options.group
        if options.split is not None:
            yield "split", options.split

    def measures(self, options: ChartOptions) -> Iterator[tuple[str, MeasureOptions]]:
        """Yield the figure."""
        yield "measure", options.measure
