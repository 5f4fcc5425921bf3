"""The forms of a draft and how they are related, drawn and told."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from builder.designer.desk import Desk
from builder.designer.elements.pages import crumbs
from builder.designer.overview.layering import HEIGHT, PAD, WIDTH, Spot, place
from frontend.overview import Box, DiagramPage, Line, Relation
from frontend.views import Link
from runtime.screens.shell import page
from runtime.web.call import Answer, Call

_FITS = 20  # letters of a box's name, a Chinese one counting twice


@dataclass(frozen=True, slots=True)
class _Link:
    form: str
    to: str
    key: str
    label: str
    many: bool


def show_diagram(call: Call) -> Answer:
    """Answer the diagram, and the same as a list."""
    desk = Desk(call)
    forms = [each for each in desk.draft.document.get("forms", ()) if isinstance(each, dict)]
    links = list(_links(desk, forms))
    spots = place([str(each["key"]) for each in forms], [(each.form, each.to) for each in links])
    model = DiagramPage(
        desk.texts.t("overview.diagram"), desk.bar(),
        max((each.x for each in spots.values()), default=0) + WIDTH + 2 * PAD,
        max((each.y for each in spots.values()), default=0) + HEIGHT + PAD,
        tuple(_box(desk, each, spots[str(each["key"])]) for each in forms),
        tuple(_line(each, spots) for each in links), tuple(_told(desk, forms, links)),
    )  # fmt: skip
    way: list[Link] = crumbs(desk, "")
    return page(call, "builder/diagram.html", model, way, nav=desk.nav())


def _links(desk: Desk, forms: list[dict[str, Any]]) -> Iterator[_Link]:
    """Yield the relations between forms, those in rows of a form too."""
    known = {str(each["key"]) for each in forms}
    for form in forms:
        for field in _fields(form.get("fields", ())):
            if field.get("type") in {"relation", "relations"} and field.get("form") in known:
                yield _Link(
                    str(form["key"]), str(field["form"]), str(field["key"]),
                    desk.texts.label(field.get("label")), field["type"] == "relations",
                )  # fmt: skip


def _fields(fields: Any) -> Iterator[dict[str, Any]]:
    for each in fields:
        yield each
        yield from _fields(each.get("fields", ()))


def _box(desk: Desk, form: dict[str, Any], spot: Spot) -> Box:
    name = desk.texts.label(form.get("label"))
    note = desk.texts.t("design.form_note", count=len(form.get("fields", ())))
    return Box(name, shortened(name), note, f"{desk.base}/forms/{form['key']}", spot.x, spot.y)


def shortened(name: str) -> str:
    """Return a name as far as it fits into a box."""
    width = 0
    for index, letter in enumerate(name):
        width += 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if width > _FITS:
            return f"{name[: index - 1]}…"
    return name


def _line(link: _Link, spots: Mapping[str, Spot]) -> Line:
    """Return the way of a line: from what refers to what it refers to."""
    one, other = spots[link.form], spots[link.to]
    start, end, into = one.y + HEIGHT // 2, other.y + HEIGHT // 2, other.x + WIDTH + 6
    if link.form == link.to:
        right, top = one.x + WIDTH, one.y + 14
        way = f"M{right} {top} C{right + 44} {top - 10} {right + 44} {top + 38} {into} {top + 28}"
    elif other.x < one.x:
        bend = max(40, (one.x - other.x - WIDTH) // 2)
        way = f"M{one.x} {start} C{one.x - bend} {start} {other.x + WIDTH + bend} {end} {into} {end}"
    else:
        right = max(one.x, other.x) + WIDTH + 48
        way = f"M{one.x + WIDTH} {start} C{right} {start} {right} {end} {into} {end}"
    return Line(way, link.label, link.many)


def _told(desk: Desk, forms: list[dict[str, Any]], links: list[_Link]) -> Iterator[Relation]:
    names = {str(each["key"]): desk.texts.label(each.get("label")) for each in forms}
    for link in links:
        code = "overview.relation_many" if link.many else "overview.relation"
        text = desk.texts.t(code, form=names[link.form], field=link.label, to=names[link.to])
        yield Relation(text, f"{desk.base}/forms/{link.form}?at={link.key}")
