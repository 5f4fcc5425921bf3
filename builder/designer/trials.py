"""The scenarios of a draft, played from its page: how far they are, and what was found instead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from builder.designer.desk import Desk
from builder.recording.state import recording
from builder.testing import begun
from frontend.design import Trial, TrialPage, TrialStep
from frontend.views import Link
from runtime.scenarios import jobs
from runtime.screens.shell import go, page, texts_of
from runtime.web.call import Answer, Call
from runtime.web.errors import text_of
from schemas.errors import Invalid


def show_trials(call: Call) -> Answer:
    """Answer the scenarios, and the run of the address where it names one."""
    desk = Desk(call)
    job = jobs.told(jobs.found(call.conn, call.app.key, call.record_id)) if "id" in call.params else None
    running = job is not None and job["good"] is None
    url = f"{desk.base}/tests"
    model = TrialPage(
        desk.texts.t("design.trials.title"), desk.bar(), url, len(desk.draft.document.get("tests", ())),
        desk.element_url("tests"), call.path if running else "",
        len(job["scenarios"]) if job else 0, job["total"] if job else 0, _verdict(desk, job),
        bool(job and job["good"]), tuple(trials_of(desk, job["scenarios"])) if job and not running else (),
        f"{desk.base}/record", recording(call),
    )  # fmt: skip
    name = desk.texts.label(desk.draft.document.get("label"))
    crumbs = [Link(desk.texts.t("design.title"), "/design"), Link(name, desk.base)]
    return page(call, "builder/trials.html", model, crumbs, nav=desk.nav())


def run_trials(call: Call) -> Answer:
    """Begin to play the scenarios of the draft and lead to how far they are."""
    url, texts = f"{Desk(call).base}/tests", texts_of(call)
    try:
        job, _ = begun(call, "draft", None)
    except Invalid as error:
        issue = error.issues[0]
        return go(call, url, text_of(texts, issue.code, dict(issue.params)), "danger")
    return go(call, f"{url}/{job}")


def _verdict(desk: Desk, job: dict[str, Any] | None) -> str:
    """Return what a finished run came to; blank before."""
    if job is None or job["good"] is None:
        return ""
    if job["error"]:
        return desk.texts.t("design.trials.broke", error=job["error"])
    bad = sum(not each["good"] for each in job["scenarios"])
    return desk.texts.t("design.trials.bad" if bad else "design.trials.good", count=bad or job["total"])


def trials_of(desk: Desk, played: Iterable[dict[str, Any]]) -> Iterator[Trial]:
    """Yield what was played, what failed first."""
    for each in sorted(played, key=lambda one: one["good"]):
        misses = [each["prepared"]["text"]] if "prepared" in each else []
        url = desk.element_url(f"tests/{each['key']}")
        yield Trial(each["label"], url, each["good"], tuple(misses), tuple(map(_step, each["steps"])))


def _step(played: dict[str, Any]) -> TrialStep:
    misses = tuple(each["text"] for each in played["misses"])
    return TrialStep(str(played["place"]), played["text"], played["good"], misses)
