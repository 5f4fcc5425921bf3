"""What to read, and what came back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

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
class Query:
    """Records of one form. ``fields`` None: every readable field; a blank ``before``: the last page.

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
    among: Node | None = None


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


@dataclass(frozen=True, slots=True)
class Dimension:
    """A field to group by; ``bucket`` cuts dates: day, week, month, quarter, year."""

    field: str
    bucket: str | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """``count``, or ``sum``, ``average``, ``min``, ``max``, ``distinct``, ``filled`` of a field."""

    function: str
    field: str | None = None

    @property
    def key(self) -> str:
        """Return the name the figure bears in a row."""
        return self.function if self.field is None else f"{self.function}_{self.field}"


@dataclass(frozen=True, slots=True)
class Aggregate:
    """Figures over the records of a form, one row a group, largest first measure first."""

    form: str
    dimensions: tuple[Dimension, ...] = ()
    measures: tuple[Measure, ...] = (Measure("count"),)
    where: Node | None = None
    search: str | None = None
    limit: int = 1000
