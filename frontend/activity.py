"""View models of a record's page beside its own fields: the timeline, what may be added to it, badges."""

from __future__ import annotations

from dataclasses import dataclass

from frontend.views import Action, Event, FieldView, Item, Link, Person


@dataclass(frozen=True, slots=True)
class QuickAdd:
    """A record of another form that is added on the spot: posts ``fields`` and ``hidden`` to ``url``.

    ``leading``: it is what most people come to the page for.
    """

    title: str
    url: str
    fields: tuple[FieldView, ...]
    hidden: tuple[tuple[str, str], ...] = ()
    icon: str = ""
    full_url: str = ""
    leading: bool = False


@dataclass(frozen=True, slots=True)
class SayPart:
    """Where something is said about a record; ``whom``: who is to be told, beside those named in the text."""

    url: str
    whom: FieldView
    longest: int


@dataclass(frozen=True, slots=True)
class FollowPart:
    """Whether the reader follows a record, what else she may, and the ``names`` of all who do."""

    text: str
    on: bool
    actions: tuple[Action, ...]
    names: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class ActivityPart:
    """The timeline: ``filters`` say what is shown of it.

    ``more_url`` leads to what happened before, which stands in the element ``more_id``.
    ``leading``: it is what a reader comes for, and stands first where there is one column.
    """

    events: tuple[Event, ...]
    url: str
    filters: tuple[Link, ...] = ()
    more_url: str = ""
    more_id: str = ""
    id: str = "timeline"
    quick: QuickAdd | None = None
    new: tuple[Action, ...] = ()
    leading: bool = False
    say: SayPart | None = None
    follow: FollowPart | None = None


@dataclass(frozen=True, slots=True)
class ActivityPage:
    """``runtime/activity.html``: the timeline on a page of its own."""

    title: str
    part: ActivityPart


@dataclass(frozen=True, slots=True)
class BadgeView:
    """A count that stands out beside the title."""

    text: str
    count: str
    color: str
    url: str


@dataclass(frozen=True, slots=True)
class GraphNode:
    """A record in a picture: its corner, what it is called, and what stands below with its colour."""

    x: int
    y: int
    text: str
    title: str
    url: str
    note: str = ""
    color: str = ""


@dataclass(frozen=True, slots=True)
class GraphEdge:
    """A line between two of them."""

    path: str


@dataclass(frozen=True, slots=True)
class GraphView:
    """How records hang together; ``said``: the same in words."""

    width: int
    height: int
    nodes: tuple[GraphNode, ...]
    edges: tuple[GraphEdge, ...]
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShareRow:
    """With whom a record is shared, how, until when; ``end``: for who may end it."""

    person: Person
    right: str
    note: str
    end: Action | None = None


@dataclass(frozen=True, slots=True)
class SharingPage:
    """``runtime/sharing.html``: posts ``fields`` and ``right`` to ``url``."""

    title: str
    url: str
    fields: tuple[FieldView, ...]
    rights: tuple[Item, ...]
    right: str
    rows: tuple[ShareRow, ...]
    record_url: str


@dataclass(frozen=True, slots=True)
class Visiting:
    """Somebody else who has a record open, and what they do."""

    person: Person
    text: str


@dataclass(frozen=True, slots=True)
class VisitorsPart:
    """``runtime/visitors.html``: who else has a record open; ``changed``: that it is another one by now."""

    others: tuple[Visiting, ...]
    changed: str = ""
    url: str = ""
