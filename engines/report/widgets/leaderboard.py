"""Leaderboard: who is ahead, and how far from the target."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any

from pydantic import Field

from engines.query import Others
from engines.report.answer import Answer, Head, Line
from engines.report.asking import Asker
from engines.report.drawing import PALETTE, layout
from engines.report.grouping import Grouping, grouped
from engines.report.options import COUNT, GroupOptions, MeasureOptions, QueryOptions, TargetOptions
from engines.report.shown import Shown
from engines.report.targets import targets_by
from engines.report.widget import Figure, Widget
from schemas.kinds import kind

_PLACES = 10
_SHARE = Decimal("0.0001")


class LeaderboardOptions(QueryOptions):
    """Who competes, and in what: the first measure decides, others are shown beside it."""

    group: GroupOptions
    measures: Annotated[tuple[MeasureOptions, ...], Field(min_length=1, max_length=5)] = (COUNT,)
    target: TargetOptions | None = None


@kind
class Leaderboard(Widget[LeaderboardOptions]):
    """A ranking with bars."""

    name, icon = "leaderboard", "rosette"
    Options = LeaderboardOptions
    examples = (
        {"group": {"field": "owner"}},
        {
            "group": {"field": "owner", "top": 3},
            "measures": [
                {"function": "sum", "field": "amount"},
                {"function": "share", "where": 'stage = "open"', "label": "Rate"},
            ],
            "target": {"value": "100.5"},
        },
        {
            "group": {"field": "owner"},
            "measures": [{"function": "sum", "field": "amount"}],
            "target": {"form": "goal", "by": "keeper", "field": "amount"},
        },
    )

    def ask(self, options: LeaderboardOptions, asker: Asker) -> Answer:
        """Return one line a competitor, the best first; target and what part of it is done come last."""
        question = asker.question(options.form, options.where, options.period)
        found = grouped(question, [Grouping(options.group, _PLACES)], options.measures)
        if options.target is None:
            return found
        fixed, by = options.target.value, targets_by(asker, options.target)
        heads = (Head("target", None, found.measures[0].path, None, options.measures[0].function),
                 Head("done", function="share"))  # fmt: skip
        lines = tuple(
            _aimed(each, None if each.groups[0] is Others.others else by.get(each.groups[0], fixed))
            for each in found.lines
        )
        return replace(found, measures=(*found.measures, *heads), lines=lines)

    def figure(self, options: LeaderboardOptions, shown: Shown) -> Figure:
        """Return bars, with a mark at each target."""
        lines, place = shown.lines, len(options.measures)
        bars = {
            "type": "bar", "orientation": "h", "name": shown.measures[0],
            "y": [each.labels[0] for each in lines], "x": [each.values[0] for each in lines],
            "customdata": [[each.urls[0], each.texts[0]] for each in lines],
            "text": [_said(each.texts, place) for each in lines], "textposition": "auto",
            "marker": {"color": PALETTE[0]}, "cliponaxis": False,
        }  # fmt: skip
        data: list[dict[str, Any]] = [bars]
        if options.target is not None:
            aimed = [each for each in lines if each.values[place] is not None]
            data.append({
                "type": "scatter", "mode": "markers", "name": shown.measures[place],
                "y": [each.labels[0] for each in aimed], "x": [each.values[place] for each in aimed],
                "customdata": [["", each.texts[place]] for each in aimed],
                "marker": {"symbol": "line-ns-open", "size": 18, "color": PALETTE[1], "line": {"width": 3}},
            })  # fmt: skip
        axis = {"type": "category", "autorange": "reversed"}
        return {"data": data, "layout": layout(yaxis=axis, showlegend=options.target is not None)}

    def groups(self, options: LeaderboardOptions) -> Iterator[tuple[str, GroupOptions]]:
        """Yield who competes."""
        yield "group", options.group

    def measures(self, options: LeaderboardOptions) -> Iterator[tuple[str, MeasureOptions]]:
        """Yield the figures."""
        for index, each in enumerate(options.measures):
            yield f"measures.{index}", each


def _aimed(line: Line, target: Decimal | int | None) -> Line:
    reached = line.figures[0]
    done = None
    if target and reached is not None:
        done = (Decimal(reached) / Decimal(target)).quantize(_SHARE, ROUND_HALF_UP)
    return Line(line.groups, (*line.figures, target, done), (*line.doors, None, None))


def _said(texts: tuple[str, ...], place: int) -> str:
    """Return the figure, and the part of the target that is done."""
    done = texts[place + 1] if len(texts) > place + 1 else ""
    return f"{texts[0]} · {done}" if done else texts[0]
