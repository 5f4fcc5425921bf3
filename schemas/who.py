"""Who is meant: people by role, by their place in the house, or as a record names them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from schemas.elements import FieldKey, Formula, Key, Line, Ref
from schemas.kinds import Options

MemberField = Annotated[FieldKey, Ref("field")]
Levels = Annotated[int, Field(ge=0, le=20)]


class Member(Options):
    """One person, by account: a definition knows no ids."""

    type: Literal["member"]
    account: Line


class HoldersOf(Options):
    """Everybody who holds a role."""

    type: Literal["role"]
    role: Annotated[Key, Ref("role")]


class HeadOf(Options):
    """The head of a department, or of one ``up`` levels above: the one named, a field's, the initiator's."""

    type: Literal["head"]
    department: Line | None = None
    field: MemberField | None = None
    up: Levels = 0


class ManagerOf(Options):
    """The manager ``up`` levels above a member field's person, or above the initiator."""

    type: Literal["manager"]
    field: MemberField | None = None
    up: Levels = 1


class InField(Options):
    """The people in a member field of the record."""

    type: Literal["field"]
    field: MemberField


class Initiator(Options):
    """Whoever began it."""

    type: Literal["initiator"]


class Computed(Options):
    """The people whose ids a formula yields."""

    type: Literal["formula"]
    formula: Formula


Who = Annotated[
    Member | HoldersOf | HeadOf | ManagerOf | InField | Initiator | Computed, Field(discriminator="type")
]
