"""Sharing a record with a colleague for a time: who may, with whom, until when, and ending it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from engines.form import AppModel
from engines.ports import Clock
from engines.store import shares
from engines.store.notices import Notice, notify
from engines.store.people import Person
from engines.store.said import Said
from runtime.allowed import Spot
from schemas.elements import Action
from schemas.errors import Forbidden, Invalid, Issue, NotFound

LONGEST = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Asked:
    """With whom a record shall be shared, until which day, and whether it may be changed."""

    person: int | None
    until: str
    edit: bool = False


def today(app: AppModel, clock: Clock) -> datetime:
    """Return when this day began, where the app is."""
    zone = ZoneInfo(app.definition.time_zone)
    return datetime.combine(clock.now().astimezone(zone).date(), time(), zone)


def share(spot: Spot, asked: Asked) -> int:
    """Share the record, tell with whom it was, and return the share.

    Raises NotFound, Forbidden, and Invalid with what is wrong.
    """
    me, conn, box = spot.person(), spot.conn, spot.box
    if not spot.may(me, Action.view):
        raise Forbidden
    user_id, until = _wanted(spot, me, asked)
    number = shares.add_share(conn, box.ids, box.clock, spot.place, (user_id, me.id, asked.edit, until))
    code = "share.told_edit" if asked.edit else "share.told"
    title = {locale: each.t(code, name=me.name) for locale, each in box.renderer.texts.items()}
    notice = Notice(
        spot.uow.app.key, Said.plain(title), form_uid=spot.form.uid, record_id=spot.record_id,
        source="shared", unique=f"share:{number}",
    )  # fmt: skip
    notify(conn, box.ids, box.clock, [user_id], notice)
    spot.uow.after_commit.append(partial(box.hub.tell_people, [user_id]))
    return number


def shared(spot: Spot) -> list[shares.Share]:
    """Return with whom the record is shared now, for who may share it. Raises NotFound and Forbidden."""
    if not spot.may(spot.person(), Action.view):
        raise Forbidden
    return shares.shares(spot.conn, spot.box.clock, *spot.place)


def end(spot: Spot, number: int | None) -> None:
    """End a share before its time: who shared it, or whoever may do everything. Raises NotFound."""
    me = spot.person()
    if number is None:
        raise NotFound
    shares.revoke(spot.conn, spot.box.clock, spot.place, number, None if spot.unlimited else me.id)


def _wanted(spot: Spot, me: Person, asked: Asked) -> tuple[int, datetime]:
    """Return with whom and until when: the end of the day that was named. Raises Invalid."""
    box, conn = spot.box, spot.conn
    person = None if asked.person is None else box.person(conn, asked.person, box.current(conn))
    day = _day(spot, asked.until)
    issues = [*_with(spot, me, person)]
    if day is None:
        issues.append(Issue("until", "share.until", {"days": LONGEST.days}))
    if asked.edit and not spot.may(me, Action.edit):
        issues.append(Issue("right", "request.not_allowed", {"value": "edit"}))
    if issues or person is None or day is None:
        raise Invalid(issues)
    return person.id, day + timedelta(days=1)


def _with(spot: Spot, me: Person, person: Person | None) -> Iterator[Issue]:
    if person is None:
        yield Issue("person", "field.required")
    elif person.id == me.id:
        yield Issue("person", "share.yourself")
    elif not _sees(spot, person):
        yield Issue("person", "share.no_role", {"name": person.name})


def _sees(spot: Spot, person: Person) -> bool:
    rights = spot.box.access(person, spot.box.current(spot.conn))
    return rights.form(spot.uow.app, spot.form).may(Action.view)


def _day(spot: Spot, text: str) -> datetime | None:
    first = today(spot.uow.app, spot.box.clock)
    try:
        day = datetime.fromisoformat(text[:10]).replace(tzinfo=first.tzinfo)
    except ValueError:
        return None
    return day if first <= day <= first + LONGEST else None
