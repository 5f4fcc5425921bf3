"""What everybody has at hand where no app says with what its people begin."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from frontend.boards import DashboardPage, WidgetView
from runtime.dashboards.pieces import piece_view
from runtime.dashboards.placing import style
from runtime.due import zone_of
from runtime.screens.shell import texts_of
from runtime.web.call import Call
from schemas.behaviour import Place

_PIECES = (("todos", 7, 5), ("recent", 5, 5), ("notices", 7, 4), ("favourites", 5, 4))


def house_board(call: Call) -> DashboardPage:
    """Return a person's to-dos, notices, stars and last records."""
    texts, kinds = texts_of(call), call.installation.widgets
    widgets = []
    for name, width, height in _PIECES:
        said: dict[str, Any] = {"key": name, "type": name, "label": name}
        title = texts.t(f"widget.{name}.label")
        place = style(Place(w=width, h=height))
        view = WidgetView(name, name, title, "", kinds[name].icon, style=place)
        widgets.append(piece_view(call, kinds[name].Options.model_validate(said), view))
    return DashboardPage(texts.t("ui.launcher.title"), "/", tuple(widgets))


def greeting(call: Call) -> str:
    """Return the words that meet a person at the time of day it is there."""
    hour = call.installation.clock.now().astimezone(ZoneInfo(zone_of(call))).hour
    part_of_day = "morning" if 5 <= hour < 12 else "day" if 12 <= hour < 18 else "evening"
    return texts_of(call).t(f"screen.greeting.{part_of_day}", name=call.person.name if call.person else "")
