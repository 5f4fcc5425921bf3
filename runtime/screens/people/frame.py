"""What the pages about people share: tabs, choices, names, and the transaction of an administrator."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from engines.store import people
from engines.store.people import Entry, Tree
from frontend.formats import Moment
from frontend.views import FieldView, Item, Link, Person
from runtime.due import zone_of
from runtime.screens.shell import texts_of
from runtime.web.call import Call
from schemas.errors import Forbidden, NotFound

HOME = "/people"
FIND = "/people/find"
_TABS = {
    "people": HOME,
    "bulk": "/people/bulk",
    "invites": "/people/invitations",
    "roles": "/people/roles",
    "designers": "/people/designers",
}
_OFFERED = 20  # of those to choose from where no script searches for more


def tabs(call: Call, active: str) -> tuple[Link, ...]:
    """Return the tabs of the pages."""
    t = texts_of(call).t
    return tuple(Link(t(f"ui.people.tab_{name}"), url, active=name == active) for name, url in _TABS.items())


@contextmanager
def administering(call: Call) -> Iterator[sa.Connection]:
    """Open a transaction for a change; whoever has lost the right meanwhile is refused."""
    call.release()
    box, mine = call.installation, call.person.id if call.person else 0
    with box.db.write() as conn:
        current = box.current(conn)
        if current != call.epoch:
            person = box.person(conn, mine, current)
            if person is None or not person.admin:
                raise Forbidden
        yield conn
    call.epoch = box.current(call.conn)


def card(entry: Entry, tree: Tree) -> Person:
    """Return a person as cards and lists show them."""
    department = tree.by_id.get(entry.department_id or 0)
    name = department.name if department else ""
    return Person(str(entry.id), entry.name, entry.login, department=name, url=f"{HOME}/{entry.id}")


def department_items(tree: Tree, without: Collection[int] = ()) -> tuple[Item, ...]:
    """Return the departments to choose from, by their paths."""
    return tuple(
        Item(str(each.id), tree.path(each.id)) for each, _ in tree.listing() if each.id not in without
    )


def person_field(
    call: Call, name: str, label: str, chosen: int | None, errors: Iterable[str] = ()
) -> FieldView:
    """Return an input for somebody: the chosen one, the first few, and a search for the rest."""
    items: tuple[Item, ...] = ()
    if chosen is not None and (found := people.names(call.conn, [chosen])):
        items = (Item(str(chosen), found[chosen]),)
    first = people.search_people(call.conn, "", _OFFERED)
    options = {"lookup_url": FIND, "choices": [{"id": str(each.id), "text": each.name} for each in first]}
    value = str(chosen) if chosen is not None else None
    return FieldView(
        name, "member", texts_of(call).t(label), width=6, options=options, value=value, items=items,
        errors=tuple(errors),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class KnownRole:
    """A role of a published app."""

    app: str
    key: str
    uid: int
    app_label: str
    label: str

    @property
    def name(self) -> str:
        """Return what forms post."""
        return f"{self.app}/{self.key}"


def known_roles(call: Call) -> tuple[KnownRole, ...]:
    """Return the roles of every app in the reader's language."""
    label = texts_of(call).label
    return tuple(
        KnownRole(app.key, role.key, app.roles[role.key], label(app.definition.label), label(role.label))
        for app in call.installation.apps(call.conn, call.epoch).values()
        for role in app.definition.roles
    )


def moments(call: Call) -> Callable[[datetime | str], Moment]:
    """Return the writer of moments."""
    texts = texts_of(call)
    return call.installation.renderer.formats[texts.locale].moment(
        zone_of(call), call.installation.clock.now()
    )


def chosen_id(call: Call, name: str) -> int | None:
    """Return a posted id, None where nothing was chosen. Raises NotFound for what cannot be one."""
    text = call.field(name).strip()
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise NotFound
    return int(text)


def posted_names(call: Call) -> Mapping[str, list[str]]:
    """Return every posted text by its name."""
    found: dict[str, list[str]] = {}
    for name, value in call.posted:
        if isinstance(value, str):
            found.setdefault(name, []).append(value)
    return found
