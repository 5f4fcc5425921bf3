"""What a page of the builder asked for: another part, another face; nothing said is lost on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engines.expression import ExpressionError, Node, parse, to_text
from engines.expression.conditions import Group, to_group
from runtime.screens.conditions.asked import read_group
from runtime.screens.conditions.building import Built, Check, Fields, build
from runtime.screens.conditions.editing import edited
from schemas.errors import Issue


@dataclass(frozen=True, slots=True)
class Turn:
    """The builder after a command: its formula ``text`` where ``group`` is None, else the rows.

    ``source``: the formula the rows were made from. ``focus``: the place to go on with.
    """

    text: str = ""
    group: Group | None = None
    built: Built | None = None
    source: str = ""
    focus: str = ""


def turned(pairs: Sequence[tuple[str, str]], name: str, fields: Fields, check: Check) -> Turn:
    """Return the builder after what a page sent; ``name``: the input that holds a formula."""
    query = dict(pairs)
    command, said, source = query.get("do", ""), query.get(name), query.get("source", "")
    if said is not None:
        return rows_of(said, fields) if command == "face:rows" else Turn(said)
    group = read_group(pairs)
    if command != "face:formula":
        changed, focus = edited(group, command, fields.blank)
        return Turn(group=changed, source=source, focus=focus)
    # The row a person begins with says nothing; any other unfinished one would be lost.
    group = Group() if group.parts == (fields.blank,) else group
    built = build(group, fields, check)
    if not built.problems and not built.unsaid:
        return Turn(same_or_new(built.node, source))
    missing = {place: Issue(place, "condition.unsaid") for place in built.unsaid}
    built.problems = missing | built.problems
    return Turn(group=group, built=built, source=source)


def rows_of(text: str, fields: Fields) -> Turn:
    """Return a formula as rows; one that cannot be read stays what it is."""
    if not text.strip():
        return Turn(group=Group("all", (fields.blank,)), source=text)
    try:
        return Turn(group=to_group(parse(text), fields.family_of), source=text)
    except ExpressionError:
        return Turn(text)


def same_or_new(node: Node | None, source: str) -> str:
    """Return the formula the rows were made from while they still mean it, else a new one."""
    if node is None:
        return ""
    try:
        return source if source and parse(source) == node else to_text(node)
    except ExpressionError:
        return to_text(node)
