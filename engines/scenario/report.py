"""What came of a scenario: step by step, with what was expected and what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from engines.scenario.kinds import Miss
from schemas.scenarios import Scenario, StepOptions


@dataclass(frozen=True, slots=True)
class Missed:
    """What an expectation found wanting. ``at``: its place in the step, None for the step itself."""

    at: int | None
    miss: Miss


@dataclass(frozen=True, slots=True)
class StepReport:
    """One step that was taken, and when. ``place`` counts from 0.

    ``notes``: no verdict, but perhaps the reason of what was missed.
    """

    place: int
    step: StepOptions
    at: datetime
    missed: Sequence[Missed] = ()
    notes: Sequence[Miss] = ()

    @property
    def good(self) -> bool:
        """Tell whether everything was as expected."""
        return not self.missed


@dataclass(frozen=True, slots=True)
class ScenarioReport:
    """One scenario; it ends with the first step that went wrong.

    ``prepared``: which of the records could not be there before, and why.
    """

    scenario: Scenario
    steps: Sequence[StepReport] = field(default_factory=tuple)
    prepared: Missed | None = None
    seconds: float = 0.0

    @property
    def good(self) -> bool:
        """Tell whether everything was as expected."""
        return self.prepared is None and all(each.good for each in self.steps)
