"""Answers to panels that keep by themselves: revision and place, or what is wrong with which property."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from builder.designer.desk import Desk
from builder.drafting.drafts import DesignDraft
from builder.drafting.places import locate
from runtime.web.call import Answer, Call, json_answer
from runtime.web.errors import text_of
from schemas.errors import Conflict, Invalid, NotFound, WeftError
from schemas.problems import pointer as written


def by_itself(call: Call) -> bool:
    """Tell whether a script sends the gesture and wants to hear what became of it."""
    return "application/json" in call.headers.get("accept", "")


def kept(desk: Desk, draft: DesignDraft, url: str, place: str) -> Answer:
    """Answer that the draft has it, and where the element stands now: a new one is called after its label."""
    said = {"revision": draft.revision, "saved": desk.saved(draft), "url": url, "place": place}
    return json_answer(said)


def refused(desk: Desk, error: WeftError) -> Answer:
    """Answer what stands in the way, each problem beside the property that it is about."""
    if isinstance(error, Conflict):
        current: Any = error.current
        return json_answer({"issues": [], "revision": current["revision"] if current else None}, 409)
    return json_answer({"issues": list(_issues(desk, error))}, 422)


def _issues(desk: Desk, error: WeftError) -> Iterator[dict[str, str]]:
    texts = desk.texts
    if not isinstance(error, Invalid) or not error.issues:
        yield {"name": "", "text": text_of(texts, error.reason, dict(error.params))}
        return
    try:
        at = f"{written(locate(desk.draft.document, desk.call.field('place')))}/"
    except NotFound:
        at = "/"
    for each in error.issues:
        inside = each.path.removeprefix(at) if each.path.startswith(at) else ""
        yield {"name": inside.partition("/")[0], "text": text_of(texts, each.code, dict(each.params))}
