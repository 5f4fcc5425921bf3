"""The scenarios of a draft or of what is published, played in the background over REST."""

from __future__ import annotations

from typing import Any

import orjson

from builder.drafting.web import drafts_of
from runtime.api.parameters import known
from runtime.scenarios import jobs
from runtime.scenarios.playing import Asked, plan
from runtime.web.answers import texts_of
from runtime.web.call import Answer, Call, json_answer
from runtime.web.routing import Permission, Routes
from schemas.dumper import dump
from schemas.errors import Invalid, Issue

_BASE = "/api/builder/{app}/test"
_VERSIONS = ("draft", "published")


def add_test_routes(routes: Routes) -> None:
    """Register the routes."""
    routes.add("POST", _BASE, Permission.designer)(begin)
    routes.add("GET", _BASE + "/{id}", Permission.designer)(show)
    routes.add("DELETE", _BASE + "/{id}", Permission.designer)(stop)


def begin(call: Call) -> Answer:
    """Begin to play the scenarios of the draft, or of the published version; answers where to look."""
    version, only = _asked(call.json_object if call.body else {})
    job, total = begun(call, version, only)
    place = f"/api/builder/{call.params['app']}/test/{job}"
    return json_answer({"job": job, "total": total}, 202, Location=place)


def begun(call: Call, version: str, only: str | None) -> tuple[str, int]:
    """Let the scenarios be played; return the job and how many they are. Raises Invalid, NotFound."""
    document = drafts_of(call).read(call.conn, call.app).document
    data = orjson.dumps(document) if version == "draft" else dump(call.app.definition)
    made = plan(Asked(data, only), call.installation.grammar)
    wanted = jobs.Wanted(
        call.app.key, call.person.id if call.person else 0, data.decode(), len(made.scenarios), only,
        texts_of(call).locale,
    )  # fmt: skip
    call.release()
    return str(jobs.enqueue(call.installation, wanted)), wanted.total


def show(call: Call) -> Answer:
    """Answer how far a run is, and what each scenario came to."""
    known(call)
    return json_answer(jobs.told(jobs.found(call.conn, call.app.key, call.record_id)))


def stop(call: Call) -> Answer:
    """Stop a run."""
    known(call)
    job = jobs.found(call.conn, call.app.key, call.record_id)
    call.release()
    jobs.stop(call.installation, job.id)
    return Answer(204)


def _asked(body: dict[str, Any]) -> tuple[str, str | None]:
    issues = [Issue(key, "request.unknown_key", {"name": key}) for key in body if key not in {"of", "only"}]
    version, only = body.get("of", "draft"), body.get("only")
    if version not in _VERSIONS:
        issues.append(Issue("of", "request.not_allowed", {"value": str(version)[:40]}))
    if only is not None and not isinstance(only, str):
        issues.append(Issue("only", "field.not_text"))
    if issues:
        raise Invalid(issues, "request.invalid")
    return str(version), only
