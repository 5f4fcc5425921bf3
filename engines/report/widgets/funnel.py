"""Funnel: what stands at each step now, or what ever came there."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field

from engines.form.columns import Choice
from engines.query import Passed, Reached, Step
from engines.report.answer import Answer, Door, Head, Line, Note
from engines.report.asking import Asker, Question, group_head, measure_head
from engines.report.drawing import colors, layout
from engines.report.grouping import Grouping, grouped
from engines.report.options import COUNT, FieldName, GroupOptions, MeasureOptions, QueryOptions
from engines.report.shown import Shown, ShownLine
from engines.report.widget import Figure, Widget
from schemas.elements import Form, Key
from schemas.elements import Ref as Named
from schemas.errors import Issue
from schemas.kinds import kind, unknown_issue

_PLACES = Decimal("0.0001")
_MOST = 100


class FunnelOptions(QueryOptions):
    """The select field whose options are the steps; options that are no ``steps`` lie beside the way."""

    field: FieldName
    steps: Annotated[tuple[Annotated[Key, Named("option@field")], ...], Field(max_length=30)] = ()
    mode: Literal["reached", "snapshot"] = "reached"
    measure: MeasureOptions = COUNT


@kind
class Funnel(Widget[FunnelOptions]):
    """Steps in the order of their options. What was reached has conversions, what stands there has none."""

    name, icon = "funnel", "filter"
    Options = FunnelOptions
    adds_up = True
    examples = (
        {"field": "stage", "steps": ["zebra", "open"]},
        {"field": "stage", "mode": "snapshot", "measure": {"function": "sum", "field": "amount"}},
    )

    def ask(self, options: FunnelOptions, asker: Asker) -> Answer:
        """Return one line a step."""
        question = asker.question(options.form, options.where, options.period)
        steps = _steps(question, options)
        if options.mode == "reached":
            return _reached(question, options, steps, question.passed(options.field, steps, options.measure))
        group = GroupOptions(field=options.field, order="value", top=_MOST)
        found = grouped(question, [Grouping(group, _MOST)], [options.measure])
        standing = {each.groups[0]: each for each in found.lines}
        return Answer(
            found.dimensions, found.measures, tuple(standing[each] for each in steps if each in standing)
        )

    def figure(self, options: FunnelOptions, shown: Shown) -> Figure:
        """Return a funnel where each step is part of the one before, else bars."""
        lines = shown.lines
        trace = {
            "y": [each.labels[0] for each in lines], "x": [each.values[0] for each in lines],
            "customdata": [[each.urls[0], each.texts[0], _brief(each)] for each in lines],
            "marker": {"color": colors(lines)}, "orientation": "h", "cliponaxis": False,
        }  # fmt: skip
        axis = {"type": "category", "autorange": "reversed"}
        if options.mode == "snapshot":
            text = {"text": [each.texts[0] for each in lines], "textposition": "auto"}
            return {"data": [{"type": "bar", **trace, **text}], "layout": layout(yaxis=axis)}
        text = {"text": [_said(shown, each, number) for number, each in enumerate(lines)], "textinfo": "text"}
        return {"data": [{"type": "funnel", **trace, **text}], "layout": layout(yaxis=axis)}

    def verify(self, options: FunnelOptions, form: Form) -> Iterator[Issue]:
        """Check that the steps are options of the field, and that all that reached them is counted alike."""
        field = form.field(options.field)
        if field is None:
            return
        known = [each.key for each in getattr(field, "options", ())]
        if field.type != "select":
            yield Issue("field", "definition.no_steps", {"name": options.field})
            return
        for index, step in enumerate(options.steps):
            if step not in known:
                yield unknown_issue(f"steps.{index}", "definition.unknown_option", step, known)
        if options.measure.where is not None and options.mode == "reached":
            yield Issue("measure.where", "definition.unknown_key", {"name": "where"})

    def measures(self, options: FunnelOptions) -> Iterator[tuple[str, MeasureOptions]]:
        """Yield the figure."""
        yield "measure", options.measure

    def groups(self, options: FunnelOptions) -> Iterator[tuple[str, GroupOptions]]:
        """Yield the field of the steps."""
        yield "field", GroupOptions(field=options.field, order="value")


def _said(shown: Shown, line: ShownLine, number: int) -> str:
    """Return the figure and, but for the first step, what part of the first and the one before it is."""
    if number == 0:
        return line.texts[0]
    shares = (f"{shown.measures[place]} {line.texts[place]}" for place in (1, 2))
    return f"{line.texts[0]}<br>{' · '.join(shares)}"


def _brief(line: ShownLine) -> str:
    """Return the same for where there is no room: the figure and the part of the step before."""
    previous = line.values[2] if len(line.values) > 2 else None
    return line.texts[0] if previous is None else f"{line.texts[0]} · {line.texts[2]}"


def _steps(question: Question, options: FunnelOptions) -> tuple[str, ...]:
    """Return the steps in the order of the options, however they are listed."""
    field = question.form.fields.get(options.field)
    kind = field.column.type if field is not None and field.columns else None
    known = tuple(kind.uids.by_key) if isinstance(kind, Choice) else options.steps
    return tuple(each for each in known if not options.steps or each in options.steps)


def _reached(question: Question, options: FunnelOptions, steps: tuple[str, ...], passed: Passed) -> Answer:
    form = question.form
    heads = (
        measure_head(form, 0, options.measure), Head("of_first", function="share"),
        Head("of_previous", function="share"), Head("lost", function="lost"), Head("median", function="days"),
    )  # fmt: skip
    before = [None, *(earlier for earlier, _ in pairwise(passed.steps))]
    lines = tuple(
        Line(
            (each.step,),
            _figures(each, passed.steps[0], earlier),
            _doors(question, options.field, steps, each),
        )
        for each, earlier in zip(passed.steps, before, strict=True)
    )
    notes = (Note("assumed", {"count": passed.assumed}),) if passed.assumed else ()
    group = GroupOptions(field=options.field)
    return Answer((group_head(form, group),), heads, lines, notes=notes)


def _figures(step: Step, first: Step, before: Step | None) -> tuple[Decimal | int | None, ...]:
    lost = None if before is None else before.figure - step.figure
    previous = None if before is None else _share(step.figure, before.figure)
    return step.figure, _share(step.figure, first.figure), previous, lost, step.median_days


def _share(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """Return a quotient; of nothing there is no part."""
    return (Decimal(part) / Decimal(whole)).quantize(_PLACES, ROUND_HALF_UP) if whole else None


def _doors(question: Question, field: str, steps: tuple[str, ...], step: Step) -> tuple[Door | None, ...]:
    door = Door(question.form.key, question.where, Reached(field, steps, step.step))
    return door, None, None, None, None
