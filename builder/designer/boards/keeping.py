"""A chart that somebody looked at becomes a widget of a dashboard, in the draft."""

from __future__ import annotations

import orjson

from builder.designer.boards.layout import free_spot, laid_out
from builder.designer.desk import Desk
from builder.designer.keys import propose_key
from builder.designer.reading import Json
from builder.drafting.commands import read_command
from runtime.screens.shell import go
from runtime.web.call import Answer, Call
from runtime.web.errors import text_of
from schemas.errors import Conflict, Invalid, Issue, NotFound


def keep_widget(call: Call) -> Answer:
    """Add the posted widget where there is room, and open the dashboard's designer at it."""
    desk, app, actor = Desk(call), call.app, call.actor
    place = f"dashboards/{call.field('dashboard')}"
    try:
        value = _widget(desk, place)
        command = read_command({"do": "add", "to": f"{place}/widgets", "value": value})
        revision = desk.draft.revision
        call.release()
        desk.drafts.act(app, revision, [command], actor)
    except (Invalid, Conflict, NotFound) as error:
        first = error.issues[0] if isinstance(error, Invalid) and error.issues else None
        code, params = (first.code, first.params) if first else (error.reason, error.params)
        return go(call, desk.base, text_of(desk.texts, code, dict(params)), "danger")
    return go(call, f"{desk.base}/{place}?at={value['key']}", desk.texts.t("design.board.kept"))


def _widget(desk: Desk, place: str) -> Json:
    """Return the widget with a key, a name and a place of its own. Raises NotFound, Invalid."""
    try:
        said = orjson.loads(desk.call.field("widget"))
    except orjson.JSONDecodeError:
        said = None
    kinds = desk.call.installation.widgets
    kind = said.get("type") if isinstance(said, dict) else None
    if not isinstance(kind, str) or kind not in kinds:
        raise Invalid([Issue("widget", "draft.bad_command", {"problem": "widget"})], "draft.refused")
    widgets = [each for each in desk.element(place).get("widgets", []) if isinstance(each, dict)]
    taken = {str(each.get("key")) for each in widgets}
    label = desk.call.field("label").strip()[:100] or desk.texts.t(f"widget.{kind}.label")
    width, height = kinds[kind].size
    spot = free_spot(laid_out(widgets), width, height)
    key = propose_key(label, taken, 40, kind)
    return {**said, "key": key, "label": label, "place": spot.said()}
