"""Who may do what at a glance: roles down, forms across, each cell what the role's grants say of the form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from builder.designer.desk import Desk
from builder.designer.elements.pages import crumbs
from builder.designer.elements.shapes import shape_at
from builder.designer.panel import Words
from builder.designer.reading import Json
from frontend.seeing import RightsCell, RightsLine, RightsPage, RightsRow
from frontend.views import Link
from runtime.screens.shell import page
from runtime.web.call import Answer, Call
from schemas.elements import Action, Grant

_ORDER = tuple(str(each) for each in Action)


def show_rights(call: Call) -> Answer:
    """Answer the matrix of the draft."""
    desk = Desk(call)
    forms = [each for each in desk.draft.document.get("forms", ()) if isinstance(each, dict)]
    columns = (
        Link(desk.texts.label(each.get("label")), f"{desk.base}/forms/{each['key']}") for each in forms
    )
    model = RightsPage(
        desk.texts.t("design.rights.title"), desk.bar(), tuple(columns),
        tuple(_rows(desk, [str(each["key"]) for each in forms])), desk.element_url("roles"),
        f"{desk.base}/as", f"{desk.base}/why",
    )  # fmt: skip
    return page(call, "builder/rights.html", model, crumbs(desk, ""), nav=desk.nav())


def _rows(desk: Desk, forms: list[str]) -> Iterator[RightsRow]:
    for role in desk.draft.document.get("roles", ()):
        place = f"roles/{role.get('key')}"
        whole = [name for name in ("admin", "design") if role.get(name)]
        note = desk.texts.t("ui.common.separator").join(_word(desk, place, name) for name in whole)
        cells = tuple(_cell(desk, role, place, form) for form in forms)
        eyes = f"{desk.base}/as?as=role/{role.get('key')}&of=draft"
        yield RightsRow(desk.texts.label(role.get("label")), desk.element_url(place), note, cells, eyes)


def _word(desk: Desk, place: str, name: str) -> str:
    """Return what a switch of a role is called."""
    pointer: Any = ("roles", 0)
    model = shape_at(desk.call.installation.grammar.app, desk.draft.document, pointer).model({})
    return Words(desk.texts, model).label(name) if model else place


def _cell(desk: Desk, role: Json, place: str, form: str) -> RightsCell:
    if role.get("admin"):
        return RightsCell((RightsLine(_ORDER, desk.texts.t("design.rights.everything")),))
    grants = enumerate(role.get("grants", ()))
    return RightsCell(
        tuple(_line(desk, each, f"{place}/grants/{at}") for at, each in grants if each.get("form") == form)
    )


def _line(desk: Desk, grant: Json, place: str) -> RightsLine:
    """Return what one grant allows, on which records, with which fields apart."""
    words, t = Words(desk.texts, Grant), desk.texts.t
    said = [words.choice("scope", str(grant.get("scope", "all")))] if grant.get("scope", "all") else []
    if grant.get("where"):
        said.append(t("design.rights.where"))
    if grant.get("fields"):
        said.append(t("design.rights.fields", count=len(grant["fields"])))
    if grant.get("others", "edit") != "edit":
        said.append(t("design.rights.others", right=words.choice("others", str(grant["others"]))))
    allowed = tuple(each for each in _ORDER if each in grant.get("actions", ["view"]))
    return RightsLine(allowed, t("ui.common.separator").join(said), desk.element_url(place))
