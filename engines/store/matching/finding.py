"""Which records may be the same thing: asked of the keys, never of every record."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from engines.form.matching import Matcher
from engines.form.matching.matchers import Core
from engines.store.matching import tables
from engines.store.matching.keys import stored_values

FOUND_AT_MOST = 20  # records that one may be the same as
_A_KEY = 200  # records of one token of likeness; a token that more of them have tells little
_COMPARED = 40  # records whose texts are compared, those first that share most tokens
_ASKED_AT_ONCE = 400
_LOCKED_ONE_BY_ONE = 50
_key, _pair = tables.key, tables.pair
_mine = sa.select(_key.c.key, _key.c.record_id).where(_key.c.matcher == sa.bindparam("uid"))
# The latest first, so that of many those are told, and looked up, that matter most.
_HOLDING = (
    _mine.where(_key.c.key == sa.bindparam("made"))
    .order_by(_key.c.record_id.desc())
    .limit(sa.bindparam("most", type_=sa.Integer))
    .offset(sa.bindparam("first", type_=sa.Integer))
)
_HOLDING_ANY = _mine.where(_key.c.key.in_(sa.bindparam("made", expanding=True))).order_by(
    _key.c.record_id.desc()
)


def equal(conn: sa.Connection, matcher: Matcher, cores: Mapping[int, Core]) -> dict[int, list[int]]:
    """Return draft id -> ids of other records whose compared values are equal; one query for hundreds."""
    wanted: dict[str, list[int]] = {}
    for draft, core in cores.items():
        (made,) = matcher.keys(core)
        wanted.setdefault(made, []).append(draft)
    found: dict[int, list[int]] = {}
    asked = sorted(wanted)
    for start in range(0, len(asked), _ASKED_AT_ONCE):
        some = asked[start : start + _ASKED_AT_ONCE]
        for made, record_id in _holding(conn, matcher.uid, some):
            for draft in wanted[made]:
                if draft != record_id and len(found.get(draft, ())) < FOUND_AT_MOST:
                    found.setdefault(draft, []).append(record_id)
    return found


def _holding(conn: sa.Connection, uid: int, keys: Sequence[str]) -> Iterable[Any]:
    if len(keys) > 1:
        return conn.execute(_HOLDING_ANY, {"uid": uid, "made": keys})
    # One of them may be the record itself.
    return conn.exec_driver_sql(_text(conn.dialect), (uid, keys[0], FOUND_AT_MOST + 1, 0))


def _text(dialect: sa.Dialect) -> str:
    """Return the statement for one key as the driver takes it: every save asks, and makes no SQL for it."""
    kept: dict[str, str] = _key.info.setdefault("holding", {})
    if dialect.name not in kept:
        kind: Any = type(dialect)
        style = "qmark" if dialect.name == "sqlite" else "format"
        made = _HOLDING.compile(dialect=kind(paramstyle=style))
        if list(made.positiontup or ()) != ["uid", "made", "most", "first"]:
            raise ValueError("the driver wants its values in another order")
        kept[dialect.name] = str(made)
    return kept[dialect.name]


def similar(conn: sa.Connection, matcher: Matcher, alike: int, own: int, core: Core) -> list[int]:
    """Return ids of other records that resemble one, the likest first; it never scans."""
    met: Counter[int] = Counter()
    for each in matcher.keys(core):
        statement = (
            sa.select(_key.c.record_id)
            .where(_key.c.matcher == matcher.uid, _key.c.key == each)
            .order_by(_key.c.record_id.desc())
            .limit(_A_KEY)
        )
        met.update(conn.scalars(statement))
    met.pop(own, None)
    compared = [record_id for record_id, _ in met.most_common(_COMPARED)]
    scores = {
        record_id: matcher.likeness(core, other)
        for record_id, values in stored_values(conn, matcher.form, [matcher], compared)
        if (other := matcher.core(values.get)) is not None
    }
    near = [each for each in compared if scores.get(each, 0) >= alike]
    return sorted(near, key=lambda each: -scores[each])[:FOUND_AT_MOST]


def dismissed(conn: sa.Connection, form_uid: int, ids: Iterable[int]) -> set[tuple[int, int]]:
    """Return the pairs, lower id first, that somebody said are two, of which one is among ``ids``."""
    wanted = list(ids)
    if not wanted:
        return set()
    mine = sa.or_(_pair.c.low.in_(wanted), _pair.c.high.in_(wanted))
    statement = sa.select(_pair.c.low, _pair.c.high).where(
        _pair.c.form_uid == form_uid, _pair.c.state == "dismissed", mine
    )
    return {(low, high) for low, high in conn.execute(statement)}


def lock(conn: sa.Connection, matcher: Matcher, cores: Sequence[Core]) -> None:
    """Let nobody else claim the same keys until this is committed; SQLite has one writer anyway.

    A few keys are locked one by one. Of many the whole rule is: locks are kept in a table of limited size.
    """
    if conn.dialect.name != "postgresql" or not cores:
        return
    many = len(cores) > _LOCKED_ONE_BY_ONE
    whole = sa.func.pg_advisory_xact_lock if many else sa.func.pg_advisory_xact_lock_shared
    singly = () if many else sorted({_lock_of(matcher, core) for core in cores})
    conn.execute(sa.select(whole(matcher.uid), *map(sa.func.pg_advisory_xact_lock, singly)))


def _lock_of(matcher: Matcher, core: Core) -> int:
    told = f"{matcher.uid}:{matcher.keys(core)[0]}"
    return int.from_bytes(hashlib.blake2b(told.encode(), digest_size=8).digest(), "big", signed=True)
