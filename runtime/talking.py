"""Saying something about a record, taking it back, and beginning or ending to follow it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

import sqlalchemy as sa

from engines.store import comments as kept
from engines.store import people
from engines.store.comments import Level
from engines.store.platform import user
from runtime.allowed import Spot
from runtime.following import tell_named
from schemas.errors import NotFound

_LONGEST_NAME = 40
_MOST_NAMED = 50


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of a comment: whom it names, id to name, and which of them may not see the record."""

    number: int
    named: Mapping[int, str]
    blind: Collection[int]


def say(spot: Spot, text: str, picked: Iterable[int]) -> Heard:
    """Keep what somebody says and tell whom it names; who may see the record may say something about it.

    ``picked``: who is meant beside those named after an ``@``. Raises NotFound and Invalid.
    """
    person, conn, box = spot.person(), spot.conn, spot.box
    body = kept.tidied(text)
    named = _named(conn, body, [*picked][:_MOST_NAMED])
    number = kept.add_comment(conn, box.ids, box.clock, spot.place, (person.id, body, named))
    where = (spot.uow.app, spot.form, spot.record_id)
    told, heard, blind = tell_named(conn, box, where, (number, person.id, body), [*named])
    kept.follow(conn, box.clock, spot.place, [person.id, *told])
    spot.uow.after_commit.append(partial(box.hub.tell_people, [person.id, *told, *heard]))
    return Heard(number, named, blind)


def take_back(spot: Spot, number: int | None) -> None:
    """Take back what one said; whoever may do everything takes back what anybody said. Raises NotFound."""
    person = spot.person()
    if number is None:
        raise NotFound
    kept.remove_comment(spot.conn, spot.place, number, None if spot.unlimited else person.id)


def follow(spot: Spot, level: Level | None) -> None:
    """Follow a record, or hear more or less of it; None: no more. Raises NotFound."""
    person = spot.person()
    if level is not None:
        kept.follow(spot.conn, spot.box.clock, spot.place, [person.id], level)
    else:
        kept.unfollow(spot.conn, spot.place, person.id)


def _named(conn: sa.Connection, body: str, picked: Iterable[int]) -> dict[int, str]:
    """Return whom a text names after an ``@``, the longest name that fits, and who was picked beside it."""
    chosen = people.names(conn, [*picked])
    starts = [each.end() for each in re.finditer("@", body)][:_MOST_NAMED]
    tails = [body[at : at + _LONGEST_NAME] for at in starts]
    words = {tail[:end] for tail in tails for end in range(1, len(tail) + 1)}
    if not words:
        return chosen
    rows = conn.execute(sa.select(user.c.id, user.c.name).where(user.c.active, user.c.name.in_(words)))
    known: dict[str, list[int]] = {}
    for number, name in rows:
        known.setdefault(name, []).append(number)
    found = dict(chosen)
    for tail in tails:
        name = max((each for each in known if tail.startswith(each)), key=len, default="")
        alike = known.get(name, [])
        # Of people with one name those who were picked are meant; where nobody was, all.
        found |= {each: name for each in alike if each in chosen or not chosen.keys() & set(alike)}
    return found
