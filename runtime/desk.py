"""A person's to-dos and notices, whatever the door: how they read, and what may be done with them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property

import sqlalchemy as sa

from engines.flow.rows import Instance
from engines.form import AppModel, FormModel
from engines.store import notices, todos
from engines.store.notices import KeptNotice, Level, Notice
from engines.store.people import Person, names
from engines.store.people.meant import active
from engines.store.reading.labels import titles
from engines.store.said import Said
from engines.store.saying import Teller
from engines.store.todos import KeptTodo, Todo, TodoKind, TodoState
from frontend.texts import Texts
from runtime.giving import Heir
from runtime.web.answers import texts_of
from runtime.web.call import Call
from schemas.elements import LOCALES
from schemas.errors import Conflict, Forbidden, Invalid, Issue, NotFound

DONE = "done"
COMMENT = 1000
TODOS, NOTICES = "/todos", "/notices"
_HERE = frozenset({TodoKind.rule, TodoKind.own})


@dataclass(frozen=True, slots=True)
class About:
    """The record a to-do or notice is about; blank where the person may not see it."""

    form: str = ""
    id: str = ""
    label: str = ""
    url: str = ""


@dataclass(eq=False)
class Desk:
    """The lists of one person. Texts are told as the person may read them."""

    call: Call
    _tellers: dict[str, Teller] = field(default_factory=dict)
    _titles: dict[tuple[str, int], dict[int, str]] = field(default_factory=dict)
    _names: dict[int, str] = field(default_factory=dict)

    def look_up(self, kept: Sequence[KeptTodo | KeptNotice]) -> None:
        """Read at once what the rows of a page are about and who handed them on, however many there are."""
        self.read_titles(each.todo if isinstance(each, KeptTodo) else each.notice for each in kept)
        self._names |= names(self.call.conn, {who for each in kept for who in _people(each)})

    def read_titles(self, said: Iterable[Todo | Notice | Instance]) -> None:
        """Read at once what several things are about."""
        wanted: dict[tuple[str, int], set[int]] = {}
        for each in said:
            if each.form_uid is not None and each.record_id is not None:
                wanted.setdefault((each.app, each.form_uid), set()).add(each.record_id)
        for (app, uid), ids in wanted.items():
            self._titles[app, uid] = self._read(app, self.form(app, uid), ids)

    def name(self, user_id: int | None) -> str:
        """Return what somebody is called, who was looked up."""
        return self._names.get(user_id or 0, "")

    @cached_property
    def apps(self) -> Mapping[str, AppModel]:
        """Return every app."""
        return self.call.installation.apps(self.call.conn, self.call.epoch)

    def told(self, app: str, said: Said | None, form_uid: int | None, record_id: int | None) -> str:
        """Return a text; one of an app that is gone keeps its words only."""
        if said is None:
            return ""
        if app not in self.apps:
            return "".join(part for part in said.parts(texts_of(self.call).locale) if isinstance(part, str))
        if app not in self._tellers:
            box, locale = self.call.installation, texts_of(self.call).locale
            self._tellers[app] = Teller(box.store, self.call.conn, self.apps[app], self.call.access, locale)
        return self._tellers[app].text(said, form_uid, record_id)

    def app_label(self, key: str) -> str:
        """Return what an app is called."""
        app = self.apps.get(key)
        return key if app is None else texts_of(self.call).label(app.definition.label)

    def form(self, app: str, uid: int | None) -> FormModel | None:
        """Return a form by its uid, None where it is gone."""
        model = self.apps.get(app)
        forms = () if model is None else model.forms.values()
        return next((each for each in forms if each.uid == uid), None)

    def about(self, app: str, uid: int | None, record_id: int | None) -> About:
        """Return what the record is called and where it is."""
        form = self.form(app, uid)
        if form is None or uid is None or record_id is None:
            return About()
        found = self._titles.get((app, uid))
        if found is None:
            found = self._read(app, form, {record_id})
        if record_id not in found:
            return About()
        label = f"{texts_of(self.call).label(form.definition.label)} {found[record_id]}"
        return About(form.key, str(record_id), label, f"/a/{app}/{form.key}/{record_id}")

    def _read(self, app: str, form: FormModel | None, ids: set[int]) -> dict[int, str]:
        if form is None:
            return {}
        call = self.call
        return titles(call.installation.store, call.conn, self.apps[app], call.access, form, ids)

    def flow(self, instance: Instance) -> str:
        """Return what the flow of an instance is called, blank where it cannot be read any more."""
        app, call = self.apps.get(instance.app), self.call
        if app is None:
            return ""
        try:
            graph = call.installation.flows.graphs.pinned(call.conn, app, instance.flow_uid, instance.version)
        except NotFound:
            return ""
        return graph.name(texts_of(call).locale)


def person_of(call: Call) -> Person:
    """Return who asks."""
    if call.person is None:
        raise NotFound
    return call.person


@contextmanager
def writing(call: Call, *others: int | None) -> Iterator[sa.Connection]:
    """Open a transaction; the reading snapshot is given back first. ``others``: whom it concerns too."""
    call.release()
    with call.installation.db.write() as conn:
        yield conn
    call.installation.store.tell([person_of(call).id, *(each for each in others if each is not None)])


def concerned(call: Call, number: int) -> list[int]:
    """Return whose badges change with a to-do: who wrote it, and whose it is or to whom it is offered.

    Raises NotFound.
    """
    todo = todos.get_todo(call.conn, number).todo
    holders = Heir(todo.user_id, todo.role_uid, todo.department_id).people(call.conn)
    return holders if todo.maker is None else [todo.maker, *holders]


def _people(kept: KeptTodo | KeptNotice) -> Iterator[int]:
    """Yield who is named beside a row."""
    if isinstance(kept, KeptTodo):
        several = (
            kept.todo.user_id,
            kept.todo.maker,
            kept.ended_by,
            *(each.get("by") for each in kept.steps),
        )
        yield from (each for each in several if each)


def acts(kept: KeptTodo, person: Person) -> Iterator[str]:
    """Yield what a person may do with a to-do here; what a flow asks is decided on its own page."""
    here, made = kept.todo.kind in _HERE, kept.todo.maker == person.id
    if kept.state is TodoState.open and kept.may_be_done_by(person):
        if kept.todo.user_id is None:
            yield "take"
        if here:
            yield "done"
            yield "transfer"
        if kept.todo.kind is TodoKind.own:
            yield "edit"
        if made:
            yield "drop"
    elif kept.state is TodoState.open and made:
        yield "edit"
        yield "drop"
    elif kept.state is TodoState.done and here and kept.ended_by == person.id:
        yield "reopen"


def mine(conn: sa.Connection, person: Person, number: int) -> KeptTodo:
    """Return a to-do that is the person's, is offered to them, or was written or done by them.

    Raises NotFound.
    """
    kept = todos.get_todo(conn, number)
    if person.id not in {kept.ended_by, kept.todo.maker} and not kept.may_be_done_by(person):
        raise NotFound
    return kept


def finish(call: Call, conn: sa.Connection, number: int) -> None:
    """Say that a to-do is done; whoever gave it to somebody else is told."""
    person, box = person_of(call), call.installation
    kept = _doable(conn, person, number)
    todos.finish_todo(conn, box.clock, kept.id, DONE, person.id)
    maker = kept.todo.maker
    if maker is not None and maker != person.id:
        notices.notify(conn, box.ids, box.clock, [maker], _of_todo(call, kept, "work.told_done"))


def take(call: Call, conn: sa.Connection, number: int) -> None:
    """Take a to-do that is offered to a role or department."""
    person = person_of(call)
    kept = todos.get_todo(conn, number)
    if not kept.todo.meant_for(person):
        raise NotFound
    todos.claim_todo(conn, call.installation.clock, number, person)


def reopen(call: Call, conn: sa.Connection, number: int) -> None:
    """Take back that it is done."""
    person = person_of(call)
    kept = mine(conn, person, number)
    if kept.todo.kind not in _HERE:
        raise Conflict("todo.decided_elsewhere")
    todos.reopen_todo(conn, call.installation.clock, number, person.id)


def drop(call: Call, conn: sa.Connection, number: int) -> None:
    """Take back what one wrote: nobody need do it."""
    person = person_of(call)
    kept = mine(conn, person, number)
    if kept.todo.maker != person.id:
        raise Conflict("todo.not_own")
    todos.cancel_todo(conn, call.installation.clock, number, "dropped")


def transfer(call: Call, conn: sa.Connection, number: int, to: int | None, comment: str) -> None:
    """Hand a to-do to a colleague, who is told. Raises Invalid with what is wrong."""
    person, box = person_of(call), call.installation
    kept, comment = _doable(conn, person, number), comment.strip()
    issues = []
    if to is None or not active(conn, [to]):
        issues.append(Issue("to", "todo.no_such_person" if to else "field.required"))
    elif to == kept.todo.user_id:
        issues.append(Issue("to", "todo.to_oneself"))
    if len(comment) > COMMENT:
        issues.append(Issue("comment", "field.too_long", {"max_length": COMMENT}))
    if to is None or issues:
        raise Invalid(issues)
    todos.transfer_todo(conn, box.clock, number, to, person.id, comment)
    notices.notify(conn, box.ids, box.clock, [to], _of_todo(call, kept, "work.handed", comment))


def _doable(conn: sa.Connection, person: Person, number: int) -> KeptTodo:
    kept = mine(conn, person, number)
    if kept.todo.kind not in _HERE:
        raise Conflict("todo.decided_elsewhere")
    if kept.state is not TodoState.open:
        raise Conflict("todo.not_open")
    if not kept.may_be_done_by(person):
        raise Forbidden
    return kept


def tell(call: Call, conn: sa.Connection, number: int, to: Collection[int], code: str) -> None:
    """Tell colleagues what they were given to do."""
    box, kept = call.installation, todos.get_todo(conn, number)
    notices.notify(conn, box.ids, box.clock, to, _of_todo(call, kept, code))


def _of_todo(call: Call, kept: KeptTodo, code: str, comment: str = "") -> Notice:
    texts, said = call.installation.renderer.texts, {"name": person_of(call).name}
    found = notice_of(texts, kept, code, f"{code}:{len(kept.steps)}", **said)
    return replace(found, body=Said.plain(comment)) if comment else found


def notice_of(texts: Mapping[str, Texts], kept: KeptTodo, code: str, unique: str, **said: str) -> Notice:
    """Return what is told of a to-do: the same words, so that nothing is told that may not be read."""
    todo = kept.todo
    words = {each: (texts[each].t(code, **said), *todo.title.parts(each)) for each in LOCALES}
    return Notice(
        todo.app, replace(todo.title, texts=words), todo.body, Level.normal, todo.form_uid, todo.record_id,
        todo.cause_id, f"todo:{kept.id}:{unique}", f"todo:{kept.id}", TODOS,
    )  # fmt: skip
