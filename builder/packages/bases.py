"""Which package an application came from, and the packages that wait to be decided about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

import orjson
import sqlalchemy as sa

from engines.store.platform import design, design_step, version
from engines.store.settings import get_setting, set_setting
from schemas.dumper import dump
from schemas.elements import App
from schemas.errors import NotFound
from schemas.grammar import Grammar
from schemas.upgrade import upgrade

_KEPT = 3  # packages that were looked at and not published yet


@dataclass(frozen=True, slots=True)
class Kept:
    """What is remembered of an app. ``seen``: digest -> bytes as text, the latest last."""

    base: str | None = None
    seen: Mapping[str, str] = field(default_factory=dict)
    waiting: str | None = None


def kept(conn: sa.Connection, app: str) -> Kept:
    """Return what is remembered."""
    found = get_setting(conn, _name(app))
    return Kept(**found) if found else Kept()


def wait(conn: sa.Connection, app: str, theirs: App) -> None:
    """Let a package be the one that is to be decided about."""
    digest = see(conn, app, theirs)
    _keep(conn, app, replace(kept(conn, app), waiting=digest))


def decided(conn: sa.Connection, app: str, digest: str | None = None) -> None:
    """Let no package wait any more, or not this one."""
    known = kept(conn, app)
    if digest in {None, known.waiting}:
        _keep(conn, app, replace(known, waiting=None))


def see(conn: sa.Connection, app: str, theirs: App) -> str:
    """Remember a package and return its digest. What waits, and what the draft took, is never forgotten."""
    before, data = kept(conn, app), dump(theirs)
    digest = sha256(data).hexdigest()
    seen = {name: text for name, text in before.seen.items() if name != digest} | {digest: data.decode()}
    needed = {before.waiting, *_taken(conn, app), *list(seen)[-_KEPT:]}
    _keep(conn, app, replace(before, seen={name: text for name, text in seen.items() if name in needed}))
    return digest


def waiting(conn: sa.Connection, app: str, grammar: Grammar) -> App:
    """Return the package that waits. Raises NotFound."""
    found = kept(conn, app)
    if found.waiting is None:
        raise NotFound
    return read(found.seen[found.waiting].encode(), grammar)


def base_of(conn: sa.Connection, app: str, grammar: Grammar) -> App:
    """Return the package that an app came from; where it is not remembered, its first version."""
    known = kept(conn, app).base
    if known is not None:
        return read(known.encode(), grammar)
    first = sa.select(version.c.definition).where(version.c.app == app).order_by(version.c.number).limit(1)
    data = conn.scalar(first)
    if data is None:
        raise NotFound
    return read(bytes(data), grammar)


def published(conn: sa.Connection, app: str) -> None:
    """Let what a draft was upgraded to, and is published now, be what the next upgrade is compared with."""
    digest = next(_taken(conn, app), "")
    known = kept(conn, app)
    if digest in known.seen:
        left = {name: text for name, text in known.seen.items() if name != digest}
        _keep(conn, app, Kept(known.seen[digest], left, known.waiting if known.waiting in left else None))


def _taken(conn: sa.Connection, app: str) -> Iterator[str]:
    """Yield the digests of the packages that the draft was upgraded to, the last first."""
    rows = conn.execute(
        sa.select(design_step.c.command)
        .join(design, design.c.app == design_step.c.app)
        .where(design_step.c.app == app, design_step.c.number <= design.c.done)
        .order_by(design_step.c.number.desc())
    ).scalars()
    yield from (str(each["package"]) for each in rows if each.get("do") == "upgrade")


def read(data: bytes, grammar: Grammar) -> App:
    """Read what was valid once, whatever is asked of a definition since."""
    return grammar.app.model_validate(upgrade(orjson.loads(data)), by_alias=True, by_name=False)


def _name(app: str) -> str:
    return f"package.{app}"


def _keep(conn: sa.Connection, app: str, what: Kept) -> None:
    set_setting(conn, _name(app), {"base": what.base, "seen": dict(what.seen), "waiting": what.waiting})
