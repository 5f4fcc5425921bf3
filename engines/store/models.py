"""Published versions, loaded and compiled; one tree per version, kept until the next."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import sqlalchemy as sa
from pydantic import ValidationError

from engines.expression import FUNCTIONS, Call, ExpressionError, parse
from engines.expression.tree import walk
from engines.form.building import build
from engines.form.model import AppModel
from engines.store.catalogue import names_of
from engines.store.platform import app, state, version
from engines.store.upsert import upsert
from schemas.elements import App
from schemas.errors import Conflict, NotFound
from schemas.formulas import formulas
from schemas.grammar import Grammar
from schemas.problems import problems

_EPOCH = "epoch"
# As calls are written; a blank before the parenthesis would find many a label, too.
_CALLED = re.compile(r"([A-Za-z][A-Za-z0-9.]*)[(（]")
_UNKNOWN = "definition.unknown_type"


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
    """Compile a published version. It was checked when it was published.

    Raises NotFound, and Conflict where it uses a kind or a function of a plug-in that is no longer there.
    """
    row = published(conn, app_key, number)
    definition = read_stored(app_key, row.definition, grammar)
    names = names_of((path, uid, physical) for path, (uid, physical) in row.names.items())
    return build(definition, grammar.fields, names, row.number)


def read_stored(app_key: str, data: bytes, grammar: Grammar) -> App:
    """Read what was published. Raises Conflict as ``load``."""
    raw = json.loads(data)
    try:
        found = grammar.app.model_validate(raw)
    except ValidationError as error:
        issues = problems(error, raw, grammar)
        gone = {str(each.params.get("name")) for each in issues if each.code == _UNKNOWN}
        if not gone:
            raise
        raise _unopened(app_key, gone) from None
    # Parsing everything takes longer than all the rest; hardly ever is there a reason to.
    called = {each.upper() for each in _CALLED.findall(data.decode())}
    if called - FUNCTIONS.keys() and (gone := set(_unknown_functions(found))):
        raise _unopened(app_key, gone)
    return found


def _unknown_functions(found: App) -> Iterator[str]:
    for _, text in formulas(found):
        with suppress(ExpressionError):  # what cannot be parsed was refused when it was published
            calls = (each for each, _ in walk(parse(text)) if isinstance(each, Call))
            yield from (each.name for each in calls if each.name not in FUNCTIONS)


def _unopened(app_key: str, gone: set[str]) -> Conflict:
    return Conflict("plugin.missing", app=app_key, names=", ".join(sorted(gone)))


class Models:
    """The current version of every app, for as long as the epoch stays the same.

    An app that uses something of a plug-in that is gone is no app until the plug-in is back; the others are.
    """

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        self._lock = threading.Lock()
        self._epoch: int | None = None
        self._versions: dict[str, int] = {}
        self._models: dict[str, AppModel] = {}
        self._closed: dict[str, Conflict] = {}

    def get(self, conn: sa.Connection, app_key: str, epoch: int) -> AppModel:
        """Return one app. Raises NotFound where there is none, or it is archived; Conflict as ``load``."""
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
            for key in self._versions:
                with suppress(Conflict):
                    self._model(conn, key)
            return {key: self._models[key] for key in self._versions if key in self._models}

    def closed(self, conn: sa.Connection, epoch: int) -> Mapping[str, Conflict]:
        """Return why apps cannot be opened, by key."""
        self.all(conn, epoch)
        with self._lock:
            return dict(self._closed)

    def _refresh(self, conn: sa.Connection, epoch: int) -> None:
        if epoch == self._epoch:
            return
        living = sa.select(app.c.key, app.c.version).where(app.c.archived_at.is_(None)).order_by(app.c.key)
        self._versions = {row.key: row.version for row in conn.execute(living) if row.version}
        self._models = {
            key: model for key, model in self._models.items() if self._versions.get(key) == model.version
        }
        self._closed = {}
        self._epoch = epoch

    def _model(self, conn: sa.Connection, app_key: str) -> AppModel:
        if app_key in self._closed:
            why = self._closed[app_key]
            raise Conflict(why.reason, **why.params)
        if app_key not in self._models:
            try:
                self._models[app_key] = load(conn, self._grammar, app_key, self._versions[app_key])
            except Conflict as error:
                self._closed[app_key] = error
                raise
        return self._models[app_key]
