"""Press record, work in the app, stop: what was done becomes a scenario of the draft."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from builder.designer.desk import Desk
from builder.designer.keys import propose_key
from builder.designer.starting import first_of
from builder.drafting.commands import read_command
from builder.drafting.drafts import DesignDraft
from builder.drafting.web import drafts_of, revision_in, state_json
from builder.recording.events import events_of
from builder.recording.past import Past
from builder.recording.proving import proven
from builder.recording.scripting import Script
from builder.recording.state import name_of
from engines.form import AppModel
from engines.store.settings import get_setting, set_setting
from runtime.screens.shell import go
from runtime.web.answers import texts_of
from runtime.web.call import Answer, Call, json_answer
from runtime.web.errors import text_of
from schemas.errors import Conflict, Forbidden, Invalid
from schemas.scenarios import EARLIEST

_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Recorded:
    """A scenario as it can be played again; ``left``: steps that could not be."""

    scenario: dict[str, Any]
    left: int


def begin(call: Call) -> Answer:
    """Begin to record and lead into the app."""
    app, text = call.app.key, texts_of(call).t("design.record.begun")
    _begin(call)
    return go(call, f"/a/{app}", text)


def stop(call: Call) -> Answer:
    """Stop, and lead to the scenario."""
    desk, app = Desk(call), call.app
    url, t = f"{desk.base}/tests", desk.texts.t
    draft = desk.draft
    try:
        made, landed = _end(call, app, draft.revision)
    except Invalid as error:
        return go(call, url, first_of(call, error), "danger")
    except Conflict as error:
        return go(call, url, text_of(desk.texts, error.reason, {}), "warning")
    if landed is None:
        return go(call, url, t("design.record.nothing"), "warning")
    where = f"{desk.element_url('tests/' + made.scenario['key'])}"
    if made.left:
        return go(call, where, t("design.record.partly", count=made.left), "warning")
    return go(call, where, t("design.record.made", count=len(made.scenario["steps"])))


def begin_over_rest(call: Call) -> Answer:
    """Begin to record what the caller does from now on."""
    return json_answer({"since": _begin(call)}, 201)


def stop_over_rest(call: Call) -> Answer:
    """Stop, and put the scenario into the draft at ``revision``."""
    app = call.app
    revision = revision_in(call)
    drafts_of(call).expected(call.conn, app, revision)
    made, draft = _end(call, app, revision)
    if draft is None:
        return json_answer({"scenario": None, "left": made.left})
    return json_answer(state_json(draft) | {"scenario": made.scenario["key"], "left": made.left})


def _begin(call: Call) -> str:
    box, name = call.installation, name_of(call)
    since, at = box.ids.next(), box.clock.now()
    call.release()
    with box.db.write() as conn:
        set_setting(conn, name, {"since": str(since), "at": at.isoformat()})
    return at.isoformat()


def _recorded(call: Call, app: AppModel) -> Recorded:
    """Return what was done since recording began. Raises Conflict where it did not."""
    box, name, person = call.installation, name_of(call), call.person
    begun = get_setting(call.conn, name)
    if person is None:
        raise Forbidden
    if not begun:
        raise Conflict("draft.not_recording")
    since, document = int(begun["since"]), drafts_of(call).read(call.conn, app).document
    keys = {str(each.get("key")) for each in document.get("tests", ())}
    at = datetime.fromisoformat(begun["at"]).astimezone(ZoneInfo(app.definition.time_zone))
    moment = max(at.replace(tzinfo=None), EARLIEST).strftime("%Y-%m-%dT%H:%M")
    label = texts_of(call).t("design.record.label", name=person.name, at=moment.replace("T", " "))
    script = Script(call.conn, app, Past(box.store, call.conn, app), call.access, person.id, since)
    events = events_of(call.conn, app, person.id, since)
    said = script.write(events, propose_key("recorded", keys, _LONGEST, "test"), label, moment)
    call.release()
    return Recorded(*proven(box, app.definition, said))


def _end(call: Call, app: AppModel, revision: int) -> tuple[Recorded, DesignDraft | None]:
    """Put what was done into the draft, and record no longer, even where it cannot stand there.

    Nothing was done: no draft. A draft that moved on loses no recording.
    """
    draft = None
    try:
        made = _recorded(call, app)
        if made.scenario["steps"]:
            command = read_command({"do": "add", "to": "tests", "value": made.scenario})
            draft, _ = drafts_of(call).act(app, revision, [command], call.actor)
    except Invalid:
        _forget(call)
        raise
    _forget(call)
    return made, draft


def _forget(call: Call) -> None:
    call.release()
    with call.installation.db.write() as conn:
        set_setting(conn, name_of(call), None)
