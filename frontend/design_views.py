"""View models of the view designer."""

from __future__ import annotations

from dataclasses import dataclass

from frontend.design import ElementPage
from frontend.environment import NUMERIC
from frontend.records import TablePage
from frontend.views import Cell, FieldView, Item


@dataclass(frozen=True, slots=True)
class ViewColumn:
    """A column on the canvas. ``sorted``: ``asc``, ``desc`` or blank; ``sortable``: a button changes it.

    ``level``: the place among the groups, 0 for none; ``total``: its figure; ``groupable`` and ``countable``:
    buttons change these.
    """

    field: FieldView
    sorted: str
    sortable: bool
    groupable: bool = False
    level: int = 0
    countable: bool = False
    total: str = ""

    @property
    def numeric(self) -> bool:
        """Whether it lines up at the right."""
        return self.field.type in NUMERIC


@dataclass(frozen=True, slots=True)
class ViewDesignPage:
    """``builder/view.html``. ``rows``: a cell a column; ``reason`` says why there are none.

    ``palette``: the fields that are no column yet. ``panel``: everything else about the view. Only a table is
    ``drawn`` with handles; of another kind ``look`` is what people will see.
    """

    columns: tuple[ViewColumn, ...]
    palette: tuple[Item, ...]
    rows: tuple[tuple[Cell, ...], ...]
    reason: str
    panel: ElementPage
    look: TablePage | None = None
    drawn: bool = True
