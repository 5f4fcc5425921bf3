"""View models of single pages: what each template under ``templates/pages`` reads.

Every page is rendered with ``shell`` (``views.Shell``) and ``page`` (a model of this module).
"""

from dataclasses import dataclass, field

from frontend.beginning import Guide
from frontend.boards import DashboardPage
from frontend.formats import Moment
from frontend.views import Action, AppCard, FieldView, Issue, Item, Link, Pager, Person

# ------------------------------------------------------------------ before signing in


@dataclass(frozen=True, slots=True)
class DemoGroup:
    """People of the demonstration under one heading; a card posts ``account`` to ``demo_url``."""

    title: str
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class SignInPage:
    """``pages/sign_in.html``: posts ``account`` and ``password`` to ``url``, with ``next``.

    ``typed``: what somebody had filled in at ``next`` when the session ended.
    """

    url: str = "/sign-in"
    next: str = "/"
    account: str = ""
    errors: tuple[Issue, ...] = ()
    demo: tuple[DemoGroup, ...] = ()
    demo_url: str = "/sign-in/demo"
    typed: str = ""


@dataclass(frozen=True, slots=True)
class SetupPage:
    """``pages/setup.html``: posts ``site``, ``name``, ``account``, ``password`` to ``url``."""

    url: str = "/setup"
    site: str = ""
    name: str = ""
    account: str = ""
    min_length: int = 8
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class JoinPage:
    """``pages/join.html``: an invited person posts ``password`` to ``url``."""

    url: str
    name: str
    account: str
    min_length: int = 8
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """``pages/error.html`` in either frame: ``status`` chooses the title, and the text if there is none."""

    status: int
    reference: str = ""
    text: str = ""
    retry_url: str = ""


# ------------------------------------------------------------------ apps


@dataclass(frozen=True, slots=True)
class LauncherPage:
    """``pages/launcher.html``; an administrator has ``actions``, and a ``guide`` while little is there.

    ``board``: what everybody has at hand, whatever the apps.
    """

    apps: tuple[AppCard, ...]
    actions: tuple[Action, ...] = ()
    guide: Guide | None = None
    board: DashboardPage | None = None
    greeting: str = ""


@dataclass(frozen=True, slots=True)
class HelpPart:
    """A page of help. ``blocks``: ``heading``, ``list`` or ``text``, each with its lines."""

    key: str
    title: str
    blocks: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class HelpView:
    """``pages/help.html``."""

    parts: tuple[HelpPart, ...]


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
    """Somebody in the list of members; ``joined`` is false until a first password was chosen."""

    person: Person
    email: str = ""
    phone: str = ""
    roles: tuple[str, ...] = ()
    active: bool = True
    joined: bool = True


@dataclass(frozen=True, slots=True)
class DepartmentForm:
    """A department: posts ``add_name``, ``add_parent``, or ``change_name``, ``change_parent``, ``head``."""

    url: str
    name: str = ""
    parent: str = ""
    parents: tuple[Item, ...] = ()
    head: FieldView | None = None
    actions: tuple[Action, ...] = ()
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """``pages/people.html``: departments and members. ``chosen`` is the form of the department shown."""

    tabs: tuple[Link, ...]
    tree: tuple[TreeNode, ...]
    adding: DepartmentForm
    chosen: DepartmentForm | None = None
    url: str = "/people"
    department: str = ""
    title: str = ""
    rows: tuple[PersonRow, ...] = ()
    pager: Pager = Pager()  # noqa: RUF009  frozen
    search: str = ""
    new: Action | None = None


@dataclass(frozen=True, slots=True)
class BulkCell:
    """A cell of a pasted list with what is wrong with it."""

    text: str
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BulkRow:
    """A line of a pasted list; ``number`` as the list counts it."""

    number: str
    cells: tuple[BulkCell, ...]


@dataclass(frozen=True, slots=True)
class PeopleBulkPage:
    """``pages/people_bulk.html``: posts ``text`` or ``file`` to ``url``; ``departments`` adds missing ones.

    With rows and no issues it posts ``text`` again with ``confirm`` = 1.
    """

    tabs: tuple[Link, ...]
    url: str = "/people/bulk"
    text: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[BulkRow, ...] = ()
    departments: bool = True
    issues: tuple[Issue, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class JoinLink:
    """An address by which one person chooses a password, shown this once."""

    person: Person
    url: str
    token: str


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """Somebody who was invited or may be."""

    person: Person
    expires: Moment | None = None
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class InvitationsPage:
    """``pages/people_invitations.html``: who is waiting, and ``links`` that were just made."""

    tabs: tuple[Link, ...]
    links: tuple[JoinLink, ...] = ()
    rows: tuple[WaitingRow, ...] = ()
    actions: tuple[Action, ...] = ()
    csv_url: str = "/people/invitations/csv"
    note: str = ""


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A role of an app and who holds it."""

    app: str
    role: str
    people: tuple[Person, ...]
    url: str = ""


@dataclass(frozen=True, slots=True)
class RolesPage:
    """``pages/people_roles.html``."""

    tabs: tuple[Link, ...]
    rows: tuple[RoleRow, ...] = ()


@dataclass(frozen=True, slots=True)
class RolePage:
    """``pages/people_role.html``: posts ``add`` or ``remove``, an id, to the address of the role."""

    row: RoleRow
    add: FieldView
    tabs: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class DesignerRow:
    """An app and who designs it: people who were given it, and people by roles, with these."""

    app: str
    url: str
    given: tuple[Person, ...]
    by_role: tuple[tuple[Person, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class DesignersPage:
    """``pages/people_designers.html``: every app, or with ``add`` one that is changed."""

    tabs: tuple[Link, ...]
    rows: tuple[DesignerRow, ...] = ()
    add: FieldView | None = None


@dataclass(frozen=True, slots=True)
class RoleChoice:
    """The roles of one app, as tick boxes named ``role`` with ``app/role`` as value."""

    app: str
    roles: tuple[Item, ...]
    held: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PersonPage:
    """``pages/person.html``: posts what is in ``values``, ``manager``, ``admin`` and the repeated ``role``.

    Keys of ``values``: name, account, email, phone, department.
    """

    title: str
    url: str
    manager: FieldView
    person: Person | None = None
    values: dict[str, str] = field(default_factory=dict)
    departments: tuple[Item, ...] = ()
    roles: tuple[RoleChoice, ...] = ()
    admin: bool = False
    active: bool = True
    issues: tuple[Issue, ...] = ()
    actions: tuple[Action, ...] = ()
    cancel_url: str = "/people"


@dataclass(frozen=True, slots=True)
class LeavingPage:
    """``pages/person_leaving.html``: posts ``to``, who takes over ``count`` things that are left to do."""

    title: str
    url: str
    cancel_url: str
    name: str
    count: int
    to: FieldView


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key of the person; the secret itself is shown once."""

    name: str
    hint: str
    created: Moment
    revoke: Action


@dataclass(frozen=True, slots=True)
class ProfilePage:
    """``pages/profile.html``: password (current, new, repeat), keys (name), language and appearance."""

    person: Person
    end_sessions: Action
    password_url: str = "/profile/password"  # noqa: S105  an address
    keys_url: str = "/profile/keys"
    keys: tuple[ApiKey, ...] = ()
    secret: str = ""
    issues: tuple[Issue, ...] = ()
    key_issues: tuple[Issue, ...] = ()
    min_length: int = 8
