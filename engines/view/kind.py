"""What a kind of view is: what a definition may say of one, and whether its fields fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from engines.view.fitting import Fitting
from schemas.elements import View
from schemas.errors import Issue
from schemas.kinds import Kind

O = TypeVar("O", bound=View)  # noqa: E741 - options; one letter as in every generic here


class ViewType(Kind, Generic[O]):
    """One look of a list. Subclasses are stateless; everything variable arrives in ``options``.

    ``examples``: what a definition may say of one, over the form the contract tests bring.
    """

    name: ClassVar[str]
    icon: ClassVar[str]
    Options: ClassVar[type[View]] = View
    examples: ClassVar[Sequence[Mapping[str, Any]]] = ()

    def verify(self, options: O, fitting: Fitting) -> Iterator[Issue]:
        """Yield what is wrong with options that each alone are right; ``path`` names the option."""
        return iter(())
