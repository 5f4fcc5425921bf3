"""A form of a draft as a role will fill it in, at the widths of a desk, a tablet and a phone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import urlencode

from builder.designer.canvas import Canvas
from builder.designer.desk import Desk
from builder.designer.elements.pages import crumbs
from builder.designer.reading import Json
from builder.drafting.places import locate
from engines.form.computed import ComputedType
from engines.form.field import Storage
from frontend.design_preview import PreviewPage, SheetPage
from frontend.views import FieldView, Item, Link, Section, in_tabs
from runtime.screens.shell import page
from runtime.web.answers import framed
from runtime.web.call import Answer, Call
from schemas.errors import NotFound

WIDTHS = {"desktop": 1280, "tablet": 768, "phone": 390}
_ORDER = ("hidden", "masked", "read", "edit")
_FILLED = {Storage.column, Storage.links, Storage.rows}


def show_preview(call: Call) -> Answer:
    """Answer the page that frames the form: who fills it in, and how wide it is."""
    desk = Desk(call)
    form, place, role = _form(desk), f"forms/{call.params['form']}", _role(desk)
    device = call.query.get("device", "desktop")
    if device not in WIDTHS:
        raise NotFound
    url, label = f"{desk.base}/{place}/preview", desk.texts.label
    roles = tuple(Item(str(each.get("key")), label(each.get("label"))) for each in _roles(desk))
    devices = tuple(
        Link(desk.texts.t(f"design.preview.{name}"), f"{url}?{urlencode({'device': name, 'role': role})}",
             "device-mobile" if name == "phone" else f"device-{name}", name == device)
        for name in WIDTHS
    )  # fmt: skip
    model = PreviewPage(
        desk.texts.t("design.preview.title", name=label(form.get("label"))), url, f"{desk.base}/{place}",
        f"{desk.base}/{place}/sheet?{urlencode({'role': role})}",
        WIDTHS[device], device, devices, roles, role,
    )  # fmt: skip
    return page(call, "builder/preview.html", model, crumbs(desk, place), nav=desk.nav())


def show_sheet(call: Call) -> Answer:
    """Answer the form alone; nothing can be saved from it."""
    desk = Desk(call)
    form, role = _form(desk), _role(desk)
    rights = _rights(desk, str(form.get("key")), role)
    views = dict(_views(desk, form, rights))
    kinds = call.installation.grammar.fields
    asking = frozenset(
        str(each.get("key")) for each in form.get("fields", ())
        if (kind := kinds.get(str(each.get("type")))) is not None
        and (kind.target is not None or kind.storage is Storage.rows)
    )  # fmt: skip
    rest, layout = desk.texts.t("screen.section.more"), form.get("layout", {})
    titles = {str(each.get("key")): desk.texts.label(each.get("label")) for each in layout.get("tabs", ())}
    above, tabs = in_tabs(_sections(desk, layout, views, rest), titles, rest)
    model = SheetPage(desk.texts.label(form.get("label")), above, asking, tabs)
    return framed(call, page(call, "builder/sheet.html", model))


def _form(desk: Desk) -> Json:
    found: Json = desk.at(locate(desk.draft.document, f"forms/{desk.call.params['form']}"))
    return found


def _roles(desk: Desk) -> Sequence[Json]:
    found: Sequence[Json] = desk.draft.document.get("roles", ())
    return found


def _role(desk: Desk) -> str:
    """Return the role whose rights count; blank for everything. Raises NotFound."""
    found = desk.call.query.get("role", "")
    if found and not any(each.get("key") == found for each in _roles(desk)):
        raise NotFound
    return found


def _rights(desk: Desk, form: str, key: str) -> Json | None:
    """Return the best right that a role has to each field, ``others`` among them; None for every right."""
    role = next((each for each in _roles(desk) if each.get("key") == key), None)
    if role is None or role.get("admin"):
        return None
    grants = [
        each for each in role.get("grants", ())
        if each.get("form") == form and "create" in each.get("actions", ("view",))
    ]  # fmt: skip
    said = {name for each in grants for name in each.get("fields", {})} | {""}
    return {
        name: max(
            (each.get("fields", {}).get(name, each.get("others", "edit")) for each in grants),
            key=_ORDER.index, default="hidden",
        )
        for name in said
    }  # fmt: skip


def _views(desk: Desk, form: Json, rights: Json | None) -> Iterator[tuple[str, FieldView]]:
    """Yield what is filled in, and what a new record shows without being asked for it."""
    grammar = desk.call.installation.grammar
    canvas = Canvas(grammar, desk.texts, f"forms/{form.get('key')}", "", {}, {})
    said = {str(each.get("key")): each for each in form.get("fields", ())}
    for each in canvas.fields(form, ""):
        right = "edit" if rights is None else rights.get(each.key, rights[""])
        kind = grammar.fields.get(str(said[each.key].get("type")))
        if right == "hidden" or said[each.key].get("hidden") or kind is None:
            continue
        filled = kind.storage in _FILLED and not isinstance(kind, ComputedType) and not kind.write_once
        if filled and right == "edit" and not said[each.key].get("read_only"):
            yield each.key, each.view
        elif isinstance(kind, ComputedType):
            yield each.key, replace(each.view, read_only=True, required=False)


def _sections(desk: Desk, layout: Json, views: dict[str, FieldView], rest: str) -> Iterator[Section]:
    """Yield the parts of the form: those that its layout says, then what it does not name."""
    left = dict(views)
    for each in layout.get("sections", ()):
        found = tuple(left.pop(key) for key in each.get("fields", ()) if key in left)
        if found:
            key, tab = str(each.get("key")), str(each.get("tab") or "")
            closed = bool(each.get("collapsed"))
            yield Section(desk.texts.label(each.get("label")), found, key=key, collapsed=closed, tab=tab)
    if left:
        yield Section(rest if len(left) < len(views) else "", tuple(left.values()), key="rest")
