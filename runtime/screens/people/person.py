"""One person: profile, department, manager, roles; let in and shut out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from engines.flow.leaving import Leaver
from engines.store import people
from engines.store.people import Entry, Profile
from frontend.pages import LeavingPage, PersonPage, RoleChoice
from frontend.views import Action, Item, Link
from frontend.views import Issue as Shown
from runtime.leaving import deactivate as hand_on
from runtime.leaving import left_open
from runtime.screens.people.frame import (
    HOME,
    administering,
    card,
    chosen_id,
    department_items,
    known_roles,
    person_field,
    posted_names,
)
from runtime.screens.people.invitations import show_invitations
from runtime.screens.shell import go, page, texts_of
from runtime.screens.told import told
from runtime.web.call import Answer, Call, redirect
from runtime.web.errors import text_of
from schemas.errors import Conflict, Invalid

_TEXTS = {"name": "name", "account": "login", "email": "email", "phone": "phone"}
_IDS = {"department": "department_id", "manager": "manager_id"}
_INPUTS = {path: (name, f"ui.people.{name}") for name, path in (_TEXTS | _IDS).items()}


def new_person(call: Call) -> Answer:
    """Answer the form for a new person."""
    return _form(call, None, {"department": call.query.get("department", "")}, frozenset())


def create_person(call: Call) -> Answer:
    """Add a person and show the link by which they come in."""
    box, changes, roles = call.installation, _changes(call), _chosen_roles(call)
    try:
        with administering(call) as conn:
            made = people.add_user(conn, box.ids, box.clock, Profile(**{"login": "", "name": "", **changes}))
            people.set_roles(conn, made, roles or ())
            token = people.invite(conn, made, box.clock.now())
    except Invalid as error:
        issues = told(texts_of(call), error.issues, _INPUTS)
        return _form(call, None, _posted(call), roles or frozenset(), issues)
    return show_invitations(call, [(made, token)])


def show_person(call: Call) -> Answer:
    """Answer a person's page."""
    entry = people.get_person(call.conn, call.record_id)
    held = people.roles_held(call.conn, [entry.id]).get(entry.id, frozenset())
    return _form(call, entry, _values(entry), held)


def update_person(call: Call) -> Answer:
    """Change what stood on the page; whatever was not posted stays."""
    number, changes, roles = call.record_id, _changes(call), _chosen_roles(call)
    texts, known = texts_of(call), {each.uid for each in known_roles(call)}
    try:
        with administering(call) as conn:
            people.update_user(conn, number, **changes)
            if roles is not None:
                _set_roles(conn, number, roles, known)
    except (Invalid, Conflict) as error:
        entry = people.get_person(call.conn, number)
        shown = (Shown(text_of(texts, error.reason, dict(error.params))),)
        issues = told(texts, error.issues, _INPUTS) if isinstance(error, Invalid) else shown
        held = people.roles_held(call.conn, [number]).get(number, frozenset()) if roles is None else roles
        return _form(call, entry, _values(entry) | _posted(call), held, issues)
    return go(call, f"{HOME}/{number}", texts.t("ui.people.saved"))


def show_leaving(call: Call) -> Answer:
    """Answer what a person leaves behind, and ask who takes it."""
    return _leaving(call, None)


def deactivate(call: Call) -> Answer:
    """Shut a person out at once."""
    number, texts, to = call.record_id, texts_of(call), chosen_id(call, "to")
    leaver = Leaver(number, call.actor, to)
    try:
        with administering(call) as conn:
            moved = hand_on(call.installation, conn, leaver)
    except Invalid as error:
        return _leaving(call, to, [text_of(texts, each.code, dict(each.params)) for each in error.issues])
    except Conflict as error:
        return go(call, f"{HOME}/{number}", text_of(texts, error.reason, dict(error.params)), "danger")
    said = [
        texts.t("ui.people.deactivated"),
        *([texts.t("screen.flow.handed_on", count=moved)] if moved else []),
    ]
    return go(call, f"{HOME}/{number}", texts.t("ui.common.separator").join(said))


def _leaving(call: Call, to: int | None, errors: Iterable[str] = ()) -> Answer:
    entry, texts, wrong = people.get_person(call.conn, call.record_id), texts_of(call), tuple(errors)
    url = f"{HOME}/{entry.id}"
    if not entry.active:
        return redirect(url)
    field = replace(
        person_field(call, "to", "ui.people.leave_to", to, wrong), help=texts.t("ui.people.leave_to_help")
    )
    title = texts.t("ui.people.leave_title", name=entry.name)
    model = LeavingPage(title, f"{url}/deactivate", url, entry.name, left_open(call.conn, entry.id), field)
    crumbs = [Link(texts.t("ui.people.title"), HOME), Link(entry.name, url)]
    return page(call, "pages/person_leaving.html", model, crumbs, status=422 if wrong else 200)


def activate(call: Call) -> Answer:
    """Let a person in again."""
    number = call.record_id
    with administering(call) as conn:
        people.activate(conn, number)
    return go(call, f"{HOME}/{number}", texts_of(call).t("ui.people.activated"))


def back(call: Call) -> Answer:
    """Lead an address that only takes posts to the person's page."""
    return redirect(f"{HOME}/{call.record_id}")


def _changes(call: Call) -> dict[str, Any]:
    """Return what was posted of a profile, named as the profile names it."""
    names = posted_names(call)
    found: dict[str, Any] = {path: call.field(name) for name, path in _TEXTS.items() if name in names}
    found |= {path: chosen_id(call, name) for name, path in _IDS.items() if name in names}
    if "admin" in names:
        found["admin"] = "yes" in names["admin"]
    return found


def _chosen_roles(call: Call) -> frozenset[int] | None:
    names = posted_names(call)
    if "role" not in names:
        return None
    return frozenset(each.uid for each in known_roles(call) if each.name in names["role"])


def _set_roles(conn: sa.Connection, number: int, roles: Collection[int], known: Collection[int]) -> None:
    """Give a person these roles; what they hold of apps that are not shown stays."""
    held = people.roles_held(conn, [number]).get(number, frozenset())
    people.set_roles(conn, number, (held - set(known)) | set(roles))


def _posted(call: Call) -> dict[str, str]:
    return {name: values[-1] for name, values in posted_names(call).items() if name != "role"}


def _values(entry: Entry) -> dict[str, str]:
    texts = {name: getattr(entry, path) or "" for name, path in (_TEXTS | _IDS).items()}
    return {name: str(text) for name, text in texts.items()} | {"admin": "yes" if entry.admin else ""}


def _form(
    call: Call,
    entry: Entry | None,
    values: Mapping[str, str],
    held: Collection[int],
    issues: Iterable[Shown] = (),
) -> Answer:
    texts, tree, shown = texts_of(call), people.load_tree(call.conn), tuple(issues)
    manager = values.get("manager", "")
    wrong = [each.text for each in shown if each.name == "manager"]
    title = entry.name if entry else texts.t("ui.people.add_person")
    model = PersonPage(
        title=title,
        url=f"{HOME}/{entry.id}" if entry else f"{HOME}/new",
        manager=person_field(
            call, "manager", "ui.people.manager", int(manager) if manager.isdecimal() else None, wrong
        ),
        person=card(entry, tree) if entry else None,
        values=dict(values),
        departments=department_items(tree),
        roles=_role_choices(call, held),
        admin=values.get("admin") == "yes",
        active=entry is None or entry.active,
        issues=shown,
        actions=_actions(call, entry) if entry else (),
    )
    crumbs = [Link(texts.t("ui.people.title"), HOME)]
    return page(call, "pages/person.html", model, crumbs, status=422 if shown else 200)


def _role_choices(call: Call, held: Collection[int]) -> tuple[RoleChoice, ...]:
    found = []
    for label, group in groupby(known_roles(call), key=lambda each: (each.app, each.app_label)):
        roles = list(group)
        names = frozenset(each.name for each in roles if each.uid in held)
        found.append(RoleChoice(label[1], tuple(Item(each.name, each.label) for each in roles), names))
    return tuple(found)


def _actions(call: Call, entry: Entry) -> tuple[Action, ...]:
    t, url = texts_of(call).t, f"{HOME}/{entry.id}"
    if not entry.active:
        return (Action(t("ui.people.activate"), f"{url}/activate", "post", "user-check"),)
    found = [Action(t("ui.people.reset_password"), f"{url}/link", "post", "link")]
    if call.person and call.person.id != entry.id:
        leave, confirm = f"{url}/deactivate", t("ui.people.deactivate_confirm")
        if left_open(call.conn, entry.id):
            found.append(Action(t("ui.people.deactivate"), leave, "get", "lock", "danger"))
        else:
            found.append(Action(t("ui.people.deactivate"), leave, "post", "lock", "danger", confirm))
    return tuple(found)
