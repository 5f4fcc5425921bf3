"""The pages of help that an application has for whoever looks."""

from __future__ import annotations

from collections.abc import Iterator

from engines.form import AppModel
from frontend.pages import HelpPart, HelpView
from frontend.views import Link
from runtime.screens.shell import help_of, page, texts_of
from runtime.web.call import Answer, Call
from runtime.web.routing import Permission, Routes
from schemas.elements import HelpPage
from schemas.errors import NotFound

_MARKS = {"# ": "heading", "- ": "list"}


def add_help_routes(routes: Routes) -> None:
    """Register the page."""
    routes.add("GET", "/help/{app}", Permission.person)(show_help)


def show_help(call: Call) -> Answer:
    """Answer what there is for the person's roles. Raises NotFound where there is nothing."""
    app, texts = call.app, texts_of(call)
    found = help_of(call, app)
    if not found:
        raise NotFound
    name = texts.label(app.definition.label)
    parts = (HelpPart(each.key, texts.label(each.label), tuple(_blocks(call, each))) for each in found)
    return page(call, "pages/help.html", HelpView(tuple(parts)), [Link(name, _start(app))])


def _start(app: AppModel) -> str:
    return f"/a/{app.key}"


def _blocks(call: Call, shown: HelpPage) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield headings, lists and paragraphs, each with its lines; nothing in a text is markup."""
    kind, lines = "", list[str]()
    for line in [*texts_of(call).label(shown.text).splitlines(), ""]:
        said = line.strip()
        now = _MARKS.get(said[:2], "text" if said else "")
        if lines and (now != kind or now == "heading"):
            yield kind, tuple(lines)
            lines = []
        kind = now
        if said:
            lines.append(said[2:] if now in {"heading", "list"} else said)
