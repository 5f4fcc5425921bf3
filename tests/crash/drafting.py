"""Processes that publish a draft with all that belongs to it, and are killed on the way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from builder.drafting.drafts import Drafts
from engines.store.publishing import copying, deriving
from tests.crash.deciding import kill_after
from tests.crash.killed import die
from tests.crash.racing import ended
from tests.fixtures.automation import Office, open_office
from tests.fixtures.clock import FakeClock

# A step that the publisher tells of, or where else: module, name, and after which call of it.
PLACES: dict[str, str | tuple[str, str, int]] = {
    "plan": "plan",
    "refused": ("engines.store.publishing.publication", "Publication.refuse", 1),
    "expand": "expand",
    "marked": ("engines.store.publishing.expansion", "begin", 1),
    "catalogued": ("engines.store.publishing.expansion", "insert_rows", 1),
    "stored": ("engines.store.publishing.expansion", "expand", 1),
    "copy": "copy",
    "copied": ("engines.store.publishing.expansion", "copy_chunk", 2),
    "compute": "compute",
    "computed": ("engines.store.publishing.expansion", "note", 2),
    "make-up": "make-up",
    "index": "index",
    "guard": "guard",
    "swap": "swap",
    "locked": ("engines.store.publishing.swap", "change", 1),
    "viewed": ("engines.store.publishing.swap", "create_views", 1),
    "unmarked": ("engines.store.publishing.swap", "end", 1),
    "swapped": ("engines.store.publishing.swap", "bump_epoch", 1),
    "words": ("engines.store.words", "_searched", 2),
    "pipelines": ("engines.flow.publishing", "FlowPublishing.follow", 1),
    "timers": ("engines.rule.timers", "forget_rules", 1),
    "rules": ("engines.rule.switching", "_remember", 2),
    "remembered": ("builder.drafting.drafts", "published", 1),
    "forgotten": ("builder.drafting.drafts", "Drafts.forget", 1),
    "again": ("engines.store.publishing.publication", "Publication.refuse", 2),
    "done": "done",
}


def drafts_of(office: Office) -> Drafts:
    """Return the drafts of an installation."""
    box = office.installation
    return Drafts(box.db, box.grammar, office.clock)


def publish_draft(office: Office) -> None:
    """Publish the draft of the shop as its designer does, loss or not."""
    drafts, model = drafts_of(office), office.model
    with office.installation.db.read() as conn:
        draft = drafts.read(conn, model)
    data = orjson.dumps(draft.document)
    office.installation.publisher.apply(data, actor=None, also=drafts.taken(model, draft.revision))


def act(folder: Path, url: str, step: str) -> None:
    """Publish, and die."""
    copying.CHUNK = deriving.CHUNK = 3
    place = PLACES[step]
    if not isinstance(place, str):
        kill_after(*place)
    office = open_office(folder, url, FakeClock())

    def progress(name: str) -> Any:
        return die() if name == place else None

    office.installation.publisher._progress = progress
    publish_draft(office)


def killed(*asked: Any) -> int:
    """Let a process do it and die; returns how it ended."""
    return ended(act, *asked)
