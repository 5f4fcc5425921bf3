"""View models of the search over everything."""

from __future__ import annotations

from dataclasses import dataclass

from frontend.views import Link


@dataclass(frozen=True, slots=True)
class Found:
    """A page or record; ``facts`` tell it from others of the name. With ``fields`` it is posted."""

    text: str
    url: str
    icon: str
    facts: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FoundGroup:
    """What was found of one form, or among the pages. ``more``: the list of everything found there."""

    title: str
    found: tuple[Found, ...]
    more: Link | None = None


@dataclass(frozen=True, slots=True)
class SearchPage:
    """``pages/search.html``."""

    text: str
    groups: tuple[FoundGroup, ...]
    url: str = "/search"
