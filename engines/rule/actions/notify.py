"""Tell people inside the application."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any

from pydantic import Field

from engines.form import AppModel, FormModel
from engines.rule.doing import Doing
from engines.rule.facts import Path
from engines.rule.kinds import ActionExample, ActionType, Phase
from engines.rule.people import paths_of_who
from engines.rule.verify import Look
from engines.store import notices
from engines.store.notices import Level, Notice
from engines.store.people.meant import Asked, finder
from engines.store.wording import Wording
from schemas.behaviour import ActionOptions
from schemas.elements import LongMessage, Message
from schemas.errors import Issue
from schemas.kinds import kind
from schemas.who import Who


class NotifyOptions(ActionOptions):
    """Whom and what. ``cc``: for information. ``level``: ``must`` stays in sight until it is acknowledged."""

    to: Annotated[tuple[Who, ...], Field(min_length=1)]
    cc: tuple[Who, ...] = ()
    title: Message
    body: LongMessage | None = None
    level: Level = Level.normal


@dataclass(frozen=True, slots=True)
class _Telling:
    options: NotifyOptions
    to: Callable[[Asked], list[int]]
    cc: Callable[[Asked], list[int]]
    title: Wording
    body: Wording | None
    paths: frozenset[Path]


@kind
class Notify(ActionType[NotifyOptions, _Telling]):
    """Tells each person once; who is addressed gets no copy."""

    name, icon = "notify", "bell"
    Options = NotifyOptions
    phases = (Phase.after, Phase.during)
    examples = (
        ActionExample(
            {"to": [{"type": "field", "field": "owner"}], "cc": [{"type": "manager", "field": "owner"}],
             "title": "{{ title }} needs care", "level": "must"},
            {"title": "A", "owner": "@cy"}, {"notices": {"cy": ["A needs care"], "bo": ["A needs care"]}},
        ),
        ActionExample(
            {"to": [{"type": "role", "role": "clerk"}], "title": {"zh-CN": "新", "en": "New: {{ stage }}"}},
            {"title": "A", "stage": "open"}, {"notices": {"cy": ["New: Open"], "bo": ["New: Open"]}},
        ),
    )  # fmt: skip

    def prepare(self, options: NotifyOptions, app: AppModel, form: FormModel) -> _Telling:
        title = Wording.of(app, form, options.title)
        body = None if options.body is None else Wording.of(app, form, options.body)
        people = paths_of_who(form, (*options.to, *options.cc))
        paths = frozenset({*title.paths, *(body.paths if body else ()), *people})
        return _Telling(options, finder(options.to), finder(options.cc), title, body, paths)

    def paths(self, prepared: _Telling) -> frozenset[Path]:
        return prepared.paths

    def run(self, prepared: _Telling, doing: Doing) -> Mapping[str, Any]:
        body = None if prepared.body is None else doing.say(prepared.body)
        notice = Notice(
            doing.uow.app.key, doing.say(prepared.title), body, prepared.options.level, doing.rule.form.uid,
            doing.event.id, doing.cause_id, doing.key, doing.source,
        )  # fmt: skip
        to, cc = _addressed(prepared, doing)
        conn, ids, clock = doing.conn, doing.uow.ids, doing.uow.clock
        notices.notify(conn, ids, clock, to, notice)
        notices.notify(conn, ids, clock, cc, replace(notice, copy=True, level=Level.normal))
        doing.waits_for([*to, *cc])
        return _told(to, cc)

    def foresee(self, prepared: _Telling, doing: Doing) -> Mapping[str, Any]:
        return _told(*_addressed(prepared, doing))

    def verify(self, options: NotifyOptions, look: Look) -> Iterator[Issue]:
        yield from look.who(options.to, ("to",))
        yield from look.who(options.cc, ("cc",))
        yield from look.text(options.title, ("title",))
        yield from look.text(options.body, ("body",))


def _addressed(prepared: _Telling, doing: Doing) -> tuple[list[int], list[int]]:
    """Return who is asked to act and who gets a copy; nobody is both."""
    to = doing.people(prepared.to)
    return to, [each for each in doing.people(prepared.cc) if each not in to]


def _told(to: list[int], cc: list[int]) -> Mapping[str, Any]:
    return {"people": [str(each) for each in to], "copies": [str(each) for each in cc]}
