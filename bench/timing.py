"""Two ways of doing one thing, timed in turn so that a noisy machine disturbs both alike."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

ROUNDS = 7


@dataclass(frozen=True, slots=True)
class Result:
    """``ratio``: how often we do it while the hand-written code does it once. ``note``: what is behind it."""

    name: str
    ratio: float
    budget: float
    note: str = ""

    @property
    def missed(self) -> bool:
        """Whether we are slower than promised."""
        return self.ratio < self.budget


def race(name: str, ours: Callable[[], object], by_hand: Callable[[], object], budget: float) -> Result:
    """Median over rounds of hand-written time divided by our time."""
    ours(), by_hand()  # the first call of either pays for caches
    ratios = []
    for _ in range(ROUNDS):
        hand, own = _seconds(by_hand), _seconds(ours)
        ratios.append(hand / own)
    return Result(name, statistics.median(ratios), budget)


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
