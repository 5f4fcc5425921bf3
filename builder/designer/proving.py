"""The scenarios of a draft as they stand between it and its publication: played, or still to be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import orjson

from builder.drafting.drafts import DesignDraft
from engines.store.jobs import latest
from runtime.scenarios import jobs
from schemas.errors import Invalid, Issue

if TYPE_CHECKING:
    import sqlalchemy as sa


@dataclass(frozen=True, slots=True)
class Proof:
    """What is known. ``state``: no scenarios, not played as the draft is now, running, or how it ended."""

    state: Literal["none", "missing", "running", "good", "bad"]
    total: int = 0
    run: dict[str, Any] | None = None

    @property
    def failed(self) -> list[dict[str, Any]]:
        """Return the scenarios that are not as expected."""
        return [each for each in self.run["scenarios"] if not each["good"]] if self.run else []

    def refuse(self, document: dict[str, Any]) -> None:
        """Raise Invalid where scenarios failed, each with its place."""
        if self.state != "bad":
            return
        keys = [each.get("key") for each in document.get("tests", ())]
        issues = [
            Issue(f"/tests/{keys.index(each['key'])}", "publish.scenario_failed", {"name": each["label"]})
            for each in self.failed
        ]
        broke = [Issue("/tests", "publish.scenarios_broke", {"error": str(self.run and self.run["error"])})]
        raise Invalid(issues or broke, "publish.scenarios_failed")


def proof_of(conn: sa.Connection, draft: DesignDraft) -> Proof:
    """Return what the latest run of these very scenarios on this very draft came to."""
    total = len(draft.document.get("tests", ()))
    if not total:
        return Proof("none")
    digest = jobs.digest_of(orjson.dumps(draft.document))
    job = latest(conn, jobs.KIND, app=draft.app, digest=digest)
    told = None if job is None else jobs.told(job)
    if told is None or told["state"] == "cancelled":
        return Proof("missing", total)
    if told["good"] is None:
        return Proof("running", total, told)
    return Proof("good" if told["good"] else "bad", total, told)
