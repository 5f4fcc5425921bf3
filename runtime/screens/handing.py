"""Handing a to-do over to a colleague: a page that asks to whom and why."""

from __future__ import annotations

from collections.abc import Iterable

from engines.store import people
from frontend.views import FieldView, Item, Link
from frontend.work import HandingPage
from runtime import desk
from runtime.desk import Desk, person_of
from runtime.giving import offer, people_found
from runtime.screens.errors import by_path
from runtime.screens.people.frame import chosen_id
from runtime.screens.shell import go, page, texts_of
from runtime.screens.work import TODOS
from runtime.web.call import Answer, Call
from schemas.errors import Conflict, Invalid, Issue


def ask(call: Call) -> Answer:
    """Answer the page."""
    return _answer(call, "", None)


def hand(call: Call) -> Answer:
    """Hand it over, or show the page again with what is wrong."""
    to, comment = chosen_id(call, "to"), call.field("comment")
    name = people.names(call.conn, [to]).get(to, "") if to else ""
    try:
        with desk.writing(call, to, *desk.concerned(call, call.record_id)) as conn:
            desk.transfer(call, conn, call.record_id, to, comment)
    except Invalid as error:
        return _answer(call, comment, to, error.issues)
    return go(call, TODOS, texts_of(call).t("work.handed_over", name=name))


def find_people(call: Call) -> Answer:
    """Answer who else might do it."""
    desk.mine(call.conn, person_of(call), call.record_id)
    return offer(people_found(call, call.query.get("search", ""), person_of(call).id))


def _answer(call: Call, comment: str, to: int | None, issues: Iterable[Issue] = ()) -> Answer:
    texts, told, person = texts_of(call), Desk(call), person_of(call)
    kept = desk.mine(call.conn, person, call.record_id)
    if "transfer" not in desk.acts(kept, person):
        raise Conflict("todo.not_open")
    todo, errors = kept.todo, by_path(issues, texts)
    chosen = people.names(call.conn, [to]) if to else {}
    first = people_found(call, "", person.id)
    options = {
        "lookup_url": f"{TODOS}/{kept.id}/people",
        "choices": [{"id": each.key, "text": each.text} for each in first],
    }
    field = FieldView(
        "to", "member", texts.t("work.hand_to"), required=True, options=options,
        value=str(to) if chosen else None, errors=errors.get("to", ()),
        items=tuple(Item(str(key), name) for key, name in chosen.items()),
    )  # fmt: skip
    model = HandingPage(
        told.told(todo.app, todo.title, todo.form_uid, todo.record_id), call.path, field, comment,
        errors.get("comment", ()), TODOS,
    )  # fmt: skip
    crumbs = [Link(texts.t("work.todos"), TODOS)]
    return page(call, "pages/handing.html", model, crumbs, status=422 if errors else 200)
