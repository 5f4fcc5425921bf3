"""One place to go anywhere from: pages by name, new records, and records by what is known of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlencode

from frontend.searching import Found, FoundGroup, SearchPage
from frontend.views import Link
from runtime.screens.shell import HOME, app_cards, form_url, navigation, page, texts_of
from runtime.screens.work import NOTICES, TODOS
from runtime.searching import LONGEST, FormHits, meets, search_records
from runtime.web.call import Answer, Call
from schemas.elements import Action

SEARCH = "/search"
_A_FORM, _PAGES = 5, 8


def show_search(call: Call) -> Answer:
    """Answer what is found; without a question, the pages there are."""
    text, t = call.query.get("search", "").strip()[:LONGEST], texts_of(call).t
    pages = tuple(islice(_pages(call, text), _PAGES if text else None))
    groups = [FoundGroup(t("search.pages"), pages)] if pages else []
    groups += [_records(call, each, text) for each in search_records(call, text, _A_FORM)]
    return page(call, "pages/search.html", SearchPage(text, tuple(groups)))


def _pages(call: Call, text: str) -> Iterator[Found]:
    """Yield the pages whose names meet the question."""
    t = texts_of(call).t
    own = (
        Link(t("ui.shell.home"), HOME, "home"),
        Link(t("work.todos"), TODOS, "list-check"),
        Link(t("work.notices"), NOTICES, "bell"),
        Link(t("ui.shell.profile"), "/profile", "user-circle"),
    )
    yield from (Found(each.text, each.url, each.icon) for each in own if meets(text, each.text))
    apps = call.installation.apps(call.conn, call.epoch)
    for card in app_cards(call):
        app = apps[card.key]
        for link in dict.fromkeys(each for group in navigation(call, app) for each in group.links):
            if meets(text, link.text):
                yield Found(link.text, link.url, link.icon or "table", (card.name,))
        for form in app.forms.values() if text else ():
            new = t("search.new", name=texts_of(call).label(form.definition.label))
            if form.parent is None and call.access.form(app, form).may(Action.create) and meets(text, new):
                yield Found(new, f"{form_url(form)}/new", "plus", (card.name,))


def _records(call: Call, found: FormHits, text: str) -> FoundGroup:
    label, url = texts_of(call).label, form_url(found.form)
    icon = found.form.definition.icon or "table"
    hits = tuple(Found(each.title, f"{url}/{each.id}", icon, each.facts) for each in found.hits)
    more = Link("", f"{url}?{urlencode({'search': text})}") if found.more else None
    return FoundGroup(label(found.form.definition.label), hits, more)
