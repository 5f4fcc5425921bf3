"""Departments: added, renamed, moved, given a head, deleted."""

from __future__ import annotations

from dataclasses import replace

from engines.store import people
from engines.store.people import Tree
from frontend.pages import DepartmentForm
from runtime.screens.people.frame import HOME, administering, chosen_id, department_items
from runtime.screens.people.members import department_form, show_members
from runtime.screens.shell import go, texts_of
from runtime.screens.told import told
from runtime.web.call import Answer, Call, redirect
from runtime.web.errors import text_of
from schemas.errors import Conflict, Invalid, NotFound

_ADD = {
    "name": ("add_name", "ui.people.department_name"),
    "parent_id": ("add_parent", "ui.people.parent"),
}
_CHANGE = {
    "name": ("change_name", "ui.people.department_name"),
    "parent_id": ("change_parent", "ui.people.parent"),
    "head_id": ("head", "ui.people.head"),
}


def back(call: Call) -> Answer:
    """Lead an address that only takes posts to where its form stands."""
    return redirect(f"{HOME}?department={call.record_id}" if "id" in call.params else HOME)


def add(call: Call) -> Answer:
    """Add a department and show it."""
    name, parent = call.field("add_name"), chosen_id(call, "add_parent")
    try:
        with administering(call) as conn:
            made = people.add_department(conn, call.installation.ids, name, parent)
    except Invalid as error:
        issues = told(texts_of(call), error.issues, _ADD)
        parents = department_items(people.load_tree(call.conn))
        form = DepartmentForm(f"{HOME}/departments", name, str(parent or ""), parents, issues=issues)
        shown = str(parent) if any(each.key == str(parent) for each in parents) else ""
        return show_members(call, adding=form, department=shown, status=422)
    return redirect(f"{HOME}?department={made}")


def change(call: Call) -> Answer:
    """Rename a department, put it elsewhere, name its head."""
    number, name = call.record_id, call.field("change_name").strip()
    parent, head = chosen_id(call, "change_parent"), chosen_id(call, "head")
    try:
        with administering(call) as conn:
            people.update_department(conn, number, name=name, parent_id=parent, head_id=head)
    except Invalid as error:
        texts = texts_of(call)
        form = department_form(call, _tree(call, number), number)
        form = replace(form, name=name, parent=str(parent or ""), issues=told(texts, error.issues, _CHANGE))
        return show_members(call, chosen=form, department=str(number), status=422)
    return go(call, f"{HOME}?department={number}", texts_of(call).t("ui.people.saved"))


def move(call: Call) -> Answer:
    """Change places with the neighbour above or below."""
    number, step = call.record_id, -1 if call.field("way") == "up" else 1
    with administering(call) as conn:
        tree = people.load_tree(conn)
        if number not in tree.by_id:
            raise NotFound
        order = [each.id for each in tree.children(tree.by_id[number].parent_id)]
        here = order.index(number)
        there = min(max(here + step, 0), len(order) - 1)
        order.insert(there, order.pop(here))
        for place, each in enumerate(order):
            if tree.by_id[each].pos != place:
                people.update_department(conn, each, pos=place)
    return redirect(f"{HOME}?department={number}")


def delete(call: Call) -> Answer:
    """Delete an empty department."""
    number, texts = call.record_id, texts_of(call)
    parent = _tree(call, number).by_id[number].parent_id
    try:
        with administering(call) as conn:
            people.delete_department(conn, number)
    except Conflict as error:
        text = text_of(texts, error.reason, dict(error.params))
        return go(call, f"{HOME}?department={number}", text, "danger")
    url = f"{HOME}?department={parent}" if parent else HOME
    return go(call, url, texts.t("ui.people.department_deleted"))


def _tree(call: Call, number: int) -> Tree:
    """Return the departments. Raises NotFound where the one asked for is not among them."""
    tree = people.load_tree(call.conn)
    if number not in tree.by_id:
        raise NotFound
    return tree
