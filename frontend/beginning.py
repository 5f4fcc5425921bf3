"""View models of how applications begin: gallery, spreadsheets, guides."""

from __future__ import annotations

from dataclasses import dataclass

from frontend.views import Action, Item, Link


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


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column of a sheet, and what it is proposed to become."""

    header: str
    label: str
    type: str
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SheetPage:
    """``builder/from_sheet.html``: the columns of a sheet, and the ``kinds`` they may become."""

    url: str
    token: str
    file_name: str
    name: str
    count: int
    columns: tuple[SheetColumn, ...]
    kinds: tuple[Item, ...]
    back_url: str


@dataclass(frozen=True, slots=True)
class GuideStep:
    """A step. ``current``: the first that is not done."""

    key: str
    title: str
    text: str
    done: bool
    current: bool
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Guide:
    """``pages/begin.html``, and the same on the start page. ``act``: puts it away or takes it up again."""

    steps: tuple[GuideStep, ...]
    done: int
    url: str
    site: str
    act: Action


@dataclass(frozen=True, slots=True)
class BuildCheck:
    """Something that a step of building asks for, and whether the draft has it."""

    text: str
    done: bool
    url: str = ""


@dataclass(frozen=True, slots=True)
class BuildStep:
    """A step of building."""

    title: str
    text: str
    checks: tuple[BuildCheck, ...]
    open: bool

    @property
    def done(self) -> bool:
        """Tell whether everything is there."""
        return all(each.done for each in self.checks)


@dataclass(frozen=True, slots=True)
class BuildGuidePage:
    """``builder/guide.html``: a guide through building an application. ``others``: guides to choose."""

    title: str
    text: str
    steps: tuple[BuildStep, ...]
    others: tuple[Link, ...] = ()
