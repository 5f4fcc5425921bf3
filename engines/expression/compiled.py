"""A compiled node: its closure and what is known of it before it runs."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias, TypeVar

from engines.expression.decimals import shown
from engines.expression.failures import NA, VALUE
from engines.expression.scope import Context

Row: TypeAlias = Mapping[str, Any]
Evaluate: TypeAlias = Callable[[Row, Context], Any]
_G = TypeVar("_G", bound="Grid")


class Grid(tuple[Any, ...]):  # noqa: SLOT001 a tuple has no room for a slot of its own
    """An array as it is written: its values row after row, ``width`` in each."""

    width = 0


class Spill(Grid):
    """What a function of one value gives for several; a formula that ends with it shows the first."""


MAX_ITEMS = 100_000


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
    return shaped(values, (shown(each) if each.__class__ is Decimal else each for each in values))


def shaped(like: tuple[Any, ...], values: Iterable[Any]) -> tuple[Any, ...]:
    """Return a list of the same kind and width with other values."""
    found = like.__class__(values)
    if isinstance(found, Grid):
        found.width = width_of(like)
    return found


def width_of(values: Any) -> int:
    """Return the length of an array's rows; 0 for a list, which has none."""
    return values.width if isinstance(values, Grid) else 0


def grid(values: Iterable[Any], width: int, kind: type[_G] = Grid) -> _G:  # type: ignore[assignment]  # mypy: default of a type variable
    """Return an array whose rows are ``width`` long."""
    found = kind(values)
    found.width = width
    return found


def lift(work: Callable[..., Any], *sides: Any) -> Spill:
    """Apply ``work`` to each place of several lists; a single value stands at every place, a gap is #N/A.

    Of arrays a row meets a column as a table does; a list has no direction and meets place by place.
    """
    lists = [side for side in sides if isinstance(side, tuple)]
    shapes = {(width_of(side), len(side)) for side in lists}
    if len(shapes) > 1 and all(width for width, _ in shapes):
        return _crossed(work, sides, shapes)
    length = max(len(side) for side in lists)
    found = Spill(work(*[_placed(side, place) for side in sides]) for place in range(length))
    found.width = next(iter(shapes))[0] if len(shapes) == 1 else 0
    return found


def _placed(side: Any, place: int) -> Any:
    if not isinstance(side, tuple):
        return side
    return side[place] if place < len(side) else side[0] if len(side) == 1 else NA


def _crossed(work: Callable[..., Any], sides: tuple[Any, ...], shapes: set[tuple[int, int]]) -> Spill:
    columns = max(width for width, _ in shapes)
    rows = max(size // width for width, size in shapes)
    if rows * columns > MAX_ITEMS:
        return Spill((VALUE,))
    places = [(row, column) for row in range(rows) for column in range(columns)]
    return grid((work(*[_at(side, *place) for side in sides]) for place in places), columns, Spill)


def _at(side: Any, row: int, column: int) -> Any:
    if not isinstance(side, Grid):
        return side
    height = len(side) // side.width
    row, column = row if height > 1 else 0, column if side.width > 1 else 0
    return side[row * side.width + column] if row < height and column < side.width else NA
