"""To-dos that people write for themselves: what, until when, and perhaps about which record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import sqlalchemy as sa

from engines.form import FormModel
from engines.form.readers.texts import one_line
from engines.query import Query
from engines.store import reading, todos
from engines.store.said import Said
from engines.store.todos import KeptTodo, Todo, TodoKind, TodoState
from runtime import desk
from runtime.desk import person_of
from runtime.due import Until
from runtime.giving import ONESELF, Heir
from runtime.web.call import Call
from schemas.elements import Action
from schemas.errors import Conflict, Invalid, Issue, NotFound

_TITLE, _BODY = 200, 2000
_WHENEVER = Until()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody writes."""

    title: str
    body: str = ""
    until: Until = _WHENEVER

    def issues(self) -> Iterator[Issue]:
        """Yield what is wrong with it."""
        if not self.title:
            yield Issue("title", "field.required")
        for name, text, most in (("title", self.title, _TITLE), ("body", self.body, _BODY)):
            if len(text) > most:
                yield Issue(name, "field.too_long", {"max_length": most})

    @classmethod
    def of(cls, title: str, body: str, until: Until) -> Wanted:
        """Return it tidied up. Raises Invalid."""
        found = cls(one_line(title), body.strip(), until)
        if issues := list(found.issues()):
            raise Invalid(issues)
        return found

    def told(self, before: Todo) -> Todo:
        """Return a to-do that says it."""
        body, until = Said.plain(self.body) if self.body else None, self.until
        return replace(before, title=Said.plain(self.title), body=body, due=until.due, remind=until.remind)


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
    made = Todo(
        app, TodoKind.own, Said.plain(wanted.title), None, uid, record, person.id if to.nobody else to.user,
        to.role, source=todos.source_of(person.id), department_id=to.department,
    )  # fmt: skip
    number = todos.add_todo(conn, box.ids, box.clock, wanted.told(made))
    others = [each for each in to.people(conn) if each != person.id]
    if others:
        desk.tell(call, conn, number, others, "work.told_given" if to.user else "work.told_offered")
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
    todos.reword_todo(conn, call.installation.clock, kept.id, wanted.told(kept.todo))


def words(said: Said | None) -> str:
    """Return a text that somebody wrote, which is the same in every language."""
    return "" if said is None else "".join(each for each in said.parts("en") if isinstance(each, str))
