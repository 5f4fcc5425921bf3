"""View models of the record screens: what each template under ``templates/runtime`` reads.

Every page is rendered with ``shell`` (``views.Shell``) and ``page`` (a model of this module).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from frontend.activity import ActivityPart, BadgeView
from frontend.conditions import ConditionBuilder
from frontend.duplicates import Alike
from frontend.environment import NUMERIC
from frontend.flows import StageBar, TaskForm, TrailView
from frontend.formats import Moment
from frontend.groups import Figures, GroupMenu, GroupView, MenuPart, SheetView
from frontend.views import Action, Cell, FieldView, Issue, Link, Pager, Person, Section, Tab

Pairs = tuple[tuple[str, str], ...]

_LINKING = frozenset(
    {"email", "phone", "url", "relation", "relations", "file", "image", "signature", "location"}
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list; ``sorted`` is ``asc``, ``desc`` or blank, ``sort_url`` the next state.

    ``closed``: why no cell of it can be edited where it stands.
    """

    field: FieldView
    sort_url: str = ""
    sorted: str = ""
    menu: tuple[MenuPart, ...] = ()
    width: int | None = None
    closed: str = ""

    @property
    def numeric(self) -> bool:
        """Whether it lines up at the right."""
        return self.field.type in NUMERIC

    @property
    def plain(self) -> bool:
        """Whether its values may stand inside a link."""
        return self.field.type not in _LINKING

    @property
    def clipped(self) -> bool:
        """Whether a long value needs a title."""
        return self.field.type in ("text", "long_text", "relation", "relations", "url")


@dataclass(frozen=True, slots=True)
class Mark:
    """Why a row or a cell stands out: a palette colour and the word that says the same."""

    color: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A record in a list; ``cells`` in the order of the columns, the first one links to ``url``.

    ``mark`` is that of the whole row, ``marks`` those of single cells by the key of their field.
    """

    id: str
    title: str
    url: str
    cells: tuple[Cell, ...]
    mark: Mark | None = None
    marks: Mapping[str, Mark] = field(default_factory=dict)
    version: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """One active condition in words; ``remove_url`` is the list without it."""

    text: str
    remove_url: str = ""


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """An entry of the column chooser."""

    key: str
    text: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class ViewSaver:
    """Saving the state of a list as a view of one's own: posts ``name`` and ``pairs`` to ``url``.

    ``rename_url`` and ``delete`` are set while such a view, called ``name``, is shown. ``share``: with whom
    it may be shared, posted as repeated ``share``. ``first``: lets the list begin with what is shown.
    """

    url: str
    pairs: Pairs
    name: str = ""
    rename_url: str = ""
    delete: Action | None = None
    share: tuple[ColumnChoice, ...] = ()
    first: Action | None = None


@dataclass(frozen=True, slots=True)
class TablePage:
    """``runtime/table.html``; the template of its ``kind`` of view shows the records.

    Beyond the table, ``options`` is the view as the definition says it, ``deck`` makes cards of ``records``,
    and ``shown`` is what the kind itself has read.

    ``groups`` stand in place of ``rows`` where the list is grouped. ``totals_url`` answers figures that take
    a while. ``url`` is the list without a query. ``keep_for_*`` are the query pairs a form of the list must
    send along so that the rest of the state stays. ``incomplete``: the search may miss records whose words
    are still being made. ``bulk`` actions post repeated ``id`` and their
    ``fields`` to their ``url``. ``new`` is the one primary action; ``menu`` the others.
    """

    title: str
    url: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    pager: Pager = Pager()  # noqa: RUF009  frozen
    icon: str = ""
    new: Action | None = None
    menu: tuple[Action, ...] = ()
    bulk: tuple[Action, ...] = ()
    search: str = ""
    incomplete: bool = False
    searchable: bool = True
    builder: ConditionBuilder | None = None
    conditions: tuple[Condition, ...] = ()
    any_of: bool = False
    problem: str = ""
    clear_url: str = ""
    clear_search_url: str = ""
    views: tuple[Link, ...] = ()
    column_choices: tuple[ColumnChoice, ...] = ()
    keep_for_search: Pairs = ()
    keep_for_columns: Pairs = ()
    import_url: str = ""
    saver: ViewSaver | None = None
    sizes: tuple[int, ...] = ()
    size: int = 0
    legend: tuple[Mark, ...] = ()
    kind: str = "table"
    chart_url: str = ""
    options: Any = None
    records: Sequence[Mapping[str, Any]] = ()
    deck: Any = None
    shown: Any = None
    groups: tuple[GroupView, ...] = ()
    grouping: GroupMenu | None = None
    further: str = ""
    totals: Figures = field(default_factory=dict)
    totals_url: str = ""
    compact: bool = False
    frozen: bool = False
    compact_url: str = ""
    sheet: SheetView | None = None


@dataclass(frozen=True, slots=True)
class FeedPage:
    """``runtime/feed.html``. ``link`` is shown once, when it was made; ``read``: when it was last asked."""

    title: str
    url: str
    link: str = ""
    made: Moment | None = None
    read: Moment | None = None
    drop: Action | None = None


@dataclass(frozen=True, slots=True)
class RecordPage:
    """``runtime/record.html``. ``facts`` stand in the head; ``related`` are fields with columns and rows.

    ``starts`` begin a flow; ``task`` is what the reader is asked, ``trails`` how approvals went.
    """

    title: str
    facts: tuple[FieldView, ...]
    sections: tuple[Section, ...]
    related: tuple[FieldView, ...] = ()
    activity: ActivityPart = ActivityPart((), "")  # noqa: RUF009  frozen
    badges: tuple[BadgeView, ...] = ()
    here_url: str = ""
    version: str = ""
    edit: Action | None = None
    actions: tuple[Action, ...] = ()
    icon: str = ""
    previous_url: str = ""
    next_url: str = ""
    stages: tuple[StageBar, ...] = ()
    task: TaskForm | None = None
    trails: tuple[TrailView, ...] = ()
    starts: tuple[Action, ...] = ()
    tabs: tuple[Tab, ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that somebody else changed meanwhile; ``yours`` is blank where the person left it as it was."""

    label: str
    yours: str
    theirs: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """What was typed and not saved at ``when``: a link that brings it back, a post that drops it."""

    when: str
    restore_url: str
    discard: Action


@dataclass(frozen=True, slots=True)
class Steps:
    """A form a tab at a time: step ``number`` of ``count`` is ``at``; where the buttons lead, if anywhere."""

    tabs: tuple[Tab, ...]
    at: int
    before: int | None
    after: int | None
    number: int
    count: int


@dataclass(frozen=True, slots=True)
class FormPage:
    """``runtime/form.html``: posts the fields to ``url`` with ``_version`` (blank for a new record).

    ``url`` is the address of the page itself, so that a refused form can be reloaded. ``issues`` are
    all problems, ``conflict_url`` the record as it is now when somebody else changed it,
    ``conflicts`` what differs. ``draft`` is where the input is kept while it is typed, ``kept`` what an
    earlier visit left. ``again``: it was not saved, because it bore the token of a session that is no more.
    ``logic``: what depends on what, for ``weft-logic``. ``suggest_url``: where a change is proposed.
    ``alike_url``: where the page asks meanwhile what is there already; ``alike``: what a save met.
    ``ask_sure``: nothing else is in the way, so that a tick lets it be saved. ``once``: by what the page
    is known when it is sent again. ``steps``: the tabs are filled in one after the other.
    """

    title: str
    url: str
    sections: tuple[Section, ...]
    cancel_url: str
    version: str = ""
    issues: tuple[Issue, ...] = ()
    submit: str = ""
    submit_and_new: bool = False
    draft: str = ""
    conflict_url: str = ""
    icon: str = ""
    record: str = ""
    conflicts: tuple[Conflict, ...] = ()
    kept: KeptDraft | None = None
    again: bool = False
    logic: Mapping[str, object] | None = None
    suggest_url: str = ""
    here_url: str = ""
    alike_url: str = ""
    alike_fields: str = ""
    alike: tuple[Alike, ...] = ()
    ask_sure: bool = False
    tabs: tuple[Tab, ...] = ()
    once: str = ""
    steps: Steps | None = None


@dataclass(frozen=True, slots=True)
class PickedPage:
    """``runtime/picked.html``: a new record, to be chosen on the page that asked for it."""

    form: str
    id: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class TrashRow:
    """A deleted record."""

    id: str
    title: str
    when: Moment | None
    who: Person | None = None


@dataclass(frozen=True, slots=True)
class TrashPage:
    """``runtime/trash.html``; ``bulk`` actions post repeated ``id``."""

    rows: tuple[TrashRow, ...]
    bulk: tuple[Action, ...]
    pager: Pager = Pager()  # noqa: RUF009  frozen
