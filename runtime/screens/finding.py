"""What may be gone to and done from one place: pages, views, new records, and what one switches; ranked."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from engines.expression import fold
from engines.store.bookmarks import MOST_STARS, Mark, marked
from frontend.environment import THEMES
from frontend.searching import Found, FoundGroup
from frontend.texts import LOCALES
from frontend.views import Link
from runtime import bookmarks
from runtime.desk import NOTICES, TODOS
from runtime.screens.shell import HOME, app_cards, form_url, navigation, texts_of
from runtime.searching import meets
from runtime.web.call import Call
from schemas.elements import Action

_SHOWN, _AT_HAND = 8, 6


def places(call: Call, text: str) -> Iterator[FoundGroup]:
    """Yield the groups of what is not a record; without a question, what is at hand and the pages."""
    t = texts_of(call).t
    if not text:
        yield from _at_hand(call)
        yield FoundGroup(t("search.pages"), (*_own(call), *_pages(call)))
        return
    every = (*_own(call), *_pages(call), *_views(call), *_beginnings(call), *_switches(call))
    met = [each for each in every if meets(text, each.text)]
    ranked = tuple(islice(sorted(met, key=lambda each: _rank(text, each.text)), _SHOWN))
    if ranked:
        yield FoundGroup(t("search.pages"), ranked)


def _rank(text: str, name: str) -> int:
    """Return how well a name fits: as it begins, as it goes on, or by its pinyin."""
    asked, known = fold(text), fold(name)
    return 0 if known.startswith(asked) else 1 if asked in known else 2


def _at_hand(call: Call) -> Iterator[FoundGroup]:
    if call.person is None:
        return
    t = texts_of(call).t
    starred = marked(call.conn, call.person.id, Mark.star, MOST_STARS)
    latest = call.installation.visits.latest(call.conn, call.person.id, _AT_HAND)
    for code, targets in (("widget.favourites.label", starred), ("widget.recent.label", latest)):
        found = bookmarks.resolve(call, targets)
        if found:
            yield FoundGroup(
                t(code),
                tuple(Found(each.link.text, each.link.url, each.link.icon, (each.note,)) for each in found),
            )


def _own(call: Call) -> Iterator[Found]:
    t = texts_of(call).t
    links = (
        Link(t("ui.shell.home"), HOME, "home"),
        Link(t("work.todos"), TODOS, "list-check"),
        Link(t("work.new"), f"{TODOS}/new", "plus"),
        Link(t("work.notices"), NOTICES, "bell"),
        Link(t("work.wishes"), f"{NOTICES}/settings", "settings"),
        Link(t("ui.shell.profile"), "/profile", "user-circle"),
    )
    yield from (Found(each.text, each.url, each.icon) for each in links)


def _pages(call: Call) -> Iterator[Found]:
    apps = call.installation.apps(call.conn, call.epoch)
    for card in app_cards(call):
        for link in dict.fromkeys(each for group in navigation(call, apps[card.key]) for each in group.links):
            yield Found(link.text, link.url, link.icon or "table", (card.name,))


def _views(call: Call) -> Iterator[Found]:
    label = texts_of(call).label
    apps = call.installation.apps(call.conn, call.epoch)
    for card in app_cards(call):
        app = apps[card.key]
        for form in app.forms.values():
            if form.parent is None and call.access.form(app, form).may(Action.view):
                for each in form.definition.views:
                    url = f"{form_url(form)}?view={each.key}"
                    yield Found(label(each.label), url, "filter", (label(form.definition.label), card.name))


def _beginnings(call: Call) -> Iterator[Found]:
    apps = call.installation.apps(call.conn, call.epoch)
    for card in app_cards(call):
        app = apps[card.key]
        for form in app.forms.values():
            if form.parent is None and call.access.form(app, form).may(Action.create):
                new = texts_of(call).t("search.new", name=texts_of(call).label(form.definition.label))
                yield Found(new, f"{form_url(form)}/new", "plus", (card.name,))


def _switches(call: Call) -> Iterator[Found]:
    """Yield what changes how the pages look; it is posted, not gone to."""
    t = texts_of(call).t
    for name, values, title in (("locale", LOCALES, "language"), ("theme", THEMES, "theme")):
        for value in values:
            said = f"{t(f'ui.shell.{title}')}: {t(f'ui.{title}.{value}')}"
            yield Found(said, "/preferences", "adjustments", (), ((name, value), ("next", "/")))
