"""FILTER over the records of a path: its condition is asked of each record, figures in it are of all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engines.expression.coercion import truth
from engines.expression.compiled import Compiled, Evaluate, Row
from engines.expression.failures import VALUE, ErrorValue, Failure
from engines.expression.scope import Context
from engines.expression.tree import Call, Node, Ref, children, mapped

Path = tuple[str, ...]
# What takes a list as a whole: in a condition about one record it still means all of them.
WHOLE = frozenset(
    "SUM SUMSQ PRODUCT AVERAGE AVERAGEA MIN MINA MAX MAXA COUNT COUNTA COUNTBLANK COUNTIF COUNTIFS SUMIF"
    " SUMIFS AVERAGEIF AVERAGEIFS MAXIFS MINIFS SUMPRODUCT MEDIAN MODE LARGE SMALL RANK PERCENTILE STDEV"
    " STDEVP VAR VARP FILTER SORT FIRST LAST UNIQUE JOIN LOOKUP TEXTJOIN".split()
)


def of_each(listed: Ref, condition: Node) -> tuple[Path, ...]:
    """Return the paths that the condition reads of each listed record; none where it is no such condition."""
    found = tuple(dict.fromkeys(_singly(condition)))
    records = listed.path if any(_within(path, listed.path) for path in found) else listed.path[:-1]
    return tuple(path for path in found if _within(path, records)) if records else ()


def _within(path: Path, records: Path) -> bool:
    return len(path) > len(records) and path[: len(records)] == records


def _singly(node: Node) -> Iterable[Path]:
    """Yield the paths that are not taken as a whole."""
    waiting = [node]
    while waiting:
        current = waiting.pop(0)
        if isinstance(current, Ref):
            yield current.path
        elif not (isinstance(current, Call) and current.name in WHOLE):
            waiting += children(current)


def apart(condition: Node) -> tuple[Node, dict[str, Node]]:
    """Return the condition of one record, and under the keys it names them by what is of all records."""
    found: dict[str, Node] = {}

    def cut(node: Node) -> Node:
        if isinstance(node, Call) and node.name in WHOLE:
            key = f"#{len(found)}"
            found[key] = node
            return Ref((key,), node.at)
        return mapped(node, cut)

    return cut(condition), found


def filtered(
    listed: Compiled,
    condition: Compiled,
    refs: Mapping[str, Evaluate],
    wholes: Mapping[str, Evaluate],
    plain: Compiled,
) -> Compiled:
    """Compile the call. ``refs``: what is read of each record, ``wholes`` of all, by key.

    ``plain``: what it gives where the values of the records do not line up.
    """
    items_of, holds, keys = listed.evaluate, condition.operand, tuple(refs)

    def evaluate(row: Row, context: Context) -> Any:
        items = items_of(row, context)
        lists = [each(row, context) for each in refs.values()]
        if not isinstance(items, tuple) or not all(_lines_up(each, items) for each in lists):
            return plain.evaluate(row, context)
        around = {**row, **{key: each(row, context) for key, each in wholes.items()}}
        return _chosen(items, zip(*lists, strict=True), (keys, holds), (around, context))

    return Compiled(evaluate, plain.inexact)


def _lines_up(values: Any, items: tuple[Any, ...]) -> bool:
    return isinstance(values, tuple) and len(values) == len(items)


def _chosen(
    items: tuple[Any, ...],
    records: Iterable[tuple[Any, ...]],
    asked: tuple[tuple[str, ...], Evaluate],
    around: tuple[dict[str, Any], Context],
) -> Any:
    (keys, holds), (record, context) = asked, around
    found = []
    for item, values in zip(items, records, strict=True):
        record.update(zip(keys, values, strict=True))
        answer = holds(record, context)
        if isinstance(answer, ErrorValue):
            return answer
        if isinstance(answer, tuple):
            return VALUE
        try:
            if truth(answer, context) is True:
                found.append(item)
        except Failure as failure:
            return failure.error
    return tuple(found)
