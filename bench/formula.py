"""One formula as a closure against the same lines written by hand."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

from bench.timing import Result, race
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
    yield race(
        "formula: IF with AND over decimals",
        ours=lambda: [evaluate(row, context) for row in ROWS],
        by_hand=lambda: [by_hand(row) for row in ROWS],
        budget=0.25,
    )
