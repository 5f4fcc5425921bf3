"""Give somebody something to do about the record."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from engines.expression import ValueType, compile_python, parse
from engines.form import AppModel, FormModel
from engines.rule.doing import Doing
from engines.rule.facts import Path, paths_of
from engines.rule.kinds import ActionExample, ActionType, Phase
from engines.rule.people import paths_of_who
from engines.rule.verify import Look
from engines.store.people.meant import Asked, finder, sharers
from engines.store.todo_due import morning
from engines.store.todos import Todo, TodoKind, add_todo
from engines.store.wording import Wording
from schemas.behaviour import ActionOptions
from schemas.elements import Formula, LongMessage, Message
from schemas.errors import Issue
from schemas.kinds import kind
from schemas.who import HoldersOf, Who

_MOMENTS = frozenset({ValueType.date, ValueType.datetime})


class CreateTodoOptions(ActionOptions):
    """Whom, what, and until when: after some days and hours, or at a date by formula.

    ``share``: what a role is given is done by the first who takes it, or by each of its people.
    """

    to: Annotated[tuple[Who, ...], Field(min_length=1)]
    title: Message
    body: LongMessage | None = None
    due_days: Annotated[int, Field(ge=0, le=3660)] | None = None
    due_hours: Annotated[int, Field(ge=0, le=1000)] | None = None
    due: Formula | None = None
    share: Literal["first", "each"] = "first"


@dataclass(frozen=True, slots=True)
class _Task:
    options: CreateTodoOptions
    find: Callable[[Asked], list[int]]
    roles: tuple[int, ...]
    title: Wording
    body: Wording | None
    due: Callable[[Mapping[str, Any], Any], Any] | None
    paths: frozenset[Path]


@kind
class CreateTodo(ActionType[CreateTodoOptions, _Task]):
    """Makes one to-do for each person, and for a role one that is taken."""

    name, icon = "create_todo", "list-check"
    Options = CreateTodoOptions
    phases = (Phase.after, Phase.during)
    examples = (
        ActionExample(
            {"to": [{"type": "field", "field": "owner"}, {"type": "manager", "field": "owner"}],
             "title": "Call about {{ title }}", "due_hours": 24},
            {"title": "A", "owner": "@cy"}, {"todos": {"cy": ["Call about A"], "bo": ["Call about A"]}},
        ),
        ActionExample(
            {"to": [{"type": "role", "role": "clerk"}], "title": "Look", "due": "day + 1"},
            {"title": "A", "day": "2026-12-01"}, {"todos": {"cy": ["Look"], "bo": ["Look"]}},
        ),
        ActionExample(
            {"to": [{"type": "field", "field": "owner"}], "title": "Call"}, {"title": "A"}, {"todos": {}}
        ),
    )  # fmt: skip

    def prepare(self, options: CreateTodoOptions, app: AppModel, form: FormModel) -> _Task:
        offered = options.share == "first"
        roles = [each.role for each in options.to if offered and isinstance(each, HoldersOf)]
        people = [each for each in options.to if not (offered and isinstance(each, HoldersOf))]
        title = Wording.of(app, form, options.title)
        body = None if options.body is None else Wording.of(app, form, options.body)
        node = None if options.due is None else parse(options.due)
        paths = {*title.paths, *(body.paths if body else ()), *paths_of_who(form, options.to)}
        paths |= paths_of(form, node) if node is not None else frozenset()
        return _Task(
            options, finder(people), tuple(app.roles[each] for each in roles), title, body,
            None if node is None else compile_python(node), frozenset(paths),
        )  # fmt: skip

    def paths(self, prepared: _Task) -> frozenset[Path]:
        return prepared.paths

    def run(self, prepared: _Task, doing: Doing) -> Mapping[str, Any]:
        (due, remind), title = _due(prepared, doing), doing.say(prepared.title)
        body = None if prepared.body is None else doing.say(prepared.body)

        def todo(unique: str, user: int | None, role: int | None) -> int:
            made = Todo(
                doing.uow.app.key, TodoKind.rule, title, body, doing.rule.form.uid, doing.event.id, user,
                role, due, doing.source, f"{doing.key}:{unique}", doing.cause_id, remind=remind,
            )  # fmt: skip
            return add_todo(doing.conn, doing.uow.ids, doing.uow.clock, made)

        people = doing.people(prepared.find)
        made = [todo(f"u{each}", each, None) for each in people]
        made += [todo(f"r{each}", None, each) for each in prepared.roles]
        offered = [each for role in prepared.roles for each in sharers(doing.conn, role, None)]
        doing.waits_for([*people, *offered])
        return {"todos": [str(each) for each in made], **_told(prepared, people)}

    def foresee(self, prepared: _Task, doing: Doing) -> Mapping[str, Any]:
        return _told(prepared, doing.people(prepared.find))

    def verify(self, options: CreateTodoOptions, look: Look) -> Iterator[Issue]:
        yield from look.who(options.to, ("to",))
        yield from look.text(options.title, ("title",))
        yield from look.text(options.body, ("body",))
        if options.due is not None:
            yield from look.formula(options.due, ("due",), _MOMENTS)
            if options.due_days is not None or options.due_hours is not None:
                yield look.issue(("due",), "rule.two_dates")


def _told(prepared: _Task, people: Sequence[int]) -> Mapping[str, Any]:
    return {"people": [str(each) for each in people], "roles": list(prepared.roles)}


def _due(prepared: _Task, doing: Doing) -> tuple[datetime | None, datetime | None]:
    """Return until when, and when that is told: what is due on a day may take the whole day."""
    options, now = prepared.options, doing.context.now
    if prepared.due is None:
        if options.due_days is None and options.due_hours is None:
            return None, None
        after = now + timedelta(days=options.due_days or 0, hours=options.due_hours or 0)
        return after, after
    value = prepared.due(doing.event.row, doing.context)
    if isinstance(value, datetime):
        return value, value
    if not isinstance(value, date):
        return None, None
    following = datetime.combine(value + timedelta(days=1), time(), doing.context.zone)
    return following.astimezone(UTC) - timedelta(minutes=1), morning(value, doing.context.zone)
