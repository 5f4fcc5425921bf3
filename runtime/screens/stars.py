"""Stars: put on the page one looks at, kept at hand in the navigation."""

from __future__ import annotations

from engines.store.bookmarks import MOST_STARS, Mark, marked, star
from frontend.views import Action, Link, NavGroup
from runtime import bookmarks, desk
from runtime.desk import person_of
from runtime.screens.here import back
from runtime.web.answers import texts_of
from runtime.web.call import Answer, Call, redirect
from schemas.errors import NotFound

STARS = "/stars"
_AT_HAND = 8


def star_here(call: Call) -> tuple[Action | None, NavGroup | None]:
    """Return the star of the page that is asked for, and what has one."""
    if call.person is None:
        return None, None
    starred, target = marked(call.conn, call.person.id, Mark.star, MOST_STARS), bookmarks.here(call)
    found = bookmarks.resolve(call, starred[:_AT_HAND])
    links = tuple(Link(each.link.text, each.link.url, each.link.icon) for each in found)
    group = NavGroup(texts_of(call).t("ui.shell.favourites"), links) if links else None
    return _action(call, target, on=target in starred) if target else None, group


def _action(call: Call, target: str, *, on: bool) -> Action:
    t, query = texts_of(call).t, call.query_string.decode("latin-1")
    fields = (("target", target), ("next", f"{call.path}?{query}" if query else call.path))
    if on:
        return Action(t("ui.shell.unstar"), STARS, "post", "star-filled", fields=(*fields, ("wanted", "")))
    return Action(t("ui.shell.star"), STARS, "post", "star", fields=(*fields, ("wanted", "1")))


def set_star(call: Call) -> Answer:
    """Star what the reader may see, or take the star away. Raises NotFound."""
    target, wanted, person = call.field("target"), bool(call.field("wanted")), person_of(call)
    if wanted and not bookmarks.resolve(call, [target]):
        raise NotFound
    with desk.writing(call) as conn:
        star(conn, person.id, target, call.installation.clock.now(), wanted=wanted)
    return redirect(back(call, "/"))
