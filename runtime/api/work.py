"""To-dos and notices through REST: one's own, and nobody else's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engines.flow.reading import started_by
from engines.store import notices, todos
from engines.store.notices import Level
from engines.store.todo_lists import Asked, Place, Which, count_todos, list_todos
from engines.store.todos import KeptTodo
from runtime import desk, due, giving, own
from runtime.api.parameters import flag, known, number
from runtime.api.work_shapes import flow_json, notice_json, todo_json
from runtime.desk import Desk, person_of
from runtime.due import Until
from runtime.own import Wanted, words
from runtime.web.call import Answer, Call, id_in, json_answer
from runtime.web.once import Once
from runtime.web.routing import Permission, Routes
from schemas.errors import Conflict, Invalid, Issue

_TODOS, _NOTICES = "/api/todos", "/api/notices"
_MOST = 200
Work = Callable[[sa.Connection], Answer]


def add_work_routes(routes: Routes) -> None:
    """Register the routes; fixed words before ids."""
    person = Permission.person
    routes.add("GET", _TODOS, person)(my_todos)
    routes.add("GET", _TODOS + "/counts", person)(my_counts)
    routes.add("GET", _TODOS + "/started", person)(my_flows)
    routes.add("POST", _TODOS, person)(add_own)
    routes.add("GET", _TODOS + "/{id}", person)(show_todo)
    routes.add("PATCH", _TODOS + "/{id}", person)(change_own)
    routes.add("POST", _TODOS + "/{id}/done", person)(finish)
    routes.add("POST", _TODOS + "/{id}/take", person)(take)
    routes.add("POST", _TODOS + "/{id}/reopen", person)(reopen)
    routes.add("POST", _TODOS + "/{id}/drop", person)(drop)
    routes.add("POST", _TODOS + "/{id}/transfer", person)(transfer)
    routes.add("GET", _NOTICES, person)(my_notices)
    routes.add("GET", _NOTICES + "/counts", person)(my_unread)
    routes.add("POST", _NOTICES + "/read", person)(read_all)
    routes.add("GET", _NOTICES + "/{id}", person)(show_notice)
    routes.add("POST", _NOTICES + "/{id}/read", person)(read_one)
    routes.add("POST", _NOTICES + "/{id}/acknowledge", person)(acknowledge)


def my_todos(call: Call) -> Answer:
    """Answer what the caller has to do or may take, the most urgent first; or what the caller did."""
    known(call, "show", "app", "limit", "after")
    show = call.query.get("show") or Which.open
    if show not in set(Which):
        raise Invalid([Issue("show", "query.not_allowed", {"value": show[:40]})], "query.invalid")
    app = call.query.get("app") or None
    asked = Asked(Which(show), app, _place(call), _limit(call), due.day_of(call))
    found = list_todos(call.conn, person_of(call), call.installation.clock.now(), asked)
    told = Desk(call)
    told.look_up(found.todos)
    following = None if found.next is None else f"{found.next[0]}.{found.next[1]}"
    return json_answer({"data": [todo_json(told, each) for each in found.todos], "next": following})


def my_counts(call: Call) -> Answer:
    """Answer how much there is to do, how much of it is late, and how much is due today."""
    known(call, "app")
    now, app = call.installation.clock.now(), call.query.get("app") or None
    found = count_todos(call.conn, person_of(call), now, app, due.day_of(call))
    return json_answer({"open": found.open, "overdue": found.overdue, "today": found.today})


def my_flows(call: Call) -> Answer:
    """Answer the flows that the caller began, newest first."""
    known(call, "app", "limit", "after")
    limit, app = _limit(call), call.query.get("app") or None
    found = started_by(call.conn, person_of(call).id, app, limit + 1, _after(call))
    told = Desk(call)
    told.read_titles(found[:limit])
    data = [flow_json(told, each) for each in found[:limit]]
    following = str(found[limit - 1].id) if len(found) > limit else None
    return json_answer({"data": data, "next": following})


def show_todo(call: Call) -> Answer:
    """Answer one to-do."""
    known(call)
    return json_answer(todo_json(Desk(call), desk.mine(call.conn, person_of(call), call.record_id)))


def add_own(call: Call) -> Answer:
    """Note something for oneself or for others, perhaps about a record."""
    body = _body(call, "title", "body", "due", "app", "form", "record", "to")
    heir = giving.chosen(call, body.get("to") or "")[0]
    wanted, record, about = _wanted(call, body, None), id_in(body.get("record") or ""), None
    if body.get("record"):
        form = own.place(call, body.get("app") or "", body.get("form") or "", record or 0)
        about = (form, record or 0)

    def work(conn: sa.Connection) -> Answer:
        return json_answer(
            {"id": str(own.add(call, conn, wanted, about, heir)), "state": "open", "outcome": None}, 201
        )

    return _once(call, work, *heir.people(call.conn))


def change_own(call: Call) -> Answer:
    """Say anew what one noted: what is not sent stays."""
    body, person = _body(call, "title", "body", "due"), person_of(call)
    kept = desk.mine(call.conn, person, call.record_id)
    wanted = _wanted(call, body, kept)

    def act(_: Call, conn: sa.Connection, number_: int) -> None:
        own.change(call, conn, number_, wanted)

    return _todo_act(call, act)


def _body(call: Call, *names: str) -> dict[str, str | None]:
    """Return the texts that were sent. Raises Invalid for anything else."""
    body = call.json_object
    issues = [Issue(key, "request.unknown_key", {"name": key}) for key in body if key not in names]
    issues += [
        Issue(key, "field.not_text", {"value": str(value)[:40]})
        for key, value in body.items() if key in names and value is not None and not isinstance(value, str)
    ]  # fmt: skip
    if issues:
        raise Invalid(issues, "request.invalid")
    return body


def _wanted(call: Call, body: Mapping[str, str | None], kept: KeptTodo | None) -> Wanted:
    todo = None if kept is None else kept.todo
    until = Until() if todo is None else Until.moment(todo.due)
    if "due" in body:
        until = _until(call, body.get("due") or "")
    title = body.get("title") if todo is None or "title" in body else words(todo.title)
    text = body.get("body") if todo is None or "body" in body else words(todo.body)
    return Wanted.of(title or "", text or "", until)


def _until(call: Call, text: str) -> Until:
    """Return a moment, or a day that is told of in its morning; blank is whenever."""
    try:
        if len(text) == len("2026-12-31"):
            return due.on(call, date.fromisoformat(text))
        said = datetime.fromisoformat(text) if text else None
        here = said if said is None or said.tzinfo else said.replace(tzinfo=ZoneInfo(due.zone_of(call)))
        return Until.moment(here and here.astimezone(UTC))
    except (ValueError, OverflowError):
        raise Invalid([Issue("due", "field.not_a_datetime", {"value": text[:40]})]) from None


def finish(call: Call) -> Answer:
    """Say that a to-do is done."""
    return _todo_act(call, desk.finish)


def take(call: Call) -> Answer:
    """Take a to-do that is offered to a role or department."""
    return _todo_act(call, desk.take)


def drop(call: Call) -> Answer:
    """Take back a to-do that one wrote."""
    return _todo_act(call, desk.drop)


def reopen(call: Call) -> Answer:
    """Take back that it is done."""
    return _todo_act(call, desk.reopen)


def transfer(call: Call) -> Answer:
    """Hand a to-do to a colleague, with a comment."""
    body = call.json_object
    issues = [
        Issue(key, "request.unknown_key", {"name": key}) for key in body if key not in {"to", "comment"}
    ]
    comment, to = body.get("comment") or "", id_in(str(body.get("to") or ""))
    if not isinstance(comment, str):
        issues.append(Issue("comment", "field.not_text"))
    if issues:
        raise Invalid(issues, "request.invalid")

    def act(_: Call, conn: sa.Connection, todo_id: int) -> None:
        desk.transfer(call, conn, todo_id, to, comment)

    return _todo_act(call, act, to)


def my_notices(call: Call) -> Answer:
    """Answer what the caller was told, newest first."""
    known(call, "unread", "copies", "app", "limit", "after")
    asked = notices.Asked(
        flag(call, "unread"), flag(call, "copies"), call.query.get("app") or None, _after(call), _limit(call)
    )
    found, told = notices.list_notices(call.conn, person_of(call).id, asked), Desk(call)
    data = [notice_json(told, each) for each in found.notices]
    return json_answer({"data": data, "next": None if found.next is None else str(found.next)})


def my_unread(call: Call) -> Answer:
    """Answer how much the caller has not read, and how much of that must be acknowledged."""
    known(call)
    person = person_of(call)
    must = notices.pressing(call.conn, person.id, _MOST)
    return json_answer({"unread": notices.count_unread(call.conn, person.id), "must": len(must)})


def show_notice(call: Call) -> Answer:
    """Answer one notice."""
    known(call)
    return json_answer(
        notice_json(Desk(call), notices.get_notice(call.conn, person_of(call).id, call.record_id))
    )


def read_one(call: Call) -> Answer:
    """Say that a notice was read. One that must be acknowledged wants more than that."""

    def work(conn: sa.Connection) -> Answer:
        found = notices.get_notice(conn, person_of(call).id, call.record_id)
        if found.notice.level is Level.must and found.read_at is None:
            raise Conflict("notice.must_be_acknowledged")
        return _mark(call, conn)

    return _once(call, work)


def acknowledge(call: Call) -> Answer:
    """Say that a notice was read and understood."""
    return _once(call, lambda conn: _mark(call, conn))


def read_all(call: Call) -> Answer:
    """Say that everything was read, but what must be acknowledged one by one."""

    def work(conn: sa.Connection) -> Answer:
        count = notices.mark_all_read(conn, call.installation.clock, person_of(call).id)
        return json_answer({"read": count})

    return _once(call, work)


def _mark(call: Call, conn: sa.Connection) -> Answer:
    notices.mark_read(conn, call.installation.clock, person_of(call).id, call.record_id)
    return json_answer({"id": str(call.record_id), "read": True})


def _todo_act(call: Call, act: Callable[[Call, sa.Connection, int], None], to: int | None = None) -> Answer:
    """Do something with a to-do, and answer with what it is then. ``to``: whose it is by now."""
    number_ = call.record_id

    def work(conn: sa.Connection) -> Answer:
        act(call, conn, number_)
        kept = todos.get_todo(conn, number_)
        return json_answer({"id": str(number_), "state": kept.state.value, "outcome": kept.outcome})

    return _once(call, work, to, *desk.concerned(call, number_))


def _once(call: Call, work: Work, *others: int | None) -> Answer:
    """Run ``work`` in a transaction, once for each Idempotency-Key. ``others``: whom it concerns too."""
    if call.query_string:
        known(call)
    asked, box = Once.of(call, call.body), call.installation
    with desk.writing(call, *others) as conn:
        answered = None if asked is None else asked.claim(conn, box.clock.now())
        if answered is not None:
            return answered
        answer = work(conn)
        if asked is not None:
            asked.keep(conn, answer)
    return answer


def _limit(call: Call) -> int:
    return min(max(number(call, "limit", 50), 1), _MOST)


def _after(call: Call) -> int | None:
    text = call.query.get("after")
    found = id_in(text) if text else None
    if text and found is None:
        raise Invalid([Issue("after", "query.bad_cursor")], "query.invalid")
    return found


def _place(call: Call) -> Place | None:
    text = call.query.get("after")
    if not text:
        return None
    due, _, last = text.partition(".")
    found = id_in(due), id_in(last)
    if found[0] is None or found[1] is None:
        raise Invalid([Issue("after", "query.bad_cursor")], "query.invalid")
    return found[0], found[1]
