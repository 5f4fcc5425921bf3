"""What a node may know and do while a token stands in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from engines.flow.options import Asking, Limit, Note
from engines.flow.rows import Task, TaskState, Token, Visit
from engines.flow.shape import Drawn
from engines.flow.stays import enter_stage
from engines.flow.tasks import add_task, open_task, source_of
from engines.flow.waiting import admins, ask_for_time, nobody
from engines.store.history import ensure_cause
from engines.store.notices import Level as Loudness
from engines.store.notices import Notice, notify
from engines.store.people.meant import Asked
from schemas.who import Who

if TYPE_CHECKING:
    from engines.flow.run import Run


@dataclass(eq=False)
class Step:
    """One visit of one token, in the middle of a transition."""

    run: Run
    node: Drawn
    token: Token
    visit: Visit

    @property
    def inside(self) -> bool:
        """Tell whether there are branches beside this one."""
        return self.token.parent_id is not None

    @property
    def tasks(self) -> Sequence[Task]:
        """Return the tasks of the visit that count, in turn."""
        gone = {TaskState.moved, TaskState.void, TaskState.told}
        return [each for each in self.run.book.of_visit(self.visit.id) if each.state not in gone]

    @cached_property
    def asked(self) -> Asked:
        """Return for which record people are looked for."""
        run = self.run
        graph = run.graph
        return Asked(run.house, graph.app, graph.form, run.record, run.context, run.instance.started_by)

    def following(self, following: str) -> str:
        """Return where to go on: ``following``, or straight back to whoever returned the record."""
        return str(self.visit.detail.get("resume") or following)

    def holds(self, condition: str | None) -> bool:
        """Tell whether a condition is TRUE of the record."""
        return self.run.graph.holds(condition, self.run.record, self.run.context)

    def people(self, who: tuple[Who, ...]) -> list[int]:
        """Return who is meant."""
        return self.run.graph.people(who, self.asked)

    def change(self, said: Mapping[str, Any], more: Mapping[str, Any] | None = None) -> None:
        """Set fields of the record; ``more`` by today's keys. Raises Invalid."""
        run = self.run
        forced = {**(run.graph.values(said, run.record, run.context) if said else {}), **(more or {})}
        run.change({}, forced)
        if said:
            self.visit.detail["set"] = [run.graph.keys.field(key).uid for key in said]
            run.book.touch(self.visit)

    def ask(
        self, options: Asking, kind: str, *, in_turn: bool = False, passed: Collection[int] = ()
    ) -> str | None:
        """Give people a task; ``passed`` need not be asked again. Returns what is said where nobody is found.

        Raises Conflict where the flow is to stop then.
        """
        people = self.people(options.who)
        if not people:
            people, said = nobody(self, options.nobody)
            self.visit.detail["nobody"] = options.nobody
            if said is not None:
                return said
        self.limit(options.limit)
        self.hand_out(people, kind, in_turn=in_turn, passed=passed)
        return None

    def hand_out(
        self, people: Sequence[int], kind: str, *, in_turn: bool = False, passed: Collection[int] = ()
    ) -> None:
        """Give each of these people a task, all at once or one after the other."""
        waiting = False
        for place, person in enumerate(people):
            state = TaskState.waiting if waiting and in_turn else TaskState.open
            if person in passed:
                state = TaskState.done
            task = add_task(self.run, self.visit, kind, person, place, state)
            if state is TaskState.done:
                task.outcome, task.closed_at = "approve", self.run.book.now
                self.visit.detail.setdefault("passed", []).append(str(person))
            else:
                waiting = True

    def wake(self) -> None:
        """Let the next one's turn come, where people are asked one after the other."""
        waiting = [each for each in self.tasks if each.state is TaskState.waiting]
        if waiting and not any(each.state is TaskState.open for each in self.tasks):
            open_task(self.run, waiting[0])

    def limit(self, limit: Limit | None) -> None:
        """Say until when, and see to it that somebody is reminded."""
        if limit is not None:
            self.visit.due = self.run.book.now + timedelta(hours=limit.hours)
            ask_for_time(self.run, self.visit, self.visit.due)

    def tell(self, messages: Sequence[Note], name: str = "") -> None:
        """Tell people something about the record, each once a visit and ``name``."""
        for number, message in enumerate(messages):
            self._notify(self.people(message.to), message, f"{name}{number}")

    def copy(self, people: Sequence[int], message: Note) -> None:
        """Let people see the record as it is asked about here, and tell them."""
        for place, person in enumerate(people):
            task = add_task(self.run, self.visit, "cc", person, place, TaskState.told)
            self._notify([person], message, f"cc:{place}", link=f"/tasks/{task.id}", copy=True)

    def alarm(self) -> None:
        """Ask whoever looks after the flow to look at what failed."""
        for place, person in enumerate(admins(self)):
            add_task(self.run, self.visit, "incident", person, place, TaskState.open)

    def arrive(self, said: Mapping[str, Any]) -> None:
        """Let the record say that it is in this stage, if it does not yet, and note since when."""
        run, graph, key = self.run, self.run.graph, self.visit.node
        if run.prepared != key:
            self.change(said, graph.stage_value(key))
        run.prepared = ""
        enter_stage(run.book, graph, key, run.how, run.actor)

    def _notify(self, people: list[int], message: Note, name: str, **more: Any) -> None:
        run, graph = self.run, self.run.graph
        say = partial(graph.say, record=run.record, context=run.context)
        body = None if message.body is None else say(message.body)
        notice = Notice(
            graph.app.key, say(message.title), body, Loudness(message.level), graph.form.uid,
            run.instance.record_id, ensure_cause(run.uow), unique=f"flow:{self.visit.id}:{name}",
            source=source_of(run.instance.id, self.visit.id), **more,
        )  # fmt: skip
        notify(run.uow.conn, run.uow.ids, run.uow.clock, people, notice)
        run.uow.after_commit.append(partial(run.store.tell, people))
