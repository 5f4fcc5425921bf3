"""Widgets without figures: what the viewer has to do, was told, starred, saw last, and goes to next."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from engines.expression import parse
from engines.query import Query, Sort
from engines.report.answer import Door
from engines.report.answering import dashboards
from engines.report.widgets.list import ListOptions
from engines.report.widgets.notices import NoticesOptions
from engines.report.widgets.recent import RecentOptions
from engines.report.widgets.shortcuts import ShortcutsOptions
from engines.report.widgets.todos import TodosOptions
from engines.store import notices, reading
from engines.store.bookmarks import MOST_STARS, Mark, marked
from engines.store.todo_lists import Asked, Which, list_todos
from frontend.boards import Spot, WidgetView
from frontend.views import Link
from runtime import bookmarks, due
from runtime.dashboards.links import dashboard_url, list_url
from runtime.desk import NOTICES, TODOS, Desk, person_of
from runtime.screens.shell import form_url, texts_of
from runtime.screens.values import Showing, record_title
from runtime.screens.work import composer
from runtime.screens.work_rows import notice_row, todo_row
from runtime.web.call import Call
from schemas.behaviour import WidgetOptions
from schemas.elements import Action, label_of
from schemas.errors import Invalid, NotFound

Fill = Callable[[Call, Any, WidgetView], WidgetView]


def piece_view(call: Call, options: WidgetOptions, view: WidgetView) -> WidgetView:
    """Return a widget without a figure as its viewer has it. A kind nobody fills stays empty."""
    fill = _FILLS.get(options.type)
    return replace(view, state="empty") if fill is None else fill(call, options, view)


def _todos(call: Call, options: TodosOptions, view: WidgetView) -> WidgetView:
    told, which = Desk(call), Which(options.which)
    asked = Asked(which, None, None, options.rows, due.day_of(call))
    found = list_todos(call.conn, person_of(call), call.installation.clock.now(), asked)
    told.look_up(found.todos)
    t = texts_of(call).t
    url = TODOS if which is Which.open else f"{TODOS}?show={which}"
    return replace(
        view,
        work=tuple(todo_row(told, each, which, _page(call)) for each in found.todos),
        composer=composer(call, _page(call)) if options.write else None,
        more=Link(t("work.all_todos"), url), empty=t(f"work.none_{which}"),
        csrf=call.csrf, topics=(f"person:{person_of(call).id}",),
    )  # fmt: skip


def _page(call: Call) -> str:
    """Return the page around a widget, which may be asked for alone."""
    key = call.params.get("key")
    return dashboard_url(call.params["app"], key) if key and "app" in call.params else "/"


def _notices(call: Call, options: NoticesOptions, view: WidgetView) -> WidgetView:
    told, person, t = Desk(call), person_of(call).id, texts_of(call).t
    found = notices.list_notices(call.conn, person, notices.Asked(unread=True, limit=options.rows))
    told.look_up(found.notices)
    return replace(
        view, work=tuple(notice_row(told, each, _page(call)) for each in found.notices), csrf=call.csrf,
        more=Link(t("work.all_notices"), NOTICES), empty=t("work.none_unread"), topics=(f"person:{person}",),
    )  # fmt: skip


def _list(call: Call, options: ListOptions, view: WidgetView) -> WidgetView:
    form = call.app.form(options.form)
    rights = call.access.form(call.app, form)
    if not rights.may(Action.view):
        return replace(view, state="forbidden")
    title = [form.title.key] if form.title is not None and rights.readable(form.title.key) else []
    told = [form.fields[key] for key in options.columns if key in form.fields and rights.readable(key)]
    sorts = tuple(Sort(each.field, each.descending) for each in options.sort)
    where = None if options.where is None else parse(options.where)
    keys = tuple(dict.fromkeys([*title, *(each.key for each in told)]))
    asked = Query(form.path, keys, where, None, sorts, options.rows, labels=True)
    try:
        found = reading.read(call.installation.store, call.conn, call.app, call.access, asked)
    except (Invalid, NotFound):  # what this viewer may not ask is not answered in part
        return replace(view, state="forbidden")
    showing = Showing(call, form, found.labels)
    spots = tuple(
        Spot(
            record_title(form, each), f"{form_url(form)}/{each['_id']}", form.definition.icon or "table",
            tuple(text for one in told if (text := showing.cell(one, each.get(one.key)).text)),
        )
        for each in found.records
    )  # fmt: skip
    t = texts_of(call).t
    url = list_url(call.app.key, Door(form.key, where))
    return replace(
        view, spots=spots, more=Link(t("work.whole_list"), url), empty=t("work.none_listed"),
        topics=(f"form:{call.app.key}.{form.key}",),
    )  # fmt: skip


def _marks(call: Call, targets: list[str]) -> tuple[Spot, ...]:
    found = bookmarks.resolve(call, targets)
    return tuple(Spot(each.link.text, each.link.url, each.link.icon, (each.note,)) for each in found)


def _recent(call: Call, options: RecentOptions, view: WidgetView) -> WidgetView:
    targets = call.installation.visits.latest(call.conn, person_of(call).id, options.rows)
    return replace(view, spots=_marks(call, targets), empty=texts_of(call).t("work.none_recent"))


def _favourites(call: Call, _: WidgetOptions, view: WidgetView) -> WidgetView:
    targets = marked(call.conn, person_of(call).id, Mark.star, MOST_STARS)
    return replace(view, spots=_marks(call, targets), empty=texts_of(call).t("work.none_starred"))


def _shortcuts(call: Call, options: ShortcutsOptions, view: WidgetView) -> WidgetView:
    return replace(view, links=tuple(_leads(call, options)), empty=texts_of(call).t("work.none_shortcuts"))


def _leads(call: Call, options: ShortcutsOptions) -> Iterator[Link]:
    app, label, locale = call.app, texts_of(call).label, texts_of(call).locale
    named = (*options.new, *options.open, *options.dashboards)
    new = options.new if named else tuple(each.key for each in app.definition.forms)
    for key in new:
        form = app.form(key)
        if call.access.form(app, form).may(Action.create):
            text = texts_of(call).t("search.new", name=label(form.definition.label))
            yield Link(text, f"{form_url(form)}/new", "plus")
    for key in options.open:
        form = app.form(key)
        if call.access.form(app, form).may(Action.view):
            yield Link(label(form.definition.label), form_url(form), form.definition.icon or "table")
    for each in dashboards(app, call.access) if options.dashboards else ():
        if each.key in options.dashboards:
            url = dashboard_url(app.key, each.key)
            yield Link(label_of(each.label, locale), url, each.icon or "dashboard")


_FILLS: Mapping[str, Fill] = {
    "todos": _todos, "notices": _notices, "list": _list, "recent": _recent, "favourites": _favourites,
    "shortcuts": _shortcuts,
}  # fmt: skip
