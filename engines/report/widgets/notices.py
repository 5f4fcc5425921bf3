"""Notices: what the viewer was told and has not read."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from engines.report.widget import Piece
from schemas.behaviour import WidgetOptions
from schemas.kinds import kind


class NoticesOptions(WidgetOptions):
    """How many."""

    rows: Annotated[int, Field(ge=1, le=20)] = 5


@kind
class Notices(Piece[NoticesOptions]):
    """The viewer's unread notices, newest first."""

    name, icon = "notices", "bell"
    Options = NoticesOptions
    examples = ({}, {"rows": 3})
