"""Applications are copied, put away and brought back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from builder.designer.desk import Desk
from builder.designer.starting import HOME, begin
from engines.store.shelf import bring_back, put_away, shelved
from frontend.beginning import DesignCard
from frontend.views import Action
from runtime.screens.shell import COLORS, go, texts_of
from runtime.web.call import Answer, Call
from schemas.dumper import plain


def copy_app(call: Call) -> Answer:
    """Make another application that is designed alike; its records, people and drafts are not copied."""
    desk, texts = Desk(call), texts_of(call)
    document = plain(call.app.definition) if desk.issues else desk.draft.document
    label = texts.t("design.shelf.copy_of", name=texts.label(document.get("label")))
    return begin(call, {**document, "label": label[:200]}, label, call.app.key, "design.shelf.copied")


def archive_app(call: Call) -> Answer:
    """Put an application away."""
    name, key, now = (
        texts_of(call).label(call.app.definition.label),
        call.app.key,
        call.installation.clock.now(),
    )
    call.release()
    with call.installation.db.write() as conn:
        put_away(conn, key, now)
    return go(call, HOME, texts_of(call).t("design.shelf.archived", name=name))


def restore_app(call: Call) -> Answer:
    """Bring an application back."""
    key = call.params["key"]
    call.release()
    with call.installation.db.write() as conn:
        bring_back(conn, key)
    call.installation.worker.kick()
    return go(call, f"{HOME}/{key}", texts_of(call).t("design.shelf.restored"))


def acts_of(call: Call, key: str, name: str) -> Iterator[Action]:
    """Yield what an administrator may do with an application as a whole."""
    if call.person is None or not call.person.admin:
        return
    t = texts_of(call).t
    yield Action(t("design.shelf.copy"), f"{HOME}/{key}/duplicate", "post", "copy")
    sure = t("design.shelf.archive_sure", name=name)
    yield Action(t("design.shelf.archive"), f"{HOME}/{key}/archive", "post", "archive", "danger", sure)


def away_cards(call: Call) -> Iterator[DesignCard]:
    """Yield the applications that are put away, each with the way back."""
    texts = texts_of(call)
    moment = call.installation.renderer.formats[texts.locale].moment(
        "Asia/Shanghai", call.installation.clock.now()
    )
    for number, each in enumerate(shelved(call.conn)):
        said: dict[str, Any] = orjson.loads(each.definition)
        note = texts.t("design.shelf.since", when=moment(each.at).text)
        color = COLORS[number % len(COLORS)]
        back = Action(texts.t("design.shelf.restore"), f"{HOME}/shelf/{each.key}", "post", "restore")
        yield DesignCard(
            texts.label(said.get("label")), "", said.get("icon") or "apps", color, note, acts=(back,),
        )  # fmt: skip
