"""Which people design which app: given app by app, beside what roles of the app say."""

from __future__ import annotations

from engines.form import AppModel
from engines.store import people
from frontend.pages import DesignerRow, DesignersPage
from frontend.views import Person
from runtime.screens.people.frame import HOME, administering, card, chosen_id, person_field, tabs
from runtime.screens.shell import page, texts_of
from runtime.web.call import Answer, Call, redirect
from schemas.errors import NotFound

_URL = f"{HOME}/designers"


def show_designers(call: Call) -> Answer:
    """Answer who designs each app."""
    apps = call.installation.apps(call.conn, call.epoch).values()
    model = DesignersPage(tabs(call, "designers"), tuple(_row(call, app) for app in apps))
    return page(call, "pages/people_designers.html", model)


def show_app(call: Call) -> Answer:
    """Answer who designs one app, with ways to add and to remove."""
    add = person_field(call, "add", "ui.people.add_designer", None)
    model = DesignersPage(tabs(call, "designers"), (_row(call, _app(call)),), add)
    return page(call, "pages/people_designers.html", model)


def change(call: Call) -> Answer:
    """Let one person design the app, or let one no more."""
    key, more, less = _app(call).key, chosen_id(call, "add"), chosen_id(call, "remove")
    with administering(call) as conn:
        if more is not None:
            people.get_person(conn, more)
            people.let_design(conn, key, more)
        if less is not None:
            people.forbid_design(conn, key, less)
    return redirect(f"{_URL}/{key}")


def _app(call: Call) -> AppModel:
    found = call.installation.apps(call.conn, call.epoch).get(call.params["of"])
    if found is None:
        raise NotFound
    return found


def _row(call: Call, app: AppModel) -> DesignerRow:
    tree, label = people.load_tree(call.conn), texts_of(call).label
    roles = {each.key: label(each.label) for each in app.definition.roles}
    held: dict[int, tuple[Person, list[str]]] = {}
    for entry, role in people.by_role(call.conn, app):
        held.setdefault(entry.id, (card(entry, tree), []))[1].append(roles[role])
    by_role = tuple((shown, tuple(names)) for shown, names in held.values())
    given = tuple(card(each, tree) for each in people.given(call.conn, app.key))
    return DesignerRow(label(app.definition.label), f"{_URL}/{app.key}", given, by_role)
