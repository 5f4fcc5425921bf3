"""To whom a to-do is given: a colleague, or a role or department whose first to take it has it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import sqlalchemy as sa

from engines.access import Access
from engines.form import AppModel
from engines.store import people
from engines.store.people.meant import active, sharers
from frontend.views import Item
from runtime.web.answers import texts_of
from runtime.web.call import Answer, Call, id_in, json_answer
from schemas.elements import Action
from schemas.errors import Invalid, Issue

_OFFERED = 20
_KINDS = ("user", "role", "department")


@dataclass(frozen=True, slots=True)
class Heir:
    """One of the three, or nobody else."""

    user: int | None = None
    role: int | None = None
    department: int | None = None

    @property
    def nobody(self) -> bool:
        """Whether it is given to nobody else."""
        return self.user is None and self.role is None and self.department is None

    def people(self, conn: sa.Connection) -> list[int]:
        """Return whose it is, or who may take it."""
        return sharers(conn, self.role, self.department) if self.user is None else [self.user]


ONESELF = Heir()


def people_found(call: Call, search: str, without: int = 0) -> list[Item]:
    """Return colleagues whose names hold some words, with where they belong; but one of them."""
    tree = people.load_tree(call.conn)
    return [
        Item(str(each.id), each.name, note=tree.path(each.department_id or 0))
        for each in people.search_people(call.conn, search, _OFFERED)
        if each.id != without
    ]


def offer(found: Iterable[Item]) -> Answer:
    """Answer what may be picked, as inputs that search ask for it."""
    return json_answer({"data": [{"id": each.key, "text": each.text, "note": each.note} for each in found]})


def find(call: Call, search: str) -> list[Item]:
    """Return colleagues, then roles and departments, whose names hold some words."""
    texts = texts_of(call)
    found = [replace(each, key=f"user:{each.key}") for each in people_found(call, search)]
    wanted = search.strip().casefold()
    role, department = texts.t("work.a_role"), texts.t("work.a_department")
    several = [
        *(Item(f"role:{uid}", name, note=role) for uid, name in _roles(call)),
        *(
            Item(f"department:{each.id}", each.name, note=department)
            for each, _ in people.load_tree(call.conn).listing()
        ),
    ]
    return found + [each for each in several if wanted in each.text.casefold()][:_OFFERED]


def chosen(call: Call, said: str) -> tuple[Heir, Item | None]:
    """Return to whom it shall be given, and what they are called. Raises Invalid for whom there is not."""
    kind, _, number = said.strip().partition(":")
    found = id_in(number)
    if not said.strip():
        return ONESELF, None
    if kind in _KINDS and found is not None and (name := _name(call, kind, found)):
        return Heir(**{kind: found}), Item(said.strip(), name)
    raise Invalid([Issue("to", "todo.no_such_person")])


def _name(call: Call, kind: str, number: int) -> str:
    if kind == "user":
        return people.names(call.conn, [number]).get(number, "") if active(call.conn, [number]) else ""
    if kind == "role":
        return dict(_roles(call)).get(number, "")
    found = people.load_tree(call.conn).by_id.get(number)
    return "" if found is None else found.name


def _roles(call: Call) -> Iterator[tuple[int, str]]:
    """Yield the roles of the apps in which the person sees anything."""
    label = texts_of(call).label
    for app in call.installation.apps(call.conn, call.epoch).values():
        if _inside(app, call.access):
            for each in app.definition.roles:
                yield app.roles[each.key], label(each.label)


def _inside(app: AppModel, access: Access) -> bool:
    forms = (access.form(app, each) for each in app.forms.values() if each.parent is None)
    return any(each.may(Action.view) or each.may(Action.create) for each in forms)
