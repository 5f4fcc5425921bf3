"""What a kind of node is, and what may come of entering one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from engines.flow.options import Button, Place
from schemas.behaviour import NodeOptions
from schemas.errors import Issue
from schemas.kinds import Kind, Registry, collect

if TYPE_CHECKING:
    from engines.flow.step import Step
    from engines.flow.verify import Look

N = TypeVar("N", bound=NodeOptions)


@dataclass(frozen=True, slots=True)
class Output:
    """One way out of a node: its name, the node it leads to, and where the definition says so."""

    name: str
    to: str
    at: Place


@dataclass(frozen=True, slots=True)
class Wait:
    """The token rests; somebody or something will go on."""


@dataclass(frozen=True, slots=True)
class Go:
    """The token goes on. ``outcome``: what the visit came to."""

    to: str
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Fork:
    """The token divides into one for each of the nodes."""

    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reject:
    """The token waits for its siblings, and the flow is rejected when they are done."""

    outcome: str = "rejected"


@dataclass(frozen=True, slots=True)
class Leave:
    """The token ends, and those beside it go on."""

    outcome: str


@dataclass(frozen=True, slots=True)
class Finish:
    """The whole flow ends."""

    outcome: str


Outcome = Wait | Go | Fork | Reject | Leave | Finish


@dataclass(frozen=True, slots=True)
class NodeExample:
    """One run over the node for its contract: the definition, and what leads to which output.

    ``nodes``: the rest of the graph, beside a start and an ``end``; ``begins``: the node after the start.
    ``given``: values of the record. ``press``: who presses which button, in turn, and fills which field.
    ``ends``: how the flow ends. ``through``: the outputs of the node that are taken.
    """

    node: Mapping[str, Any]
    nodes: Sequence[Mapping[str, Any]] = ()
    given: Mapping[str, Any] = field(default_factory=dict)
    press: Sequence[str] = ()
    ends: str = "approved"
    through: Sequence[str] = ()
    begins: str = ""


class NodeType(Kind, Generic[N]):
    """One kind of node. Subclasses are stateless; a running flow arrives as ``Step``."""

    name: ClassVar[str]
    icon: ClassVar[str]
    group: ClassVar[str] = "steps"
    Options: ClassVar[type[NodeOptions]]
    examples: ClassVar[Sequence[NodeExample]] = ()
    rests: ClassVar[bool] = False  # somebody is waited for here
    opens: ClassVar[bool] = False  # and people go on editing the record meanwhile
    writes: ClassVar[bool] = False  # entering may be refused, and is then undone alone: see ``may_fail``
    divides: ClassVar[bool] = False  # each way out has a token of its own
    gathers: ClassVar[bool] = False  # where those tokens come together

    def outputs(self, options: N, at: Place) -> Sequence[Output]:
        """Return the ways out."""
        following = getattr(options, "next", None)
        return () if following is None else (Output("next", following, (*at, "next")),)

    def enter(self, step: Step, options: N) -> Outcome:
        """Do what the node does. Raises WeftError where it fails, which stops the token there."""
        raise TypeError(f"{self.name} cannot be entered")

    def may_fail(self, step: Step, options: N) -> bool:
        """Tell whether entering may be refused after it has written something."""
        return self.writes

    def settle(self, step: Step, options: N) -> Outcome | None:
        """Return what the decisions made so far come to, None while more are waited for."""
        return None

    def buttons(self, options: N) -> Sequence[Button]:
        """Return what somebody who is asked may do."""
        return ()

    def verify(self, options: N, look: Look) -> Iterator[Issue]:
        """Yield what is wrong with options that each alone are right."""
        yield from ()


def node_types(plugged: Iterable[ModuleType] = ()) -> Registry[NodeType[Any]]:
    """Collect the kinds of node; called once by the installation."""
    return collect("engines.flow.nodes", NodeType, plugged)
