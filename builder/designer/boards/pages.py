"""The dashboard designer: palette, canvas, properties of the chosen widget."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from builder.designer.boards.layout import Spot, laid_out
from builder.designer.boards.preview import Preview
from builder.designer.desk import Desk
from builder.designer.elements.pages import ElementDrawing, crumbs
from builder.designer.reading import Json
from builder.drafting.places import Pointer, locate
from frontend.design import ElementPage, PaletteGroup
from frontend.design_boards import BoardDesignPage, BoardTile
from frontend.views import Item
from runtime.screens.shell import page
from runtime.web.call import Answer, Call
from schemas.errors import NotFound

# A small picture of a board needs no words; these steps have buttons.
MOVES = ("left", "right", "up", "down")
SIZES = ("wider", "narrower", "taller", "lower")


def show_board(call: Call) -> Answer:
    """Answer the designer of one dashboard."""
    desk = Desk(call)
    if "dashboards" not in desk.draft.document:
        raise NotFound
    place = f"dashboards/{call.params['dashboard']}"
    pointer = locate(desk.draft.document, place)
    board: Json = desk.at(pointer)
    chosen = call.query.get("at", "")
    tiles = tuple(_tiles(desk, pointer, place, board, chosen))
    model = BoardDesignPage(
        title=desk.texts.label(board.get("label")),
        bar=desk.bar(),
        place=place,
        url=f"{desk.base}/{place}",
        palette=(PaletteGroup(desk.texts.t("design.board.widgets"), tuple(_kinds(desk))),),
        tiles=tiles,
        chosen=next((each for each in tiles if each.chosen), None),
        panel=_panel(desk, place, chosen if any(each.chosen for each in tiles) else ""),
        sizes={name: kind.size for name, kind in call.installation.widgets.items()},
        problems=tuple(each for each, at in desk.placed if at.startswith(f"/dashboards/{pointer[1]}/")),
    )
    return page(call, "builder/board.html", model, crumbs(desk, place), nav=desk.nav())


def _kinds(desk: Desk) -> Iterator[Item]:
    for name, kind in desk.call.installation.widgets.items():
        yield Item(name, desk.texts.t(f"widget.{name}.label"), icon=kind.icon,
                   note=desk.texts.t(f"widget.{name}.help"))  # fmt: skip


def _panel(desk: Desk, place: str, chosen: str) -> ElementPage:
    """Return the properties of the chosen widget; without one, those of the dashboard."""
    url = f"{desk.base}/{place}"
    found = ElementDrawing(desk, f"{place}/widgets/{chosen}" if chosen else place).model()
    url = f"{url}?at={chosen}" if chosen else url
    return replace(found, url=url, lists=found.lists if chosen else ())


def _tiles(desk: Desk, pointer: Pointer, place: str, board: Json, chosen: str) -> Iterator[BoardTile]:
    """Yield the widgets as they stand, from top to bottom."""
    said: list[Json] = [each for each in board.get("widgets", ()) if isinstance(each, dict)]
    preview, spots = Preview(desk, int(pointer[1])), laid_out(said)
    numbers = {str(each.get("key")): number for number, each in enumerate(said)}
    kinds = desk.call.installation.widgets
    for key in sorted(spots, key=lambda each: (spots[each].y, spots[each].x)):
        number = numbers[key]
        kind = str(said[number].get("type"))
        yield BoardTile(
            key, f"{place}/widgets/{key}", f"{desk.base}/{place}?at={key}",
            desk.texts.label(said[number].get("label")), kinds[kind].icon if kind in kinds else "chart-bar",
            *_numbers(spots[key]), preview.widget(number), preview.problems.get(number, ""), key == chosen,
        )  # fmt: skip


def _numbers(spot: Spot) -> tuple[int, int, int, int]:
    return spot.x, spot.y, spot.w, spot.h
