"""An answer in words: what marks are drawn from, in one language."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One group. ``values`` are for drawing, ``texts`` for reading, ``urls`` lead to the records."""

    labels: tuple[str, ...]
    values: tuple[float | None, ...]
    texts: tuple[str, ...]
    urls: tuple[str, ...]
    colors: tuple[str, ...] = ()
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """Names of dimensions and measures, and the lines."""

    dimensions: tuple[str, ...]
    measures: tuple[str, ...]
    lines: tuple[ShownLine, ...]
    total: ShownLine | None = None
