"""View models of single pages: what each template under ``templates/pages`` reads.

Every page is rendered with ``shell`` (``views.Shell``) and ``page`` (a model of this module).
"""

from dataclasses import dataclass, field

from frontend.formats import Moment
from frontend.views import Action, AppCard, Issue, Item, Link, Pager, Person

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
    """``pages/launcher.html``."""

    apps: tuple[AppCard, ...]


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
    pager: Pager = Pager()  # noqa: RUF009  frozen
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
    """``pages/person.html``: posts what is in ``values``, the repeated ``role``, and a new ``password``.

    Keys of ``values``: name, account, email, phone, job, department.
    """

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
