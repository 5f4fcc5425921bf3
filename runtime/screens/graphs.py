"""How records of a related list hang together, by relations among them, drawn from top to bottom."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engines.expression import ValueType
from engines.form import FieldModel, FormModel
from frontend.activity import GraphEdge, GraphNode, GraphView
from runtime.screens.shell import form_url
from runtime.screens.values import Showing, record_title

MOST = 60
_WIDTH, _HEIGHT, _GAP, _RISE, _PAD = 148, 48, 20, 44, 8
_ACROSS = 8  # records beside each other before the next row begins
_SHORT = 11


@dataclass(frozen=True, slots=True)
class Line:
    """From one record to another, by what relation."""

    start: int
    end: int
    field: FieldModel


def graph(
    showing: Showing, form: FormModel, records: Sequence[Mapping[str, Any]], links: Sequence[FieldModel]
) -> GraphView | None:
    """Return the picture; None where nothing hangs together."""
    ids = [int(each["_id"]) for each in records]
    lines = list(_lines(records, links, {*ids}))
    if not lines:
        return None
    spots = _spots(_levels(ids, lines))
    titles = {int(each["_id"]): record_title(form, each) for each in records}
    label = showing.texts.label
    nodes = tuple(
        GraphNode(*spots[number], _cut(titles[number]), titles[number], f"{form_url(form)}/{number}",
                  *_standing(showing, form, record))
        for number, record in zip(ids, records, strict=True)
    )  # fmt: skip
    edges = tuple(GraphEdge(_path(spots[each.start], spots[each.end])) for each in lines)
    said = tuple(
        showing.texts.t("activity.line", one=titles[each.start], what=label(each.field.options.label),
                        other=titles[each.end])
        for each in lines
    )  # fmt: skip
    width = max(x for x, _ in spots.values()) + _WIDTH + _PAD
    return GraphView(width, max(y for _, y in spots.values()) + _HEIGHT + _PAD, nodes, edges, said)


def _lines(
    records: Sequence[Mapping[str, Any]], links: Sequence[FieldModel], ids: Collection[int]
) -> Iterator[Line]:
    for record in records:
        for field in links:
            value = record.get(field.key)
            ends = value if isinstance(value, tuple) else () if value is None else (value,)
            yield from (
                Line(int(record["_id"]), end, field) for end in ends if end in ids and end != record["_id"]
            )


def _levels(ids: Sequence[int], lines: Sequence[Line]) -> list[list[int]]:
    """Put every record below those it leads to; a circle is cut where it was met first."""
    above: dict[int, list[int]] = {}
    for each in lines:
        above.setdefault(each.start, []).append(each.end)
    depth: dict[int, int] = {}

    def deep(number: int, passed: frozenset[int]) -> int:
        if number not in depth:
            ends = [end for end in above.get(number, ()) if end not in passed]
            depth[number] = max((deep(end, passed | {number}) + 1 for end in ends), default=0)
        return depth[number]

    for number in ids:
        deep(number, frozenset())
    hanging = {each for line in lines for each in (line.start, line.end)}
    rows: dict[int, list[int]] = {}
    for number in ids:
        rows.setdefault(depth[number] if number in hanging else len(ids), []).append(number)
    ordered = [rows[key] for key in sorted(rows)]
    return [row[at : at + _ACROSS] for row in ordered for at in range(0, len(row), _ACROSS)]


def _spots(levels: Sequence[Sequence[int]]) -> dict[int, tuple[int, int]]:
    widest = max(map(len, levels))
    found = {}
    for level, row in enumerate(levels):
        shift = (widest - len(row)) * (_WIDTH + _GAP) // 2
        for at, number in enumerate(row):
            found[number] = (_PAD + shift + at * (_WIDTH + _GAP), _PAD + level * (_HEIGHT + _RISE))
    return found


def _path(start: tuple[int, int], end: tuple[int, int]) -> str:
    """Return a line from the upper edge of one to the lower edge of the other."""
    x, y, to, below = start[0] + _WIDTH // 2, start[1], end[0] + _WIDTH // 2, end[1] + _HEIGHT
    half = (y + below) // 2
    return f"M{x} {y}C{x} {half} {to} {half} {to} {below}"


def _standing(showing: Showing, form: FormModel, record: Mapping[str, Any]) -> tuple[str, str]:
    """Return what stands below a title: its first option, with its colour."""
    for key, value in record.items():
        field = form.fields.get(key)
        if field is not None and field.kind.value_type is ValueType.option and value is not None:
            items = showing.items(field, value)
            return (_cut(items[0].text), items[0].color) if items else ("", "")
    return "", ""


def _cut(text: str) -> str:
    return text if len(text) <= _SHORT else f"{text[: _SHORT - 1]}…"
