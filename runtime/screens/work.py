"""What there is to do, over all apps: to-dos and tasks of flows; what one did, began, and got as a copy."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from engines.flow.reading import started_by
from engines.store import notices
from engines.store.todo_lists import Asked, Counts, Place, Which, count_todos, list_todos
from frontend.views import Action, Link, Shell
from frontend.work import Composer, WorkPage, WorkRow
from runtime import desk, due
from runtime.desk import NOTICES, TODOS, Desk, person_of
from runtime.screens.here import back
from runtime.screens.shell import go, page, texts_of
from runtime.screens.work_rows import flow_row, notice_row, todo_row
from runtime.web.call import Answer, Call, id_in

__all__ = ["NOTICES", "TODOS"]

_TABS = ("open", "today", "overdue", "coming", "done", "assigned", "started", "copies")
_SHOWN = 50
CALENDAR = f"{TODOS}/calendar"


def counts(call: Call) -> tuple[Counts, int]:
    """Return how much there is to do and how much is not read; stands on every page."""
    if call.person is None:
        return Counts(), 0
    now = call.installation.clock.now()
    return count_todos(call.conn, call.person, now), notices.count_unread(call.conn, call.person.id, now)


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
        (Action(t("work.new"), f"{TODOS}/new", icon="plus"),),
        tuple(_filters(told, show, app)), composer(call, _url(show, app)),
        Link(t("work.calendar"), CALENDAR, "calendar-event"),
    )  # fmt: skip
    return page(call, "pages/work.html", model)


def _list(told: Desk, show: str, app: str | None) -> tuple[list[WorkRow], str]:
    call = told.call
    person, after = person_of(call), call.query.get("after", "")
    if show == "started":
        flows = started_by(call.conn, person.id, app, _SHOWN + 1, id_in(after))
        told.read_titles(flows[:_SHOWN])
        rows = [flow_row(told, each) for each in flows[:_SHOWN]]
        return rows, str(flows[_SHOWN - 1].id) if len(flows) > _SHOWN else ""
    if show == "copies":
        asked = notices.Asked(copies=True, app=app, after=id_in(after), limit=_SHOWN)
        found = notices.list_notices(call.conn, person.id, asked)
        told.look_up(found.notices)
        return [notice_row(told, each) for each in found.notices], str(found.next or "")
    which = Which(show)
    asked_for = Asked(which, app, _place(after), _SHOWN, due.day_of(call))
    todos = list_todos(call.conn, person, call.installation.clock.now(), asked_for)
    told.look_up(todos.todos)
    following = "" if todos.next is None else f"{todos.next[0]}.{todos.next[1]}"
    return [todo_row(told, each, which, _url(show, app)) for each in todos.todos], following


def composer(call: Call, after: str) -> Composer:
    """Return the line in which a to-do is written; ``after``: where to go on from there."""
    return Composer(f"{TODOS}/new", after, tuple(chips(call)))


def chips(call: Call) -> Iterator[tuple[str, str]]:
    """Yield the days that are one click away."""
    t = texts_of(call).t
    yield "", t("work.in.never")
    for days in due.CLICKS:
        yield str(days), t(f"work.in.{days}")


def _tabs(call: Call, show: str, app: str | None) -> Iterator[Link]:
    much = count_todos(call.conn, person_of(call), call.installation.clock.now(), app, due.day_of(call))
    numbers = {"open": much.open, "overdue": much.overdue, "today": much.today}
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


def finish(call: Call) -> Answer:
    """Say that a to-do is done; the next page offers to take that back."""
    with desk.writing(call, *desk.concerned(call, call.record_id)) as conn:
        desk.finish(call, conn, call.record_id)
    after = back(call, TODOS)
    fields = (("next", after),)
    undo = Action(texts_of(call).t("work.undo"), f"{TODOS}/{call.record_id}/reopen", "post", fields=fields)
    return go(call, after, texts_of(call).t("work.finished"), undo=undo)


def take(call: Call) -> Answer:
    """Take a to-do that is offered to a role or department."""
    with desk.writing(call, *desk.concerned(call, call.record_id)) as conn:
        desk.take(call, conn, call.record_id)
    return go(call, back(call, TODOS), texts_of(call).t("work.taken"))


def reopen(call: Call) -> Answer:
    """Take back that it is done."""
    with desk.writing(call, *desk.concerned(call, call.record_id)) as conn:
        desk.reopen(call, conn, call.record_id)
    return go(call, back(call, TODOS), texts_of(call).t("work.reopened"))


def drop(call: Call) -> Answer:
    """Take back a to-do that one wrote."""
    with desk.writing(call, *desk.concerned(call, call.record_id)) as conn:
        desk.drop(call, conn, call.record_id)
    return go(call, back(call, TODOS), texts_of(call).t("work.dropped"))
