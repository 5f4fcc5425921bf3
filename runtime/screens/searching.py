"""One place to go anywhere from: pages by name, new records, and records by what is known of them."""

from __future__ import annotations

from urllib.parse import urlencode

from frontend.searching import Found, FoundGroup, SearchPage
from frontend.views import Link
from runtime.screens.finding import places
from runtime.screens.shell import form_url, page, texts_of
from runtime.searching import LONGEST, FormHits, search_records
from runtime.web.call import Answer, Call

SEARCH = "/search"
_A_FORM = 5


def show_search(call: Call) -> Answer:
    """Answer what is found; without a question, what is at hand and the pages there are."""
    text = call.query.get("search", "").strip()[:LONGEST]
    groups = [*places(call, text)]
    groups += [_records(call, each, text) for each in search_records(call, text, _A_FORM)]
    return page(call, "pages/search.html", SearchPage(text, tuple(groups)))


def _records(call: Call, found: FormHits, text: str) -> FoundGroup:
    label, url = texts_of(call).label, form_url(found.form)
    icon = found.form.definition.icon or "table"
    hits = tuple(Found(each.title, f"{url}/{each.id}", icon, each.facts) for each in found.hits)
    more = Link("", f"{url}?{urlencode({'search': text})}") if found.more else None
    return FoundGroup(label(found.form.definition.label), hits, more)
