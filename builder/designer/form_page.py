"""The form designer: palette, canvas, property panel."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import quote

from builder.designer.canvas import Canvas, palette
from builder.designer.desk import Desk, part_of
from builder.designer.elements.around import surroundings
from builder.designer.elements.shapes import shape_at
from builder.designer.layouts.drawing import LayoutDrawing
from builder.designer.overview.used import Used
from builder.designer.panel import panel_of
from builder.designer.reading import Json
from builder.designer.remarks.showing import remark_box
from builder.drafting.places import locate
from frontend.design import Panel, PanelInput, Problem
from frontend.design_form import FormDesignPage
from frontend.views import Link
from runtime.screens.shell import page
from runtime.web.call import Answer, Call
from schemas.errors import NotFound
from schemas.problems import pointer as written


def show_form(call: Call) -> Answer:
    """Answer the designer of one form."""
    desk = Desk(call)
    place = f"forms/{call.params['form']}"
    form: Json = desk.at(locate(desk.draft.document, place))
    url, title = f"{desk.base}/{place}", desk.texts.label(form.get("label"))
    chosen = call.query.get("at", "")
    kinds = call.installation.grammar.fields
    said = {at: len(found) for at, found in desk.remarks.items()}
    canvas = Canvas(call.installation.grammar, desk.texts, place, url, _errors(desk), said)
    at = part_of(place, chosen)
    fields = tuple(canvas.fields(form, at))
    drawing = LayoutDrawing(desk, place, form, at, _errors(desk))
    model = FormDesignPage(
        title=title,
        bar=desk.bar(),
        place=place,
        url=url,
        palette=palette(kinds, desk.texts),
        fields=fields,
        panel=_panel(desk, at) if chosen else None,
        problems=tuple(each for each in desk.problems() if f"/{place}" in each.url),
        parts_url=desk.element_url(place),
        remarks=remark_box(desk, at),
        used=Used(desk).links(at),
        fresh="new" in call.query,
        frames=tuple(drawing.frames(fields)),
        section=drawing.section(),
    )
    crumbs = [Link(desk.texts.t("design.title"), "/design"), Link(_app_name(desk), desk.base)]
    return page(call, "builder/form.html", model, crumbs, nav=desk.nav())


def _app_name(desk: Desk) -> str:
    return desk.texts.label(desk.draft.document.get("label"))


def _errors(desk: Desk) -> dict[str, str]:
    """Return the first problem of each element, by its place."""
    found: dict[str, str] = {}
    for issue, problem in zip(desk.issues, desk.problems(), strict=True):
        found.setdefault(desk.place_of(issue.path)[0], problem.text)
    return found


def _panel(desk: Desk, place: str) -> Panel | None:
    """Return the properties of what is chosen; None where it is not there any more."""
    try:
        pointer = locate(desk.draft.document, place)
    except NotFound:
        return None
    element: Any = desk.at(pointer)
    model = shape_at(desk.call.installation.grammar.app, desk.draft.document, pointer).model(element)
    if model is None:
        return None
    around = surroundings(desk.draft.document, pointer, desk.texts)
    shown = panel_of(model, element, place, around, desk.texts, _called(desk, place))
    at = written(pointer)
    groups = tuple(
        replace(group, inputs=tuple(_with_editor(desk, each, at) for each in group.inputs))
        for group in shown.groups
    )
    return replace(shown, groups=groups)


def _called(desk: Desk, place: str) -> str:
    """Return what a section or a tab is; a field is called by its kind."""
    kind = place.split("/")[3] if "/layout/" in place else ""
    return desk.texts.t(f"design.layout.one.{kind}") if kind else ""


def _with_editor(desk: Desk, shown: PanelInput, at: str) -> PanelInput:
    """Return an input with the way to the editor of the formula it holds."""
    if shown.kind != "formula":
        return shown
    return replace(shown, edit_url=f"{desk.base}/formula?at={quote(f'{at}/{shown.name}')}")


def problems_of_app(desk: Desk) -> tuple[Problem, ...]:
    """Return every problem, for the overview and the plan."""
    return tuple(desk.problems())
