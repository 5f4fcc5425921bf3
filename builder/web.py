"""HTTP for designers: read a definition, see what a change would do, publish it."""

from __future__ import annotations

from typing import Any

from builder.designer.web import add_designer_routes
from builder.drafting.web import add_draft_routes
from builder.packages.web import add_package_routes
from builder.publishing import add_publish_routes
from builder.recording.web import add_recording_routes
from builder.telling import line_json
from builder.testing import add_test_routes
from runtime.api.parameters import known
from runtime.web.answers import texts_of
from runtime.web.call import Answer, Call, json_answer
from runtime.web.routing import Permission, Routes
from schemas.dumper import dump
from schemas.errors import Invalid, Issue
from schemas.loader import MAX_BYTES

_BASE = "/api/builder/{app}"


def add_routes(routes: Routes) -> None:
    """Register the designers' routes."""
    add_designer_routes(routes)
    add_draft_routes(routes)
    add_publish_routes(routes)
    add_test_routes(routes)
    add_package_routes(routes)
    add_recording_routes(routes)
    routes.add("GET", _BASE + "/definition", Permission.designer)(definition)
    routes.add("POST", _BASE + "/plan", Permission.designer, limit=MAX_BYTES + 1)(plan)
    routes.add("PUT", _BASE + "/definition", Permission.designer, limit=MAX_BYTES + 1)(publish)


def definition(call: Call) -> Answer:
    """Answer the published definition, byte for byte the file."""
    headers = {"ETag": f'"{call.app.version}"'}
    return Answer(200, dump(call.app.definition), headers=headers)


def plan(call: Call) -> Answer:
    """Answer what publishing the posted definition would change, with counts."""
    _same_app(call)
    found = call.installation.publisher.plan(call.body, **_wishes(call))
    return json_answer({"lines": [line_json(texts_of(call), each) for each in found.lines]})


def publish(call: Call) -> Answer:
    """Publish the posted definition."""
    _same_app(call)
    wishes, actor = _wishes(call), call.actor
    call.release()
    app = call.installation.publisher.apply(call.body, actor=actor, **wishes)
    return json_answer({"app": app.key, "version": app.version})


def _wishes(call: Call) -> dict[str, Any]:
    """Read which elements come back from the trash, and where a loss of values is accepted."""
    known(call, "restore", "allow_loss")
    return {
        name: frozenset(filter(None, call.query.get(name, "").split(",")))
        for name in ("restore", "allow_loss")
    }


def _same_app(call: Call) -> None:
    """Refuse another app's definition: the right to design is per app."""
    found = call.installation.publisher.read(call.body)
    if found.key != call.app.key:
        raise Invalid([Issue("/key", "definition.other_app", {"name": found.key})], "definition.invalid")
