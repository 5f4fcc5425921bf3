"""Table: figures by up to four dimensions, with a total that is computed, not added up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated

from pydantic import Field

from engines.query import Dimension, Order
from engines.report.answer import Answer, Line, Note
from engines.report.asking import Asker, Question, figures, group_head, measure_head, order_of
from engines.report.grouping import Grouping, grouped
from engines.report.options import COUNT, GroupOptions, MeasureOptions, QueryOptions
from engines.report.widget import Widget
from schemas.kinds import kind

_ROWS = 50
_MOST_ROWS = 500


class TableOptions(QueryOptions):
    """Dimensions from left to right, and figures beside them."""

    groups: Annotated[tuple[GroupOptions, ...], Field(min_length=1, max_length=4)]
    measures: Annotated[tuple[MeasureOptions, ...], Field(min_length=1, max_length=8)] = (COUNT,)
    rows: Annotated[int, Field(ge=1, le=_MOST_ROWS)] = _ROWS


@kind
class Table(Widget[TableOptions]):
    """Rows of figures."""

    name, icon = "table", "table"
    Options = TableOptions
    numeric = False
    examples = (
        {"groups": [{"field": "stage"}]},
        {
            "groups": [{"field": "owner"}, {"field": "day", "bucket": "quarter"}],
            "measures": [{}, {"function": "average", "field": "amount"}, {"function": "max", "field": "day"}],
            "rows": 100,
        },
    )

    def ask(self, options: TableOptions, asker: Asker) -> Answer:
        """Return one line a group, and the total of everything."""
        question = asker.question(options.form, options.where, options.period)
        if len(options.groups) == 1:
            grouping = Grouping(options.groups[0], min(options.rows, 100))
            found = grouped(question, [grouping], options.measures, options.period)
        else:
            found = _crossed(question, options)
        total = question.rows((), options.measures, 1, Order.largest)[0]
        doors = question.doors((), (), options.measures)
        return replace(found, total=Line((), figures(total, options.measures), doors))

    def groups(self, options: TableOptions) -> Iterator[tuple[str, GroupOptions]]:
        """Yield the dimensions."""
        for index, each in enumerate(options.groups):
            yield f"groups.{index}", each

    def measures(self, options: TableOptions) -> Iterator[tuple[str, MeasureOptions]]:
        """Yield the figures."""
        for index, each in enumerate(options.measures):
            yield f"measures.{index}", each


def _crossed(question: Question, options: TableOptions) -> Answer:
    """Return the groups that occur, in the order of the first dimension's choice."""
    dimensions = [Dimension(each.field, each.bucket) for each in options.groups]
    order = order_of(options.groups[0])
    rows = question.rows(dimensions, options.measures, options.rows + 1, order)
    form = question.form
    keys = [tuple(row[each.key] for each in dimensions) for row in rows[: options.rows]]
    lines = tuple(
        Line(key, figures(row, options.measures), question.doors(dimensions, key, options.measures))
        for key, row in zip(keys, rows, strict=False)
    )
    more = len(rows) > options.rows
    return Answer(
        tuple(group_head(form, each) for each in options.groups),
        tuple(measure_head(form, index, each) for index, each in enumerate(options.measures)),
        lines,
        notes=(Note("rows", {"count": options.rows}),) if more else (),
    )
