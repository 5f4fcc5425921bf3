"""View models of flows: stages, trails and tasks, on the page of a record and on pages of their own."""

from __future__ import annotations

from dataclasses import dataclass

from frontend.formats import Moment
from frontend.views import Action, FieldView, Issue, Person, Section


@dataclass(frozen=True, slots=True)
class StageView:
    """One stage of a pipeline. ``state``: ``past``, ``now`` or ``next``."""

    text: str
    state: str
    color: str = ""


@dataclass(frozen=True, slots=True)
class StageBar:
    """Where a record is in a pipeline, since when, and the buttons that lead on."""

    title: str
    stages: tuple[StageView, ...]
    since: Moment | None = None
    due: Moment | None = None
    guide: str = ""
    moves: tuple[Action, ...] = ()
    waiting: str = ""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What somebody said to a step, or that it is waited for."""

    who: Person
    text: str
    color: str = "gray"
    icon: str = "clock"
    when: Moment | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class TrailStep:
    """One visit to a node. ``kind`` chooses its look. ``again``: the how manieth time it is."""

    kind: str
    title: str
    icon: str
    color: str
    state: str
    entered: Moment
    again: str = ""
    took: str = ""
    opinions: tuple[Opinion, ...] = ()
    facts: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TrailView:
    """One run of a flow, oldest step first. ``open``: it is under way."""

    title: str
    state: str
    color: str
    began: str
    when: Moment
    steps: tuple[TrailStep, ...]
    actions: tuple[Action, ...] = ()
    open: bool = False


@dataclass(frozen=True, slots=True)
class TaskButton:
    """A button of a task: posts ``button=key``."""

    key: str
    text: str
    style: str = "normal"
    icon: str = ""


@dataclass(frozen=True, slots=True)
class TaskForm:
    """What is asked: posts the fields, ``comment``, ``button`` and ``request`` to ``url``.

    ``transfer`` is the input for somebody else, when the task may be handed on with ``transfer_button``.
    """

    title: str
    url: str
    request: str
    flow: str = ""
    note: str = ""
    sections: tuple[Section, ...] = ()
    buttons: tuple[TaskButton, ...] = ()
    comment: str = ""
    comment_needed: bool = False
    commented: bool = True
    errors: tuple[str, ...] = ()
    issues: tuple[Issue, ...] = ()
    transfer: FieldView | None = None
    transfer_button: TaskButton | None = None
    due: Moment | None = None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskPage:
    """``runtime/task.html``: a task with its record and trail. Without a ``form`` nothing is to be done."""

    title: str
    state: str
    form: TaskForm | None
    sections: tuple[Section, ...]
    trail: TrailView | None = None
    record_url: str = ""
    alert: str = ""


@dataclass(frozen=True, slots=True)
class MovePage:
    """``runtime/move.html``: what a move asks for before it is made."""

    title: str
    url: str
    request: str
    cancel_url: str
    submit: str
    sections: tuple[Section, ...] = ()
    issues: tuple[Issue, ...] = ()
    comment: str = ""
    comment_needed: bool = False
    commented: bool = True
    errors: tuple[str, ...] = ()
    note: str = ""
