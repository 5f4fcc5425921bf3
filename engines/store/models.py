"""Published versions, loaded and compiled; one tree per version, kept until the next."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engines.form.building import build
from engines.form.model import AppModel
from engines.store.catalogue import names_of
from engines.store.platform import app, state, version
from engines.store.upsert import upsert
from schemas.errors import NotFound
from schemas.grammar import Grammar

_EPOCH = "epoch"


def epoch(conn: sa.Connection) -> int:
    """Return the number that grows with every change to people, rights and definitions."""
    return conn.execute(sa.select(state.c.value).where(state.c.name == _EPOCH)).scalar() or 0


def bump_epoch(conn: sa.Connection) -> None:
    """Say that something changed that is kept in memory."""
    statement = upsert(conn, state).values(name=_EPOCH, value=1)
    conn.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": state.c.value + 1}))


def published(conn: sa.Connection, app_key: str, number: int | None = None) -> sa.Row[int, bytes, Any]:
    """Return number, bytes and names of a version, the current one if none is named. Raises NotFound."""
    wanted = app.c.version if number is None else number
    columns = sa.select(version.c.number, version.c.definition, version.c.names)
    joined = columns.join(app, app.c.key == version.c.app)
    row = conn.execute(joined.where(app.c.key == app_key, version.c.number == wanted)).first()
    if row is None:
        raise NotFound
    return row


def load(conn: sa.Connection, grammar: Grammar, app_key: str, number: int | None = None) -> AppModel:
    """Compile a published version. It was checked when it was published. Raises NotFound."""
    row = published(conn, app_key, number)
    definition = grammar.app.model_validate(json.loads(row.definition))
    names = names_of((path, uid, physical) for path, (uid, physical) in row.names.items())
    return build(definition, grammar.fields, names, row.number)


class Models:
    """The current version of every app, for as long as the epoch stays the same."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        self._lock = threading.Lock()
        self._epoch: int | None = None
        self._versions: dict[str, int] = {}
        self._models: dict[str, AppModel] = {}

    def get(self, conn: sa.Connection, app_key: str, epoch: int) -> AppModel:
        """Return one app. Raises NotFound where there is none, or it is archived."""
        with self._lock:
            self._refresh(conn, epoch)
            if app_key not in self._versions:
                raise NotFound
            return self._model(conn, app_key)

    def known(self, app_key: str, epoch: int) -> AppModel | None:
        """Return one app as of ``epoch`` if it is in memory."""
        with self._lock:
            return self._models.get(app_key) if epoch == self._epoch else None

    def all(self, conn: sa.Connection, epoch: int) -> Mapping[str, AppModel]:
        """Return every app that is not archived, by key."""
        with self._lock:
            self._refresh(conn, epoch)
            return {key: self._model(conn, key) for key in self._versions}

    def _refresh(self, conn: sa.Connection, epoch: int) -> None:
        if epoch == self._epoch:
            return
        living = sa.select(app.c.key, app.c.version).where(app.c.archived_at.is_(None)).order_by(app.c.key)
        self._versions = {row.key: row.version for row in conn.execute(living) if row.version}
        self._models = {
            key: model for key, model in self._models.items() if self._versions.get(key) == model.version
        }
        self._epoch = epoch

    def _model(self, conn: sa.Connection, app_key: str) -> AppModel:
        if app_key not in self._models:
            self._models[app_key] = load(conn, self._grammar, app_key, self._versions[app_key])
        return self._models[app_key]
