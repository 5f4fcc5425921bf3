"""What a kind of step and a kind of expectation is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from schemas.errors import Issue
from schemas.kinds import Kind, Registry, collect
from schemas.scenarios import ExpectationOptions, StepOptions

if TYPE_CHECKING:
    from engines.scenario.verify import Look
    from engines.scenario.world import World

S = TypeVar("S", bound=StepOptions)
E = TypeVar("E", bound=ExpectationOptions)


@dataclass(frozen=True, slots=True)
class Miss:
    """Something that is not as expected: ``scenario.miss.{code}`` says what, for these parameters."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Example:
    """One case of a kind's contract, on the app of the contract suite.

    ``steps``: what is taken; for an expectation it stands behind the last. ``misses``: the codes it comes to.
    """

    steps: Sequence[Mapping[str, Any]]
    misses: Sequence[str] = ()


class StepType(Kind, Generic[S]):
    """One thing that happens in a scenario. Subclasses are stateless."""

    name: ClassVar[str]
    icon: ClassVar[str]
    Options: ClassVar[type[StepOptions]]
    makes: ClassVar[bool] = False  # its record comes into being, and is known by that name from then on
    examples: ClassVar[Sequence[Example]] = ()

    def act(self, options: S, world: World) -> None:
        """Do it. Raises WeftError where it is refused."""
        raise NotImplementedError

    def verify(self, options: S, look: Look) -> Iterator[Issue]:
        """Yield what is wrong with options that each alone are right."""
        yield from ()


class ExpectationType(Kind, Generic[E]):
    """One thing that is to hold after a step. Subclasses are stateless."""

    name: ClassVar[str]
    icon: ClassVar[str]
    Options: ClassVar[type[ExpectationOptions]]
    examples: ClassVar[Sequence[Example]] = ()

    def misses(self, options: E, world: World) -> Iterator[Miss]:
        """Yield what is not as it should be."""
        raise NotImplementedError

    def verify(self, options: E, look: Look) -> Iterator[Issue]:
        """Yield what is wrong with options that each alone are right."""
        yield from ()


def step_types(plugged: Iterable[ModuleType] = ()) -> Registry[StepType[Any]]:
    """Collect the kinds of step; called once by the installation."""
    return collect("engines.scenario.steps", StepType, plugged)


def expectation_types(plugged: Iterable[ModuleType] = ()) -> Registry[ExpectationType[Any]]:
    """Collect the kinds of expectation; called once by the installation."""
    return collect("engines.scenario.expectations", ExpectationType, plugged)
