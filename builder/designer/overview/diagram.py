"""The forms of a draft and how they are related, drawn and told."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from builder.designer.desk import Desk
from builder.designer.elements.pages import crumbs
from builder.designer.overview.layering import HEIGHT, WIDTH, Drawing, Spot, place
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
    drawn = place([str(each["key"]) for each in forms], [(each.form, each.to) for each in links])
    spots = drawn.boxes
    model = DiagramPage(
        desk.texts.t("overview.diagram"), desk.bar(),
        drawn.width, drawn.height,
        tuple(_box(desk, each, spots[str(each["key"])]) for each in forms),
        tuple(_line(each, drawn) for each in links), tuple(_told(desk, forms, links)),
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


def _line(link: _Link, drawn: Drawing) -> Line:
    """Return the way of a line: from what refers, through the lanes between boxes, to what it refers to."""
    one, other = drawn.boxes[link.form], drawn.boxes[link.to]
    into, end = other.x + WIDTH + 6, other.y + HEIGHT // 2
    if link.form == link.to:
        right, top = one.x + WIDTH, one.y + 14
        way = f"M{right} {top} C{right + 44} {top - 10} {right + 44} {top + 38} {into} {top + 28}"
    elif other.x < one.x:
        way = f"M{one.x} {one.y + HEIGHT // 2}"
        x, y = one.x, one.y + HEIGHT // 2
        for lane in drawn.bends.get((link.form, link.to), ()):
            way += f"{_bend(x, y, lane.x + WIDTH, lane.y)} L{lane.x} {lane.y}"
            x, y = lane.x, lane.y
        way += _bend(x, y, into, end)
    else:
        right, start = max(one.x, other.x) + WIDTH + 48, one.y + HEIGHT // 2
        way = f"M{one.x + WIDTH} {start} C{right} {start} {right} {end} {into} {end}"
    return Line(way, link.label, link.many)


def _bend(x: int, y: int, to_x: int, to_y: int) -> str:
    half = max(30, (x - to_x) // 2)
    return f" C{x - half} {y} {to_x + half} {to_y} {to_x} {to_y}"


def _told(desk: Desk, forms: list[dict[str, Any]], links: list[_Link]) -> Iterator[Relation]:
    names = {str(each["key"]): desk.texts.label(each.get("label")) for each in forms}
    for link in links:
        code = "overview.relation_many" if link.many else "overview.relation"
        text = desk.texts.t(code, form=names[link.form], field=link.label, to=names[link.to])
        yield Relation(text, f"{desk.base}/forms/{link.form}?at={link.key}")
