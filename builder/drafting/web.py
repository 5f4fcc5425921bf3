"""Drafts over REST: the commands that the designer's screens send, for tools and assistants too."""

from __future__ import annotations

from typing import Any

import orjson

from builder.drafting.commands import read_command
from builder.drafting.drafts import DesignDraft, Drafts
from builder.drafting.reading import issues_of
from builder.telling import line_json
from engines.form.columns import iso
from runtime.api.parameters import known
from runtime.web.answers import texts_of
from runtime.web.call import Answer, Call, json_answer
from runtime.web.errors import issues_json
from runtime.web.routing import Permission, Routes
from schemas.errors import Invalid, Issue, LimitReached
from schemas.loader import MAX_BYTES

_BASE = "/api/builder/{app}/draft"
_MOST_COMMANDS = 500
_LATEST = 100
_LONGEST = 15  # digits of a revision


def add_draft_routes(routes: Routes) -> None:
    """Register what designers and tools do with a draft."""
    designer = Permission.designer
    routes.add("GET", _BASE, designer)(show)
    routes.add("POST", _BASE, designer, limit=MAX_BYTES)(act)
    routes.add("DELETE", _BASE, designer)(discard)
    routes.add("POST", _BASE + "/undo", designer)(undo)
    routes.add("POST", _BASE + "/redo", designer)(redo)
    routes.add("GET", _BASE + "/log", designer)(log)
    routes.add("GET", _BASE + "/problems", designer)(problems)
    routes.add("GET", _BASE + "/plan", designer)(plan)


def drafts_of(call: Call) -> Drafts:
    """Return the drafts of the call's installation."""
    box = call.installation
    return Drafts(box.db, box.grammar, box.clock)


def show(call: Call) -> Answer:
    """Answer the draft; where nobody changed anything, the published definition."""
    known(call)
    draft = drafts_of(call).read(call.conn, call.app)
    return json_answer(state_json(draft) | {"definition": draft.document})


def act(call: Call) -> Answer:
    """Apply ``commands``, all or none, to the draft at ``revision``."""
    raw = call.json_object.get("commands")
    if not isinstance(raw, list) or not raw:
        raise Invalid([Issue("commands", "field.not_a_list")], "draft.refused")
    if len(raw) > _MOST_COMMANDS:
        raise LimitReached("limit.batch", limit=_MOST_COMMANDS)
    commands, revision, app = [read_command(each) for each in raw], revision_in(call), call.app
    call.release()
    draft, places = drafts_of(call).act(app, revision, commands, call.actor)
    return json_answer(state_json(draft) | {"at": places})


def undo(call: Call) -> Answer:
    """Take the last command back."""
    revision, app = revision_in(call), call.app
    call.release()
    return json_answer(state_json(drafts_of(call).undo(app, revision)))


def redo(call: Call) -> Answer:
    """Do again what was taken back last."""
    revision, app = revision_in(call), call.app
    call.release()
    return json_answer(state_json(drafts_of(call).redo(app, revision)))


def discard(call: Call) -> Answer:
    """Go back to what is published."""
    app = call.app.key
    call.release()
    drafts_of(call).discard(app)
    return Answer(204)


def log(call: Call) -> Answer:
    """Answer what was done, latest first."""
    known(call)
    rows = drafts_of(call).log(call.conn, call.app.key, _LATEST)
    told = [
        {
            "number": row["number"], "at": iso(row["at"]), "command": row["command"],
            "actor": None if row["actor"] is None else str(row["actor"]),
            "holds": row["number"] <= row["done"],
        }
        for row in rows
    ]  # fmt: skip
    return json_answer({"data": told})


def problems(call: Call) -> Answer:
    """Answer everything that stands between the draft and its publication."""
    known(call)
    draft = drafts_of(call).read(call.conn, call.app)
    found = issues_of(call.installation.grammar, draft.document)
    return json_answer({"problems": issues_json(found, texts_of(call))})


def plan(call: Call) -> Answer:
    """Answer what publishing the draft would change, with counts."""
    known(call)
    draft = drafts_of(call).read(call.conn, call.app)
    found = call.installation.publisher.plan(orjson.dumps(draft.document))
    return json_answer({"lines": [line_json(texts_of(call), each) for each in found.lines]})


def state_json(draft: DesignDraft) -> dict[str, Any]:
    """Return where a draft stands."""
    return {
        "app": draft.app, "base": draft.base, "revision": draft.revision, "can_undo": draft.done > 0,
        "can_redo": draft.known > draft.done,
    }  # fmt: skip


def revision_in(call: Call) -> int:
    """Return the revision that the body names. Raises Invalid."""
    found = call.json_object.get("revision")
    if not isinstance(found, int) or isinstance(found, bool):
        raise no_number("revision", found)
    return found


def revision_of(text: str) -> int:
    """Return the revision that a text names. Raises Invalid."""
    if not text.isascii() or not text.isdecimal() or len(text) > _LONGEST:
        raise no_number("revision", text)
    return int(text)


def no_number(path: str, value: object) -> Invalid:
    """Return the error for what stands where a number belongs."""
    shown = "" if value is None else str(value)[:40]
    return Invalid([Issue(path, "field.not_a_whole_number", {"value": shown})], "draft.refused")
