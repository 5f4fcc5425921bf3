"""One transition on paper: rows read under the instance's lock, changed in memory, written at the end."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import orjson
import sqlalchemy as sa

from engines.flow.rows import (
    LIVING,
    Decision,
    Instance,
    Row,
    State,
    Stay,
    Task,
    TaskState,
    Token,
    TokenState,
    Visit,
    VisitState,
    by_id,
    find,
    insert,
    of_row,
    update,
)
from engines.ports import Ids
from engines.store import flows
from schemas.errors import Conflict

R = TypeVar("R", bound=Row)
_KINDS: tuple[type[Any], ...] = (Token, Visit, Task, Decision, Stay)
_IN_IT = sa.select(flows.token).where(
    flows.token.c.instance_id == sa.bindparam("instance"),
    sa.or_(*(flows.token.c.state == each.value for each in sorted(LIVING))),
).order_by(flows.token.c.id)  # fmt: skip
_ADVANCE = sa.update(flows.instance).where(
    flows.instance.c.id == sa.bindparam("this"), flows.instance.c.revision == sa.bindparam("seen")
)


@dataclass(eq=False)
class Book:
    """The rows of one instance. Whoever changes one says so with ``touch``; ``save`` writes them."""

    conn: sa.Connection
    ids: Ids
    now: datetime
    instance: Instance
    fresh: bool = False
    tokens: dict[int, Token] = field(default_factory=dict)
    visits: dict[int, Visit] = field(default_factory=dict)
    tasks: dict[int, Task] = field(default_factory=dict)
    _of_visit: dict[int, list[Task]] = field(default_factory=dict)
    _new: list[Any] = field(default_factory=list)
    _changed: dict[int, Any] = field(default_factory=dict)

    @classmethod
    def open(cls, conn: sa.Connection, ids: Ids, now: datetime, instance: Instance) -> Book:
        """Read what is going on in a locked instance; as much as the graph is wide, however long it ran."""
        book = cls(conn, ids, now, instance)
        rows = conn.execute(_IN_IT, {"instance": instance.id})
        living = [of_row(Token, row) for row in rows]
        book.tokens = {each.id: each for each in living}
        wanted = {each.visit_id for each in living if each.visit_id is not None}
        book.visits = {each.id: each for each in by_id(conn, Visit, wanted)}
        return book

    def add(self, row: R) -> R:
        """Note a new row."""
        self._new.append(row)
        known: Any = {Token: self.tokens, Visit: self.visits, Task: self.tasks}.get(type(row))
        if known is not None:
            known[row.id] = row
        if isinstance(row, Task):
            self.of_visit(row.visit_id).append(row)
        return row

    def touch(self, row: R) -> R:
        """Note that a row was changed; a new one is written as it then stands."""
        self._changed[row.id] = row
        return row

    def visit(self, visit_id: int) -> Visit:
        """Return a visit, also one that is over."""
        if visit_id not in self.visits:
            self.visits |= {each.id: each for each in by_id(self.conn, Visit, [visit_id])}
        return self.visits[visit_id]

    def of_visit(self, visit_id: int) -> list[Task]:
        """Return the tasks of a visit, in turn."""
        if visit_id not in self._of_visit:
            new = any(row.id == visit_id for row in self._new)
            found = [] if new else find(self.conn, Task, visit_id=visit_id)
            self._of_visit[visit_id] = sorted(found, key=lambda each: (each.place, each.id))
            self.tasks |= {each.id: each for each in found}
        return self._of_visit[visit_id]

    def enter(self, token: Token, node: str, previous: int | None) -> Visit:
        """Note that a token enters a node."""
        number = self.instance.counts.get(node, 0) + 1
        self.instance.counts[node] = number
        visit = Visit(
            self.ids.next(),
            self.instance.id,
            token.id,
            previous,
            node,
            number,
            VisitState.open,
            None,
            None,
            self.now,
        )
        token.node, token.visit_id = node, visit.id
        self.touch(token)
        return self.add(visit)

    def leave(self, visit: Visit, outcome: str, by: int | None, state: VisitState = VisitState.done) -> None:
        """Note that a visit is over."""
        visit.state, visit.outcome, visit.left_at, visit.left_by = state, outcome or None, self.now, by
        self.touch(visit)

    def divide(self, parent: Token, node: str) -> Token:
        """Note a new token below another."""
        return self.add(Token(self.ids.next(), self.instance.id, parent.id, node))

    def children(self, token: Token) -> list[Token]:
        """Return the living tokens directly below one."""
        return [each for each in self.tokens.values() if each.parent_id == token.id and each.state in LIVING]

    def below(self, token: Token) -> list[Token]:
        """Return a token and every living one below it."""
        return [token, *(each for child in self.children(token) for each in self.below(child))]

    def living(self) -> list[Token]:
        """Return the tokens that are anywhere."""
        return [each for each in self.tokens.values() if each.state in LIVING]

    def end(self, token: Token, state: TokenState = TokenState.ended) -> None:
        """Note that a token is nowhere any more."""
        token.state = state
        self.touch(token)

    def open_tasks(self, visits: Collection[int]) -> Sequence[Task]:
        """Return the tasks at some visits that somebody has, or will have."""
        pending = {TaskState.open, TaskState.waiting}
        return [task for each in visits for task in self.of_visit(each) if task.state in pending]

    def decided(self, act: str) -> list[Decision]:
        """Return the decisions of this transition, which no query finds yet."""
        return [row for row in self._new if isinstance(row, Decision) and row.act == act]

    def save(self) -> None:
        """Write everything. Raises Conflict when the instance moved on in spite of the lock."""
        new = {row.id for row in self._new}
        for kind in _KINDS:
            insert(self.conn, kind, [row for row in self._new if type(row) is kind])
            changed = [row for row in self._changed.values() if type(row) is kind and row.id not in new]
            update(self.conn, kind, changed)
        instance = self.instance
        instance.revision += 1
        if self.fresh:
            insert(self.conn, Instance, [instance])
        else:
            self._advance(instance)
        self.fresh, self._new, self._changed = False, [], {}

    def _advance(self, instance: Instance) -> None:
        """Check and bump in the one statement that writes the instance."""
        values = {
            "this": instance.id, "seen": instance.revision - 1,
            "revision": instance.revision, "state": instance.state.value, "locked": instance.locked,
            "decided": instance.decided, "ended_at": instance.ended_at,
            "counts": orjson.dumps(instance.counts).decode(),
        }  # fmt: skip
        if not self.conn.execute(_ADVANCE, values).rowcount:
            raise Conflict("flow.moved_on")


def finish(instance: Instance, state: State, now: datetime) -> None:
    """Note that an instance is over."""
    instance.state, instance.ended_at, instance.locked = state, now, False
