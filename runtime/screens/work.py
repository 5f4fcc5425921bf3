"""What there is to do and what one was told: lists for one person, over all apps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from engines.form import AppModel, FormModel
from engines.store import notices, todos
from engines.store.notices import KeptNotice, Level
from engines.store.reading.labels import titles
from engines.store.said import Said
from engines.store.saying import Teller
from engines.store.todo_lists import Asked, Counts, Place, Which, count_todos, list_todos
from engines.store.todos import KeptTodo, TodoKind
from frontend.views import Action, Link
from frontend.work import WorkPage, WorkRow
from runtime.screens.people.frame import moments
from runtime.screens.shell import form_url, go, page, texts_of
from runtime.web.call import Answer, Call, id_in
from schemas.errors import Conflict, NotFound

TODOS, NOTICES = "/todos", "/notices"
_DONE = "done"


@dataclass(eq=False)
class _Desk:
    """The lists of one person. Texts are told as the person may read them."""

    call: Call
    _tellers: dict[str, Teller] = field(default_factory=dict)

    @cached_property
    def apps(self) -> Mapping[str, AppModel]:
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

    def form(self, app: str, uid: int | None) -> FormModel | None:
        model = self.apps.get(app)
        forms = () if model is None else model.forms.values()
        return next((each for each in forms if each.uid == uid), None)

    def about(self, app: str, uid: int | None, record_id: int | None) -> tuple[str, str]:
        """Return what the record is called and where it is; blank where the person may not see it."""
        form = self.form(app, uid)
        if form is None or record_id is None:
            return "", ""
        call = self.call
        found = titles(call.installation.store, call.conn, self.apps[app], call.access, form, {record_id})
        if record_id not in found:
            return "", ""
        label = texts_of(call).label(form.definition.label)
        return f"{label} {found[record_id]}", f"{form_url(form)}/{record_id}"


def person_id(call: Call) -> int:
    """Return who asks."""
    if call.person is None:
        raise NotFound
    return call.person.id


def counts(call: Call) -> tuple[Counts, int]:
    """Return how much there is to do and how much is not read; stands on every page."""
    if call.person is None:
        return Counts(), 0
    now = call.installation.clock.now()
    return count_todos(call.conn, call.person, now), notices.count_unread(call.conn, call.person.id)


def pressing(call: Call) -> WorkRow | None:
    """Return the oldest notice that must be acknowledged and is not."""
    found = [] if call.person is None else notices.pressing(call.conn, call.person.id, 1)
    return _notice_row(_Desk(call), found[0]) if found else None


def show_todos(call: Call) -> Answer:
    """Answer what the person has to do, or has done."""
    which = Which(asked) if (asked := call.query.get("show", "")) in set(Which) else Which.open
    person = call.person
    if person is None:
        raise NotFound
    t, now, desk = texts_of(call).t, call.installation.clock.now(), _Desk(call)
    found = list_todos(call.conn, person, now, Asked(which, after=_place(call)))
    much = count_todos(call.conn, person, now)
    tabs = (
        Link(t("work.open"), TODOS, "", which is Which.open, str(much.open or "")),
        Link(t("work.overdue"), f"{TODOS}?show=overdue", "", which is Which.overdue, str(much.overdue or "")),
        Link(t("work.done"), f"{TODOS}?show=done", "", which is Which.done),
    )
    following = {"show": which.value, "after": f"{found.next[0]}.{found.next[1]}"} if found.next else {}
    model = WorkPage(
        t("work.todos"), "list-check", tabs, tuple(_todo_row(desk, each, which) for each in found.todos),
        t(f"work.none_{which}"), f"{TODOS}?{urlencode(following)}" if following else "",
    )  # fmt: skip
    return page(call, "pages/work.html", model)


def _place(call: Call) -> Place | None:
    due, _, number = call.query.get("after", "").partition(".")
    found = (id_in(due), id_in(number))
    return None if found[0] is None or found[1] is None else (found[0], found[1])


def _todo_row(desk: _Desk, kept: KeptTodo, which: Which) -> WorkRow:
    call, todo = desk.call, kept.todo
    t, now = texts_of(call).t, call.installation.clock.now()
    about, url = desk.about(todo.app, todo.form_uid, todo.record_id)
    moment = kept.ended_at if which is Which.done else todo.due
    late = which is not Which.done and todo.due is not None and todo.due < now
    marks = [t("work.late")] if late else []
    if todo.user_id is None:
        marks.append(t("work.offered"))
    when = None if moment is None else moments(call)(moment)
    code = "work.done_at" if which is Which.done else "work.due_at"
    return WorkRow(
        desk.told(todo.app, todo.title, todo.form_uid, todo.record_id),
        desk.told(todo.app, todo.body, todo.form_uid, todo.record_id), todo.link or url, about, when,
        t(code, when=when.text) if when else "", tuple(marks), late,
        () if which is Which.done else tuple(_todo_actions(call, kept)),
    )  # fmt: skip


def _todo_actions(call: Call, kept: KeptTodo) -> Iterator[Action]:
    """Yield what may be done here; what an engine asked for is decided on its own page."""
    t = texts_of(call).t
    if kept.todo.user_id is None:
        yield Action(t("work.take"), f"{TODOS}/{kept.id}/take", "post", "user-check")
    if kept.todo.kind in {TodoKind.rule, TodoKind.own}:
        yield Action(t("work.finish"), f"{TODOS}/{kept.id}/done", "post", "check")


def finish(call: Call) -> Answer:
    """Say that a to-do is done."""
    number, person = call.record_id, call.person
    call.release()
    box = call.installation
    with box.db.write() as conn:
        kept = todos.get_todo(conn, number)
        if person is None or not kept.may_be_done_by(person):
            raise NotFound
        if kept.todo.kind not in {TodoKind.rule, TodoKind.own}:
            raise Conflict("todo.decided_elsewhere")
        todos.finish_todo(conn, box.clock, number, _DONE, person.id)
    return go(call, TODOS, texts_of(call).t("work.finished"))


def take(call: Call) -> Answer:
    """Take a to-do that is offered to a role."""
    number, person = call.record_id, call.person
    call.release()
    box = call.installation
    with box.db.write() as conn:
        kept = todos.get_todo(conn, number)
        if person is None or kept.todo.role_uid not in person.role_uids:
            raise NotFound
        todos.claim_todo(conn, box.clock, number, person)
    return go(call, TODOS, texts_of(call).t("work.taken"))


def show_notices(call: Call) -> Answer:
    """Answer what the person was told."""
    t, user, desk = texts_of(call).t, person_id(call), _Desk(call)
    found = notices.list_notices(call.conn, user, after=id_in(call.query.get("after", "")))
    unread = notices.count_unread(call.conn, user)
    all_read = Action(t("work.read_all"), f"{NOTICES}/read", "post", "check")
    model = WorkPage(
        t("work.notices"), "bell", (), tuple(_notice_row(desk, each) for each in found.notices),
        t("work.none_told"), f"{NOTICES}?after={found.next}" if found.next else "",
        (all_read,) if unread else (),
    )  # fmt: skip
    return page(call, "pages/work.html", model)


def _notice_row(desk: _Desk, kept: KeptNotice) -> WorkRow:
    call, told = desk.call, kept.notice
    t = texts_of(call).t
    about, url = desk.about(told.app, told.form_uid, told.record_id)
    marks = [t("work.must")] if told.level is Level.must and kept.read_at is None else []
    marks += [t("work.copy")] if told.copy else []
    word = "work.acknowledge" if told.level is Level.must else "work.read"
    fields = (("next", call.path),)
    actions: Sequence[Any] = () if kept.read_at else (
        Action(t(word), f"{NOTICES}/{kept.id}/read", "post", "check", fields=fields),
    )  # fmt: skip
    return WorkRow(
        desk.told(told.app, told.title, told.form_uid, told.record_id),
        desk.told(told.app, told.body, told.form_uid, told.record_id), told.link or url, about,
        moments(call)(kept.created_at), "", tuple(marks), kept.read_at is None, tuple(actions),
    )  # fmt: skip


def read_one(call: Call) -> Answer:
    """Say that a notice was read; one that must be is acknowledged by it."""
    number, user = call.record_id, person_id(call)
    call.release()
    with call.installation.db.write() as conn:
        notices.mark_read(conn, call.installation.clock, user, number)
    asked = call.field("next")
    return go(call, asked if asked.startswith("/") and not asked.startswith(("//", "/\\")) else NOTICES)


def read_all(call: Call) -> Answer:
    """Say that everything was read, but what must be acknowledged one by one."""
    user = person_id(call)
    call.release()
    with call.installation.db.write() as conn:
        notices.mark_all_read(conn, call.installation.clock, user)
    return go(call, NOTICES)
