"""View models of how applications begin: gallery, spreadsheets, guides."""

from __future__ import annotations

from dataclasses import dataclass


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
