"""To-dos: what the viewer has to do, and a line to write another."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from engines.report.widget import Piece
from schemas.behaviour import WidgetOptions
from schemas.kinds import kind


class TodosOptions(WidgetOptions):
    """Which of them, and how many; ``write``: whether one may be written here."""

    which: Literal["open", "today", "overdue", "coming"] = "open"
    rows: Annotated[int, Field(ge=1, le=20)] = 6
    write: bool = True


@kind
class Todos(Piece[TodosOptions]):
    """The viewer's to-dos, the most urgent first."""

    name, icon, size = "todos", "list-check", (6, 5)
    Options = TodosOptions
    examples = ({}, {"which": "coming", "rows": 3, "write": False})
