"""What a person wants to be told, how, and when not."""

from __future__ import annotations

from datetime import time

from engines.store.wishes import KINDS, Way, Wishes, get_wishes, set_wishes
from frontend.views import Link
from frontend.work import WishesPage, WishRow
from runtime import desk, due
from runtime.desk import NOTICES, person_of
from runtime.screens.shell import go, page, texts_of
from runtime.web.call import Answer, Call

WISHES = f"{NOTICES}/settings"


def ask(call: Call) -> Answer:
    """Answer the page."""
    t, wanted = texts_of(call).t, get_wishes(call.conn, person_of(call).id)
    ways = tuple((each.value, t(f"work.way.{each}")) for each in Way)
    rows = tuple(
        WishRow(kind, t(f"work.about.{kind}"), t(f"work.about_help.{kind}"), wanted.way(kind))
        for kind in KINDS
    )
    hours = tuple("" if each is None else each.isoformat("minutes") for each in (wanted.start, wanted.end))
    model = WishesPage(t("work.wishes"), WISHES, ways, rows, hours[0], hours[1], NOTICES)
    return page(call, "pages/notice_wishes.html", model, [Link(t("work.notices"), NOTICES)])


def keep(call: Call) -> Answer:
    """Keep what was chosen; what is not a choice stays as it is usual."""
    ways = {kind: Way(said) for kind in KINDS if (said := call.field(kind)) in set(Way)}
    start, end = _hour(call.field("start")), _hour(call.field("end"))
    wanted = Wishes(
        {kind: way for kind, way in ways.items() if way is not Way.tell}, start, end, due.zone_of(call)
    )
    with desk.writing(call) as conn:
        set_wishes(conn, person_of(call).id, wanted)
    return go(call, WISHES, texts_of(call).t("work.wishes_kept"))


def _hour(text: str) -> time | None:
    try:
        return time.fromisoformat(text.strip()).replace(tzinfo=None)
    except ValueError:
        return None
