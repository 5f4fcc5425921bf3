"""What publishing the draft would change, its scenarios played, and publishing it."""

from __future__ import annotations

import orjson

from builder.designer.desk import Desk
from builder.designer.form_page import problems_of_app
from builder.designer.proving import Proof, proof_of
from builder.designer.trials import trials_of
from builder.testing import begun
from frontend.design import PlanLine, ProofView, PublishPage
from frontend.views import Link
from runtime.screens.shell import go, page
from runtime.web.call import Answer, Call
from runtime.web.errors import text_of
from schemas.errors import Conflict, Invalid


def show_publish(call: Call) -> Answer:
    """Answer what publishing the draft would change, in plain words."""
    return _publish_page(Desk(call))


def publish(call: Call) -> Answer:
    """Publish the draft; what stands in the way is told on the same page."""
    desk, app = Desk(call), call.app
    wanted = call.field("revision")
    if wanted != str(desk.draft.revision):
        return go(call, f"{desk.base}/publish", text_of(desk.texts, "draft.moved_on", {}), "warning")
    waiting = _unproven(call, desk)
    if waiting is not None:
        return waiting
    loss = frozenset(value for name, value in call.posted if name == "allow_loss" and isinstance(value, str))
    data, actor = orjson.dumps(desk.draft.document), call.actor
    call.release()
    taken = desk.drafts.taken(app, desk.draft.revision)
    try:
        made = call.installation.publisher.apply(data, actor=actor, allow_loss=loss, also=taken)
    except Invalid:
        return _publish_page(Desk(call), status=422)
    except Conflict as error:
        return go(
            call, f"{desk.base}/publish", text_of(desk.texts, error.reason, dict(error.params)), "danger"
        )
    return go(call, desk.base, desk.texts.t("design.published", version=made.version))


def _unproven(call: Call, desk: Desk) -> Answer | None:
    """Let the scenarios be played where they were not on this very draft; None where all is well."""
    proof, url = proof_of(call.conn, desk.draft), f"{desk.base}/publish"
    if proof.state == "none" or (call.field("allow_failing") and not call.field("again")):
        return None
    if proof.state == "missing" or (call.field("again") and proof.state != "running"):
        try:
            begun(call, "draft", None)
        except Invalid:
            return _publish_page(Desk(call), status=422)
        return go(call, url)
    if proof.state == "running":
        return go(call, url, desk.texts.t("design.proof.wait"), "warning")
    return _publish_page(desk, status=422) if proof.state == "bad" else None


def _proof_view(desk: Desk, proof: Proof) -> ProofView:
    run = proof.run or {"scenarios": (), "error": None}
    failed = len(proof.failed)
    code = {"missing": "first", "good": "good", "bad": "bad" if failed else "broke"}.get(proof.state, "wait")
    text = desk.texts.t(f"design.proof.{code}", count=failed or proof.total, error=run["error"] or "")
    return ProofView(
        proof.state, text, len(run["scenarios"]), proof.total,
        tuple(trials_of(desk, proof.failed)) if proof.state == "bad" else (),
    )  # fmt: skip


def _publish_page(desk: Desk, status: int = 200) -> Answer:
    texts, document = desk.texts, desk.draft.document
    problems = problems_of_app(desk)
    lines: tuple[PlanLine, ...] = ()
    if not problems:
        plan = desk.call.installation.publisher.plan(orjson.dumps(document))
        lines = tuple(
            PlanLine(
                text_of(texts, each.code, {**each.params, "count": each.count or 0}),
                f"{each.count:,}" if each.count else "", each.blocking, each.path if each.blocking else "",
                each.kind == "warning",
            )
            for each in plan.lines
        )  # fmt: skip
    model = PublishPage(
        texts.t("design.publish_title", name=texts.label(document.get("label"))), f"{desk.base}/publish",
        desk.draft.revision, lines, problems, desk.base, ready=bool(lines) and not problems,
        proof=_proof_view(desk, proof_of(desk.call.conn, desk.draft)),
    )  # fmt: skip
    crumbs = [Link(texts.t("design.title"), "/design"), Link(texts.label(document.get("label")), desk.base)]
    return page(desk.call, "builder/publish.html", model, crumbs, status=status, nav=desk.nav())
