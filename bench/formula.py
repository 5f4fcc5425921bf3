"""One formula as a closure against the same lines written by hand."""

import statistics
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

from bench.timing import ROUNDS, Result, race
from engines.expression import Context, compile_python, parse

FORMULA = 'IF(amount * qty > 1000 AND status = "open", "high", "low")'
ROWS = [
    {
        "amount": None if number % 17 == 0 else Decimal(number) / 4,
        "qty": Decimal(number % 9),
        "status": ("open", "closed", None)[number % 3],
    }
    for number in range(2_000)
]
# What filters, checks and defaults are mostly made of.
_SMALL = (
    "amount > {}",
    "amount * {}",
    'status = "s{}"',
    "amount + qty - {}",
    "ISBLANK(f{})",
    "LEFT(title, {})",
)
_FORMULAS = 6_000


def by_hand(row: dict[str, Decimal | str | None]) -> str:
    """Do what the formula says, blanks included."""
    amount, qty = row["amount"], row["qty"]
    if not isinstance(amount, Decimal) or not isinstance(qty, Decimal):
        return "low"
    return "high" if amount * qty > 1000 and row["status"] == "open" else "low"


def measure() -> Iterator[Result]:
    """Evaluate the formula over every row."""
    evaluate = compile_python(parse(FORMULA))
    now = datetime(2026, 11, 21, 9, tzinfo=UTC)
    context = Context(user_id=1, department_id=None, now=now, today=date(2026, 11, 21))
    if [evaluate(row, context) for row in ROWS] != [by_hand(row) for row in ROWS]:
        raise AssertionError("the formula and the hand-written lines disagree")
    yield _compiled()
    yield race(
        "formula: IF with AND over decimals",
        ours=lambda: [evaluate(row, context) for row in ROWS],
        by_hand=lambda: [by_hand(row) for row in ROWS],
        budget=0.25,
    )


def _compiled() -> Result:
    """Read and compile small formulas, no two alike, in processor time."""
    texts = [_SMALL[number % len(_SMALL)].format(number) for number in range(_FORMULAS)]
    rates = []
    for _ in range(ROUNDS):
        started = time.process_time()
        for text in texts:
            compile_python(parse(text))
        rates.append(_FORMULAS / (time.process_time() - started))
    rate = statistics.median(rates)
    return Result("formula: compile, per 10,000 a second", rate / 10_000, 1.0, f"{rate:,.0f} a second")
