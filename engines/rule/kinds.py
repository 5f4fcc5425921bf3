"""What a kind of trigger and a kind of action is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar
from zoneinfo import ZoneInfo

from engines.form import AppModel, FormModel
from engines.rule.events import Event
from schemas.behaviour import ActionOptions, TriggerOptions
from schemas.errors import Issue
from schemas.kinds import Kind, Registry, collect

if TYPE_CHECKING:
    from engines.rule.doing import Doing
    from engines.rule.verify import Look

T = TypeVar("T", bound=TriggerOptions)
A = TypeVar("A", bound=ActionOptions)
P = TypeVar("P")


class Phase(StrEnum):
    """When an action is done: before the record is written, with it, or after the commit."""

    before = "before"
    during = "during"
    after = "after"


@dataclass(frozen=True, slots=True)
class Watch:
    """What a trigger looks at. ``fields`` None: whichever field changes.

    ``filled``: of a new record only where one of the fields is filled in.
    """

    create: bool = False
    update: bool = False
    fields: frozenset[str] | None = None
    filled: bool = False


@dataclass(frozen=True, slots=True)
class TriggerExample:
    """One case of a trigger's contract, on the form of the contract suite.

    ``old`` None: the record is created as ``new``. ``after``: it fires once so much time has passed, not
    before. ``press``: the button of the rule is pressed.
    """

    on: Mapping[str, Any] = field(default_factory=dict)
    old: Mapping[str, Any] | None = None
    new: Mapping[str, Any] = field(default_factory=dict)
    fires: bool = True
    after: timedelta | None = None
    press: bool = False


class TriggerType(Kind, Generic[T]):
    """One way in which a rule begins. Subclasses are stateless."""

    name: ClassVar[str]
    icon: ClassVar[str]
    Options: ClassVar[type[TriggerOptions]]
    on_save: ClassVar[bool] = True  # decided with the save, so that what is saved may still be changed
    examples: ClassVar[Sequence[TriggerExample]] = ()

    def form(self, options: T) -> str:
        """Return the key of the form whose records it is about."""
        return str(options.form)  # type: ignore[attr-defined]  # every trigger names one

    def watches(self, options: T) -> Watch:
        """Return what it looks at; anything else is not even considered."""
        return Watch()

    def happened(self, options: T, event: Event) -> bool:
        """Tell whether what happened is what it waits for."""
        return True

    def may_follow(self, options: T, effect: Effect) -> bool:
        """Tell whether what another rule writes into a watched field may be what it waits for."""
        return True

    def fields(self, options: T) -> frozenset[str]:
        """Return the fields whose values its having fired tells."""
        return self.watches(options).fields or frozenset()

    def verify(self, options: T, look: Look) -> Iterator[Issue]:
        """Yield what is wrong with options that each alone are right."""
        yield from ()


@dataclass(frozen=True, slots=True)
class Due:
    """When a rule is to fire for a record. ``anchor``: what it fires for; never twice for the same."""

    at: datetime
    anchor: str


@dataclass(frozen=True, slots=True)
class Keep:
    """What was planned for the record stays planned."""


class TimedTrigger(TriggerType[T]):
    """A trigger that waits for a moment, which is kept as a row and moves with the record."""

    on_save = False

    def counts(self, options: T) -> Mapping[str, str]:
        """Return forms whose records count as activity: the form, and the field that leads to the record."""
        return {}

    def plan(self, options: T, event: Event, zone: ZoneInfo) -> Due | Keep | None:
        """Return when it is due after what happened, None for never."""
        raise NotImplementedError

    def again(self, options: T, due: Due, now: datetime) -> Due | None:
        """Return when it is due once more after it fired, None for not again."""
        return None


@dataclass(frozen=True, slots=True)
class Effect:
    """What an action may change, for the search for circles. ``new``: of a record that comes into being.

    ``values``: all that may be put there, as the definition says it; None where that is not known before.
    """

    form: str
    field: str | None = None
    new: bool = False
    values: Sequence[Any] | None = None


@dataclass(frozen=True, slots=True)
class ActionExample:
    """One case of an action's contract, on the forms of the contract suite.

    ``given``: the record that is created. ``then``: what holds afterwards: ``fields`` of it, ``todos`` and
    ``notices`` by account, ``records`` of other forms, or ``refused`` with the message.
    """

    do: Mapping[str, Any]
    given: Mapping[str, Any] = field(default_factory=dict)
    then: Mapping[str, Any] = field(default_factory=dict)


class ActionType(Kind, Generic[A, P]):
    """One thing a rule does. Subclasses are stateless; ``P`` is what ``prepare`` compiles of the options."""

    name: ClassVar[str]
    icon: ClassVar[str]
    Options: ClassVar[type[ActionOptions]]
    phases: ClassVar[tuple[Phase, ...]]  # the first that the trigger and the rule allow is taken
    examples: ClassVar[Sequence[ActionExample]] = ()

    def prepare(self, options: A, app: AppModel, form: FormModel) -> P:
        """Compile the options once per version of the definition."""
        raise NotImplementedError

    def paths(self, prepared: P) -> frozenset[tuple[str, ...]]:
        """Return what it reads of the record."""
        return frozenset()

    def wish(self, prepared: P, doing: Doing) -> Mapping[str, Any] | Issue:
        """Return values for the record that is about to be saved, or why it shall not be."""
        raise TypeError(f"{self.name} is not done before a save")

    def run(self, prepared: P, doing: Doing) -> Mapping[str, Any]:
        """Do it, and return what was done for whoever asks. Raises WeftError where it fails."""
        raise NotImplementedError

    def foresee(self, prepared: P, doing: Doing) -> Mapping[str, Any]:
        """Return what it would do, shaped as by ``run``, as far as that can be told without doing it."""
        return {}

    def effects(self, options: A, form: str) -> Iterator[Effect]:
        """Yield what it may change of the form's records and of others."""
        yield from ()

    def verify(self, options: A, look: Look) -> Iterator[Issue]:
        """Yield what is wrong with options that each alone are right."""
        yield from ()


def trigger_types(plugged: Iterable[ModuleType] = ()) -> Registry[TriggerType[Any]]:
    """Collect the kinds of trigger; called once by the installation."""
    return collect("engines.rule.triggers", TriggerType, plugged)


def action_types(plugged: Iterable[ModuleType] = ()) -> Registry[ActionType[Any, Any]]:
    """Collect the kinds of action; called once by the installation."""
    return collect("engines.rule.actions", ActionType, plugged)
