"""The form designer: palette, canvas, property panel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from builder.designer.canvas import Canvas, palette
from builder.designer.desk import Desk
from builder.designer.panel import Json, Surroundings, panel_of
from builder.drafting.places import locate
from frontend.design import FormDesignPage, Panel, PanelInput, Problem
from frontend.texts import Texts
from frontend.views import Item, Link
from runtime.screens.shell import page
from runtime.web.call import Answer, Call
from schemas.problems import pointer as written


def show_form(call: Call) -> Answer:
    """Answer the designer of one form."""
    desk = Desk(call)
    place = f"forms/{call.params['form']}"
    form: Json = desk.at(locate(desk.draft.document, place))
    url, title = f"{desk.base}/{place}", desk.texts.label(form.get("label"))
    chosen = call.query.get("at", "")
    kinds = call.installation.grammar.fields
    canvas = Canvas(call.installation.grammar, desk.texts, place, url, _errors(desk))
    model = FormDesignPage(
        title=title,
        bar=desk.bar(),
        place=place,
        url=url,
        palette=palette(kinds, desk.texts),
        fields=tuple(canvas.fields(form, f"{place}/fields/{chosen}")),
        panel=_panel(desk, form, place, chosen),
        problems=tuple(each for each in desk.problems() if f"/{place}" in each.url),
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


def _panel(desk: Desk, form: Json, place: str, chosen: str) -> Panel | None:
    element: Any = next((each for each in form.get("fields", ()) if each.get("key") == chosen), None)
    kind = None if element is None else desk.call.installation.grammar.fields.get(str(element.get("type")))
    if element is None or kind is None:
        return None
    shown = panel_of(kind.Options, element, f"{place}/fields/{chosen}", _around(desk, place), desk.texts)
    at = written(locate(desk.draft.document, shown.place))
    groups = tuple(
        replace(group, inputs=tuple(_with_editor(desk, each, at) for each in group.inputs))
        for group in shown.groups
    )
    return replace(shown, groups=groups)


def _with_editor(desk: Desk, shown: PanelInput, at: str) -> PanelInput:
    """Return an input with the way to the editor of the formula it holds."""
    if shown.kind != "formula":
        return shown
    return replace(shown, edit_url=f"{desk.base}/formula?at={quote(f'{at}/{shown.name}')}")


def _around(desk: Desk, place: str) -> Surroundings:
    texts = desk.texts
    forms = [each for each in desk.draft.document.get("forms", ()) if isinstance(each, dict)]
    fields: dict[str, list[Item]] = {}
    beyond: dict[str, str] = {}
    for each in forms:
        _collect(str(each["key"]), each.get("fields", ()), texts, fields, beyond)
    named = [Item(str(each["key"]), texts.label(each.get("label"))) for each in forms]
    return Surroundings(named, fields, place.rpartition("/")[2], beyond)


def _collect(
    path: str, said: Sequence[Json], texts: Texts, fields: dict[str, list[Item]], beyond: dict[str, str]
) -> None:
    """Note the fields of a form or of the rows of a subform, and where they lead."""
    fields[path] = [Item(str(each["key"]), texts.label(each.get("label"))) for each in said]
    for each in said:
        here = f"{path}.{each['key']}"
        if "fields" in each:
            beyond[here] = here
            _collect(here, each["fields"], texts, fields, beyond)
        elif "form" in each:
            beyond[here] = str(each["form"])


def problems_of_app(desk: Desk) -> tuple[Problem, ...]:
    """Return every problem, for the overview and the plan."""
    return tuple(desk.problems())
