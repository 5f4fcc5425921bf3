"""View models of the preview of a form."""

from __future__ import annotations

from dataclasses import dataclass

from frontend.views import Item, Link, Section, Tab


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """``builder/preview.html``. ``sheet_url``: the form alone, shown ``width`` pixels wide."""

    title: str
    url: str
    form_url: str
    sheet_url: str
    width: int
    device: str
    devices: tuple[Link, ...]
    roles: tuple[Item, ...]
    role: str


@dataclass(frozen=True, slots=True)
class SheetPage:
    """``builder/sheet.html``. ``closed``: fields that only show, their offers being asked elsewhere."""

    title: str
    sections: tuple[Section, ...]
    closed: frozenset[str]
    tabs: tuple[Tab, ...] = ()
