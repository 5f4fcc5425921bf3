"""A compiled node: its closure and what is known of it before it runs."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

from engines.expression.decimals import shown
from engines.expression.scope import Context

Row: TypeAlias = Mapping[str, Any]
Evaluate: TypeAlias = Callable[[Row, Context], Any]


class Spill(tuple[Any, ...]):
    """What a function of one value gives for several; a formula that ends with it shows the first."""

    __slots__ = ()


class Compiled(NamedTuple):
    """What is known of a closure.

    ``inexact``: a number may be a quotient and is rounded before it is compared. ``safe``: never an
    error value.

    ``of_fields``: an exact operator and the two fields it joins. ``boolean``: a condition. ``key``: the
    reference that is read, ``constant``: in a tuple, the value that never changes.
    """

    evaluate: Evaluate
    inexact: bool = False
    safe: bool = False
    key: str | None = None
    constant: tuple[Any] | None = None
    of_fields: tuple[str, str, str] | None = None
    boolean: bool = False

    @property
    def operand(self) -> Evaluate:
        """The closure, rounded if it has to be."""
        if not self.inexact:
            return self.evaluate
        evaluate = self.evaluate

        def rounded(row: Row, context: Context) -> Any:
            value = evaluate(row, context)
            if value.__class__ is Decimal:
                return shown(value)
            return rounded_items(value) if isinstance(value, tuple) else value

        return rounded


def rounded_items(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Round each number of a list."""
    return values.__class__(shown(each) if each.__class__ is Decimal else each for each in values)


def lift(work: Callable[..., Any], *sides: Any) -> Spill:
    """Apply ``work`` to each place of several lists; a single value stands at every place, a gap is #N/A."""
    from engines.expression.failures import NA

    length = max(len(side) for side in sides if isinstance(side, tuple))

    def at(side: Any, place: int) -> Any:
        if not isinstance(side, tuple):
            return side
        return side[place] if place < len(side) else side[0] if len(side) == 1 else NA

    return Spill(work(*[at(side, place) for side in sides]) for place in range(length))
