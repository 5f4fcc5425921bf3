"""A transition: tokens go on until each of them waits or ends, then everything is written at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from engines.access import Access
from engines.expression import Context
from engines.flow.book import Book, finish
from engines.flow.graph import Graph
from engines.flow.kinds import Finish, Fork, Go, Leave, Outcome, Reject, Wait
from engines.flow.rows import Decision, Instance, State, Token, TokenState, Visit, VisitState, select
from engines.flow.shape import Drawn
from engines.flow.step import Step
from engines.flow.tasks import void
from engines.flow.uow import DOOR, FlowUow
from engines.query import Cause, Change, Op, Query, Uow
from engines.store import flows, reading
from engines.store.history import ensure_cause
from engines.store.people import House
from engines.store.store import Store
from engines.store.writing import write
from schemas.elements import LOCALES
from schemas.errors import Conflict, Invalid, Issue, WeftError

_STEPS = 500  # far more than any graph has nodes: whoever gets here goes round in a circle


@dataclass(eq=False)
class Run:
    """One instance during one transition. ``uow`` is the caller's, in whose name it happens."""

    store: Store
    uow: Uow
    graph: Graph
    book: Book
    prepared: str = ""  # the stage whose values stand in the record already
    how: str = "moved"  # how it comes into that stage
    _queue: deque[tuple[Token, str, int | None, str | None]] = field(default_factory=deque)
    _steps: int = 0
    _record: Mapping[str, Any] | None = None

    @property
    def instance(self) -> Instance:
        """Return the instance."""
        return self.book.instance

    @property
    def actor(self) -> int | None:
        """Return who acts."""
        return self.uow.cause.actor

    @cached_property
    def house(self) -> House:
        """Return people and departments."""
        return House(self.uow.conn, self.graph.app)

    @cached_property
    def context(self) -> Context:
        """Return the moment and person that expressions run for."""
        return replace(self.store.context(self.graph.app, self.uow.access), directory=self.house)

    @property
    def record(self) -> Mapping[str, Any]:
        """Return the record as it stands, for the system's eyes."""
        if self._record is None:
            query = Query(self.graph.form.path)
            page = reading.get(
                self.store, self.uow.conn, self.graph.app, Access(None), query, self.instance.record_id
            )
            self._record = self.graph.row(self.uow.conn, page.records[0])
        return self._record

    def with_values(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the record as it would be with other values."""
        return self.graph.row(self.uow.conn, {**self.record, **values})

    # ---------------------------------------------------------------- what happens to the record

    def change(
        self, values: Mapping[str, Any], forced: Mapping[str, Any], access: Access | None = None
    ) -> None:
        """Write the record. ``values``: raw, within the rights of ``access``. Raises Invalid."""
        if not values and not forced:
            return
        cause = Cause(DOOR, self.actor, parent=ensure_cause(self.uow), note=self.graph.name(LOCALES[0]))
        outer = self.uow
        uow = FlowUow(
            outer.conn, self.graph.app, access or Access(None), outer.clock, outer.ids, cause,
            notes=outer.notes, forced=forced, record_id=self.instance.record_id,
        )  # fmt: skip
        change = Change(Op.update, values, self.instance.record_id)
        result = write(self.store, uow, self.graph.form, [change])[0]
        if result.issues:
            raise Invalid(result.issues)
        outer.changes.extend(uow.changes)
        outer.after_commit.extend(uow.after_commit)
        record = result.record
        self._record = None if record is None else self.graph.row(outer.conn, record)

    # ---------------------------------------------------------------- what happens to tokens

    def go(self, token: Token, node: str, previous: int | None, resume: str | None = None) -> None:
        """Let a token enter a node, when its turn comes. ``resume``: where it goes on to from there."""
        self._queue.append((token, node, previous, resume))

    def work(self) -> None:
        """Go on until nothing moves by itself, and write everything."""
        while self._queue and self.instance.running:
            self._enter(*self._queue.popleft())
        self.instance.locked = self._locked()
        self.book.save()

    def _locked(self) -> bool:
        """Tell whether people must leave the record alone for now."""
        if not self.instance.running or not self.graph.flow.lock:
            return False
        resting = (each.node for each in self.book.living() if each.state is TokenState.active)
        return any(not self.graph.node(key).kind.opens for key in resting)

    def follow(self, token: Token, visit: Visit, outcome: Outcome) -> None:
        """Do what a visit came to."""
        if isinstance(outcome, Wait):
            return
        self.book.leave(visit, getattr(outcome, "outcome", ""), self.actor)
        void(self, [visit.id], "not_needed")
        rested = visit.id if self.graph.node(visit.node).kind.rests else visit.previous_id
        match outcome:
            case Go(to):
                self.go(token, to, rested)
            case Fork(targets):
                self.book.end(token, TokenState.divided)
                for each in targets:
                    self.go(self.book.divide(token, each), each, rested)
            case Reject():
                self.book.end(token, TokenState.bad)
                self._gather(token)
            case Leave(said):
                self.book.end(token)
                self._gather(token, said)
            case Finish(said):
                self.finish(State(said))

    def finish(self, state: State, why: str = "") -> None:
        """End the instance, with everything that is still under way in it."""
        self.cancel(
            self.book.living(), why or ("branch_rejected" if state is State.rejected else "not_needed")
        )
        self._queue.clear()
        finish(self.instance, state, self.book.now)

    def cancel(self, tokens: list[Token], why: str) -> None:
        """End some tokens wherever they are; their tasks need not be done any more."""
        visits = [self.book.visit(each.visit_id) for each in tokens if each.visit_id is not None]
        unfinished = [each for each in visits if each.state in {VisitState.open, VisitState.failed}]
        for visit in unfinished:
            self.book.leave(visit, why, self.actor, VisitState.cancelled)
        void(self, [each.id for each in unfinished], why)
        for token in tokens:
            self.book.end(token, TokenState.cancelled)

    def attempt(self, token: Token, visit: Visit) -> None:
        """Enter the node of a visit; where it fails the token stays, and somebody must look at it."""
        node = self.graph.node(visit.node)
        step = Step(self, node, token, visit)
        try:
            outcome = self._entered(step, node)
        except WeftError as error:
            visit.state = VisitState.failed
            visit.detail["error"] = told(error)
            self.book.touch(visit)
            step.alarm()
            return
        self.follow(token, visit, outcome)

    def skip(self, token: Token, visit: Visit) -> None:
        """Go on past a node that failed. Raises Conflict where it has more than one way out."""
        node = self.graph.node(visit.node)
        following = getattr(node.options, "next", None)
        if following is None:
            raise Conflict("flow.no_skipping")
        visit.detail["skipped"] = True
        self.follow(token, visit, Go(following, "skipped"))

    def settle(self, token: Token, visit: Visit) -> None:
        """Go on where the decisions of a visit have come to something."""
        node = self.graph.node(visit.node)
        outcome = node.kind.settle(Step(self, node, token, visit), node.options)
        if outcome is not None:
            self.follow(token, visit, outcome)

    def _enter(self, token: Token, key: str, previous: int | None, resume: str | None) -> None:
        if token.state is not TokenState.active:
            return
        if self.graph.node(key).kind.gathers:
            token.node = key
            self.book.end(token, TokenState.arrived)
            self._gather(token)
            return
        self._steps += 1
        visit = self.book.enter(token, key, previous)
        if resume is not None:
            visit.detail["resume"] = resume
        self.attempt(token, visit)

    def _entered(self, step: Step, node: Drawn) -> Outcome:
        if self._steps > _STEPS:
            raise Conflict("flow.endless", count=_STEPS)
        if not node.kind.may_fail(step, node.options):
            return node.kind.enter(step, node.options)
        ensure_cause(self.uow)  # outside, because a refused write takes back what it began with
        with self.uow.conn.begin_nested():
            return node.kind.enter(step, node.options)

    def _gather(self, token: Token, said: str = "") -> None:
        """Look whether a token that came to its end was the last of its siblings."""
        parent = None if token.parent_id is None else self.book.tokens[token.parent_id]
        if parent is None:
            self.finish(State(said or State.rejected))
            return
        siblings = [each for each in self.book.tokens.values() if each.parent_id == parent.id]
        if any(each.state in {TokenState.active, TokenState.divided} for each in siblings):
            return
        arrived = [each for each in siblings if each.state is TokenState.arrived]
        if any(each.state is TokenState.bad for each in siblings):
            self.finish(State.rejected)
        elif arrived:
            for each in arrived:
                self.book.end(each)
            parent.state = TokenState.active
            self._steps += 1
            split = self.book.visit(parent.visit_id or 0)
            self.attempt(parent, self.book.enter(parent, arrived[0].node, split.previous_id))
        else:
            self.book.end(parent)
            self._gather(parent, self._last_word(parent, said))

    def _last_word(self, parent: Token, said: str) -> str:
        """Return what branches that never met came to: approved, where one of them was."""
        ended = select(self.uow.conn, Token, flows.token.c.parent_id == parent.id)
        visits = [self.book.visit(each.visit_id) for each in ended if each.visit_id is not None]
        return "approved" if any(each.outcome == "approved" for each in visits) else said

    # ---------------------------------------------------------------- what is kept of it

    def note(self, act: str, visit: Visit | None = None, **more: Any) -> Decision:
        """Keep who did what, for the trail."""
        return self.book.add(
            Decision(
                self.uow.ids.next(),
                self.instance.id,
                None if visit is None else visit.id,
                more.pop("task", None),
                self.actor,
                act,
                more.pop("button", None),
                more.pop("comment", None) or None,
                more,
                ensure_cause(self.uow),
                self.book.now,
            )
        )


def told(error: WeftError) -> dict[str, Any]:
    """Return an error as a visit keeps it: texts are made when somebody reads it."""

    def plain(params: Mapping[str, Any]) -> dict[str, Any]:
        return {name: _plain(value) for name, value in params.items()}

    found: dict[str, Any] = {"code": error.reason, "params": plain(error.params)}
    if isinstance(error, Invalid):
        issues: list[Issue] = list(error.issues)
        found["issues"] = [
            {"path": each.path, "code": each.code, "params": plain(each.params)} for each in issues
        ]
    return found


def _plain(value: Any) -> Any:
    if hasattr(value, "model_dump"):
        return value.model_dump(by_alias=True, exclude_none=True)
    return value if isinstance(value, str | int | float | bool | None) else str(value)
