"""What nodes say in common: where they go, whom they ask, what buttons do."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from schemas.behaviour import NodeOptions
from schemas.elements import Condition, Element, FieldKey, Key, LongMessage, Message, Ref, Text, Values
from schemas.kinds import Options
from schemas.who import Who

NodeRef = Annotated[Key, Ref("node")]
RoleRef = Annotated[Key, Ref("role")]
FieldRef = Annotated[FieldKey, Ref("field")]
FieldRight = Literal["hidden", "read", "edit", "required"]
FieldRights = Annotated[dict[FieldKey, FieldRight], Ref("field")]
Comment = Literal["none", "optional", "required"]
Hours = Annotated[int, Field(ge=1, le=8760)]
Place = tuple[str | int, ...]  # where something stands in a definition


class Note(Options):
    """A notice inside the application, about the record."""

    to: Annotated[tuple[Who, ...], Field(min_length=1)]
    title: Message
    body: LongMessage | None = None
    level: Literal["normal", "must"] = "normal"


class Limit(Options):
    """How long it may take, and how often those who are waited for are reminded after that."""

    hours: Hours
    repeat_hours: Hours | None = None
    at_most: Annotated[int, Field(ge=1, le=50)] = 3


class Effects(Element):
    """A button or move, and what it leads to besides going on."""

    comment: Comment = "optional"
    set: Values = {}
    notify: tuple[Note, ...] = ()


class Button(Effects):
    """What somebody who has a task may do with it. ``to`` and ``resume`` belong to ``return``."""

    type: Literal["approve", "reject", "submit", "return", "transfer"]
    label: Text | None = None  # type: ignore[assignment]  # its kind has a name
    to: NodeRef | None = None
    resume: Literal["again", "straight"] = "again"


class Move(Effects):
    """A button of a stage. Without ``to`` the record stays where it is, and only the rest is done.

    ``needs``: fields that must be filled by then; the button asks for them.
    """

    to: NodeRef | None = None
    when: Condition | None = None
    needs: tuple[FieldRef, ...] = ()
    by: tuple[RoleRef, ...] = ()
    primary: bool = False


class Linear(NodeOptions):
    """A node with one way on."""

    next: NodeRef


class Asking(Linear):
    """A node that waits for people."""

    who: Annotated[tuple[Who, ...], Field(min_length=1)]
    nobody: Literal["admin", "manager", "pass", "reject", "stop"] = "admin"
    fields: FieldRights = {}
    others: Literal["hidden", "read", "edit"] = "read"
    buttons: tuple[Button, ...] = ()
    limit: Limit | None = None
