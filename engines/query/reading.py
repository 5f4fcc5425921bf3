"""What to read, and what came back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, StrEnum

from engines.expression import Node


class Total(StrEnum):
    """How the matching records are counted."""

    none = "none"
    capped = "capped"
    exact = "exact"


@dataclass(frozen=True, slots=True)
class Sort:
    """One criterion: a field key, or a system key such as ``_created_at``."""

    field: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Reached:
    """Records whose select field ever held ``step``, or an option that stands after it in ``steps``."""

    field: str
    steps: tuple[str, ...]
    step: str


@dataclass(frozen=True, slots=True)
class Query:
    """Records of one form. ``fields`` None: every readable field; a blank ``before``: the last page.

    ``below``: only those whose id is smaller.
    ``among``: the designer's own condition, from which nothing is hidden; ``where`` is the reader's.
    """

    form: str
    fields: tuple[str, ...] | None = None
    where: Node | None = None
    search: str | None = None
    sort: tuple[Sort, ...] = ()
    limit: int = 50
    after: str | None = None
    before: str | None = None
    total: Total = Total.none
    trash: bool = False
    labels: bool = False
    ids: tuple[int, ...] | None = None
    reached: Reached | None = None
    among: Node | None = None
    below: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """``records``: one dict each, field keys and system keys (``_id``, ``_version`` …) to Python values.

    ``labels``: when asked for, field key -> id -> what a person reads; a missing id may not be seen.
    """

    records: Sequence[Mapping[str, object]]
    next: str | None = None
    previous: str | None = None
    count: int | None = None
    capped: bool = False
    labels: Mapping[str, Mapping[int, str]] = field(default_factory=dict)


class Others(Enum):
    """What stands in a group's place for all the groups that are not listed one by one."""

    others = "others"


class Order(StrEnum):
    """Which groups come first, and are kept where there are more than the limit."""

    largest = "largest"
    smallest = "smallest"
    first = "first"
    last = "last"


@dataclass(frozen=True, slots=True)
class Dimension:
    """A field to group by; ``bucket`` cuts dates: day, week, month, quarter, year; and regions by level.

    Values that are not in ``only`` fall together as ``Others.others``.
    """

    field: str
    bucket: str | None = None
    only: tuple[object, ...] | None = None

    @property
    def key(self) -> str:
        """Return the name the value bears in a row; two buckets of one field may stand there."""
        return self.field if self.bucket is None else f"{self.field}:{self.bucket}"


@dataclass(frozen=True, slots=True)
class Measure:
    """``count``, or ``sum``, ``average``, ``min``, ``max``, ``distinct``, ``filled`` of a field.

    ``where`` narrows the records that are measured; ``share`` is the part of all that it holds for.
    """

    function: str
    field: str | None = None
    where: Node | None = None
    name: str | None = None

    @property
    def key(self) -> str:
        """Return the name the figure bears in a row."""
        return self.name or (self.function if self.field is None else f"{self.function}_{self.field}")


@dataclass(frozen=True, slots=True)
class Aggregate:
    """Figures over the records of a form, one row a group; ``order`` looks at the first figure or group."""

    form: str
    dimensions: tuple[Dimension, ...] = ()
    measures: tuple[Measure, ...] = (Measure("count"),)
    where: Node | None = None
    search: str | None = None
    limit: int = 1000
    order: Order = Order.largest
    reached: Reached | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """How far the records of a form came on their way through some options of a select field.

    ``measure``: a count or a sum.
    """

    form: str
    field: str
    steps: tuple[str, ...]
    measure: Measure = Measure("count")
    where: Node | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a passage: how many ever reached it, and how long half of those who left stayed at most."""

    step: str
    count: int
    figure: Decimal | int
    median_days: Decimal | None


@dataclass(frozen=True, slots=True)
class Passed:
    """The steps in order, and how many records have no history that says where they were before."""

    steps: tuple[Step, ...]
    assumed: int
