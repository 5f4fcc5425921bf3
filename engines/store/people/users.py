"""The people of an installation: added, changed, deactivated; never deleted, because history names them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace

import sqlalchemy as sa

from engines.expression import fold
from engines.form.readers.texts import one_line
from engines.ports import Clock, Ids
from engines.store.models import bump_epoch
from engines.store.people.directory import index_person
from engines.store.people.keys import revoke_keys
from engines.store.people.sessions import close_sessions
from engines.store.platform import department, feed, invitation, role_member, user
from schemas.errors import Conflict, Invalid, Issue, NotFound

_LOGIN = re.compile(r"[\w.@+-]{1,100}")
_EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]+\.[^@\s,;<>\".]{2,}")
_PHONE = re.compile(r"\+?\d{5,15}")
_PREFERENCES = frozenset({"locale", "theme"})


@dataclass(frozen=True, slots=True)
class Profile:
    """What an administrator says of a person. ``demo``: the title of a card to act as them."""

    login: str
    name: str
    email: str | None = None
    phone: str | None = None
    department_id: int | None = None
    manager_id: int | None = None
    admin: bool = False
    demo: str | None = None


def add_user(
    conn: sa.Connection, ids: Ids, clock: Clock, profile: Profile, password: str | None = None
) -> int:
    """Add an active person; ``password`` is a hash, None until an invitation is used. Raises Invalid."""
    bump_epoch(conn)
    made, user_id = tidied(profile), ids.next()
    _check(conn, user_id, made)
    row = {"id": user_id, "password": password, "active": True, "created_at": clock.now()}
    conn.execute(sa.insert(user).values(row | _values(made)))
    index_person(conn, user_id)
    return user_id


def get_profile(conn: sa.Connection, user_id: int) -> Profile:
    """Return what is said of a person. Raises NotFound."""
    row = conn.execute(
        sa.select(*(user.c[name] for name in Profile.__slots__)).where(user.c.id == user_id)
    ).first()
    if row is None:
        raise NotFound
    return Profile(*row)


def update_user(conn: sa.Connection, user_id: int, **changes: object) -> None:
    """Change parts of a profile, named as in ``Profile``. Raises NotFound, Invalid, and Conflict."""
    bump_epoch(conn)
    old = get_profile(conn, user_id)
    made = tidied(replace(old, **changes))  # type: ignore[arg-type]  # an unknown name is a TypeError
    _check(conn, user_id, made)
    if old.admin and not made.admin:
        _keep_an_admin(conn, user_id)
    conn.execute(sa.update(user).where(user.c.id == user_id).values(_values(made)))
    index_person(conn, user_id)


def set_preferences(conn: sa.Connection, user_id: int, **changes: str | None) -> None:
    """Change ``locale`` and ``theme``, which are the person's own to choose. Raises NotFound."""
    if not changes.keys() <= _PREFERENCES:
        raise TypeError(f"cannot be changed: {sorted(changes.keys() - _PREFERENCES)}")
    bump_epoch(conn)
    _update(conn, user_id, changes)


def set_password(conn: sa.Connection, user_id: int, password: str, but: str | None = None) -> None:
    """Store a new hash and end every session except that of the token ``but``. Raises NotFound."""
    _update(conn, user_id, {"password": password})
    close_sessions(conn, user_id, but)
    forget_invitations(conn, user_id)


def set_roles(conn: sa.Connection, user_id: int, role_uids: Collection[int]) -> None:
    """Give a person exactly these roles, of all apps. Raises NotFound."""
    bump_epoch(conn)
    get_profile(conn, user_id)
    conn.execute(sa.delete(role_member).where(role_member.c.user_id == user_id))
    _hold(conn, [(user_id, uid) for uid in role_uids])


def set_members(conn: sa.Connection, role_uid: int, user_ids: Collection[int]) -> None:
    """Let exactly these people hold a role."""
    bump_epoch(conn)
    conn.execute(sa.delete(role_member).where(role_member.c.role_uid == role_uid))
    _hold(conn, [(user_id, role_uid) for user_id in user_ids])


def role_members(conn: sa.Connection, role_uid: int) -> frozenset[int]:
    """Return who holds a role."""
    return frozenset(conn.scalars(sa.select(role_member.c.user_id).where(role_member.c.role_uid == role_uid)))


def deactivate(conn: sa.Connection, user_id: int, clock: Clock) -> None:
    """Shut a person out at once: sessions, keys, links and invitations end. Raises NotFound, and Conflict."""
    bump_epoch(conn)
    if get_profile(conn, user_id).admin:
        _keep_an_admin(conn, user_id)
    _update(conn, user_id, {"active": False})
    close_sessions(conn, user_id)
    revoke_keys(conn, user_id, clock.now())
    forget_invitations(conn, user_id)
    conn.execute(sa.delete(feed).where(feed.c.user_id == user_id))


def activate(conn: sa.Connection, user_id: int) -> None:
    """Let a person in again, who signs in anew; keys stay revoked. Raises NotFound."""
    bump_epoch(conn)
    _update(conn, user_id, {"active": True})


def forget_invitations(conn: sa.Connection, user_id: int) -> None:
    """Make links that were handed out and not used worthless."""
    unused = (invitation.c.user_id == user_id) & invitation.c.used_at.is_(None)
    conn.execute(sa.delete(invitation).where(unused))


def tidied(profile: Profile) -> Profile:
    """Return a profile as it is stored: folded login, nothing unseen, the phone without its gaps."""
    phone = re.sub(r"[\s().-]", "", one_line(profile.phone or ""))
    return replace(
        profile, login=fold(one_line(profile.login)), name=" ".join(one_line(profile.name).split()),
        email=one_line(profile.email or "") or None, phone=phone or None, demo=profile.demo or None,
    )  # fmt: skip


def profile_issues(profile: Profile) -> list[Issue]:
    """Return what is wrong with a tidied profile by itself."""
    issues = []
    if not profile.name:
        issues.append(Issue("name", "field.required"))
    elif len(profile.name) > 100:
        issues.append(Issue("name", "field.too_long", {"max_length": 100}))
    if not profile.login:
        issues.append(Issue("login", "field.required"))
    elif not _LOGIN.fullmatch(profile.login):
        issues.append(Issue("login", "person.bad_account", {"value": profile.login[:40]}))
    if profile.email and not _EMAIL.fullmatch(profile.email):
        issues.append(Issue("email", "field.not_an_email", {"value": profile.email[:40]}))
    if profile.phone and not _PHONE.fullmatch(profile.phone):
        issues.append(Issue("phone", "field.not_a_phone", {"value": profile.phone[:40]}))
    return issues


def _check(conn: sa.Connection, user_id: int, made: Profile) -> None:
    issues = profile_issues(made)
    same = sa.select(user.c.id).where(user.c.login == made.login, user.c.id != user_id)
    if conn.scalar(same) is not None:
        issues.append(Issue("login", "person.account_taken", {"value": made.login}))
    for name, table in (("department_id", department), ("manager_id", user)):
        wanted = getattr(made, name)
        if wanted is not None and conn.scalar(sa.select(table.c.id).where(table.c.id == wanted)) is None:
            issues.append(Issue(name, "field.not_found", {"value": str(wanted)}))
    if made.manager_id is not None and user_id in _line(conn, made.manager_id):
        issues.append(Issue("manager_id", "person.manager_cycle"))
    if issues:
        raise Invalid(issues)


def _line(conn: sa.Connection, user_id: int) -> set[int]:
    """Return a person and every manager above."""
    above = sa.select(user.c.id, user.c.manager_id).where(user.c.id == user_id).cte(recursive=True)
    above = above.union(sa.select(user.c.id, user.c.manager_id).join(above, user.c.id == above.c.manager_id))
    return set(conn.scalars(sa.select(above.c.id)))


def _keep_an_admin(conn: sa.Connection, user_id: int) -> None:
    another = sa.select(user.c.id).where(user.c.admin, user.c.active, user.c.id != user_id).limit(1)
    if conn.scalar(another) is None:
        raise Conflict("person.last_admin")


def _hold(conn: sa.Connection, pairs: Collection[tuple[int, int]]) -> None:
    if pairs:
        rows = [{"user_id": user_id, "role_uid": uid} for user_id, uid in sorted(set(pairs))]
        conn.execute(sa.insert(role_member), rows)


def _update(conn: sa.Connection, user_id: int, values: Mapping[str, object]) -> None:
    if not conn.execute(sa.update(user).where(user.c.id == user_id).values(values)).rowcount:
        raise NotFound


def _values(profile: Profile) -> dict[str, object]:
    return asdict(profile) | {"name_fold": fold(profile.name)}
