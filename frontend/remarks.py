"""View models of what people say about elements of a definition."""

from __future__ import annotations

from dataclasses import dataclass

from frontend.formats import Moment
from frontend.views import Action, Item


@dataclass(frozen=True, slots=True)
class RemarkView:
    """What somebody said of an element. ``gone``: the element is no more; ``turn``: settles or reopens."""

    id: str
    author: str
    when: Moment
    body: str
    where: str
    url: str
    gone: bool
    turn: Action
    settled: str = ""


@dataclass(frozen=True, slots=True)
class RemarkBox:
    """What was said of one element and is open, and where more is said."""

    place: str
    url: str
    next_url: str
    remarks: tuple[RemarkView, ...]
    list_url: str = ""


@dataclass(frozen=True, slots=True)
class SuggestPage:
    """``runtime/suggest.html``: a proposal to those who design the form; ``fields`` it may be about."""

    title: str
    url: str
    cancel_url: str
    fields: tuple[Item, ...]
    body: str = ""
    error: str = ""
