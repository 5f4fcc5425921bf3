"""View models of how applications begin: gallery, spreadsheets, guides."""

from __future__ import annotations

from dataclasses import dataclass

from frontend.views import Action


@dataclass(frozen=True, slots=True)
class DesignCard:
    """An application in the designer's home."""

    name: str
    url: str
    icon: str
    color: str
    note: str
    changed: bool = False
    acts: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class DesignHome:
    """``builder/home.html``. ``may_start``: makes new applications. ``away``: those that are put away."""

    apps: tuple[DesignCard, ...]
    may_start: bool = False
    away: tuple[DesignCard, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A widget in the picture of a dashboard, on a grid of twelve columns."""

    x: int
    y: int
    w: int
    h: int
    kind: str


@dataclass(frozen=True, slots=True)
class TemplateCard:
    """A template. ``counts``: an icon and how many, in words. ``picture``: its first dashboard."""

    name: str
    url: str
    icon: str
    color: str
    text: str
    counts: tuple[tuple[str, str], ...]
    picture: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class GalleryPage:
    """``builder/gallery.html``."""

    cards: tuple[TemplateCard, ...]
    back_url: str


@dataclass(frozen=True, slots=True)
class Inside:
    """What a template holds of one kind: names with notes."""

    title: str
    icon: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TemplatePage:
    """``builder/template.html``."""

    card: TemplateCard
    parts: tuple[Inside, ...]
    use_url: str
