"""List: the first records of a form under a condition, each of them to open."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from engines.report.options import FieldName, Where
from engines.report.widget import Piece
from schemas.behaviour import WidgetOptions
from schemas.elements import FormKey, Ref, SortKey
from schemas.kinds import kind


class ListOptions(WidgetOptions):
    """Whose records, which of them in which order, and what is told of each beside its title."""

    form: Annotated[FormKey, Ref("form")]
    where: Where | None = None
    sort: tuple[SortKey, ...] = ()
    columns: Annotated[tuple[FieldName, ...], Field(max_length=4)] = ()
    rows: Annotated[int, Field(ge=1, le=20)] = 6


@kind
class List(Piece[ListOptions]):
    """The first records of a list."""

    name, icon, size = "list", "list-details", (6, 4)
    Options = ListOptions
    examples = (
        {"form": "order"},
        {"form": "order", "where": 'stage = "open"', "sort": [{"field": "title"}], "columns": ["stage"]},
    )
