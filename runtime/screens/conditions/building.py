"""From what a form sent to an expression: every problem stays with its part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from engines.expression import ExpressionError, Node, conjoin, disjoin, parse
from engines.expression.conditions import Formula, Group, Part, Row, Unsaid, to_node
from engines.expression.operators import Family, Input
from engines.expression.patterns import Unreadable
from engines.form import FieldModel
from engines.form.families import family_of, operators_of
from schemas.errors import Issue

Check = Callable[[Node], None]  # raises ExpressionError for what may not stand there
_UNREADABLE = {
    "text": "condition.no_text",
    "region": "condition.no_region",
    "number": "condition.no_number",
    "date": "condition.no_date",
    "time": "condition.no_time",
    "id": "condition.no_record",
    "count": "condition.no_count",
}
# Of two bounds only one was given.
_FROM = {"number": "ge", "time": "since", "date": "since", "datetime": "since"}
_UNTIL = {"number": "le", "time": "until", "date": "until", "datetime": "until"}


@dataclass(frozen=True)
class Fields:
    """The fields that rows may name, by path. ``in_sql``: the database must decide what they say."""

    by_path: Mapping[str, FieldModel]
    in_sql: bool = True

    def family_of(self, path: tuple[str, ...]) -> Family | None:
        """Return the family of a field, None where no row can compare it."""
        found = self.by_path.get(".".join(path))
        return family_of(found) if found is not None and operators_of(found, in_sql=self.in_sql) else None

    def has(self, row: Row) -> bool:
        """Tell whether the field of a row is there."""
        return ".".join(row.field) in self.by_path

    def knows(self, row: Row) -> bool:
        """Tell whether the operator of a row fits its field."""
        found = self.by_path.get(".".join(row.field))
        return found is not None and row.op in operators_of(found, in_sql=self.in_sql)

    @property
    def blank(self) -> Row:
        """Return the row that a person begins with."""
        for path, found in self.by_path.items():
            for op in operators_of(found, in_sql=self.in_sql):
                return Row(tuple(path.split(".")), op)
        return Row((), "")


@dataclass
class Built:
    """An expression, and what is wrong or missing in which part."""

    node: Node | None = None
    problems: dict[str, Issue] = field(default_factory=dict)
    unsaid: list[str] = field(default_factory=list)


def build(group: Group, fields: Fields, check: Check) -> Built:
    """Return the expression of a group; parts that say nothing yet are left out of it."""
    found = Built()
    found.node = _built(group, "", fields, check, found)
    return found


def _built(part: Part, place: str, fields: Fields, check: Check, found: Built) -> Node | None:
    if isinstance(part, Group):
        inner = (
            _built(each, f"{place}-{number}" if place else str(number), fields, check, found)
            for number, each in enumerate(part.parts)
        )
        nodes = [node for node in inner if node is not None]
        if not nodes:
            return None
        return disjoin(*nodes) if part.match == "any" else conjoin(*nodes)
    try:
        return _of_formula(part, check) if isinstance(part, Formula) else _of_row(part, fields)
    except Unsaid:
        found.unsaid.append(place)
        if isinstance(part, Row) and any(part.values) and fields.has(part):
            # Its field was changed, so that the operator means nothing; left out, it would show everything.
            found.problems[place] = Issue(place, "condition.unsaid")
    except Unreadable as error:
        found.problems[place] = Issue(place, _UNREADABLE[error.kind], {"value": error.text[:40]})
    except ExpressionError as error:
        found.problems[place] = Issue(place, error.code, error.params, error.issues[0].suggestion)
    return None


def _of_row(row: Row, fields: Fields) -> Node | None:
    if not fields.knows(row):
        raise Unsaid
    return to_node(one_bound(row, fields), fields.family_of)


def _of_formula(part: Formula, check: Check) -> Node:
    if not part.text:
        raise Unsaid
    node = parse(part.text)
    check(node)
    return node


def one_bound(row: Row, fields: Fields) -> Row:
    """Return a stretch without its beginning or its end as the one comparison that is left of it."""
    found = fields.by_path.get(".".join(row.field))
    family = family_of(found) if found is not None else None
    if family is None or len(row.values) != 2 or all(row.values) or not any(row.values):
        return row
    operator = operators_of(fields.by_path[".".join(row.field)], in_sql=fields.in_sql).get(row.op)
    if operator is None or operator.input is not Input.range or family not in _FROM:
        return row
    low, high = row.values
    return replace(row, op=_FROM[family] if low else _UNTIL[family], values=(low or high,))
