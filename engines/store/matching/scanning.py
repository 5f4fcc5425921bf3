"""Pairs of records that may be one: found by a job, and remembered when somebody says they are two."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from engines.access import Lens
from engines.form import AppModel, FormModel
from engines.form.matching import Matcher, matching
from engines.form.matching.matchers import Core, Ruled
from engines.ports import JobQueue
from engines.store import jobs
from engines.store.database import Database
from engines.store.matching import tables
from engines.store.matching.keys import being_made, stored_values
from engines.store.upsert import upsert

SCAN = "matching.scan"
OPEN, DISMISSED = "open", "dismissed"
_KEYS_AT_ONCE = 500
_IN_A_BLOCK = 50  # records of one token of likeness that are compared with each other
_IN_A_GROUP = 200  # records of one key: each is paired with the oldest
FOUND_AT_MOST = 20_000  # pairs of one rule
_key, _pair = tables.key, tables.pair
Pair = tuple[int, int, int]  # low, high, score


def ask(conn: sa.Connection, queue: JobQueue, form: FormModel) -> None:
    """Ask for a scan of a form; one that waits already will do."""
    payload = {"app": form.app, "form": form.path}
    queue.enqueue(conn, SCAN, payload, unique=f"{SCAN}:{form.uid}")


def under_way(conn: sa.Connection, form: FormModel) -> bool:
    """Tell whether a scan has yet to end."""
    return jobs.under_way(conn, SCAN, app=form.app, form=form.path)


def scan(db: Database, app: AppModel, form: FormModel, now: datetime, progress: Callable[..., None]) -> bool:
    """Find the pairs of a form anew; False where keys are still being made, so that it must wait."""
    with db.read() as conn:
        if being_made(conn, form):
            return False
    rules = matching(app, form).rules
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for each in rules:
        for count, (low, high, score) in enumerate(_pairs(db, each, progress)):
            found.setdefault((low, high), (each.matcher.uid, score))
            if count >= FOUND_AT_MOST:
                break
    pairs = sorted(found)
    for start in range(0, len(pairs), _KEYS_AT_ONCE):
        rows = [
            {"form_uid": form.uid, "low": low, "high": high, "matcher": found[low, high][0],
             "score": found[low, high][1], "state": OPEN, "found_at": now}
            for low, high in pairs[start : start + _KEYS_AT_ONCE]
        ]  # fmt: skip
        with db.write() as conn:
            statement = upsert(conn, _pair).values(rows)
            renewed = {name: statement.excluded[name] for name in ("matcher", "score", "found_at")}
            keys = ["form_uid", "low", "high"]
            # What somebody said is kept: the state is none of what a scan writes over.
            conn.execute(statement.on_conflict_do_update(index_elements=keys, set_=renewed))
    with db.write() as conn:
        old = (_pair.c.form_uid == form.uid) & (_pair.c.state == OPEN) & (_pair.c.found_at < now)
        conn.execute(sa.delete(_pair).where(old))
    return True


def _pairs(db: Database, rule: Ruled, progress: Callable[..., None]) -> Iterator[Pair]:
    most = _IN_A_GROUP if rule.matcher.fuzzy is None else _IN_A_BLOCK
    done = 0
    for keys in _shared_keys(db, rule.matcher, most):
        with db.read() as conn:
            blocks = _blocks(conn, rule.matcher, keys)
            if rule.matcher.fuzzy is None:
                yield from ((ids[0], other, 100) for ids in blocks for other in ids[1:])
            else:
                yield from _likely(conn, rule, blocks)
        done += len(keys)
        progress(done=done)


def _shared_keys(db: Database, matcher: Matcher, most: int) -> Iterator[Sequence[str]]:
    """Yield keys that several records have, some at a time."""
    last = ""
    count = sa.func.count()
    while True:
        statement = (
            sa.select(_key.c.key)
            .where(_key.c.matcher == matcher.uid, _key.c.key > last)
            .group_by(_key.c.key)
            .having(count > 1, count <= most)
            .order_by(_key.c.key)
            .limit(_KEYS_AT_ONCE)
        )
        with db.read() as conn:
            keys = conn.scalars(statement).all()
        if not keys:
            return
        yield keys
        last = keys[-1]


def _blocks(conn: sa.Connection, matcher: Matcher, keys: Sequence[str]) -> list[list[int]]:
    statement = sa.select(_key.c.key, _key.c.record_id).where(
        _key.c.matcher == matcher.uid, _key.c.key.in_(keys)
    )
    found: dict[str, list[int]] = {}
    for key, record_id in conn.execute(statement.order_by(_key.c.key, _key.c.record_id)):
        found.setdefault(key, []).append(record_id)
    return list(found.values())


def _likely(conn: sa.Connection, rule: Ruled, blocks: Sequence[Sequence[int]]) -> Iterator[Pair]:
    ids = sorted({each for block in blocks for each in block})
    cores: dict[int, Core | None] = {
        record_id: rule.matcher.core(values.get)
        for record_id, values in stored_values(conn, rule.matcher.form, [rule.matcher], ids)
    }
    compared = {(one, other) for block in blocks for at, one in enumerate(block) for other in block[at + 1 :]}
    for one, other in sorted(compared):
        mine, theirs = cores.get(one), cores.get(other)
        if mine is not None and theirs is not None:
            score = rule.matcher.likeness(mine, theirs)
            if score >= rule.rule.alike:
                yield one, other, int(score)


@dataclass(frozen=True, slots=True)
class Found:
    """Two records that may be one, and the rule that says so."""

    low: int
    high: int
    score: int
    rule: Ruled


def open_pairs(conn: sa.Connection, app: AppModel, lens: Lens, limit: int) -> list[Found]:
    """Return pairs of which the reader may see both records and what they have in common, likest first."""
    rules = {each.matcher.uid: each for each in matching(app, lens.form).rules}
    table, shown = lens.form.table, []
    for uid, each in rules.items():
        keys = each.matcher.keys_read
        if all(lens.access.usable(key) for key in keys):
            where = [found for key in keys if (found := lens.partial(key)) is not None]
            rows = sa.select(table.c["_id"]).where(lens.rows(), table.c["_trashed_at"].is_(None), *where)
            both = _pair.c.low.in_(rows) & _pair.c.high.in_(rows)
            shown.append((_pair.c.matcher == uid) & both)
    statement = (
        sa.select(_pair.c.low, _pair.c.high, _pair.c.score, _pair.c.matcher)
        .where(_pair.c.form_uid == lens.form.uid, _pair.c.state == OPEN, sa.or_(sa.false(), *shown))
        .order_by(_pair.c.score.desc(), _pair.c.low)
        .limit(limit)
    )
    return [Found(low, high, score, rules[uid]) for low, high, score, uid in conn.execute(statement)]


def dismiss(conn: sa.Connection, form_uid: int, ids: Sequence[int], actor: int, now: datetime) -> int:
    """Remember that records are different things; returns how many pairs that are."""
    ordered = sorted(set(ids))
    pairs = [(low, high) for at, low in enumerate(ordered) for high in ordered[at + 1 :]]
    for start in range(0, len(pairs), _KEYS_AT_ONCE):
        rows = [
            {"form_uid": form_uid, "low": low, "high": high, "state": DISMISSED, "found_at": now,
             "seen_by": actor, "score": 0}
            for low, high in pairs[start : start + _KEYS_AT_ONCE]
        ]  # fmt: skip
        statement = upsert(conn, _pair).values(rows)
        said = {name: statement.excluded[name] for name in ("state", "seen_by")}
        conn.execute(statement.on_conflict_do_update(index_elements=["form_uid", "low", "high"], set_=said))
    return len(pairs)
