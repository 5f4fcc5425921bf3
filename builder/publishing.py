"""A draft published over REST, its scenarios played before."""

from __future__ import annotations

import orjson

from builder.designer.proving import proof_of
from builder.drafting.drafts import DesignDraft
from builder.drafting.web import drafts_of, revision_in
from builder.testing import begun
from runtime.web.call import Answer, Call, json_answer
from runtime.web.routing import Permission, Routes
from schemas.errors import Invalid, Issue


def add_publish_routes(routes: Routes) -> None:
    """Register the route."""
    routes.add("POST", "/api/builder/{app}/draft/publish", Permission.designer)(publish)


def publish(call: Call) -> Answer:
    """Publish the draft at ``revision`` once its scenarios hold; from then on there is none."""
    revision, app, drafts = revision_in(call), call.app, drafts_of(call)
    loss = call.json_object.get("allow_loss", [])
    if not isinstance(loss, list) or not all(isinstance(each, str) for each in loss):
        raise Invalid([Issue("allow_loss", "field.not_a_list")], "draft.refused")
    draft = drafts.expected(call.conn, app, revision)
    if waiting := _unproven(call, draft):
        return waiting
    call.release()
    data = orjson.dumps(draft.document)
    made = call.installation.publisher.apply(
        data, actor=call.actor, allow_loss=frozenset(loss), also=drafts.taken(app, revision)
    )
    return json_answer({"app": made.key, "version": made.version})


def _unproven(call: Call, draft: DesignDraft) -> Answer | None:
    """Have the scenarios played where they were not on this very draft; answers where to look meanwhile.

    Raises Invalid where they failed and ``allow_failing`` does not say that they may.
    """
    allowed = call.json_object.get("allow_failing", False)
    if not isinstance(allowed, bool):
        raise Invalid(
            [Issue("allow_failing", "field.not_a_checkbox", {"value": str(allowed)[:40]})], "draft.refused"
        )
    proof = proof_of(call.conn, draft)
    if allowed or proof.state in {"none", "good"}:
        return None
    proof.refuse(draft.document)
    app = draft.app
    job, total = begun(call, "draft", None) if proof.run is None else (proof.run["id"], proof.total)
    return json_answer({"job": job, "total": total}, 202, Location=f"/api/builder/{app}/test/{job}")
