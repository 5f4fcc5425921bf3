"""What there is to do, over all apps: to-dos and tasks of flows; what one did, began, and got as a copy."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from engines.flow.reading import started_by
from engines.flow.rows import Instance
from engines.store import notices
from engines.store.notices import KeptNotice, Level
from engines.store.people import names
from engines.store.todo_lists import Asked, Counts, Place, Which, count_todos, list_todos
from engines.store.todos import KeptTodo
from frontend.views import Action, Link, Shell
from frontend.work import WorkPage, WorkRow
from runtime import desk
from runtime.desk import Desk, person_of
from runtime.screens.people.frame import moments
from runtime.screens.shell import go, page, texts_of
from runtime.web.call import Answer, Call, id_in

TODOS, NOTICES = desk.TODOS, "/notices"
_TABS = ("open", "overdue", "done", "started", "copies")
_ASKED = {"transfer", "edit"}  # on a page of their own
_ICONS = {
    "edit": "edit", "done": "check", "take": "user-check", "transfer": "switch-horizontal",
    "reopen": "arrow-back-up",
}  # fmt: skip
_COLORS = {"running": "blue", "approved": "green", "done": "green", "rejected": "red"}
_SHOWN = 50


def counts(call: Call) -> tuple[Counts, int]:
    """Return how much there is to do and how much is not read; stands on every page."""
    if call.person is None:
        return Counts(), 0
    now = call.installation.clock.now()
    return count_todos(call.conn, call.person, now), notices.count_unread(call.conn, call.person.id)


def pressing(call: Call) -> tuple[WorkRow, int] | None:
    """Return the oldest notice that must be acknowledged and is not, and how many more there are."""
    found = [] if call.person is None else notices.pressing(call.conn, call.person.id, _SHOWN)
    return (notice_row(Desk(call), found[0]), len(found) - 1) if found else None


def show_badges(call: Call) -> Answer:
    """Answer how much waits, for a page that is open already."""
    much, unread = counts(call)
    renderer, locale = call.installation.renderer, texts_of(call).locale
    shell = Shell("", "", "", todos=much.open, unread=unread)
    html = renderer.render("pages/badges.html", locale, "auto", "", shell=shell)
    return Answer(200, html.encode(), "text/html; charset=utf-8", {"Cache-Control": "no-store"})


def show_todos(call: Call) -> Answer:
    """Answer one of the person's lists."""
    t, asked = texts_of(call).t, call.query.get("show", "")
    show = asked if asked in _TABS else "open"
    told = Desk(call)
    app = wanted if (wanted := call.query.get("app", "")) in told.apps else None
    rows, following = _list(told, show, app)
    kept = {"show": show} | ({"app": app} if app else {})
    model = WorkPage(
        t("work.todos"), "list-check", tuple(_tabs(call, show, app)), tuple(rows), t(f"work.none_{show}"),
        f"{TODOS}?{urlencode({**kept, 'after': following})}" if following else "",
        (Action(t("work.new"), f"{TODOS}/new", icon="plus", style="primary"),),
        tuple(_filters(told, show, app)),
    )  # fmt: skip
    return page(call, "pages/work.html", model)


def _list(told: Desk, show: str, app: str | None) -> tuple[list[WorkRow], str]:
    call = told.call
    person, after = person_of(call), call.query.get("after", "")
    if show == "started":
        flows = started_by(call.conn, person.id, app, _SHOWN + 1, id_in(after))
        rows = [_flow_row(told, each) for each in flows[:_SHOWN]]
        return rows, str(flows[_SHOWN - 1].id) if len(flows) > _SHOWN else ""
    if show == "copies":
        asked = notices.Asked(copies=True, app=app, after=id_in(after), limit=_SHOWN)
        found = notices.list_notices(call.conn, person.id, asked)
        return [notice_row(told, each) for each in found.notices], str(found.next or "")
    which = Which(show)
    todos = list_todos(
        call.conn, person, call.installation.clock.now(), Asked(which, app, _place(after), _SHOWN)
    )
    following = "" if todos.next is None else f"{todos.next[0]}.{todos.next[1]}"
    return [_todo_row(told, each, which) for each in todos.todos], following


def _tabs(call: Call, show: str, app: str | None) -> Iterator[Link]:
    much = count_todos(call.conn, person_of(call), call.installation.clock.now(), app)
    numbers = {"open": much.open, "overdue": much.overdue}
    for name in _TABS:
        count = str(numbers.get(name) or "")
        yield Link(texts_of(call).t(f"work.{name}"), _url(name, app), "", name == show, count)


def _filters(told: Desk, show: str, app: str | None) -> Iterator[Link]:
    """Yield the apps to choose from, where there are several that the person may see."""
    from runtime.screens.shell import app_cards  # which counts what waits, on every page

    cards = list(app_cards(told.call))
    if len(cards) < 2:
        return
    yield Link(texts_of(told.call).t("work.all_apps"), _url(show, None), "", app is None)
    for each in cards:
        yield Link(each.name, _url(show, each.key), each.icon, each.key == app)


def _url(show: str, app: str | None) -> str:
    asked = ({"show": show} if show != "open" else {}) | ({"app": app} if app else {})
    return f"{TODOS}?{urlencode(asked)}" if asked else TODOS


def _place(text: str) -> Place | None:
    due, _, number = text.partition(".")
    found = (id_in(due), id_in(number))
    return None if found[0] is None or found[1] is None else (found[0], found[1])


# -------------------------------------------------------------------- rows


def _todo_row(told: Desk, kept: KeptTodo, which: Which) -> WorkRow:
    call, todo = told.call, kept.todo
    t, now = texts_of(call).t, call.installation.clock.now()
    about = told.about(todo.app, todo.form_uid, todo.record_id)
    moment = kept.ended_at if which is Which.done else todo.due
    late = which is not Which.done and todo.due is not None and todo.due < now
    marks = [t("work.late")] if late else []
    if todo.user_id is None:
        marks.append(t("work.offered"))
    when = None if moment is None else moments(call)(moment)
    code = "work.done_at" if which is Which.done else "work.due_at"
    return WorkRow(
        told.told(todo.app, todo.title, todo.form_uid, todo.record_id),
        told.told(todo.app, todo.body, todo.form_uid, todo.record_id), todo.link or about.url, about.label,
        when, t(code, when=when.text) if when else "", tuple(marks), late, tuple(_acts(call, kept)),
        tuple(_steps(call, kept)),
    )  # fmt: skip


def _acts(call: Call, kept: KeptTodo) -> Iterator[Action]:
    """Yield what may be done here; handing over is asked about on a page of its own."""
    t = texts_of(call).t
    for name in desk.acts(kept, person_of(call)):
        method = "get" if name in _ASKED else "post"
        yield Action(t(f"work.act.{name}"), f"{TODOS}/{kept.id}/{name}", method, _ICONS[name])


def _steps(call: Call, kept: KeptTodo) -> Iterator[str]:
    """Yield who handed it over, and why."""
    ids = {each["by"] for each in kept.steps if each.get("by")}
    people = names(call.conn, ids) if ids else {}
    for each in kept.steps:
        if each["what"] == "transferred":
            name = people.get(each.get("by") or 0, "")
            said = each.get("comment", "")
            code = "work.handed_by_with" if said else "work.handed_by"
            yield texts_of(call).t(code, name=name, comment=said)


def _flow_row(told: Desk, instance: Instance) -> WorkRow:
    call = told.call
    t, about = texts_of(call).t, told.about(instance.app, instance.form_uid, instance.record_id)
    state = t(f"screen.flow.state.{instance.state.value}")
    when = moments(call)(instance.started_at)
    return WorkRow(
        told.flow(instance) or t("work.gone_flow"), "", about.url, about.label, when,
        t("work.started_at", when=when.text), (state,), color=_COLORS.get(instance.state.value, "gray"),
    )  # fmt: skip


def notice_row(told: Desk, kept: KeptNotice, back: str = "") -> WorkRow:
    """Return a notice with what may be done about it; ``back``: where to go on from there."""
    call, notice = told.call, kept.notice
    t = texts_of(call).t
    about = told.about(notice.app, notice.form_uid, notice.record_id)
    marks = [t("work.must")] if notice.level is Level.must and kept.read_at is None else []
    marks += [t("work.copy")] if notice.copy else []
    word = "work.acknowledge" if notice.level is Level.must else "work.read"
    act = Action(t(word), f"{NOTICES}/{kept.id}/read", "post", "check", fields=(("next", back or call.path),))
    return WorkRow(
        told.told(notice.app, notice.title, notice.form_uid, notice.record_id),
        told.told(notice.app, notice.body, notice.form_uid, notice.record_id), notice.link or about.url,
        about.label, moments(call)(kept.created_at), "", tuple(marks), kept.read_at is None,
        () if kept.read_at else (act,),
    )  # fmt: skip


# -------------------------------------------------------------------- acts


def finish(call: Call) -> Answer:
    """Say that a to-do is done; the next page offers to take that back."""
    with desk.writing(call) as conn:
        desk.finish(call, conn, call.record_id)
    undo = Action(texts_of(call).t("work.act.reopen"), f"{TODOS}/{call.record_id}/reopen", "post")
    return go(call, TODOS, texts_of(call).t("work.finished"), undo=undo)


def take(call: Call) -> Answer:
    """Take a to-do that is offered to a role."""
    with desk.writing(call) as conn:
        desk.take(call, conn, call.record_id)
    return go(call, TODOS, texts_of(call).t("work.taken"))


def reopen(call: Call) -> Answer:
    """Take back that it is done."""
    with desk.writing(call) as conn:
        desk.reopen(call, conn, call.record_id)
    return go(call, TODOS, texts_of(call).t("work.reopened"))
