"""View models every screen shares: plain, ready-to-show data that templates read.

Texts in a view model are already in the reader's language; whoever builds it asks ``Texts`` and
``Formats``. The models of single pages are in
``frontend.pages`` and ``frontend.records``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from frontend.formats import Moment

Options = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Item:
    """What an id or an option key inside a value reads as.

    ``color`` is a palette name (``blue``); ``image`` the address of a portrait or thumbnail;
    ``apart``: a browser shows what is at ``url`` by itself, in a place of its own.
    """

    key: str
    text: str
    url: str = ""
    color: str = ""
    icon: str = ""
    image: str = ""
    note: str = ""
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One value to show: ``value`` as in JSON, ``text`` for a reader, ``items`` per id or key."""

    value: Any = None
    text: str = ""
    items: tuple[Item, ...] = ()
    masked: bool = False


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field with its value, as the macros of ``templates/fields`` see it.

    ``options`` holds the type's own options as plain data, and what only this screen knows:

    - ``options``: ``[{"key", "label", "color"}]`` of a choice;
    - ``lookup_url``: answers ``?search=`` with ``{"data": [{"id", "text", "note"}]}``;
    - ``new_url``: creates a record to be chosen, of the form that ``form`` names;
    - ``choices``: the first few ``{"id", "text"}`` of a look-up, for browsers without scripts;
    - ``upload_url``: takes a file, answers ``{"id", "name", "size", "url"}``.

    ``depends`` on other inputs whether it is there; ``absent``: it is not now.
    ``items`` says what the ids in ``value`` read as. A subform has ``columns`` (blank fields) and
    ``rows``; so does a related list, whose ``options`` may have ``new_url`` and ``all_url``.
    """

    key: str
    type: str
    label: str
    help: str = ""
    placeholder: str = ""
    required: bool = False
    read_only: bool = False
    width: int = 12
    options: Options = field(default_factory=dict)
    value: Any = None
    text: str = ""
    errors: tuple[str, ...] = ()
    masked: bool = False
    items: tuple[Item, ...] = ()
    columns: tuple["FieldView", ...] = ()
    rows: tuple["SubRow", ...] = ()
    depends: bool = False
    absent: bool = False


@dataclass(frozen=True, slots=True)
class SubRow:
    """One row of a subform or of a related list; ``fields`` in the order of the columns."""

    id: str
    fields: tuple[FieldView, ...]
    url: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A titled group of fields on a twelve-column grid. ``collapsed``: closed until the reader opens it."""

    title: str
    fields: tuple[FieldView, ...]
    help: str = ""
    key: str = ""
    collapsed: bool = False
    tab: str = ""

    @property
    def depends(self) -> bool:
        """Whether it may be empty: it goes with its last field."""
        return all(each.depends for each in self.fields)

    @property
    def absent(self) -> bool:
        """Whether none of its fields is there now."""
        return all(each.absent for each in self.fields)

    @property
    def wrong(self) -> bool:
        """Whether something in it must be put right."""
        return any(each.errors for each in self.fields)


@dataclass(frozen=True, slots=True)
class Tab:
    """Sections of which a reader sees those of one tab at a time. ``open``: this one, to begin with."""

    key: str
    title: str
    sections: tuple[Section, ...]
    open: bool = False

    @property
    def absent(self) -> bool:
        """Whether none of its sections is there now."""
        return all(each.absent for each in self.sections)

    @property
    def wrong(self) -> bool:
        """Whether something in it must be put right."""
        return any(each.wrong for each in self.sections)


def in_tabs(
    sections: Iterable[Section], titles: dict[str, str], rest: str
) -> tuple[tuple[Section, ...], tuple[Tab, ...]]:
    """Part sections into those above and the tabs that have any; ``rest``: the title of the rest's.

    The first tab with something to put right is open, else the first that is there.
    """
    said = [replace(each, tab="rest") if titles and each.key == "rest" else each for each in sections]
    tabs = []
    for key, title in (titles | {"rest": rest}).items() if titles else ():
        inside = tuple(each for each in said if each.tab == key)
        lone = len(inside) == 1 and inside[0].title in {title, rest}
        if inside:
            tabs.append(Tab(key, title, (replace(inside[0], title=""),) if lone else inside))
    first = next(
        (each for each in tabs if each.wrong), next((each for each in tabs if not each.absent), None)
    )
    shown = tuple(replace(each, open=each is first) for each in tabs)
    return tuple(each for each in said if not each.tab), shown


@dataclass(frozen=True, slots=True)
class Link:
    """Somewhere to go: a menu entry, a crumb, a tab."""

    text: str
    url: str
    icon: str = ""
    active: bool = False
    count: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """A button: a link with ``method="get"``, else a small form that posts ``fields``.

    ``style`` is ``primary`` (one per page), ``normal`` or ``danger``; ``confirm`` is asked first.
    """

    text: str
    url: str
    method: str = "get"
    icon: str = ""
    style: str = "normal"
    confirm: str = ""
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class NavGroup:
    """Entries of the side navigation under one heading (which may be blank)."""

    title: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, as cards and avatars show them."""

    id: str
    name: str
    account: str = ""
    title: str = ""
    department: str = ""
    image: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class AppCard:
    """An application in the launcher and in the switcher."""

    key: str
    name: str
    url: str
    icon: str = "apps"
    color: str = "blue"
    help: str = ""
    active: bool = False


@dataclass(frozen=True, slots=True)
class Flash:
    """A message shown once after an action; ``kind`` is ``success``, ``info``, ``warning`` or ``danger``."""

    text: str
    kind: str = "success"
    action: Action | None = None


@dataclass(frozen=True, slots=True)
class Pressing:
    """A notice that stays in sight until it is acknowledged; ``more``: that there are others."""

    title: str
    body: str
    url: str
    action: Action
    more: Link | None = None


@dataclass(frozen=True, slots=True)
class Shell:
    """Everything around a page. ``csrf`` goes into every form; ``path`` is where to come back to.

    ``preferences_url`` takes a POST of ``locale`` or ``theme`` and ``next``. The browser keeps
    ``weft_nav=folded`` in a cookie when the side navigation is ``folded``. ``todos``, ``unread``: counts.
    ``star``: marks what the page shows.
    """

    site: str
    csrf: str
    path: str
    user: Person | None = None
    app: AppCard | None = None
    apps: tuple[AppCard, ...] = ()
    nav: tuple[NavGroup, ...] = ()
    menu: tuple[Link, ...] = ()
    crumbs: tuple[Link, ...] = ()
    flashes: tuple[Flash, ...] = ()
    search_url: str = "/search"
    home_url: str = "/"
    sign_out_url: str = "/sign-out"
    preferences_url: str = "/preferences"
    notice: str = ""
    folded: bool = False
    todos: int = 0
    unread: int = 0
    pressing: Pressing | None = None
    star: Action | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """An entry of the error summary; ``name`` is the input it belongs to, or blank."""

    text: str
    name: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a timeline: who did what when, and what changed.

    Of a record of another form ``title``, ``url`` and ``values``; of a remark ``words`` and ``actions``.
    """

    who: Person | None
    text: str
    when: Moment | None
    icon: str = "pencil"
    color: str = "blue"
    changes: tuple[tuple[str, str, str], ...] = ()
    note: str = ""
    title: str = ""
    url: str = ""
    values: tuple["FieldView", ...] = ()
    words: tuple["Words", ...] = ()
    actions: tuple[Action, ...] = ()
    id: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """A stretch of what somebody said; ``named``: it names a person."""

    text: str
    named: bool = False


@dataclass(frozen=True, slots=True)
class Pager:
    """Keyset pages: only links that lead somewhere are set; ``count`` such as ``10,000+``."""

    first: str = ""
    previous: str = ""
    next: str = ""
    last: str = ""
    count: str = ""
    count_url: str = ""
