"""What a widget is: options, a question, and a figure in the grammar of Plotly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from engines.report.answer import Answer
from engines.report.asking import Asker
from engines.report.options import GroupOptions, MeasureOptions, QueryOptions
from engines.report.shown import Shown
from schemas.behaviour import WidgetOptions
from schemas.elements import Form
from schemas.errors import Issue
from schemas.kinds import Kind

O = TypeVar("O", bound=WidgetOptions)  # noqa: E741 - options; one letter as in every generic here
Figure = dict[str, Any]


class Widget(Kind, Generic[O]):
    """One mark of a dashboard. Subclasses are stateless; everything variable arrives in ``options``.

    ``examples``: what a definition may say of one, over the form the contract tests bring.
    """

    name: ClassVar[str]
    icon: ClassVar[str]
    Options: ClassVar[type[WidgetOptions]] = QueryOptions
    examples: ClassVar[Sequence[Mapping[str, Any]]] = ()
    numeric: ClassVar[bool] = True  # every measure must be a number that can be drawn
    size: ClassVar[tuple[int, int]] = (6, 4)  # columns and rows of a new one
    adds_up: ClassVar[bool] = False  # its figures must be parts of a whole: counts and sums

    def ask(self, options: O, asker: Asker) -> Answer:
        """Return what the widget shows. Raises Invalid or NotFound where the viewer may not know it."""
        raise NotImplementedError

    def figure(self, options: O, shown: Shown) -> Figure | None:
        """Return data and layout to draw, or None for what is text only."""
        return None

    def verify(self, options: O, form: Form) -> Iterator[Issue]:
        """Yield what is wrong with options that each alone are right; ``path`` names the option."""
        return iter(())

    def groups(self, options: O) -> Iterator[tuple[str, GroupOptions]]:
        """Yield what the records are grouped by, with its place in the options."""
        return iter(())

    def measures(self, options: O) -> Iterator[tuple[str, MeasureOptions]]:
        """Yield the figures, with their places in the options."""
        return iter(())


class Piece(Widget[O]):
    """A widget without a figure: what one has to do, was told, goes to next. Who serves the page fills it."""

    Options: ClassVar[type[WidgetOptions]] = WidgetOptions
    size = (4, 4)
