"""Flows, rules and dashboards: what they share; the kinds in them say the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, Self, cast

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.elements import App, Condition, Element, FieldKey, FormKey, Key, LongText, Ref, Text
from schemas.kinds import Options
from schemas.who import Who


class KindOf:
    """Marks where kinds of a family stand: one, or a list; the grammar puts the union of them there."""

    def __init__(self, family: str) -> None:
        self.family = family


class NodeOptions(Element):
    """What every node of a flow says. Without a label a node is called by its kind, a stage by its option."""

    type: str
    label: Text | None = None  # type: ignore[assignment]  # the only elements that may go without


class TriggerOptions(Options):
    """What every trigger says."""

    type: str


class ActionOptions(Options):
    """What every action says."""

    type: str


class Place(Options):
    """Where a widget stands on a grid of twelve columns; without ``x`` and ``y`` after the one before."""

    x: Annotated[int, Field(ge=0, le=11)] | None = None
    y: Annotated[int, Field(ge=0, le=500)] | None = None
    w: Annotated[int, Field(ge=1, le=12)] = 6
    h: Annotated[int, Field(ge=1, le=20)] = 4

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.x is None) is not (self.y is None):
            raise PydanticCustomError("definition.place_half", "one of x and y", {})
        if (self.x or 0) + self.w > 12:
            raise PydanticCustomError("definition.place_too_wide", "beyond column 12", {})
        return self


class WidgetOptions(Element):
    """What every widget says."""

    type: str
    help: LongText | None = None
    place: Place = Place()


class Flow(Element):
    """A process that records of one form run through.

    With a ``field`` it is a pipeline: the options of that select are its stages, and only it moves them.
    """

    form: Annotated[FormKey, Ref("form")]
    field: Annotated[FieldKey, Ref("field")] | None = None
    nodes: Annotated[tuple[NodeOptions, ...], KindOf("nodes")] = ()
    admin: tuple[Who, ...] = ()
    lock: bool = True
    open: tuple[Annotated[FieldKey, Ref("field")], ...] = ()
    withdraw: Literal["until_decision", "always", "never"] = "until_decision"
    withdraw_until: Annotated[Key, Ref("node")] | None = None
    place: tuple[Annotated[Key, Ref("role")], ...] = ()


class Rule(Element):
    """If something happens and a condition holds, then actions follow.

    ``priority``: of rules that set the same field the later, with the greater number, wins. ``phase``: when
    what reaches beyond the record is done: within the save, which may then fail with it, or after it.
    ``mode``: what becomes of a run while an earlier one for the same record is not over.
    """

    on: Annotated[TriggerOptions, KindOf("triggers")]
    if_: Annotated[Condition | None, Field(alias="if")] = None
    then: Annotated[tuple[ActionOptions, ...], KindOf("actions")] = ()
    enabled: bool = True
    priority: Annotated[int, Field(ge=-1000, le=1000)] = 0
    phase: Literal["during", "after"] | None = None
    mode: Literal["parallel", "single", "restart"] = "parallel"


class Dashboard(Element):
    """Widgets over records; for the ``roles`` it names, or for whoever may see some of those records.

    ``home``: where the people of its roles begin; without roles everybody of the app who has no other.
    """

    icon: str | None = Field(None, max_length=40, pattern=r"^[a-z0-9-]+$")
    description: LongText | None = None
    roles: tuple[Annotated[Key, Ref("role")], ...] = ()
    home: bool = False
    widgets: Annotated[tuple[WidgetOptions, ...], KindOf("widgets")] = ()


def flows_of(app: App) -> tuple[Flow, ...]:
    """Return the flows of a definition, none where no engine brought kinds of node."""
    return tuple(each for each in cast("tuple[object, ...]", app.flows) if isinstance(each, Flow))


def rules_of(app: App) -> Sequence[Rule]:
    """Return the rules of an app, none where no engine brought their kinds."""
    said: Sequence[object] = app.rules
    return [each for each in said if isinstance(each, Rule)]
