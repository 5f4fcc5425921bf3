"""Number: one figure, with what it was before and what it should be."""

from __future__ import annotations

from collections.abc import Iterator

from engines.query import Order
from engines.report.answer import Answer, Door, Head, Line
from engines.report.asking import Asker, Question, figures, measure_head
from engines.report.options import COUNT, MeasureOptions, QueryOptions, TargetOptions
from engines.report.period import days_before, within
from engines.report.targets import target_of
from engines.report.widget import Widget
from schemas.elements import Form
from schemas.errors import Issue
from schemas.kinds import kind


class NumberOptions(QueryOptions):
    """The figure; ``compare`` shows beside it that of the period before."""

    measure: MeasureOptions = COUNT
    compare: bool = False
    target: TargetOptions | None = None


@kind
class Number(Widget[NumberOptions]):
    """One figure in large digits."""

    name, icon, size = "number", "hash", (3, 2)
    Options = NumberOptions
    numeric = False
    examples = (
        {},
        {"measure": {"function": "sum", "field": "amount"}, "target": {"value": 100}},
        {"period": {"field": "day", "span": "this_month"}, "compare": True},
        {"measure": {"function": "max", "field": "day"}},
    )

    def ask(self, options: NumberOptions, asker: Asker) -> Answer:
        """Return one line; what it was before and the target are further figures of it."""
        question = asker.question(options.form, options.where, options.period)
        heads = [measure_head(question.form, 0, options.measure)]
        found: list[object] = [_figure(question, options.measure)]
        doors: list[Door | None] = [*question.doors((), (), [options.measure])]
        if options.compare and options.period is not None:
            days = days_before(options.period.span, asker.today)
            whole = asker.question(options.form, options.where, None)
            earlier = whole.narrowed(within(options.period.field, days))
            heads.append(Head("before", None, heads[0].path, None, options.measure.function))
            found.append(_figure(earlier, options.measure))
            doors += earlier.doors((), (), [options.measure])
        if options.target is not None:
            heads.append(Head("target", None, heads[0].path, None, options.measure.function))
            found.append(target_of(asker, options.target))
            doors.append(None)
        return Answer((), tuple(heads), (Line((), tuple(found), tuple(doors)),))

    def verify(self, options: NumberOptions, form: Form) -> Iterator[Issue]:
        """Check that there is a period before which there can be one."""
        if options.compare and options.period is None:
            yield Issue("compare", "definition.needs_period")

    def measures(self, options: NumberOptions) -> Iterator[tuple[str, MeasureOptions]]:
        """Yield the figure."""
        yield "measure", options.measure


def _figure(question: Question, measure: MeasureOptions) -> object:
    return figures(question.rows((), [measure], 1, Order.largest)[0], [measure])[0]
