"""Writing a to-do for oneself, from the list or from a record."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from engines.form import FormModel
from frontend.views import Action, FieldView, Link
from frontend.work import OwnPage
from runtime import desk, own
from runtime.desk import Desk
from runtime.own import Wanted
from runtime.screens.errors import by_path
from runtime.screens.people.frame import zone_of
from runtime.screens.shell import go, page, texts_of
from runtime.screens.work import TODOS
from runtime.web.call import Answer, Call, id_in
from schemas.errors import Invalid, Issue

NEW = f"{TODOS}/new"
About = tuple[FormModel, int] | None


def remind_action(call: Call, form: FormModel, record_id: int) -> Action:
    """Return the way to a to-do about a record."""
    asked = urlencode({"app": form.app, "form": form.key, "record": record_id})
    return Action(texts_of(call).t("work.remind"), f"{NEW}?{asked}", icon="list-check")


def ask(call: Call) -> Answer:
    """Answer the page of a new one."""
    return _answer(call, NEW, ("", "", ""), about=_about(call, lambda name: call.query.get(name, "")))


def add(call: Call) -> Answer:
    """Note it, and go back to where it came from."""
    about = _about(call, call.field)
    try:
        wanted = _wanted(call)
    except Invalid as error:
        return _answer(call, NEW, _typed(call), error.issues, about)
    with desk.writing(call) as conn:
        own.add(call, conn, wanted, about)
    url = TODOS if about is None else f"/a/{about[0].app}/{about[0].key}/{about[1]}"
    return go(call, url, texts_of(call).t("work.noted"))


def edit(call: Call) -> Answer:
    """Answer the page of one that is there."""
    todo = own.own(call.conn, call, call.record_id).todo
    typed = (own.words(todo.title), own.words(todo.body), _local(call, todo.due))
    return _answer(call, call.path, typed)


def change(call: Call) -> Answer:
    """Say it anew."""
    own.own(call.conn, call, call.record_id)
    try:
        wanted = _wanted(call)
    except Invalid as error:
        return _answer(call, call.path, _typed(call), error.issues)
    with desk.writing(call) as conn:
        own.change(call, conn, call.record_id, wanted)
    return go(call, TODOS, texts_of(call).t("work.changed"))


def _typed(call: Call) -> tuple[str, str, str]:
    return call.field("title"), call.field("body"), call.field("due")


def _wanted(call: Call) -> Wanted:
    title, body, due = _typed(call)
    moment = None
    if due.strip():
        try:
            local = datetime.fromisoformat(due.strip()).replace(tzinfo=ZoneInfo(zone_of(call)))
            moment = local.astimezone(UTC)
        except (ValueError, OverflowError):
            raise Invalid([Issue("due", "field.not_a_datetime", {"value": due[:40]})]) from None
    return Wanted.of(title, body, moment)


def _about(call: Call, said: Callable[[str], str]) -> About:
    """Return the record it shall be about, None for none. Raises NotFound for one that is out of sight."""
    number = id_in(said("record"))
    return None if number is None else (own.place(call, said("app"), said("form"), number), number)


def _local(call: Call, due: datetime | None) -> str:
    return "" if due is None else due.astimezone(ZoneInfo(zone_of(call))).strftime("%Y-%m-%dT%H:%M")


def _answer(
    call: Call, url: str, typed: tuple[str, str, str], issues: Iterable[Issue] = (), about: About = None
) -> Answer:
    texts = texts_of(call)
    t, errors = texts.t, by_path(issues, texts)
    title, body, due = typed
    fields = (
        FieldView("title", "text", t("work.what"), required=True, value=title, errors=errors.get("title", ()),
                  options={"max_length": 200}),
        FieldView("due", "datetime", t("work.until"), options={"local": due}, errors=errors.get("due", ())),
        FieldView("body", "long_text", t("work.details"), value=body, errors=errors.get("body", ()),
                  options={"max_length": 2000}),
    )  # fmt: skip
    told = "" if about is None else Desk(call).about(about[0].app, about[0].uid, about[1]).label
    kept = () if about is None else (
        ("app", about[0].app), ("form", about[0].key), ("record", str(about[1])),
    )  # fmt: skip
    heading = t("work.new" if url == NEW else "work.edit")
    model = OwnPage(heading, url, fields, told, kept, TODOS)
    return page(call, "pages/own.html", model, [Link(t("work.todos"), TODOS)], status=422 if errors else 200)
