"""The gallery: pictures of templates, what is inside one, and a new application made of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from builder.designer.gallery.templates import Json, template, templates
from builder.designer.starting import HOME, begin
from frontend.beginning import Block, GalleryPage, Inside, TemplateCard, TemplatePage
from frontend.texts import Texts
from frontend.views import Link
from runtime.screens.shell import COLORS, page, texts_of
from runtime.web.call import Answer, Call

URL = f"{HOME}/gallery"
# What is told of a template, and how it is drawn.
_PARTS = {
    "forms": "table", "flows": "arrows-split-2", "rules": "bolt", "dashboards": "chart-bar",
    "roles": "shield", "tests": "test-pipe",
}  # fmt: skip
_WIDE = 12


def show_gallery(call: Call) -> Answer:
    """Answer all templates."""
    texts = texts_of(call)
    cards = (
        _card(texts, name, said, COLORS[number % len(COLORS)])
        for number, (name, said) in enumerate(templates().items())
    )
    return page(call, "builder/gallery.html", GalleryPage(tuple(cards), HOME), _crumbs(texts))


def show_template(call: Call) -> Answer:
    """Answer what is inside one template."""
    texts, name = texts_of(call), call.params["template"]
    said = template(name)
    number = list(templates()).index(name)
    model = TemplatePage(
        _card(texts, name, said, COLORS[number % len(COLORS)]), tuple(_inside(texts, said)), f"{URL}/{name}"
    )
    crumbs = [*_crumbs(texts), Link(texts.t("design.gallery.title"), URL)]
    return page(call, "builder/template.html", model, crumbs)


def use_template(call: Call) -> Answer:
    """Make an application of a template, under the name that is wished."""
    texts, said = texts_of(call), template(call.params["template"])
    wished = call.field("label").strip()[:200]
    own = not wished or wished == texts.label(said["label"])
    document = said if own else {**said, "label": wished}
    return begin(call, document, texts.label(document["label"]), str(said["key"]), "design.gallery.made")


def _crumbs(texts: Texts) -> list[Link]:
    return [Link(texts.t("design.title"), HOME)]


def _card(texts: Texts, name: str, said: Json, color: str) -> TemplateCard:
    counts = tuple(
        (icon, texts.t(f"design.gallery.count.{part}", count=len(said.get(part, ()))))
        for part, icon in _PARTS.items()
        if said.get(part)
    )
    return TemplateCard(
        texts.label(said["label"]), f"{URL}/{name}", said.get("icon") or "apps", color,
        texts.label(said.get("description")), counts, tuple(_picture(said)),
    )  # fmt: skip


def _inside(texts: Texts, said: Json) -> Iterator[Inside]:
    """Yield the parts of a template, each with what it holds."""
    for part, icon in _PARTS.items():
        lines = tuple(
            (texts.label(each.get("label")), _note(texts, part, each)) for each in said.get(part, ())
        )
        if lines:
            yield Inside(texts.t(f"design.gallery.part.{part}"), icon, lines)


def _note(texts: Texts, part: str, said: Any) -> str:
    """Return what an element holds, in a few words."""
    if part == "forms":
        return texts.label(said.get("description")) or texts.t("design.form_note", count=len(said["fields"]))
    if part == "dashboards":
        return (
            "、".join(_labels(texts, said["widgets"]))
            if texts.locale == "zh-CN"
            else ", ".join(_labels(texts, said["widgets"]))
        )
    return ""


def _labels(texts: Texts, elements: Any) -> list[str]:
    return [texts.label(each["label"]) for each in elements]


def _picture(said: Json) -> Iterator[Block]:
    """Yield the first dashboard as blocks on its grid; without one, a list of the first form."""
    boards = said.get("dashboards") or ()
    widgets = boards[0]["widgets"] if boards else ()
    below = 0
    for each in widgets:
        place = each.get("place", {})
        w, h = place.get("w", 6), place.get("h", 4)
        x, y = place.get("x", 0), place.get("y", below)
        below = max(below, y + h)
        yield Block(x, y, w, h, str(each["type"]))
    if not widgets:
        yield Block(0, 0, _WIDE, 8, "table")
