"""Table: one record a line, one field a column."""

from __future__ import annotations

from engines.view.kind import ViewType
from schemas.elements import View
from schemas.kinds import kind


class TableOptions(View):
    """Columns from left to right."""


@kind
class Table(ViewType[TableOptions]):
    """A list with columns."""

    name, icon = "table", "table"
    Options = TableOptions
    examples = ({}, {"columns": ["title", "amount"], "sort": [{"field": "amount", "descending": True}]})
