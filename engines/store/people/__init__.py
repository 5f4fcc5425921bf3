"""People: who they are, where they belong, how they prove it."""

from engines.store.models import bump_epoch as bump
from engines.store.models import epoch
from engines.store.people.bulk import Added, NewPerson, add_people
from engines.store.people.callers import Caller, by_key, by_session
from engines.store.people.departments import (
    Department,
    Tree,
    add_department,
    delete_department,
    department_names,
    ensure_department,
    load_tree,
    update_department,
)
from engines.store.people.designing import by_role, designers, forbid_design, given, let_design
from engines.store.people.directory import (
    Entry,
    count_members,
    demo_people,
    get_person,
    holders,
    list_people,
    names,
    page_people,
    roles_held,
    search_people,
)
from engines.store.people.house import House
from engines.store.people.invitations import Waiting, accept, invite, invited, waiting
from engines.store.people.keys import KeyView, add_key, list_keys, revoke_key
from engines.store.people.meant import finder
from engines.store.people.passwords import Passwords, check_password
from engines.store.people.person import Person, PersonCache, load_person
from engines.store.people.sessions import Opened, close_session, close_sessions, open_session, touch_session
from engines.store.people.setup import FirstAdmin, setup_open
from engines.store.people.signin import NewPassword, change_password, sign_in
from engines.store.people.users import (
    Profile,
    activate,
    add_user,
    deactivate,
    forget_invitations,
    get_profile,
    profile_issues,
    role_members,
    set_members,
    set_password,
    set_preferences,
    set_roles,
    tidied,
    update_user,
)

__all__ = [
    "Added",
    "Caller",
    "Department",
    "Entry",
    "FirstAdmin",
    "House",
    "KeyView",
    "NewPassword",
    "NewPerson",
    "Opened",
    "Passwords",
    "Person",
    "PersonCache",
    "Profile",
    "Tree",
    "Waiting",
    "accept",
    "activate",
    "add_department",
    "add_key",
    "add_people",
    "add_user",
    "bump",
    "by_key",
    "by_role",
    "by_session",
    "change_password",
    "check_password",
    "close_session",
    "close_sessions",
    "count_members",
    "deactivate",
    "delete_department",
    "demo_people",
    "department_names",
    "designers",
    "ensure_department",
    "epoch",
    "finder",
    "forbid_design",
    "forget_invitations",
    "get_person",
    "get_profile",
    "given",
    "holders",
    "invite",
    "invited",
    "let_design",
    "list_keys",
    "list_people",
    "load_person",
    "load_tree",
    "names",
    "open_session",
    "page_people",
    "profile_issues",
    "revoke_key",
    "role_members",
    "roles_held",
    "search_people",
    "set_members",
    "set_password",
    "set_preferences",
    "set_roles",
    "setup_open",
    "sign_in",
    "tidied",
    "touch_session",
    "update_department",
    "update_user",
    "waiting",
]  # fmt: skip
