"""Who is meant by what a definition says: ids of people, each once, the first mention first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engines.expression import Context, compile_python, parse
from engines.form import AppModel, FormModel
from engines.store.people.house import House
from engines.store.platform import role_member, user
from schemas.elements import FieldKey
from schemas.who import Computed, HeadOf, HoldersOf, InField, Initiator, ManagerOf, Member, Who


@dataclass(frozen=True, slots=True)
class Asked:
    """For which record and whom people are looked for. ``row``: the record, paths joined by dots."""

    house: House
    app: AppModel
    form: FormModel
    row: Mapping[str, Any]
    context: Context
    initiator: int | None = None

    @property
    def conn(self) -> sa.Connection:
        """Return the transaction."""
        return self.house.conn

    def people_in(self, key: FieldKey) -> tuple[int, ...]:
        """Return the people in a member field."""
        value = self.row.get(key)
        return value if isinstance(value, tuple) else () if value is None else (value,)


Find = Callable[[Asked], Iterable[Any]]


def finder(who: Iterable[Who]) -> Callable[[Asked], list[int]]:
    """Return what finds the people; formulas are compiled once. Those who left are not found."""
    finds = [_find(each) for each in who]

    def find(asked: Asked) -> list[int]:
        return active(asked.conn, [person for each in finds for person in each(asked)])

    return find


def active(conn: sa.Connection, people: Iterable[Any]) -> list[int]:
    """Return those who exist and have not left, each once, in their order."""
    wanted = list(dict.fromkeys(each for each in people if type(each) is int))
    there = sa.select(user.c.id).where(user.c.id.in_(wanted), user.c.active)
    known = set(conn.scalars(there)) if wanted else set()
    return [each for each in wanted if each in known]


def sharers(conn: sa.Connection, role_uid: int | None, department_id: int | None) -> list[int]:
    """Return to whom something is offered that a role or a department is given; without those who left."""
    held = sa.select(role_member.c.user_id).where(role_member.c.role_uid == role_uid)
    there: list[sa.ColumnElement[bool]] = [sa.false()]
    there += [] if role_uid is None else [user.c.id.in_(held)]
    there += [] if department_id is None else [user.c.department_id == department_id]
    found = sa.select(user.c.id).where(user.c.active, sa.or_(*there))
    return list(conn.scalars(found.order_by(user.c.id)))


def _find(who: Who) -> Find:  # noqa: PLR0911 - one return per way to say it
    match who:
        case Member(account=account):
            return lambda asked: asked.conn.scalars(sa.select(user.c.id).where(user.c.login == account))
        case HoldersOf(role=role):
            return lambda asked: _holders(asked, role)
        case HeadOf():
            return lambda asked: _head(asked, who)
        case ManagerOf(field=key, up=up):
            return lambda asked: _managers(asked, key, up)
        case InField(field=key):
            return lambda asked: asked.people_in(key)
        case Initiator():
            return lambda asked: (asked.initiator,)
        case Computed(formula=formula):
            return _computed(formula)


def _holders(asked: Asked, role: str) -> Iterable[int]:
    held = role_member.c.role_uid == asked.app.roles.get(role)
    return asked.conn.scalars(sa.select(role_member.c.user_id).where(held).order_by(role_member.c.user_id))


def _head(asked: Asked, who: HeadOf) -> Iterable[int | None]:
    house = asked.house
    if who.department is not None:
        named = house.tree.find(who.department)
        departments = [] if named is None else [named.id]
    elif who.field is None:
        departments = _department_of(asked, (asked.initiator,))
    elif asked.form.fields[who.field].kind.target == "department":
        departments = list(asked.people_in(who.field))
    else:
        departments = _department_of(asked, asked.people_in(who.field))
    return [house.head(each, who.up) for each in departments]


def _department_of(asked: Asked, people: Iterable[int | None]) -> list[int]:
    found = (asked.house.department(each) for each in people if each is not None)
    return [each for each in found if each is not None]


def _managers(asked: Asked, key: FieldKey | None, up: int) -> Iterable[int | None]:
    people = (asked.initiator,) if key is None else asked.people_in(key)
    return [asked.house.manager(each, up) for each in people if each is not None]


def _computed(formula: str) -> Find:
    evaluate = compile_python(parse(formula))

    def find(asked: Asked) -> Iterable[Any]:
        value = evaluate(asked.row, asked.context)
        return value if isinstance(value, tuple) else (value,)

    return find
