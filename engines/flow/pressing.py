"""What somebody does with a task: what is asked for, what is allowed, what comes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engines.flow.options import Button
from engines.flow.returning import give_back
from engines.flow.rows import Task, TaskState, Visit
from engines.flow.sight import rights, task_access
from engines.flow.step import Step
from engines.flow.tasks import add_task, close_task
from engines.store import people
from engines.store.people.meant import active
from schemas.errors import Conflict, Invalid, Issue

if TYPE_CHECKING:
    from engines.flow.run import Run

COMMENT_AT_MOST = 4000
_AGREEING = {"approve", "submit"}


@dataclass(frozen=True, slots=True)
class Press:
    """A button that somebody presses. ``values``: raw, as a door received them. ``to``: for a transfer."""

    button: str
    comment: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    to: int | None = None


def press(run: Run, task: Task, asked: Press) -> None:
    """Do what a button says, and go on. Raises Conflict where it is too late, and Invalid."""
    visit = run.book.visit(task.visit_id)
    if task.state is not TaskState.open:
        raise too_late(run, task, visit)
    token = run.book.tokens[visit.token_id]
    button = _button(run, visit, asked)
    comment = said(button.comment, asked.comment, "comment")
    if button.type == "transfer":
        _transfer(run, task, visit, (asked, comment))
        return
    _write(run, visit, button, asked)
    run.instance.decided = run.instance.decided or button.type != "submit"
    close_task(run, task, button.type)
    run.note(button.type, visit, task=task.id, button=button.key, comment=comment)
    Step(run, run.graph.node(visit.node), token, visit).tell(button.notify, f"{task.id}:")
    if button.type == "return":
        give_back(run, (token, visit), button)
    else:
        run.settle(token, visit)


def too_late(run: Run, task: Task, visit: Visit) -> Conflict:
    """Return what to tell somebody who comes after it was decided."""
    if task.state is TaskState.moved:
        return Conflict("flow.task_moved")
    if task.state is TaskState.waiting:
        return Conflict("flow.not_your_turn")
    by = visit.left_by if task.state is not TaskState.done else task.user_id
    if by is None or (task.outcome not in {None, "not_needed"} and task.state is TaskState.void):
        return Conflict("flow.task_void")
    names = people.names(run.uow.conn, [by])
    return Conflict("flow.already_decided", by=names.get(by, ""))


def said(wanted: str, comment: str, path: str) -> str:
    """Return a comment as it is kept. Raises Invalid where one is asked for and there is none."""
    kept = "" if wanted == "none" else comment.strip()
    if wanted == "required" and not kept:
        raise Invalid([Issue(path, "field.required")])
    if len(kept) > COMMENT_AT_MOST:
        raise Invalid([Issue(path, "field.too_long", {"max_length": COMMENT_AT_MOST})])
    return kept


def _button(run: Run, visit: Visit, asked: Press) -> Button:
    node = run.graph.node(visit.node)
    for each in node.kind.buttons(node.options):
        if each.key == asked.button:
            return each
    raise Invalid([Issue("button", "flow.no_such_button", {"name": asked.button[:40]})])


def _write(run: Run, visit: Visit, button: Button, asked: Press) -> None:
    node, record_id = run.graph.node(visit.node), run.instance.record_id
    given = rights(run.graph, node)
    if button.type in _AGREEING and (missing := list(_missing(run, given, asked.values))):
        raise Invalid(missing)
    forced = {}
    if button.set:
        typed, _ = run.graph.form.coercer.one(
            {key: asked.values[key] for key in asked.values if key in given}
        )
        forced = run.graph.values(button.set, run.with_values(typed), run.context)
    access = task_access(run.uow.access, run.graph, node, record_id, write=True)
    run.change(asked.values, forced, access)


def _missing(run: Run, given: Mapping[str, str], values: Mapping[str, Any]) -> Iterator[Issue]:
    for key, right in given.items():
        if right == "required" and values.get(key, run.record.get(key)) in (None, "", (), []):
            yield Issue(key, "field.required")


def _transfer(run: Run, task: Task, visit: Visit, asked: tuple[Press, str]) -> None:
    to = asked[0].to
    others = run.book.of_visit(visit.id)
    taken = {each.user_id for each in others if each.state in {TaskState.open, TaskState.waiting}}
    if to is None:
        raise Invalid([Issue("to", "field.required")])
    if not active(run.uow.conn, [to]):
        raise Invalid([Issue("to", "field.no_such_record", {"value": str(to)})])
    if to in taken:
        raise Invalid([Issue("to", "flow.already_asked")])
    move_task(run, task, to)
    run.note("transfer", visit, task=task.id, button=asked[0].button, comment=asked[1], to=str(to))


def move_task(run: Run, task: Task, to: int) -> Task:
    """Let somebody else have a task, at the same place in the turn."""
    visit, state = run.book.visit(task.visit_id), task.state
    close_task(run, task, "moved", TaskState.moved)
    moved = add_task(run, visit, task.kind, to, task.place, state)
    moved.moved_from = task.id
    return moved
