"""View models of public forms: what strangers see, and what those see who make links to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from frontend.formats import Moment
from frontend.views import Action, FieldView, Issue, Link


@dataclass(frozen=True, slots=True)
class Cover:
    """How a public form greets: its name, its colour and pattern, and a few words, line by line."""

    title: str
    color: str
    pattern: str
    intro: tuple[str, ...] = ()
    languages: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class PublicPage:
    """``public/form.html``. ``ticket`` tells this page from others; ``files``: some are asked for.

    ``correcting``: what was sent before is changed. ``logic``: what depends on what, for the browser.
    """

    cover: Cover
    url: str
    ticket: str
    fields: tuple[FieldView, ...]
    issues: tuple[Issue, ...] = ()
    logic: Mapping[str, Any] | None = None
    files: bool = False
    correcting: bool = False
    note: str = ""
    preview: bool = False


@dataclass(frozen=True, slots=True)
class SentPage:
    """``public/sent.html``: thanks, or why nothing is taken. ``again_url``: a blank page."""

    cover: Cover
    icon: str
    title: str
    lines: tuple[str, ...] = ()
    change_url: str = ""
    change_note: str = ""
    again_url: str = ""
    more_url: str = ""


@dataclass(frozen=True, slots=True)
class PublicCard:
    """One public form in the list of an app's."""

    title: str
    url: str
    note: str
    color: str
    state: str
    count: str


@dataclass(frozen=True, slots=True)
class PublicList:
    """``public/list.html``."""

    title: str
    cards: tuple[PublicCard, ...]


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One link to a public form: its channel, its address, its code, how much it brought."""

    id: str
    channel: str
    url: str
    picture: str
    qr_url: str
    count: str
    blocked: str
    made: Moment
    open: bool
    actions: tuple[Action, ...]
    frame: str = ""


@dataclass(frozen=True, slots=True)
class AboutPage:
    """``public/about.html``: a link about one record, blank before there is one."""

    title: str
    note: str
    make_url: str
    url: str
    picture: str


@dataclass(frozen=True, slots=True)
class HeldRow:
    """Something sent that no record could be made of: what was typed, and the way to do it by hand."""

    id: str
    when: Moment
    values: tuple[tuple[str, str], ...]
    new_url: str


@dataclass(frozen=True, slots=True)
class ManagePage:
    """``public/manage.html``. ``channel``: an input for the channel of a new link, if there is one.

    ``choices``: an input for each question that lists records.
    """

    title: str
    url: str
    state: str
    count: str
    limit: str
    records_url: str
    channel: FieldView | None
    prefill: tuple[FieldView, ...]
    links: tuple[LinkRow, ...]
    held: tuple[HeldRow, ...] = ()
    issues: tuple[Issue, ...] = ()
    origins: tuple[str, ...] = ()
    design_url: str = ""
    choices: tuple[FieldView, ...] = ()
