"""What publishing a definition would change, in lines a designer reads before agreeing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from schemas.elements import LOCALES, label_of
from schemas.errors import Issue


@dataclass(frozen=True, slots=True)
class Line:
    """One change. ``params`` hold ``label`` (a definition's text) and what the text of ``code`` needs.

    ``count``: records or values concerned. ``examples``: at most 20, each ``{"id", "title", "value"}`` or
    ``{"value", "count"}``. ``blocking``: publishing is refused until it is allowed or the data is put right.
    ``kind`` is that of the element, or ``warning`` for what is allowed and perhaps not meant.
    """

    kind: str
    path: str
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    count: int | None = None
    examples: Sequence[Mapping[str, Any]] = ()
    blocking: bool = False

    def issue(self, pointer: str) -> Issue:
        """Return a blocking line as the problem it is."""
        told = {"label": label_of(self.params.get("label"), LOCALES[0])}
        found = {"path": self.path, "count": self.count or 0, "examples": list(self.examples)}
        return Issue(pointer, self.code, {**self.params, **told, **found})


@dataclass(frozen=True, slots=True)
class Plan:
    """All changes, in the order of the definition; what leaves comes last."""

    lines: tuple[Line, ...] = ()

    def __iter__(self) -> Iterator[Line]:
        """Iterate over the lines."""
        return iter(self.lines)

    @property
    def blocking(self) -> tuple[Line, ...]:
        """Return the lines that stand in the way."""
        return tuple(each for each in self.lines if each.blocking)

    @property
    def warnings(self) -> tuple[Line, ...]:
        """Return what is allowed and perhaps not meant."""
        return tuple(each for each in self.lines if each.kind == "warning")
