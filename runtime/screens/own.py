"""Writing a to-do for oneself or for others, from the list or from a record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from engines.form import FormModel
from frontend.views import Action, FieldView, Link
from frontend.work import OwnPage
from runtime import desk, due, giving, own
from runtime.desk import Desk
from runtime.due import Until
from runtime.own import Wanted
from runtime.screens.errors import by_path
from runtime.screens.here import back
from runtime.screens.shell import go, page, texts_of
from runtime.screens.work import TODOS, chips
from runtime.web.call import Answer, Call, id_in
from schemas.errors import Invalid, Issue

NEW, GIVE = f"{TODOS}/new", f"{TODOS}/give"
About = tuple[FormModel, int] | None


def remind_action(call: Call, form: FormModel, record_id: int) -> Action:
    """Return the way to a to-do about a record."""
    asked = urlencode({"app": form.app, "form": form.key, "record": record_id})
    return Action(texts_of(call).t("work.remind"), f"{NEW}?{asked}", icon="list-check")


def ask(call: Call) -> Answer:
    """Answer the page of a new one."""
    return _answer(call, NEW, _Typed(), about=_about(call, lambda name: call.query.get(name, "")))


def add(call: Call) -> Answer:
    """Note it, and go back to where it came from."""
    about = _about(call, call.field)
    try:
        wanted, (heir, _) = _wanted(call), giving.chosen(call, call.field("to"))
    except Invalid as error:
        return _answer(call, NEW, _typed(call), error.issues, about)
    others = heir.people(call.conn)
    with desk.writing(call, *others) as conn:
        own.add(call, conn, wanted, about, heir)
    url = TODOS if about is None else f"/a/{about[0].app}/{about[0].key}/{about[1]}"
    return go(call, back(call, url), _noted(call, wanted))


def find_others(call: Call) -> Answer:
    """Answer to whom it may be given."""
    return giving.offer(giving.find(call, call.query.get("search", "")))


def _noted(call: Call, wanted: Wanted) -> str:
    t = texts_of(call).t
    if wanted.until.due is None:
        return t("work.noted")
    return t("work.noted_until", when=_local(call, wanted.until.due).replace("T", " "))


def edit(call: Call) -> Answer:
    """Answer the page of one that is there."""
    todo = own.own(call.conn, call, call.record_id).todo
    typed = _Typed(own.words(todo.title), own.words(todo.body), _local(call, todo.due))
    return _answer(call, call.path, typed)


def change(call: Call) -> Answer:
    """Say it anew."""
    own.own(call.conn, call, call.record_id)
    try:
        wanted = _wanted(call)
    except Invalid as error:
        return _answer(call, call.path, _typed(call), error.issues)
    with desk.writing(call, *desk.concerned(call, call.record_id)) as conn:
        own.change(call, conn, call.record_id, wanted)
    return go(call, TODOS, texts_of(call).t("work.changed"))


@dataclass(frozen=True, slots=True)
class _Typed:
    """What stands in the inputs. ``days``: from today, one click away; ``to``: to whom it is given."""

    title: str = ""
    body: str = ""
    due: str = ""
    days: str = ""
    to: str = ""


def _typed(call: Call) -> _Typed:
    return _Typed(*(call.field(name) for name in ("title", "body", "due", "in", "to")))


def _wanted(call: Call) -> Wanted:
    typed = _typed(call)
    title, until, days = typed.title, Until.moment(_moment(call, typed.due.strip())), typed.days
    if until.due is None and days in map(str, due.CLICKS):
        until = due.in_days(call, int(days))
    elif until.due is None and call.path == NEW:
        title, said = due.read(title)
        until = Until() if said is None else due.in_days(call, said)
    return Wanted.of(title, typed.body, until)


def _moment(call: Call, text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(due.zone_of(call))).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid([Issue("due", "field.not_a_datetime", {"value": text[:40]})]) from None


def _about(call: Call, said: Callable[[str], str]) -> About:
    """Return the record it shall be about, None for none. Raises NotFound for one that is out of sight."""
    number = id_in(said("record"))
    return None if number is None else (own.place(call, said("app"), said("form"), number), number)


def _local(call: Call, moment: datetime | None) -> str:
    return "" if moment is None else moment.astimezone(ZoneInfo(due.zone_of(call))).strftime("%Y-%m-%dT%H:%M")


def _answer(call: Call, url: str, typed: _Typed, issues: Iterable[Issue] = (), about: About = None) -> Answer:
    t, errors = texts_of(call).t, by_path(issues, texts_of(call))
    told = "" if about is None else Desk(call).about(about[0].app, about[0].uid, about[1]).label
    kept = () if about is None else (
        ("app", about[0].app), ("form", about[0].key), ("record", str(about[1])),
    )  # fmt: skip
    heading = t("work.new" if url == NEW else "work.edit")
    fields = tuple(_fields(call, typed, errors, new=url == NEW))
    days = tuple(chips(call)) if url == NEW else ()
    model = OwnPage(heading, url, fields, told, kept, TODOS, days, typed.days)
    return page(call, "pages/own.html", model, [Link(t("work.todos"), TODOS)], status=422 if errors else 200)


def _fields(
    call: Call, typed: _Typed, errors: Mapping[str, tuple[str, ...]], *, new: bool
) -> Iterator[FieldView]:
    t = texts_of(call).t
    yield FieldView(
        "title", "text", t("work.what"), required=True, value=typed.title, errors=errors.get("title", ()),
        options={"max_length": 200},
    )  # fmt: skip
    yield FieldView(
        "due", "datetime", t("work.until"), options={"local": typed.due}, errors=errors.get("due", ()),
        width=6 if new else 12,
    )  # fmt: skip
    if new:
        yield _heir(call, typed.to, errors.get("to", ()))
    yield FieldView(
        "body", "long_text", t("work.details"), value=typed.body, errors=errors.get("body", ()),
        options={"max_length": 2000},
    )  # fmt: skip


def _heir(call: Call, said: str, errors: tuple[str, ...]) -> FieldView:
    """Return the input for whom it is given to; without scripts it offers the first of each."""
    try:
        item = giving.chosen(call, said)[1]
    except Invalid:
        item = None
    choices = [{"id": each.key, "text": each.text} for each in giving.find(call, "")]
    t = texts_of(call).t
    return FieldView(
        "to", "member", t("work.give_to"), help=t("work.give_help"), placeholder=t("work.oneself"), width=6,
        options={"lookup_url": GIVE, "choices": choices}, value=item.key if item else None,
        items=(item,) if item else (), errors=errors,
    )  # fmt: skip
