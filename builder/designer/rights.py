"""Who may do what: roles down, forms across, in each cell what the role may do, to be changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from builder.designer.desk import Desk
from builder.designer.elements.pages import crumbs
from builder.designer.elements.shapes import shape_at
from builder.designer.panel import Words
from builder.designer.reading import Json, literals
from engines.store.platform import role_member, user
from frontend.seeing import RightsCell, RightsLine, RightsPage, RightsRow
from frontend.views import Item, Link
from runtime.screens.shell import page
from runtime.web.call import Answer, Call
from schemas.elements import Action, Grant
from schemas.errors import Invalid, Issue

_ORDER = tuple(str(each) for each in Action)
_OFFERED = {"read": ["view"], "write": ["view", "create", "edit"]}


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
        f"{desk.base}/as", f"{desk.base}/why", f"{desk.base}/rights", tuple(_scopes(desk)),
    )  # fmt: skip
    return page(call, "builder/rights.html", model, crumbs(desk, ""), nav=desk.nav())


def grant_gesture(desk: Desk) -> Json:
    """Return what gives a role a first grant on a form. Raises Invalid."""
    form, what = desk.call.field("of"), desk.call.field("name")
    if what not in _OFFERED:
        raise Invalid([Issue("name", "draft.bad_command", {"problem": what})], "draft.refused")
    grant = {"form": form, "actions": _OFFERED[what]}
    return {"do": "add", "to": f"{desk.call.field('place')}/grants", "value": grant}


def granted_to_the_only_role(desk: Desk, form: str) -> Iterator[Json]:
    """Yield the grant on a new form in an app whose one role works with all of it, as in a blank one."""
    roles = [each for each in desk.draft.document.get("roles", ()) if isinstance(each, dict)]
    if len(roles) == 1 and not roles[0].get("admin") and all(map(_full, roles[0].get("grants", ()))):
        grant = {"form": form, "actions": _OFFERED["write"]}
        yield {"do": "add", "to": f"roles/{roles[0]['key']}/grants", "value": grant}


def _full(grant: Json) -> bool:
    """Tell whether a grant lets people see and change all records of its form, with all fields."""
    more = {name: value for name, value in grant.items() if name not in {"form", "actions"}}
    return {*_OFFERED["write"]} <= {*grant.get("actions", ())} and more in ({}, {"scope": "all"})


def _scopes(desk: Desk) -> Iterator[Item]:
    words = Words(desk.texts, Grant)
    for name in literals(Grant.model_fields["scope"]):
        yield Item(name, words.choice("scope", name))


def _rows(desk: Desk, forms: list[str]) -> Iterator[RightsRow]:
    call, held = desk.call, _held(desk)
    for role in desk.draft.document.get("roles", ()):
        place = f"roles/{role.get('key')}"
        whole = [name for name in ("admin", "design") if role.get(name)]
        note = desk.texts.t("ui.common.separator").join(_word(desk, place, name) for name in whole)
        cells = tuple(_cell(desk, role, place, form) for form in forms)
        eyes = f"{desk.base}/as?as=role/{role.get('key')}&of=draft"
        uid = call.app.roles.get(str(role.get("key")))
        people = (
            f"/people/roles/{call.app.key}/{role['key']}" if uid and call.person and call.person.admin else ""
        )
        yield RightsRow(
            desk.texts.label(role.get("label")), desk.element_url(place), note, cells, eyes, place,
            people, None if uid is None else held.get(uid, 0),
        )  # fmt: skip


def _held(desk: Desk) -> dict[int, int]:
    """Return how many people hold each published role."""
    mine = list(desk.call.app.roles.values())
    joined = role_member.join(user, user.c.id == role_member.c.user_id)
    wanted = sa.select(role_member.c.role_uid, sa.func.count()).select_from(joined)
    wanted = wanted.where(user.c.active, role_member.c.role_uid.in_(mine))
    rows = desk.call.conn.execute(wanted.group_by(role_member.c.role_uid)).all()
    return {int(uid): int(count) for uid, count in rows}


def _word(desk: Desk, place: str, name: str) -> str:
    """Return what a switch of a role is called."""
    pointer: Any = ("roles", 0)
    model = shape_at(desk.call.installation.grammar.app, desk.draft.document, pointer).model({})
    return Words(desk.texts, model).label(name) if model else place


def _cell(desk: Desk, role: Json, place: str, form: str) -> RightsCell:
    if role.get("admin"):
        return RightsCell((RightsLine(_ORDER, desk.texts.t("design.rights.everything")),))
    grants = enumerate(role.get("grants", ()))
    lines = (_line(desk, each, f"{place}/grants/{at}") for at, each in grants if each.get("form") == form)
    return RightsCell(tuple(lines), form)


def _line(desk: Desk, grant: Json, place: str) -> RightsLine:
    """Return what one grant allows, on which records, with which fields apart."""
    words, t = Words(desk.texts, Grant), desk.texts.t
    said = []
    if grant.get("where"):
        said.append(t("design.rights.where"))
    if grant.get("fields"):
        said.append(t("design.rights.fields", count=len(grant["fields"])))
    if grant.get("others", "edit") != "edit":
        said.append(t("design.rights.others", right=words.choice("others", str(grant["others"]))))
    allowed = tuple(each for each in _ORDER if each in grant.get("actions", ["view"]))
    scope = str(grant.get("scope", "all") or "")
    return RightsLine(allowed, t("ui.common.separator").join(said), desk.element_url(place), place, scope)
