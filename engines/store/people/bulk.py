"""Forty pasted rows: all people are added, or none and every problem is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from engines.expression import fold
from engines.ports import Clock, Ids
from engines.store.models import bump_epoch
from engines.store.people.departments import Tree, ensure_department, load_tree
from engines.store.people.invitations import invite
from engines.store.people.users import Profile, add_user, profile_issues, set_roles, tidied, update_user
from engines.store.platform import user
from schemas.errors import Invalid, Issue

ROWS_AT_MOST = 1000


@dataclass(frozen=True, slots=True)
class NewPerson:
    """One pasted line: ``login`` may be left to e-mail or phone; ``department`` is a path."""

    name: str
    login: str = ""
    email: str = ""
    phone: str = ""
    department: str = ""
    manager: str = ""
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Added:
    """One new person; ``token`` is that of the invitation, shown this once."""

    user_id: int
    login: str
    name: str
    token: str


def add_people(
    conn: sa.Connection,
    ids: Ids,
    clock: Clock,
    rows: Sequence[NewPerson],
    roles: Mapping[str, int],
    *,
    new_departments: bool = False,
) -> list[Added]:
    """Add everybody and return their invitations, in the order of the rows.

    ``roles``: what a person may write -> uid. ``new_departments`` adds the missing ones instead of telling.
    Raises Invalid with paths such as ``3.manager``, counted from 0; the caller's transaction then rolls back.
    """
    bump_epoch(conn)
    profiles = [tidied(_profile(row)) for row in rows]
    known = {fold(name): uid for name, uid in roles.items()}
    tree, managers = load_tree(conn), _Managers(conn, profiles)
    issues = [] if len(rows) <= ROWS_AT_MOST else [Issue("", "limit.reached", {"limit": ROWS_AT_MOST})]
    for index, (row, profile) in enumerate(zip(rows, profiles, strict=True)):
        found = [
            *profile_issues(profile),
            *managers.login_issues(profile.login),
            *managers.issues(index, row),
        ]
        found += _department_issues(tree, row, new_departments=new_departments)
        unknown = (role for role in row.roles if fold(role.strip()) not in known)
        found += (Issue("roles", "person.unknown_role", {"value": role[:40]}) for role in unknown)
        issues += (issue.under(str(index)) for issue in found)
    if issues:
        raise Invalid(issues)
    made = []
    for row, profile in zip(rows, profiles, strict=True):
        department_id = ensure_department(conn, ids, row.department) if row.department.strip() else None
        user_id = add_user(conn, ids, clock, replace(profile, department_id=department_id))
        set_roles(conn, user_id, {known[fold(role.strip())] for role in row.roles})
        made.append(user_id)
    for index, row in enumerate(rows):
        if row.manager.strip():
            _set_manager(conn, index, made[index], managers.resolve(row, made))
    return [
        Added(user_id, profile.login, profile.name, invite(conn, user_id, clock.now()))
        for user_id, profile in zip(made, profiles, strict=True)
    ]


class _Managers:
    """Names that rows give for managers: people of the installation and the rows themselves."""

    def __init__(self, conn: sa.Connection, profiles: Sequence[Profile]) -> None:
        there = conn.execute(sa.select(user.c.id, user.c.login, user.c.name_fold, user.c.active)).all()
        self._taken = {person.login for person in there}
        self._asked = Counter(profile.login for profile in profiles)
        # People go by their id, rows by the complement of their index, which no id can be.
        people = [(row.id, row.login, row.name_fold) for row in there if row.active]
        people += [(~at, profile.login, fold(profile.name)) for at, profile in enumerate(profiles)]
        self._found: dict[str, set[int]] = {}
        for who, login, name in people:
            for key in {login, name}:
                self._found.setdefault(key, set()).add(who)

    def login_issues(self, login: str) -> list[Issue]:
        if login and (login in self._taken or self._asked[login] > 1):
            return [Issue("login", "person.account_taken", {"value": login[:40]})]
        return []

    def issues(self, index: int, row: NewPerson) -> list[Issue]:
        if not row.manager.strip():
            return []
        found, value = self._named(row), {"value": row.manager[:40]}
        if not found:
            return [Issue("manager", "field.not_found", value)]
        if len(found) > 1:
            return [Issue("manager", "field.ambiguous", value)]
        return [Issue("manager", "person.manager_cycle")] if found == {~index} else []

    def resolve(self, row: NewPerson, made: Sequence[int]) -> int:
        (who,) = self._named(row)
        return who if who >= 0 else made[~who]

    def _named(self, row: NewPerson) -> set[int]:
        return self._found.get(fold(" ".join(row.manager.split())), set())


def _set_manager(conn: sa.Connection, index: int, user_id: int, manager_id: int) -> None:
    try:
        update_user(conn, user_id, manager_id=manager_id)
    except Invalid as error:  # two rows that name each other
        raise Invalid(Issue(f"{index}.manager", each.code, each.params) for each in error.issues) from error


def _profile(row: NewPerson) -> Profile:
    login = row.login.strip() or row.email.strip() or row.phone.strip()
    return Profile(login.replace(" ", ""), row.name, row.email, row.phone)


def _department_issues(tree: Tree, row: NewPerson, *, new_departments: bool) -> list[Issue]:
    if not row.department.strip() or new_departments or tree.find(row.department) is not None:
        return []
    return [Issue("department", "person.unknown_department", {"value": row.department[:80]})]
