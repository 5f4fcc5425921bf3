"""Advance: time passes, and everything that comes due meanwhile is done at its own moment."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from engines.scenario.kinds import Example, StepType
from engines.scenario.passing import pass_time
from engines.scenario.world import World
from schemas.kinds import kind
from schemas.scenarios import StepOptions

Amount = Annotated[int, Field(ge=-10_000, le=10_000)]


class AdvanceOptions(StepOptions):
    """How much: 3 days less 1 minute is ``days`` 3 and ``minutes`` -1."""

    days: Amount = 0
    hours: Amount = 0
    minutes: Amount = 0

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.span <= timedelta():
            raise PydanticCustomError("scenario.no_time", "no time", {})
        return self

    @property
    def span(self) -> timedelta:
        """Return how much."""
        return timedelta(days=self.days, hours=self.hours, minutes=self.minutes)


@kind
class Advance(StepType[AdvanceOptions]):
    """The clock goes on."""

    name, icon = "advance", "clock"
    Options = AdvanceOptions
    examples = (Example(({"type": "advance", "days": 3, "minutes": -1},)),)

    def act(self, options: AdvanceOptions, world: World) -> None:
        """Let time pass."""
        pass_time(world.engines, options.span)
