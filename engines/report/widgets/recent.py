"""Recent: the records the viewer looked at last."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from engines.report.widget import Piece
from schemas.behaviour import WidgetOptions
from schemas.kinds import kind


class RecentOptions(WidgetOptions):
    """How many."""

    rows: Annotated[int, Field(ge=1, le=20)] = 6


@kind
class Recent(Piece[RecentOptions]):
    """Where the viewer was."""

    name, icon = "recent", "history"
    Options = RecentOptions
    examples = ({},)
