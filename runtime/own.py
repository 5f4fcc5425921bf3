"""To-dos that people write for themselves: what, until when, and perhaps about which record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from engines.form import FormModel
from engines.form.readers.texts import one_line
from engines.query import Query
from engines.store import reading, todos
from engines.store.said import Said
from engines.store.todos import KeptTodo, Todo, TodoKind, TodoState
from runtime import desk
from runtime.desk import person_of
from runtime.giving import ONESELF, Heir
from runtime.web.call import Call
from schemas.elements import Action
from schemas.errors import Conflict, Invalid, Issue, NotFound

_TITLE, _BODY = 200, 2000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody writes. ``due``: None for whenever."""

    title: str
    body: str = ""
    due: datetime | None = None

    def issues(self) -> Iterator[Issue]:
        """Yield what is wrong with it."""
        if not self.title:
            yield Issue("title", "field.required")
        for name, text, most in (("title", self.title, _TITLE), ("body", self.body, _BODY)):
            if len(text) > most:
                yield Issue(name, "field.too_long", {"max_length": most})

    @classmethod
    def of(cls, title: str, body: str, due: datetime | None) -> Wanted:
        """Return it tidied up. Raises Invalid."""
        found = cls(one_line(title), body.strip(), due)
        if issues := list(found.issues()):
            raise Invalid(issues)
        return found


def place(call: Call, app: str, form: str, record: int) -> FormModel:
    """Return the form of a record that the person may see. Raises NotFound."""
    box = call.installation
    model = box.apps(call.conn, call.epoch).get(app)
    found = None if model is None else model.forms.get(form)
    if model is None or found is None or not call.access.form(model, found).may(Action.view):
        raise NotFound
    reading.get(box.store, call.conn, model, call.access, Query(found.path, ()), record)
    return found


def add(
    call: Call, conn: sa.Connection, wanted: Wanted, about: tuple[FormModel, int] | None, to: Heir = ONESELF
) -> int:
    """Note something for oneself or for others, who are told, and return the to-do."""
    box, person = call.installation, person_of(call)
    app, uid, record = ("", None, None) if about is None else (about[0].app, about[0].uid, about[1])
    body = Said.plain(wanted.body) if wanted.body else None
    whose = person.id if to.nobody else to.user
    made = Todo(
        app, TodoKind.own, Said.plain(wanted.title), body, uid, record, whose, to.role, wanted.due,
        source=todos.source_of(person.id), department_id=to.department,
    )  # fmt: skip
    number = todos.add_todo(conn, box.ids, box.clock, made)
    if to.user not in {None, person.id}:
        desk.tell(call, conn, number, to.user or 0)
    return number


def own(conn: sa.Connection, call: Call, number: int) -> KeptTodo:
    """Return an open to-do that people wrote, and that is this person's. Raises NotFound and Conflict."""
    kept = desk.mine(conn, person_of(call), number)
    if kept.todo.kind is not TodoKind.own:
        raise Conflict("todo.not_own")
    if kept.state is not TodoState.open:
        raise Conflict("todo.not_open")
    return kept


def change(call: Call, conn: sa.Connection, number: int, wanted: Wanted) -> None:
    """Say it anew. Raises NotFound and Conflict."""
    kept = own(conn, call, number)
    body = Said.plain(wanted.body) if wanted.body else None
    todos.reword_todo(conn, kept.id, Said.plain(wanted.title), body, wanted.due)


def words(said: Said | None) -> str:
    """Return a text that somebody wrote, which is the same in every language."""
    return "" if said is None else "".join(each for each in said.parts("en") if isinstance(each, str))
