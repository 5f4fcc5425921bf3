"""View models of single pages: what each template under ``templates/pages`` and ``runtime`` reads.

Every page is rendered with ``shell`` (``views.Shell``) and ``page`` (a model of this module).
"""

from dataclasses import dataclass, field

from frontend.environment import NUMERIC
from frontend.formats import Moment
from frontend.views import (
    Action,
    AppCard,
    Cell,
    Event,
    FieldView,
    Issue,
    Item,
    Link,
    Pager,
    Person,
    Section,
)

Pairs = tuple[tuple[str, str], ...]

_LINKING = frozenset({"email", "phone", "url", "relation", "relations", "file", "image"})


# ------------------------------------------------------------------ before signing in


@dataclass(frozen=True, slots=True)
class DemoGroup:
    """People of the demonstration under one heading; a card posts ``account`` to ``demo_url``."""

    title: str
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class SignInPage:
    """``pages/sign_in.html``: posts ``account`` and ``password`` to ``url``, with ``next``."""

    url: str = "/sign-in"
    next: str = "/"
    account: str = ""
    errors: tuple[Issue, ...] = ()
    demo: tuple[DemoGroup, ...] = ()
    demo_url: str = "/sign-in/demo"


@dataclass(frozen=True, slots=True)
class SetupPage:
    """``pages/setup.html``: posts ``site``, ``name``, ``account``, ``password`` to ``url``."""

    url: str = "/setup"
    site: str = ""
    name: str = ""
    account: str = ""
    min_length: int = 10
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """``pages/error.html`` in either frame: ``status`` chooses the text."""

    status: int
    reference: str = ""
    detail: str = ""
    retry_url: str = ""


# ------------------------------------------------------------------ apps and records


@dataclass(frozen=True, slots=True)
class LauncherPage:
    """``pages/launcher.html``."""

    apps: tuple[AppCard, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list; ``sorted`` is ``asc``, ``desc`` or blank, ``sort_url`` the next state."""

    field: FieldView
    sort_url: str = ""
    sorted: str = ""

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
class Row:
    """A record in a list; ``cells`` in the order of the columns, the first one links to ``url``."""

    id: str
    title: str
    url: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Operator:
    """How a field may be compared; ``values`` is 0, 1 or 2 (between)."""

    key: str
    text: str
    values: int = 1


@dataclass(frozen=True, slots=True)
class Condition:
    """One active condition; ``text`` is its sentence, ``items`` name the ids in ``values``."""

    field: str
    op: str
    values: tuple[str, ...] = ()
    text: str = ""
    remove_url: str = ""
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class FilterField:
    """A field that may be filtered. ``input``: text, number, date, time, datetime-local, choice, lookup."""

    key: str
    label: str
    operators: tuple[Operator, ...]
    input: str = "text"
    items: tuple[Item, ...] = ()
    lookup_url: str = ""

    @property
    def condition(self) -> Condition:
        """A blank condition on this field."""
        return Condition(self.key, self.operators[0].key)


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """An entry of the column chooser."""

    key: str
    text: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class TablePage:
    """``runtime/table.html``.

    ``url`` is the list without a query. ``keep_for_*`` are the query pairs a form of the list must
    send along so that the rest of the state stays. ``bulk`` actions post repeated ``id`` and their
    ``fields`` to their ``url``. ``new`` is the one primary action; ``menu`` the others.
    """

    title: str
    url: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    pager: Pager = Pager()
    icon: str = ""
    new: Action | None = None
    menu: tuple[Action, ...] = ()
    bulk: tuple[Action, ...] = ()
    search: str = ""
    searchable: bool = True
    filters: tuple[FilterField, ...] = ()
    conditions: tuple[Condition, ...] = ()
    match: str = "all"
    clear_url: str = ""
    clear_search_url: str = ""
    views: tuple[Link, ...] = ()
    column_choices: tuple[ColumnChoice, ...] = ()
    keep_for_search: Pairs = ()
    keep_for_filter: Pairs = ()
    keep_for_columns: Pairs = ()
    import_url: str = ""


@dataclass(frozen=True, slots=True)
class RecordPage:
    """``runtime/record.html``. ``facts`` stand in the head; ``related`` are fields with columns and rows."""

    title: str
    facts: tuple[FieldView, ...]
    sections: tuple[Section, ...]
    related: tuple[FieldView, ...] = ()
    history: tuple[Event, ...] = ()
    history_url: str = ""
    edit: Action | None = None
    actions: tuple[Action, ...] = ()
    icon: str = ""
    previous_url: str = ""
    next_url: str = ""


@dataclass(frozen=True, slots=True)
class FormPage:
    """``runtime/form.html``: posts the fields to ``url`` with ``_version`` (blank for a new record).

    ``url`` is the address of the page itself, so that a refused form can be reloaded. ``issues`` are
    all problems, ``conflict_url`` the record as it is now when somebody else changed it.
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


@dataclass(frozen=True, slots=True)
class TrashRow:
    """A deleted record."""

    id: str
    title: str
    when: Moment
    who: Person | None = None


@dataclass(frozen=True, slots=True)
class TrashPage:
    """``runtime/trash.html``; ``bulk`` actions post repeated ``id``."""

    rows: tuple[TrashRow, ...]
    bulk: tuple[Action, ...]
    pager: Pager = Pager()


@dataclass(frozen=True, slots=True)
class ImportColumn:
    """A column of the file, a few of its values, and the field it goes to (blank: none)."""

    name: str
    samples: tuple[str, ...]
    field: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """How an import ended; ``checked`` when nothing was written. ``problems``: the first few."""

    created: int
    updated: int
    unchanged: int
    failed: int
    checked: bool = False
    problems: tuple[tuple[int, str], ...] = ()
    errors_url: str = ""
    undo: Action | None = None


@dataclass(frozen=True, slots=True)
class ImportPage:
    """``runtime/import.html`` in three steps: upload, map, done.

    Upload posts ``file`` to ``url``. Map posts ``token``, ``map.<n>`` = field key, ``key`` = field
    key, ``mode`` = ``all`` or ``each``, and ``action`` = ``check`` or ``start`` to the same address.
    """

    step: str
    url: str
    list_url: str
    template_url: str = ""
    issues: tuple[Issue, ...] = ()
    token: str = ""
    file_name: str = ""
    row_count: int = 0
    columns: tuple[ImportColumn, ...] = ()
    fields: tuple[Item, ...] = ()
    keys: tuple[Item, ...] = ()
    key: str = ""
    mode: str = "all"
    result: ImportResult | None = None


# ------------------------------------------------------------------ people


@dataclass(frozen=True, slots=True)
class TreeNode:
    """A department in the tree."""

    text: str
    url: str
    active: bool = False
    count: str = ""
    children: tuple["TreeNode", ...] = ()


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody in the list of members."""

    person: Person
    email: str = ""
    phone: str = ""
    roles: tuple[str, ...] = ()
    active: bool = True
    last_seen: Moment | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that lets people join."""

    url: str
    department: str
    role: str
    expires: Moment
    uses: int
    revoke: Action


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A role of an app and who holds it."""

    app: str
    role: str
    help: str
    people: tuple[Person, ...]
    url: str = ""


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """``pages/people.html``; ``tab`` is people, bulk, invites or roles.

    Bulk posts ``text`` or ``file`` to ``bulk_url``; with ``preview`` rows it posts ``text`` again
    with ``confirm`` = 1. Adding a department posts ``name`` and ``parent``, an invitation
    ``department``, ``role`` and ``days``.
    """

    tab: str
    tabs: tuple[Link, ...]
    tree: tuple[TreeNode, ...]
    url: str = "/people"
    department: str = ""
    rows: tuple[PersonRow, ...] = ()
    pager: Pager = Pager()
    search: str = ""
    new: Action | None = None
    departments: tuple[Item, ...] = ()
    roles: tuple[Item, ...] = ()
    bulk_url: str = "/people/bulk"
    bulk_text: str = ""
    preview: tuple[tuple[str, ...], ...] = ()
    issues: tuple[Issue, ...] = ()
    department_url: str = "/people/departments"
    invite_url: str = "/people/invitations"
    invitations: tuple[Invitation, ...] = ()
    role_rows: tuple[RoleRow, ...] = ()


@dataclass(frozen=True, slots=True)
class RoleChoice:
    """The roles of one app, as tick boxes named ``role`` with ``app/role`` as value."""

    app: str
    roles: tuple[Item, ...]
    held: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PersonPage:
    """``pages/person.html``: posts name, account, email, phone, job, department, manager_of, role, password."""

    title: str
    url: str
    person: Person | None = None
    values: dict[str, str] = field(default_factory=dict)
    departments: tuple[Item, ...] = ()
    roles: tuple[RoleChoice, ...] = ()
    issues: tuple[Issue, ...] = ()
    actions: tuple[Action, ...] = ()
    cancel_url: str = "/people"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key of the person; the secret itself is shown once."""

    name: str
    hint: str
    created: Moment
    revoke: Action
    used: Moment | None = None


@dataclass(frozen=True, slots=True)
class ProfilePage:
    """``pages/profile.html``: password (current, new, repeat), keys (name), language and appearance."""

    person: Person
    password_url: str = "/profile/password"  # noqa: S105  an address
    keys_url: str = "/profile/keys"
    keys: tuple[ApiKey, ...] = ()
    secret: str = ""
    issues: tuple[Issue, ...] = ()
    min_length: int = 10
