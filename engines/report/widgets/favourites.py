"""Favourites: what the viewer starred."""

from __future__ import annotations

from engines.report.widget import Piece
from schemas.behaviour import WidgetOptions
from schemas.kinds import kind


@kind
class Favourites(Piece[WidgetOptions]):
    """Records, lists and dashboards with the viewer's star."""

    name, icon = "favourites", "star"
    examples = ({},)
