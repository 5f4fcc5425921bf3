"""Something sent to a public form: taken once, counted, and written through the one write path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from engines.query import Cause, Change, Op, Result, Uow
from engines.rule.values import Setter
from engines.store import people, publics
from engines.store.people.meant import Asked
from engines.store.people.secrets import digest, secret
from engines.store.publics import Response, State
from engines.store.writing import write
from runtime.publics.asking import depending_of
from runtime.publics.opening import Opened, opened
from runtime.publics.signing import Ticket
from runtime.web.call import Call
from schemas.errors import Invalid, Issue
from schemas.who import Who

DOOR = "public"
_TAKEN = "field.taken"


class Outcome(StrEnum):
    """How a sending ended."""

    taken = "taken"
    again = "again"  # taken before: a page that was sent twice
    closed = "closed"
    unbound = "unbound"  # the link is about no record, and must be
    full = "full"
    enough = "enough"  # this visitor sent as many as may be


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of something sent. ``secret``: with which it may be corrected for a while."""

    outcome: Outcome
    issues: tuple[Issue, ...] = ()
    secret: str = ""


@dataclass(frozen=True, slots=True)
class _Posted:
    """What was typed, and which questions must be answered and were not."""

    values: Mapping[str, Any]
    missing: tuple[Issue, ...]


class _Undone(Exception):
    """Nothing of this is kept."""

    def __init__(self, sent: Sent) -> None:
        super().__init__(sent.outcome)
        self.sent = sent


def send(
    call: Call, found: Opened, ticket: Ticket, posted: Mapping[str, Any], visitor: str
) -> Sent:  # fmt: skip
    """Take what was posted. What is wrong comes back as issues, and then nothing is kept."""
    store, missing = call.installation.store, tuple(missing_in(call, found, posted))
    call.release()
    try:
        with store.unit(found.app, found.access(), Cause(DOOR, None, note=found.note)) as uow:
            return _taken(call, uow, ticket, _Posted(posted, missing), visitor)
    except _Undone as undone:
        return undone.sent


def _taken(call: Call, uow: Uow, ticket: Ticket, posted: _Posted, visitor: str) -> Sent:
    found = _as_it_stands(call, uow)
    key, now = secret() if found.said.edit_minutes else "", uow.clock.now()
    until = now + timedelta(minutes=found.said.edit_minutes)
    response = Response(
        uow.ids.next(), found.uid, found.link.id, ticket.name, State.taken, now, None, found.about,
        None, digest(key) if key else None, until,
    )  # fmt: skip
    if not publics.begin(uow.conn, response):
        return Sent(Outcome.again)
    if found.closed(now)[0]:
        raise _Undone(Sent(Outcome.closed))
    if found.unbound:
        raise _Undone(Sent(Outcome.unbound))
    _count(uow, found, visitor)
    _choose(uow, found, posted.values)
    result = _written(call, uow, found, posted)
    if not result.ok and not _is_there_already(result.issues):
        wrong = tuple(each for each in result.issues if each.code != _TAKEN)
        raise _Undone(Sent(Outcome.taken, wrong))
    # Whether a value is taken is nobody's business outside: what cannot be written waits for the house.
    state = State.taken if result.ok else State.held
    kept = dict(posted.values) if key or not result.ok else None
    publics.settle(uow.conn, response.id, state=state, record_id=result.id, values=kept)
    return Sent(Outcome.taken, secret=key)


def _as_it_stands(call: Call, uow: Uow) -> Opened:
    """Look at the link and the form again within the transaction: somebody may just have closed it."""
    epoch = call.installation.current(uow.conn)
    found = opened(call, uow.conn, call.params["token"], epoch)
    uow.app, uow.access = found.app, found.access()
    return found


def _choose(uow: Uow, found: Opened, values: Mapping[str, Any], record_id: int | None = None) -> None:
    """Let records be named that are offered; nothing else that was sent is even looked for."""
    wrong = found.choose(values)
    if wrong:
        raise _Undone(Sent(Outcome.taken, wrong))
    uow.access = found.access(record_id)


def _count(uow: Uow, found: Opened, visitor: str) -> None:
    """Count one more of the form and of the visitor."""
    if not publics.take(uow.conn, found.uid, "", found.said.limit):
        raise _Undone(Sent(Outcome.full))
    if found.said.limit_each and not publics.take(uow.conn, found.uid, visitor, found.said.limit_each):
        raise _Undone(Sent(Outcome.enough))


def _written(call: Call, uow: Uow, found: Opened, posted: _Posted) -> Result:
    try:
        values = {**posted.values, **_added(call, uow, found, posted.values)}
    except Invalid as error:
        return Result(None, None, tuple(error.issues))
    result = write(call.installation.store, uow, found.form, [Change(Op.create, values)])[0]
    return _with_missing(result, posted)


def _with_missing(result: Result, posted: _Posted) -> Result:
    known = {each.path for each in result.issues}
    more = tuple(each for each in posted.missing if each.path not in known)
    return Result(result.id, None, (*result.issues, *more)) if more else result


def missing_in(call: Call, found: Opened, posted: Mapping[str, Any]) -> Iterator[Issue]:
    """Yield the questions that must be answered here, are there and were not."""
    asked = [key for key, each in found.questions.items() if each.required and not posted.get(key)]
    if asked:
        depending = depending_of(call, found, posted)
        yield from (Issue(key, "field.required") for key in asked if not depending.absent(key))


def _added(call: Call, uow: Uow, found: Opened, posted: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the form adds: what the design gives, the channel, what it is about, whose it is."""
    said, form = found.said, found.form
    added: dict[str, Any] = {}
    if said.given:
        blank = {key: () if each.plural else None for key, each in form.fields.items()}
        row = {**blank, **form.coercer.one(dict(posted))[0]}
        context = call.installation.store.context(uow.app, uow.access)
        added |= Setter.of(form, form, said.given).raw(row, context)
    if said.channel and found.link.channel:
        added[said.channel] = found.link.channel
    if said.about and found.about:
        added[said.about] = str(found.about)
    owner = _owner(call, uow, found)
    if form.owner is not None and owner is not None:
        added[form.owner.key] = str(owner)
    return added


def _owner(call: Call, uow: Uow, found: Opened) -> int | None:
    """Return whose turn it is among those who may own the record."""
    who: tuple[Who, ...] = found.said.owners
    if not who:
        return None
    context = call.installation.store.context(uow.app, uow.access)
    asked = Asked(people.House(uow.conn, uow.app), uow.app, found.form, {}, context)
    several = sorted(people.finder(who)(asked))
    turn = publics.taken(uow.conn, found.uid)
    return several[turn % len(several)] if several else None


def _is_there_already(issues: tuple[Issue, ...]) -> bool:
    """Tell whether nothing is wrong but that a record has such a value, of which strangers learn nothing."""
    return bool(issues) and all(each.code == _TAKEN for each in issues)


def correct(call: Call, found: Opened, response: Response, posted: Mapping[str, Any]) -> Sent:
    """Change what was sent before, in its record or where it waits."""
    store = call.installation.store
    missing = tuple(missing_in(call, found, {**(response.values or {}), **posted}))
    call.release()
    try:
        with store.unit(found.app, found.access(), Cause(DOOR, None, note=found.note)) as uow:
            return _corrected(call, uow, _Posted(posted, missing))
    except _Undone as undone:
        return undone.sent


def _corrected(call: Call, uow: Uow, posted: _Posted) -> Sent:
    found = _as_it_stands(call, uow)
    # Of two that come together the second finds the record that the first has made.
    response = publics.claim(uow.conn, call.params["secret"], uow.clock.now())
    found.about, found.response = response.about, response
    values = {**(response.values or {}), **posted.values}
    _choose(uow, found, posted.values, response.record_id)
    if response.record_id is None:
        result = _written(call, uow, found, _Posted(values, posted.missing))
    else:
        change = Change(Op.update, _changed(response, posted.values), response.record_id)
        result = _with_missing(write(call.installation.store, uow, found.form, [change])[0], posted)
    if not result.ok and not _is_there_already(result.issues):
        raise _Undone(Sent(Outcome.taken, tuple(each for each in result.issues if each.code != _TAKEN)))
    state, record_id = State.taken if result.ok else State.held, response.record_id or result.id
    publics.settle(uow.conn, response.id, state=state, record_id=record_id, values=values)
    return Sent(Outcome.taken)


def _changed(response: Response, posted: Mapping[str, Any]) -> dict[str, Any]:
    """Return what differs from what the record was made of; all of it where a correction waits unwritten."""
    before = {} if response.state == State.held else response.values or {}
    return {key: value for key, value in posted.items() if key not in before or value != before[key]}
