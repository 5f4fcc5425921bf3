"""What a kind of view is: what a definition may say of one, what it reads, and where records may be put."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from engines.query import Page
from engines.view.browser import Browser
from engines.view.fitting import Fitting
from schemas.elements import View
from schemas.errors import Invalid, Issue
from schemas.kinds import Kind

O = TypeVar("O", bound=View)  # noqa: E741 - options; one letter as in every generic here


class Found(Protocol):
    """What a view shows beyond one page of records; its template knows the rest."""

    @property
    def pages(self) -> Sequence[Page]:
        """Return every page of records that was read."""


class ViewType(Kind, Generic[O]):
    """One look of a list. Subclasses are stateless; everything variable arrives in ``options``.

    A kind that reads nothing of its own shows one page of records, as a table does. ``examples``: what a
    definition may say of one, over the form the contract tests bring.
    """

    name: ClassVar[str]
    icon: ClassVar[str]
    Options: ClassVar[type[View]] = View
    examples: ClassVar[Sequence[Mapping[str, Any]]] = ()
    paged: ClassVar[bool] = True  # one page of records, with the ways to the next

    def verify(self, options: O, fitting: Fitting) -> Iterator[Issue]:
        """Yield what is wrong with options that each alone are right; ``path`` names the option."""
        return iter(())

    def needs(self, options: O) -> Sequence[str]:
        """Return the fields without which it shows nothing: who may not use them gets a table."""
        return ()

    def shows(self, options: O) -> Sequence[str]:
        """Return fields that are read for a record beside those that are listed."""
        return ()

    def moves(self, options: O) -> Sequence[str]:
        """Return the fields that change when a record is put elsewhere; none where it cannot be."""
        return ()

    def read(self, options: O, browser: Browser) -> Found:
        """Return what is shown, of a kind that is not ``paged``. Raises Invalid for what cannot be asked."""
        raise NotImplementedError

    def put(self, options: O, browser: Browser, record_id: int, to: str) -> dict[str, Any]:
        """Return the raw values of a record that is put to a place of the view. Raises Invalid, NotFound."""
        raise Invalid([Issue("to", "view.no_such_place", {"name": to[:40]})], "record.invalid")
