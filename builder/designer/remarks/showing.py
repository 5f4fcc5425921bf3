"""Remarks ready to show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import quote

from builder.designer.desk import Desk
from builder.drafting.following import today
from builder.drafting.places import locate
from engines.store import people
from engines.store.remarks import Remark
from frontend.remarks import RemarkBox, RemarkView
from frontend.views import Action
from runtime.screens.people.frame import moments
from schemas.errors import NotFound
from schemas.problems import pointer as written


def keyed(desk: Desk, place: str) -> str:
    """Return the nearest element with a key at or around a place: what has none moves and is never found."""
    while place:
        try:
            return desk.place_of(written(locate(desk.draft.document, place)))[0]
        except NotFound:
            place = place.rpartition("/")[0]
    return ""


def remark_box(desk: Desk, place: str) -> RemarkBox:
    """Return what was said of an element, with the way to say more."""
    at = keyed(desk, place)
    here = (
        f"{desk.call.path}?at={quote(desk.call.query['at'])}" if "at" in desk.call.query else desk.call.path
    )
    url = f"{desk.base}/remarks"
    return RemarkBox(at, url, here, tuple(views(desk, desk.remarks.get(at, ()), here)), url)


def remarks_inside(desk: Desk, place: str) -> int:
    """Count what was said of an element with a key and of all that stands in it."""
    if keyed(desk, place) != place:
        return 0
    return sum(len(found) for at, found in desk.remarks.items() if at == place or at.startswith(f"{place}/"))


def views(desk: Desk, said: Iterable[Remark], next_url: str) -> Iterator[RemarkView]:
    """Yield remarks as they are shown."""
    found = list(said)
    who = {each.author for each in found} | {each.settled_by or 0 for each in found}
    names, moment, t = people.names(desk.call.conn, who), moments(desk.call), desk.texts.t
    for each in found:
        place = today(desk.draft.document, each.place)
        where = t("remark.whole_app") if not each.place else named(desk, place) if place else each.named
        turn = Action(
            t("remark.settle" if each.open else "remark.reopen"), f"{desk.base}/remarks/{each.id}", "post",
            "check" if each.open else "refresh",
            fields=(("do", "settle" if each.open else "reopen"), ("next", next_url)),
        )  # fmt: skip
        settled = "" if each.open else t("remark.settled_by", name=names.get(each.settled_by or 0, ""))
        yield RemarkView(
            str(each.id), names.get(each.author, ""), moment(each.at), each.body, where,
            desk.url_of(place) if place else desk.base, place is None, turn, settled,
        )  # fmt: skip


def named(desk: Desk, place: str) -> str:
    """Return what the element at a place is called."""
    found = desk.place_of(written(locate(desk.draft.document, place)))[1]
    return found or desk.texts.label(desk.draft.document.get("label"))
