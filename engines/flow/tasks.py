"""Tasks and the to-dos people see of them."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import TYPE_CHECKING

from engines.flow.rows import Task, TaskState, Visit
from engines.store.said import Said, Shown
from engines.store.todos import Todo, TodoKind, add_todo, cancel_todo, finish_todo
from schemas.elements import LOCALES, label_of

if TYPE_CHECKING:
    from engines.flow.run import Run


def add_task(run: Run, visit: Visit, kind: str, user_id: int, place: int, state: TaskState) -> Task:
    """Note a new task; one that is open appears in the person's list."""
    task = run.book.add(
        Task(run.uow.ids.next(), run.instance.id, visit.id, kind, user_id, place, TaskState.waiting)
    )
    if state is TaskState.open:
        open_task(run, task)
    else:
        task.state = state
    return task


def open_task(run: Run, task: Task) -> None:
    """Let a task's turn come."""
    visit = run.book.visit(task.visit_id)
    task.state, task.opened_at = TaskState.open, run.book.now
    task.todo_id = add_todo(run.uow.conn, run.uow.ids, run.uow.clock, _todo(run, task, visit))
    run.book.touch(task)
    _tell(run, task)


def close_task(run: Run, task: Task, outcome: str, state: TaskState = TaskState.done) -> None:
    """Note that a task is done, or that somebody else has it now."""
    task.state, task.outcome, task.closed_at = state, outcome, run.book.now
    run.book.touch(task)
    if task.todo_id is None:
        return
    if state is TaskState.done:
        finish_todo(run.uow.conn, run.uow.clock, task.todo_id, outcome, run.actor)
    else:
        cancel_todo(run.uow.conn, run.uow.clock, task.todo_id, outcome)
    _tell(run, task)


def void(run: Run, visits: Collection[int], why: str) -> None:
    """Note that what is left to do at some visits need not be done."""
    for task in run.book.open_tasks(visits):
        close_task(run, task, why, TaskState.void)


def _tell(run: Run, task: Task) -> None:
    """Let the person hear, once it is committed, that there is more to do, or less."""
    run.uow.after_commit.append(partial(run.store.tell, [task.user_id]))


def source_of(instance_id: int, visit_id: int) -> str:
    """Return what to-dos and notices of a visit say they come from."""
    return f"flow:{instance_id}:{visit_id}"


def _todo(run: Run, task: Task, visit: Visit) -> Todo:
    graph = run.graph
    return Todo(
        graph.app.key, TodoKind(task.kind), title_of(run, visit), Said.plain(_names(run)), graph.form.uid,
        run.instance.record_id, task.user_id, due=visit.due, source=source_of(run.instance.id, visit.id),
        link=f"/tasks/{task.id}",
    )  # fmt: skip


def _names(run: Run) -> dict[str, str]:
    return {locale: run.graph.name(locale) for locale in LOCALES}


def title_of(run: Run, visit: Visit) -> Said:
    """Return what is to be done and of which record; the task lets its person see the record's title."""
    label = run.graph.node(visit.node).options.label or run.graph.flow.label
    title = run.graph.form.title
    value = None if title is None else run.record.get(title.key)
    if value is None:
        return Said.plain({locale: label_of(label, locale) for locale in LOCALES})
    return Said({locale: (f"{label_of(label, locale)} · ", 0) for locale in LOCALES}, (Shown(str(value)),))
