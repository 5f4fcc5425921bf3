"""Roles and who holds them."""

from __future__ import annotations

from engines.store import people
from frontend.pages import RolePage, RoleRow, RolesPage
from runtime.screens.people.frame import (
    HOME,
    KnownRole,
    administering,
    card,
    chosen_id,
    known_roles,
    person_field,
    tabs,
)
from runtime.screens.shell import page
from runtime.web.call import Answer, Call, redirect
from schemas.errors import NotFound


def show_roles(call: Call) -> Answer:
    """Answer the roles of every app."""
    rows = tuple(_row(call, each) for each in known_roles(call))
    return page(call, "pages/people_roles.html", RolesPage(tabs(call, "roles"), rows))


def show_role(call: Call) -> Answer:
    """Answer who holds one role, with ways to add and to remove."""
    add = person_field(call, "add", "ui.people.add_member", None)
    model = RolePage(_row(call, _role(call)), add, tabs(call, "roles"))
    return page(call, "pages/people_role.html", model)


def change_role(call: Call) -> Answer:
    """Give the role to one person, or take it from one."""
    role, more, less = _role(call), chosen_id(call, "add"), chosen_id(call, "remove")
    with administering(call) as conn:
        held = set(people.role_members(conn, role.uid))
        if more is not None:
            people.get_person(conn, more)
            held.add(more)
        held.discard(less or 0)
        people.set_members(conn, role.uid, held)
    return redirect(_url(role))


def _role(call: Call) -> KnownRole:
    wanted = f"{call.params['of']}/{call.params['role']}"
    for each in known_roles(call):
        if each.name == wanted:
            return each
    raise NotFound


def _row(call: Call, role: KnownRole) -> RoleRow:
    tree = people.load_tree(call.conn)
    found = tuple(card(each, tree) for each in people.holders(call.conn, role.uid))
    return RoleRow(role.app_label, role.label, found, _url(role))


def _url(role: KnownRole) -> str:
    return f"{HOME}/roles/{role.name}"
