"""View models of the page that shows who may do what."""

from __future__ import annotations

from dataclasses import dataclass

from frontend.design import DraftBar
from frontend.views import Link


@dataclass(frozen=True, slots=True)
class RightsLine:
    """What one grant allows: actions by name, and on what."""

    actions: tuple[str, ...]
    note: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class RightsCell:
    """Everything a role may do with the records of a form; without lines, nothing."""

    lines: tuple[RightsLine, ...]


@dataclass(frozen=True, slots=True)
class RightsRow:
    """A role, and a cell for each form."""

    name: str
    url: str
    note: str
    cells: tuple[RightsCell, ...]


@dataclass(frozen=True, slots=True)
class RightsPage:
    """``builder/rights.html``: roles down, forms across. ``as_url``, ``why_url``: what comes of them."""

    title: str
    bar: DraftBar
    forms: tuple[Link, ...]
    rows: tuple[RightsRow, ...]
    roles_url: str
    as_url: str = ""
    why_url: str = ""
