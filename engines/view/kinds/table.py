"""Table: one record a line, one field a column, in groups and with figures where it says so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from engines.view.fitting import Fitting
from engines.view.kind import ViewType
from schemas.elements import FieldKey, Ref, View
from schemas.errors import Issue
from schemas.kinds import Options, kind


class GroupBy(Options):
    """What the records are put in groups by; dates in stretches of a ``bucket``, regions by a level of it."""

    field: Annotated[FieldKey, Ref("field")]
    bucket: Literal["day", "week", "month", "quarter", "year", "province", "city", "district"] | None = None
    order: Literal["first", "last", "largest", "smallest"] = "first"


class ColumnTotal(Options):
    """A figure at the foot of a column and beside each group; ``blank`` counts what has no value."""

    field: Annotated[FieldKey, Ref("field")]
    function: Literal["sum", "average", "min", "max", "filled", "blank", "distinct"] = "sum"


class TableOptions(View):
    """Columns from left to right, groups from the outermost inwards, figures of columns."""

    group: Annotated[tuple[GroupBy, ...], Field(max_length=3)] = ()
    totals: Annotated[tuple[ColumnTotal, ...], Field(max_length=60)] = ()


@kind
class Table(ViewType[TableOptions]):
    """A list with columns."""

    name, icon = "table", "table"
    Options = TableOptions
    examples = (
        {},
        {"columns": ["title", "amount"], "sort": [{"field": "amount", "descending": True}]},
        {"group": [{"field": "state"}], "totals": [{"field": "amount", "function": "sum"}]},
    )

    def verify(self, options: TableOptions, fitting: Fitting) -> Iterator[Issue]:
        """Check that records can be put in groups so, and that the columns have such figures."""
        for number, each in enumerate(options.group):
            type_ = fitting.type_of(each.field)
            if type_ is not None and not fitting.groupable(each.field):
                yield Issue(f"group.{number}.field", "definition.not_groupable", {"name": each.field})
            elif type_ is not None and each.bucket not in {None, *fitting.buckets(each.field)}:
                yield Issue(f"group.{number}.bucket", "definition.no_bucket", {"name": each.field})
        for number, total in enumerate(options.totals):
            known = fitting.type_of(total.field) is not None
            if known and total.function not in fitting.figures(total.field):
                params = {"name": total.field, "function": total.function}
                yield Issue(f"totals.{number}.field", "definition.not_measurable", params)
